import type { JSX } from "react";
import styled from "styled-components";
import { announcementOf } from "../model/alerts";
import type { ConsoleModel } from "../model/model";
import { useWords } from "../words/i18n";
import { nameOf } from "./parts/words_of";
import { goneKey } from "./stage/ends";
import { unseen } from "./theme";

const Unseen = styled.div`
  ${unseen}
`;

/** What a screen reader says at once, wherever its user is: the ringing, that it stopped, that the line is lost. */
export function Announcer({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t, language } = useWords();
  const announcement = announcementOf(model.state, model.now);
  const words = (): string => {
    switch (announcement?.kind) {
      case "ringing":
        return t("say.ringing", {
          service: nameOf(announcement.matter.service, language),
          point: nameOf(announcement.matter.point, language),
        });
      case "gone":
        return t("say.gone", { why: t(`stage.gone.${goneKey(announcement)}`) });
      case "wrap_up":
        return t("say.wrap_up");
      case "wrap_up_nearly_over":
        return t(announcement.atMost ? "say.wrap_up_last" : "say.wrap_up_nearly_over");
      case "call_ended":
        return t("say.call_ended");
      case "line_lost":
        return t(announcement.inCall ? "say.line_lost_call" : "say.line_lost");
      default:
        return "";
    }
  };
  return (
    <Unseen aria-live="assertive" data-announcement={announcement?.kind ?? "none"}>
      {words()}
    </Unseen>
  );
}

/** Whether to sign out, here or everywhere, and what that means just now. */

import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { leftOpen } from "../model/sign_in";
import { useWords } from "../words/i18n";
import { Dialog } from "./parts/dialog";
import { quiet } from "./theme";

const Choices = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
  margin-top: 20px;
`;

const Note = styled.p`
  margin-top: 12px;
  color: ${quiet};
`;

function consequence(model: ConsoleModel) {
  switch (leftOpen(model.stage.kind)) {
    case "call":
      return "sign_out.in_call" as const;
    case "offer":
      return "sign_out.offer" as const;
    default:
      // Only those who have a status take calls.
      return model.status === null ? ("sign_out.plain" as const) : ("sign_out.no_calls" as const);
  }
}

export function SignOut({
  model,
  actions,
}: {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}): JSX.Element {
  const { t } = useWords();
  return (
    <Dialog heading={t("sign_out.heading")} onClose={actions.close}>
      <p>{t(consequence(model))}</p>
      <Choices>
        <Button onClick={() => actions.signOut(false)}>{t("sign_out.here")}</Button>
        <Button onClick={() => actions.signOut(true)} variant="secondary">
          {t("sign_out.everywhere")}
        </Button>
        <Button onClick={actions.close} variant="secondaryNoBorder">
          {t("sign_out.stay")}
        </Button>
      </Choices>
      <Note>{t("sign_out.everywhere_help")}</Note>
    </Dialog>
  );
}

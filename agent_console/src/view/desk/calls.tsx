/** Who calls the advisor, and why: above everything else, in a place of its own. */

import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import type { AdvisorCall } from "../../model/desk/attention";
import type { DeskModel } from "../../model/desk/model";
import { useWords } from "../../words/i18n";
import { ActSign, Handset } from "../parts/icons";
import { nameOf } from "../parts/words_of";
import { highlight, highlightPale, warning, warningPale } from "../theme";

const Told = styled.li<{ $good: boolean }>`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 12px;
  padding: 10px 12px;
  border-left: 6px solid ${({ $good }) => ($good ? highlight : warning)};
  background: ${({ $good }) => ($good ? highlightPale : warningPale)};
  & + & {
    margin-top: 8px;
  }
  strong {
    flex: 1 1 200px;
    min-width: 0;
    font-size: 18px;
    font-weight: 600;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  && button {
    min-height: 44px;
    padding: 6px 14px;
  }
`;

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
`;

const Space = styled.div`
  flex: 1 1 auto;
  min-width: 0;
`;

interface CallsProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  /** Leads to the desk from elsewhere. */
  readonly onShow?: () => void;
}

function CallOf({ call, desk, actions, onShow }: CallsProps & { readonly call: AdvisorCall }): JSX.Element {
  const { t, language } = useWords();
  const card = desk.points.flatMap(({ terminals }) => terminals).find((each) => each.terminal.id === call.terminal);
  const terminal = card === undefined ? call.terminal : nameOf(card.terminal, language);
  const Sign = call.kind === "line" ? ActSign : Handset;
  const show = (): void => {
    actions.hear(call.key);
    actions.chooseCard(call.terminal, call.contact);
    onShow?.();
  };
  const go = (): void => {
    show();
    actions.attend(call.contact, true);
  };
  return (
    <Told $good={call.kind === "answered"} data-call={call.kind}>
      <Sign />
      <strong>{t(`desk.call.${call.kind}`, { terminal })}</strong>
      <Buttons>
        <Button onClick={call.kind === "line" ? show : go}>
          {t(call.kind === "line" ? "desk.call.show" : "desk.call.go")}
        </Button>
        <Button onClick={() => actions.hear(call.key)} variant="secondary">
          {t("desk.call.heard")}
        </Button>
      </Buttons>
    </Told>
  );
}

export function Calls({ desk, actions, ...rest }: CallsProps): JSX.Element {
  return (
    <Space role="alert">
      {desk.calls.length > 0 && (
        <ul>
          {desk.calls.map((call) => (
            <CallOf actions={actions} call={call} desk={desk} key={call.key} {...rest} />
          ))}
        </ul>
      )}
    </Space>
  );
}

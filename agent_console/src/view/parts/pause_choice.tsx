import { type JSX, useEffect, useId, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import { useWords } from "../../words/i18n";
import { focusRing, highlight, highlightPale, ink, line, quiet } from "../theme";
import { nameOf } from "./words_of";

const Reasons = styled.div`
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 8px;
  width: 100%;
  text-align: left;
  > p {
    grid-column: 1 / -1;
    font-weight: 600;
  }
`;

const Reason = styled.button`
  min-height: 44px;
  min-width: 0;
  padding: 6px 8px;
  border: 1px solid ${line};
  border-radius: 2px;
  background: #fff;
  color: ${ink};
  font-size: 16px;
  line-height: 1.2;
  overflow-wrap: anywhere;
  cursor: pointer;
  &:hover {
    border-color: ${highlight};
    background: ${highlightPale};
  }
  ${focusRing}
`;

const Quiet = styled.span`
  grid-column: 1 / -1;
  color: ${quiet};
`;

interface PauseChoiceProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

/** Why I pause: the provider's own list. */
export function PauseChoice({ model, actions }: PauseChoiceProps): JSX.Element {
  const { t, language } = useWords();
  const heading = useId();
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => group.current?.querySelector("button")?.focus(), []);
  const reasons = model.state.snapshot?.staff.pause_reasons ?? [];
  const inCall = model.status !== null && model.status.afterCall !== null;
  return (
    <Reasons aria-labelledby={heading} data-pausing ref={group} role="group">
      <p id={heading}>{t(inCall ? "status.why_pause_after" : "status.why_pause")}</p>
      {reasons.map((reason) => (
        <Reason data-reason={reason.id} key={reason.id} onClick={() => actions.pause(reason.id)} type="button">
          {nameOf(reason, language)}
        </Reason>
      ))}
      {reasons.length === 0 && <Quiet>{t("status.no_reasons")}</Quiet>}
      <Button fullWidth onClick={actions.close} style={{ gridColumn: "1 / -1" }} variant="secondaryNoBorder">
        {t("app.back")}
      </Button>
    </Reasons>
  );
}

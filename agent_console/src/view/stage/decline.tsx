import type { DeclineReason } from "@palvelurinki/call_kit";
import { type JSX, type SyntheticEvent, useEffect, useId, useRef, useState } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import { type ConsoleActions, DECLINE_REASONS } from "../../model/actions";
import { useWords } from "../../words/i18n";
import { focus, highlight, highlightPale, line, quiet } from "../theme";

const Form = styled.form`
  display: grid;
  gap: 12px;
  width: 100%;
  max-width: 560px;
  text-align: left;
`;

const Reasons = styled.fieldset`
  margin: 0;
  padding: 0;
  border: 0;
  display: grid;
  gap: 6px;
  legend {
    padding: 0;
    margin-bottom: 8px;
    font-size: 18px;
    font-weight: 600;
  }
`;

const Choice = styled.label`
  display: flex;
  align-items: center;
  gap: 12px;
  min-height: 40px;
  padding: 4px 12px;
  border: 1px solid ${line};
  border-radius: 2px;
  cursor: pointer;
  input {
    flex: none;
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: ${highlight};
    outline: 0;
  }
  &:hover,
  &:has(input:checked) {
    border-color: ${highlight};
    background: ${highlightPale};
  }
  &:has(input:focus-visible) {
    outline: 3px solid ${focus};
    outline-offset: 1px;
  }
`;

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
`;

const Quiet = styled.p`
  color: ${quiet};
`;

interface DeclineProps {
  readonly actions: ConsoleActions;
  readonly busy: boolean;
  /** Whether somebody else on duty may take the customer; null when that is not known. */
  readonly others: boolean | null;
}

function explanationKey(others: boolean | null) {
  if (others === null) {
    return "stage.decline.explain_unknown" as const;
  }
  return others ? ("stage.decline.explain" as const) : ("stage.decline.explain_alone" as const);
}

/** Why I do not take this customer: arrow keys choose, Enter passes on, Esc goes back to the ringing. */
export function Decline({ actions, busy, others }: DeclineProps): JSX.Element {
  const { t } = useWords();
  const [reason, setReason] = useState<DeclineReason>(DECLINE_REASONS[0]);
  const first = useRef<HTMLInputElement>(null);
  const group = useId();
  const explanation = useId();
  useEffect(() => first.current?.focus(), []);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!busy) {
      actions.decline(reason);
    }
  };
  return (
    <Form aria-describedby={explanation} data-declining onSubmit={submit}>
      <Reasons>
        <legend>{t("stage.decline.heading")}</legend>
        {DECLINE_REASONS.map((each, place) => (
          <Choice key={each}>
            <input
              checked={each === reason}
              name={group}
              onChange={() => setReason(each)}
              ref={place === 0 ? first : undefined}
              type="radio"
              value={each}
            />
            {t(`stage.decline.reason.${each}`)}
          </Choice>
        ))}
      </Reasons>
      <Quiet id={explanation}>{t(explanationKey(others))}</Quiet>
      <Buttons>
        <Button aria-disabled={busy} type="submit">
          {t(others ? "stage.decline.confirm" : "stage.decline.confirm_alone")}
        </Button>
        <Button onClick={actions.close} variant="secondary">
          {t("stage.decline.back")}
        </Button>
      </Buttons>
    </Form>
  );
}

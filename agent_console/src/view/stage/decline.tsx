import type { DeclineReason } from "@palvelurinki/call_kit";
import { type JSX, type KeyboardEvent, type SyntheticEvent, useEffect, useId, useRef, useState } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import { type ConsoleActions, DECLINE_REASONS } from "../../model/actions";
import { useWords } from "../../words/i18n";
import { alert, quiet } from "../theme";
import { Choice } from "./choice";

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

const Buttons = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: 12px;
`;

/** Its height is kept, so that the buttons stay where they are when the sentence changes. */
const Consequence = styled.p`
  min-height: 3em;
  color: ${quiet};
`;

const Choose = styled.p`
  color: ${alert};
  font-weight: 600;
`;

interface DeclineProps {
  readonly actions: ConsoleActions;
  readonly busy: boolean;
}

/** The place that a key chooses among `count`, when `chosen` is chosen now; null for a key that chooses none. */
function placeOf(key: string, chosen: boolean, count: number): number | null {
  const number = Number(key);
  if (Number.isInteger(number) && number >= 1) {
    return number <= count ? number - 1 : null;
  }
  // From nothing chosen the browser would step over the one that has the focus.
  if (chosen) {
    return null;
  }
  if (key === "ArrowDown" || key === "ArrowRight") {
    return 0;
  }
  return key === "ArrowUp" || key === "ArrowLeft" ? count - 1 : null;
}

/**
 * Why I do not take this customer: arrow keys or a number choose, Enter declines, Esc goes back to the ringing. Nothing
 * is chosen beforehand: the reason is told to the supervisor, and a conflict of interest parts me from the customer.
 */
export function Decline({ actions, busy }: DeclineProps): JSX.Element {
  const { t } = useWords();
  const [reason, setReason] = useState<DeclineReason | null>(null);
  const [asked, setAsked] = useState(false);
  const inputs = useRef<(HTMLInputElement | null)[]>([]);
  const group = useId();
  const explanation = useId();
  useEffect(() => inputs.current[0]?.focus(), []);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (reason === null) {
      setAsked(true);
      inputs.current[0]?.focus();
    } else if (!busy) {
      actions.decline(reason);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const plain = !(event.altKey || event.ctrlKey || event.metaKey);
    const place = plain ? placeOf(event.key, reason !== null, DECLINE_REASONS.length) : null;
    const found = place === null ? undefined : DECLINE_REASONS[place];
    if (place !== null && found !== undefined) {
      event.preventDefault();
      setReason(found);
      inputs.current[place]?.focus();
    }
  };
  const consequence = reason === "conflict_of_interest" ? "conflict_of_interest" : "declined";
  return (
    <Form aria-describedby={explanation} data-declining={reason ?? "unchosen"} onSubmit={submit}>
      <Reasons>
        <legend>{t("stage.decline.heading")}</legend>
        {DECLINE_REASONS.map((each, place) => (
          <Choice key={each}>
            <input
              checked={each === reason}
              name={group}
              onChange={() => setReason(each)}
              onKeyDown={onKeyDown}
              ref={(input) => {
                inputs.current[place] = input;
              }}
              type="radio"
              value={each}
            />
            {t(`stage.decline.reason.${each}`)}
            <span aria-hidden="true">{place + 1}</span>
          </Choice>
        ))}
      </Reasons>
      <Consequence aria-live="polite" id={explanation}>
        {[t("stage.decline.hidden"), t("stage.next.customer"), reason && t(`stage.next.${consequence}`)]
          .filter(Boolean)
          .join(" ")}
      </Consequence>
      <Buttons>
        <Button aria-disabled={busy} type="submit">
          {t("stage.decline.confirm")}
        </Button>
        <Button onClick={actions.close} variant="secondary">
          {t("stage.decline.back")}
        </Button>
      </Buttons>
      {asked && reason === null && <Choose role="alert">{t("stage.decline.choose")}</Choose>}
    </Form>
  );
}

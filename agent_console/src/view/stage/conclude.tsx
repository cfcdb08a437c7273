/** What became of the matter: the resolution first, then what the customer does next. Numbers choose, Enter goes on. */

import type { CallView, FollowUp } from "@palvelurinki/call_kit";
import { type JSX, type KeyboardEvent, useEffect, useId, useRef } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import { concludingOf, FOLLOW_UPS, isSaved, RESOLUTIONS, toggled } from "../../model/conclude";
import type { ConsoleModel } from "../../model/model";
import { useWords } from "../../words/i18n";
import { FailureNote } from "../parts/failure_note";
import { quiet, success } from "../theme";
import { Choice } from "./choice";
import { isTyping } from "./typing";

const Form = styled.div`
  display: grid;
  gap: 12px;
  width: 100%;
  max-width: 640px;
  text-align: left;
`;

const Group = styled.fieldset`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 250px), 1fr));
  gap: 6px;
  margin: 0;
  padding: 0;
  border: 0;
  legend {
    margin-bottom: 6px;
    padding: 0;
    font-size: 18px;
    font-weight: 600;
    line-height: 1.3;
  }
`;

const Foot = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 16px;
  min-height: 44px;
  color: ${quiet};
  font-size: 15px;
`;

const Said = styled.p<{ $good: boolean }>`
  color: ${({ $good }) => ($good ? success : quiet)};
  font-weight: 600;
`;

interface ConcludeProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
  readonly call: CallView;
  /** What Enter does. */
  readonly onEnter: () => void;
  /** It takes the focus when it comes up, out of nothing that is being typed. */
  readonly taking: boolean;
  readonly keys: string;
}

/** The place that a digit names among `count`. */
function digitOf(event: KeyboardEvent, count: number): number | null {
  const number = Number(event.key);
  const plain = !(event.altKey || event.ctrlKey || event.metaKey);
  return plain && Number.isInteger(number) && number >= 1 && number <= count ? number - 1 : null;
}

/** What Enter saves; `save` alone, or with the going on that the stage adds. */
export function Conclude({ model, actions, call, onEnter, taking, keys }: ConcludeProps): JSX.Element {
  const { t } = useWords();
  const first = useRef<HTMLInputElement>(null);
  const group = useId();
  const concluding = concludingOf(model.state.concluding, call);
  const saved = isSaved(concluding, call);
  const { choose, save } = actions.concluding;
  useEffect(() => {
    if (taking && !isTyping(document.activeElement)) {
      first.current?.focus();
    }
  }, [taking]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      if (!event.repeat) {
        onEnter();
      }
    }
  };
  /** The keyboard goes on from what a number has chosen. */
  const stand = (event: KeyboardEvent, place: number): void => {
    event.preventDefault();
    event.currentTarget.querySelectorAll("input")[place]?.focus();
  };
  const onResolutionKey = (event: KeyboardEvent): void => {
    const place = digitOf(event, RESOLUTIONS.length) ?? -1;
    const found = RESOLUTIONS[place];
    if (found !== undefined) {
      stand(event, place);
      choose({ ...concluding, resolution: found });
    }
  };
  const onFollowUpKey = (event: KeyboardEvent): void => {
    const place = digitOf(event, FOLLOW_UPS.length) ?? -1;
    const found: FollowUp | undefined = FOLLOW_UPS[place];
    if (found !== undefined) {
      stand(event, place);
      choose(toggled(concluding, found));
    }
  };
  return (
    <Form data-concluding={concluding.resolution ?? "unchosen"} data-saved={saved} onKeyDown={onKeyDown}>
      <Group onKeyDown={onResolutionKey}>
        <legend>{t("conclude.heading")}</legend>
        {RESOLUTIONS.map((each, place) => (
          <Choice key={each}>
            <input
              checked={each === concluding.resolution}
              name={group}
              onChange={() => choose({ ...concluding, resolution: each })}
              ref={place === 0 ? first : undefined}
              type="radio"
              value={each}
            />
            {t(`conclude.resolution.${each}`)}
            <span aria-hidden="true">{place + 1}</span>
          </Choice>
        ))}
      </Group>
      <Group onKeyDown={onFollowUpKey}>
        <legend>{t("conclude.follow_ups")}</legend>
        {FOLLOW_UPS.map((each, place) => (
          <Choice key={each}>
            <input
              checked={concluding.followUps.includes(each)}
              onChange={() => choose(toggled(concluding, each))}
              type="checkbox"
              value={each}
            />
            {t(`conclude.follow_up.${each}`)}
            <span aria-hidden="true">{place + 1}</span>
          </Choice>
        ))}
      </Group>
      <Foot>
        <Button
          aria-disabled={model.state.pending.has("conclusion")}
          disabled={concluding.resolution === null || saved}
          onClick={save}
          variant="secondary"
        >
          {t("conclude.save")}
        </Button>
        <Said $good={saved} role="status">
          {concluding.resolution !== null && t(saved ? "conclude.saved" : "conclude.changed")}
        </Said>
        <p>{keys}</p>
      </Foot>
      <FailureNote actions={actions} place="conclusion" state={model.state} />
    </Form>
  );
}

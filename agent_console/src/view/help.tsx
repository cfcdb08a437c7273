import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import { DESK_KEYS } from "../model/desk/keys";
import type { Section } from "../model/sections";
import { useWords } from "../words/i18n";
import { Dialog } from "./parts/dialog";
import { focusRing, ground, highlight, line } from "./theme";

const OF_CALLS = [
  ["accept", "Enter"],
  ["decline", "Esc"],
  ["ready", "Alt + R"],
  ["wrap_up_ready", "Enter"],
  ["extend", "Alt + T"],
  ["pause", "Alt + P"],
  ["microphone", "Alt + M"],
  ["camera", "Alt + K"],
  ["end_call", "Alt + L"],
] as const;
const OF_DESK = [
  ["desk_new", DESK_KEYS.new],
  ["desk_attend", DESK_KEYS.attend],
  ["desk_move", DESK_KEYS.move],
  ["desk_connect", "Enter"],
  ["desk_back", "Esc"],
] as const;
const OF_ALL = [
  ["close", "Esc"],
  ["help", "?"],
] as const;

const List = styled.dl`
  div {
    display: flex;
    justify-content: space-between;
    gap: 16px;
    padding: 8px 0;
    border-bottom: 1px solid ${line};
  }
`;

const Key = styled.kbd`
  padding: 2px 10px;
  border: 1px solid ${line};
  border-radius: 4px;
  background: ${ground};
  font: inherit;
  font-weight: 600;
  white-space: nowrap;
`;

const Choice = styled.label`
  display: flex;
  align-items: center;
  gap: 10px;
  margin: 16px 0;
  input {
    width: 20px;
    height: 20px;
    margin: 0;
    accent-color: ${highlight};
    ${focusRing}
  }
`;

interface HelpProps {
  readonly actions: ConsoleActions;
  readonly questionMark: boolean;
  readonly sections: readonly Section[];
}

/** What the keys do. The one key without Alt can be turned off. */
export function Help({ actions, questionMark, sections }: HelpProps): JSX.Element {
  const { t } = useWords();
  const desk = sections.includes("desk");
  // Keys that mean nothing to a person are not in their list.
  const keys = [...(desk && !sections.includes("work") ? [] : OF_CALLS), ...(desk ? OF_DESK : []), ...OF_ALL];
  return (
    <Dialog heading={t("shortcuts.heading")} onClose={actions.close}>
      <List>
        {keys.map(([what, key]) => (
          <div key={what}>
            <dt>{t(`shortcuts.${what}`)}</dt>
            <dd>
              <Key>{key}</Key>
            </dd>
          </div>
        ))}
      </List>
      <Choice>
        <input
          checked={questionMark}
          onChange={(event) => actions.setQuestionMark(event.currentTarget.checked)}
          type="checkbox"
        />
        {t("shortcuts.question_mark")}
      </Choice>
      <Button onClick={actions.close}>{t("app.close")}</Button>
    </Dialog>
  );
}

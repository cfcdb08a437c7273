import type { JSX } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../model/actions";
import { useWords } from "../words/i18n";
import { Dialog } from "./parts/dialog";
import { focusRing, ground, highlight, line } from "./theme";

const KEYS = [
  ["accept", "Enter"],
  ["decline", "Esc"],
  ["close", "Esc"],
  ["ready", "Alt + R"],
  ["wrap_up_ready", "Enter"],
  ["extend", "Alt + T"],
  ["pause", "Alt + P"],
  ["microphone", "Alt + M"],
  ["camera", "Alt + K"],
  ["end_call", "Alt + L"],
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
}

/** What the keys do. The one key without Alt can be turned off. */
export function Help({ actions, questionMark }: HelpProps): JSX.Element {
  const { t } = useWords();
  return (
    <Dialog heading={t("shortcuts.heading")} onClose={actions.close}>
      <List>
        {KEYS.map(([what, key]) => (
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

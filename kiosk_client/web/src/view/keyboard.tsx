/**
 * Letters to touch. A kiosk has no keys, and an operating system's own keyboard would cover half of the screen.
 * A press does not take the focus from the field, so that a keyboard of real keys works at the same time.
 */

import type { JSX, PointerEvent } from "react";
import styled from "styled-components";
import { EraseIcon } from "./icons";
import { useSpeech } from "./words";

const ROWS = ["qwertyuiopå", "asdfghjklöä", "zxcvbnm-"];

const SPACE = "␣";

const Keys = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.3rem;
`;

const KeyRow = styled.div`
  display: flex;
  justify-content: center;
  gap: 0.3rem;
`;

const Key = styled.button<{ $grow?: number }>`
  display: inline-flex;
  flex: ${({ $grow = 1 }) => $grow} 1 0;
  align-items: center;
  justify-content: center;
  min-width: 0;
  max-width: ${({ $grow = 1 }) => $grow * 4.5}rem;
  min-height: 76px;
  padding: 0;
  border: 2px solid var(--line);
  border-radius: 0.25rem;
  background: var(--paper);
  font-size: 1.2rem;
  cursor: pointer;
  &:active {
    background: var(--action);
    color: var(--on-action);
  }
`;

const keepFocus = (event: PointerEvent): void => event.preventDefault();

export function Keyboard({ text, onText }: { text: string; onText: (text: string) => void }): JSX.Element {
  const { t } = useSpeech();
  return (
    <Keys aria-label={t("need.keyboard")} onPointerDown={keepFocus} role="group">
      {ROWS.map((row, place) => (
        <KeyRow key={row}>
          {[...row].map((letter) => (
            <Key key={letter} onClick={() => onText(text + letter)} type="button">
              {letter}
            </Key>
          ))}
          {place === ROWS.length - 1 ? (
            <>
              <Key $grow={2} aria-label={t("need.space")} onClick={() => onText(`${text} `)} type="button">
                {SPACE}
              </Key>
              <Key
                $grow={1}
                aria-label={t("need.erase")}
                onClick={() => onText([...text].slice(0, -1).join(""))}
                type="button"
              >
                <EraseIcon />
              </Key>
            </>
          ) : null}
        </KeyRow>
      ))}
    </Keys>
  );
}

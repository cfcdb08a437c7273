/** The queue, drawn: the experts on duty, those before, and you. The words beside it say the same, so it is decoration. */

import type { JSX } from "react";
import styled from "styled-components";
import { NARROW, PORTRAIT } from "./theme";
import { useSpeech } from "./words";

// More than this would be a crowd to count; the rest is a number.
const MOST = 6;
// With more people than this they are drawn smaller.
const CROWD = 7;

const Scene = styled.div<{ $crowded: boolean }>`
  --tall: ${({ $crowded }) => ($crowded ? 3.4 : 4)}rem;
  ${PORTRAIT} {
    --tall: ${({ $crowded }) => ($crowded ? 3.4 : 4.2)}rem;
  }
  ${NARROW} {
    --tall: 3.6rem;
  }
  display: flex;
  flex-wrap: wrap;
  align-items: flex-end;
  gap: 1.2rem 2.5rem;
`;

const Crowd = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: flex-end;
  gap: 0.5rem;
`;

const Someone = styled.div<{ $mine?: boolean }>`
  display: flex;
  flex-direction: column;
  align-items: center;
  gap: 0.3rem;
  color: ${({ $mine }) => ($mine ? "var(--accent)" : "var(--figure)")};
  & > svg {
    display: block;
    width: auto;
    height: calc(var(--tall) * ${({ $mine }) => ($mine ? 1.25 : 1)});
  }
  & > b {
    color: var(--ink);
  }
`;

const Expert = styled(Someone)`
  color: var(--action);
`;

export function QueuePicture({ place, onDuty }: { place: number; onDuty: number }): JSX.Element {
  const { t } = useSpeech();
  const before = place - 1;
  return (
    <Scene $crowded={place + onDuty > CROWD} aria-hidden="true">
      {onDuty === 0 ? null : (
        <Crowd>
          {figures(onDuty).map((figure) => (
            <Expert key={figure}>
              <ExpertFigure />
            </Expert>
          ))}
          <More count={onDuty - MOST} />
        </Crowd>
      )}
      <Crowd>
        {figures(before).map((figure) => (
          <Someone key={figure}>
            <PersonFigure />
            <b>{figure}</b>
          </Someone>
        ))}
        <More count={before - MOST} />
        <Someone $mine={true}>
          <PersonFigure />
          <b>{t("waiting.you")}</b>
        </Someone>
      </Crowd>
    </Scene>
  );
}

function figures(count: number): number[] {
  return Array.from({ length: Math.min(count, MOST) }, (_, place) => place + 1);
}

function More({ count }: { count: number }): JSX.Element | null {
  return count > 0 ? <b>{`+${count}`}</b> : null;
}

function PersonFigure(): JSX.Element {
  return (
    <svg aria-hidden="true" fill="currentColor" focusable="false" viewBox="0 0 30 60">
      <circle cx="15" cy="8" r="7" />
      <path d="M5 20a4 4 0 0 1 4-4h12a4 4 0 0 1 4 4v18h-4v22h-5V42h-2v18H9V38H5z" />
    </svg>
  );
}

function ExpertFigure(): JSX.Element {
  return (
    <svg aria-hidden="true" fill="currentColor" focusable="false" viewBox="0 0 52 60">
      <circle cx="26" cy="14" r="7.5" />
      <path d="M15 15a11 11 0 0 1 22 0" fill="none" stroke="currentColor" strokeWidth="2.6" />
      <rect height="7" rx="2" width="4.5" x="13" y="12" />
      <rect height="7" rx="2" width="4.5" x="34.5" y="12" />
      <path d="M14 42v-9a9 9 0 0 1 9-9h6a9 9 0 0 1 9 9v9z" />
      <path d="M2 43h48v5H2zM6 48h4v12H6zM42 48h4v12h-4z" />
    </svg>
  );
}

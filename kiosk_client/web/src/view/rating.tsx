/** How it went, by one press: five faces, each with its word, so that neither colour nor drawing stands alone. */

import { type JSX, useId } from "react";
import styled from "styled-components";
import { IconError } from "suomifi-ui-components";
import { Card, Line, Subtitle } from "./parts";
import { NARROW } from "./theme";
import { useSpeech } from "./words";

const Faces = styled.div`
  display: grid;
  grid-template-columns: repeat(5, minmax(0, 1fr));
  gap: 0.5rem;
  ${NARROW} {
    grid-template-columns: minmax(0, 1fr);
  }
`;

const Face = styled.button`
  display: flex;
  flex-direction: column;
  align-items: center;
  gap: 0.4rem;
  min-height: max(96px, 6.2rem);
  padding: 0.7rem 0.2rem 0.5rem;
  border: 3px solid var(--action);
  border-radius: 0.4rem;
  background: var(--paper);
  color: var(--ink);
  line-height: 1.1;
  text-align: center;
  hyphens: manual;
  cursor: pointer;
  & > svg {
    flex: none;
    width: 3rem;
    height: 3rem;
    color: var(--action);
  }
  &[aria-pressed="true"] {
    background: var(--action);
    color: var(--on-action);
    & > svg {
      color: var(--on-action);
    }
  }
  &:disabled {
    cursor: default;
    &[aria-pressed="false"] {
      border-color: var(--line);
    }
  }
`;

const Thanks = styled(Line)`
  min-height: 1.6rem;
`;

/** From poor to good: the corner of the mouth, in twelfths below its middle. */
const MOUTHS = [-3.2, -1.6, 0, 1.8, 3.6];
const KEYS = ["r1", "r2", "r3", "r4", "r5"] as const;

/** `given`: what was said; 0 when only that it was is known. `wrong`: why it did not come through. */
export function Rating(props: {
  given: number | null;
  wrong: string | null;
  onRate: (satisfaction: number) => void;
}): JSX.Element {
  const { given, wrong, onRate } = props;
  const { t } = useSpeech();
  const title = useId();
  return (
    <Card aria-labelledby={title}>
      <Subtitle id={title}>
        {given === null ? t("goodbye.rate") : <Thanks role="status">{t("goodbye.thanks")}</Thanks>}
      </Subtitle>
      <Faces>
        {KEYS.map((key, place) => (
          <Face
            aria-pressed={given === place + 1}
            disabled={given !== null}
            key={key}
            onClick={() => onRate(place + 1)}
            type="button"
          >
            <Drawn mouth={MOUTHS[place] ?? 0} />
            {t(`goodbye.rating.${key}`)}
          </Face>
        ))}
      </Faces>
      {wrong === null ? null : (
        <Line role="alert">
          <IconError />
          {wrong}
        </Line>
      )}
    </Card>
  );
}

function Drawn({ mouth }: { mouth: number }): JSX.Element {
  return (
    <svg
      aria-hidden="true"
      fill="none"
      focusable="false"
      stroke="currentColor"
      strokeLinecap="round"
      strokeWidth="2"
      viewBox="0 0 24 24"
    >
      <circle cx="12" cy="12" r="10" />
      <path d="M8.5 9v.6M15.5 9v.6" strokeWidth="2.6" />
      <path d={`M7.5 ${15.5 - mouth / 2}q4.5 ${mouth * 1.3} 9 0`} />
    </svg>
  );
}

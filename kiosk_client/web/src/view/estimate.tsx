/**
 * How long it still takes, why that grew, and when the service closes.
 *
 * Each of the three is a live region of its own, so that a screen reader hears only what has changed. Room is kept for
 * what usually comes, so that nothing below moves.
 */

import type { JSX } from "react";
import styled, { keyframes } from "styled-components";
import { IconClock } from "suomifi-ui-components";
import { localMoment } from "../model/language";
import type { ClosingTold, Minutes, Waiting } from "../model/waiting";
import { NARROW } from "./theme";
import { type Speech, useSpeech } from "./words";

/** From this many minutes on people say hours. */
const HOURS_FROM = 90;

const Told = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.3rem;
  min-height: 5.6rem;
`;

const Figure = styled.p`
  min-height: 1.9rem;
  font-size: 1.5rem;
  font-weight: 600;
  line-height: 1.25;
  font-variant-numeric: tabular-nums;
  ${NARROW} {
    font-size: 1.25rem;
  }
`;

const Closing = styled.p`
  display: flex;
  gap: 0.7rem;
  padding-top: 0.7rem;
  border-top: 2px solid var(--line);
  & > .fi-icon {
    flex: none;
    width: 1.35rem;
    height: 1.35rem;
    color: var(--action);
  }
  & .fi-icon-base-fill {
    fill: currentcolor;
  }
  &:empty {
    display: none;
  }
`;

const Bar = styled.span`
  display: block;
  width: min(22rem, 90%);
  height: 1.3rem;
  margin: 0.3rem 0;
  border-radius: 0.3rem;
  background: var(--line);
  animation: ${keyframes`50% { opacity: 0.45; }`} 1.8s ease-in-out infinite;
`;

export function Estimate({ waiting }: { waiting: Waiting }): JSX.Element {
  const speech = useSpeech();
  const { figure, detail } = toldIn(speech, waiting);
  return (
    <>
      <Told>
        <Figure role="status">{figure ?? <Bar aria-hidden="true" />}</Figure>
        <p role="status">{detail}</p>
      </Told>
      <Closing role="status">
        {waiting.closing === null ? null : (
          <>
            <IconClock />
            <span>{closingIn(speech, waiting.closing)}</span>
          </>
        )}
      </Closing>
    </>
  );
}

/** `figure` is null while it is on its way: then a bar stands in its place. */
function toldIn(speech: Speech, waiting: Waiting): { figure: string | null; detail: string | null } {
  const { t } = speech;
  const { estimate, closing } = waiting;
  // A closing that is told says by itself that the turn may not come.
  const closingTells = closing !== null && closing.prospect !== "served";
  if (estimate === null) {
    return { figure: t("waiting.ringingText"), detail: waiting.askedBefore ? t("waiting.askedBefore") : null };
  }
  switch (estimate.kind) {
    case "pending":
      return { figure: null, detail: t("estimate.pending") };
    case "overdue":
      return { figure: t("estimate.overdue"), detail: t("estimate.overdueText") };
    case "uncertain":
      return { figure: t("estimate.uncertain"), detail: closingTells ? null : t("estimate.mayClose") };
    case "cannot":
      return {
        figure: t("estimate.cannot"),
        // Then the closing has told the reason.
        detail: estimate.reason === "not_before_closing" ? null : t(`estimate.${estimate.reason}`),
      };
    case "minutes": {
      const { minutes, grown } = estimate;
      const open = minutes.kind === "at_least" && !closingTells ? t("estimate.mayBeLong") : null;
      return {
        figure: minutesIn(speech, minutes),
        detail: grown === null ? open : t(`grew.${grown.cause ?? "unknown"}`, { count: grown.count }),
      };
    }
    default:
      return estimate satisfies never;
  }
}

function minutesIn(speech: Speech, minutes: Minutes): string {
  const { t } = speech;
  switch (minutes.kind) {
    case "less_than":
      return t("estimate.lessThan", { count: minutes.high });
    case "at_least":
      return minutes.low < HOURS_FROM
        ? t("estimate.moreThan", { count: minutes.low })
        : t("estimate.longMoreThan", { low: spanIn(speech, minutes.low) });
    case "range":
      if (minutes.low === minutes.high) {
        return t("estimate.about", { count: minutes.low });
      }
      return minutes.high < HOURS_FROM
        ? t("estimate.range", { low: minutes.low, high: minutes.high })
        : t("estimate.longRange", { low: spanIn(speech, minutes.low), high: spanIn(speech, minutes.high) });
    default:
      return minutes satisfies never;
  }
}

function spanIn({ t }: Speech, all: number): string {
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  if (hours === 0) {
    return t("estimate.spanMinutes", { minutes });
  }
  return minutes === 0 ? t("estimate.spanHours", { hours }) : t("estimate.span", { hours, minutes });
}

function closingIn({ t, language }: Speech, { at, prospect }: ClosingTold): string {
  return t(`closing.${prospect}`, { time: localMoment(language, at, at).time });
}

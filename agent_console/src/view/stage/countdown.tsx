import type { OfferView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { useWords } from "../../words/i18n";
import { alert, brand, highlight, line, still, tabular, unseen } from "../theme";

const RADIUS = 64;
const LENGTH = 2 * Math.PI * RADIUS;
/** From here on the ring says that time is running out. */
const LAST_SECONDS = 5;

const Figure = styled.figure`
  position: relative;
  flex: none;
  width: 148px;
  height: 148px;
  svg {
    display: block;
    transform: rotate(-90deg);
  }
  circle:last-child {
    transition: stroke-dashoffset 1s linear;
    ${still} {
      transition: none;
    }
  }
`;

const Seconds = styled.span<{ $last: boolean }>`
  ${tabular}
  position: absolute;
  inset: 0;
  display: flex;
  align-items: baseline;
  justify-content: center;
  line-height: 148px;
  color: ${({ $last }) => ($last ? alert : brand)};
  font-size: 48px;
  font-weight: 600;
  small {
    margin-left: 2px;
    font-size: 20px;
  }
`;

const Unseen = styled.figcaption`
  ${unseen}
`;

interface CountdownProps {
  readonly offer: OfferView;
  readonly now: number;
}

/** The time to answer, as a ring that empties by the server's clock. */
export function Countdown({ offer, now }: CountdownProps): JSX.Element {
  const { t } = useWords();
  const expires = Date.parse(offer.expires_at);
  const whole = Math.max(1, expires - Date.parse(offer.opened_at));
  const left = Math.min(whole, Math.max(0, expires - now));
  const seconds = Math.ceil(left / 1000);
  const last = seconds <= LAST_SECONDS;
  return (
    <Figure>
      <svg aria-hidden="true" focusable="false" height="148" viewBox="0 0 148 148" width="148">
        <circle cx="74" cy="74" fill="none" r={RADIUS} stroke={line} strokeWidth="10" />
        <circle
          cx="74"
          cy="74"
          fill="none"
          r={RADIUS}
          stroke={last ? alert : highlight}
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - left / whole)}
          strokeLinecap="butt"
          strokeWidth="10"
        />
      </svg>
      <Seconds $last={last} aria-hidden="true">
        {seconds}
        <small>{t("stage.ringing.seconds")}</small>
      </Seconds>
      <Unseen>{t("stage.ringing.left", { count: seconds })}</Unseen>
    </Figure>
  );
}

import type { OfferView } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import { useWords } from "../../words/i18n";
import { RingTimer } from "../parts/ring_timer";

/** From here on the ring says that time is running out. */
const LAST_SECONDS = 5;

interface CountdownProps {
  readonly offer: OfferView;
  readonly now: number;
}

/** The time to answer, by the server's clock. */
export function Countdown({ offer, now }: CountdownProps): JSX.Element {
  const { t } = useWords();
  const expires = Date.parse(offer.expires_at);
  const whole = Math.max(1, expires - Date.parse(offer.opened_at));
  const left = Math.min(whole, Math.max(0, expires - now));
  const seconds = Math.ceil(left / 1000);
  return (
    <RingTimer label={t("stage.ringing.left", { count: seconds })} last={seconds <= LAST_SECONDS} share={left / whole}>
      {seconds}
      <small>{t("stage.ringing.seconds")}</small>
    </RingTimer>
  );
}

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled, { keyframes } from "styled-components";
import { Button } from "suomifi-ui-components";
import type { ConsoleActions } from "../../model/actions";
import { explain } from "../../model/explain";
import type { ConsoleModel } from "../../model/model";
import { NO_OFFERS, type Offers } from "../../model/state";
import { timeOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { ActSign } from "../parts/icons";
import { alert, alertPale, ground, quiet } from "../theme";
import { Explained } from "./explained";

const Area = styled.section`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 8px;
  padding: 4px 16px 16px;
`;

const Top = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 16px;
  h3 {
    font-size: 16px;
    font-weight: 600;
  }
  > span {
    color: ${quiet};
    font-size: 15px;
  }
  > :last-child {
    margin-left: auto;
  }
`;

const appear = keyframes`
  from { visibility: hidden; }
  to { visibility: visible; }
`;

/** Seen only when the answer takes longer than 300 ms. */
const Skeleton = styled.div`
  display: grid;
  gap: 8px;
  animation: ${appear} 1ms 300ms both;
  div {
    height: 44px;
    border-radius: 2px;
    background: ${ground};
  }
`;

const Failure = styled.div`
  display: flex;
  align-items: flex-start;
  gap: 8px;
  padding: 10px 12px;
  border-left: 4px solid ${alert};
  background: ${alertPale};
  svg {
    color: ${alert};
  }
`;

const Region = styled.div`
  &:empty {
    position: absolute;
  }
`;

const Quiet = styled.p`
  color: ${quiet};
`;

function Content({ offers }: { readonly offers: Offers }): JSX.Element | null {
  const { t } = useWords();
  if (offers.read === null) {
    return offers.loading ? (
      <Skeleton>
        <p role="status">{t("offers.loading")}</p>
        <div />
        <div />
        <div />
      </Skeleton>
    ) : null;
  }
  if (offers.read.offers.length === 0) {
    return <Quiet>{t("offers.empty")}</Quiet>;
  }
  return (
    <div>
      {offers.read.offers.map((offer, place) => (
        <Explained explanation={explain(offer)} first={place === 0} key={offer.offer} />
      ))}
    </div>
  );
}

interface OffersOfProps {
  readonly ring: string;
  readonly of: string;
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

/** A ring's newest offers, each with its reasons. */
export function OffersOf({ ring, of, model, actions }: OffersOfProps): JSX.Element {
  const { t, language } = useWords();
  const offers = model.state.offers.get(ring) ?? NO_OFFERS;
  const again = (): void => actions.readOffers(ring);
  return (
    <Area aria-busy={offers.loading} aria-label={`${t("offers.heading")}: ${of}`} data-offers={ring}>
      <Top>
        <h3>{t("offers.heading")}</h3>
        {offers.read !== null && (
          <span>
            {t("offers.read_at", { at: t("moment.at", { time: timeOf(offers.read.server_time, language) }) })}
          </span>
        )}
        <Button aria-disabled={offers.loading} onClick={again} variant="secondaryNoBorder">
          {t(offers.failure === null ? "offers.refresh" : "offers.try_again")}
        </Button>
      </Top>
      <Region role="alert">
        {offers.failure !== null && (
          <Failure data-failure={offers.failure}>
            <ActSign size={20} />
            <p>{`${t("offers.failed")} ${errorText(language, offers.failure)}`}</p>
          </Failure>
        )}
      </Region>
      <Content offers={offers} />
    </Area>
  );
}

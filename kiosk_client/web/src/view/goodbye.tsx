/** After the contact: what was agreed, how it went, what comes next; and the screen counts down to the first one. */

import type { CustomerSideView } from "@palvelurinki/call_kit";
import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { IconFailure, IconSuccess } from "suomifi-ui-components";
import { openingOf } from "../model/catalogue";
import { endingOf, type Stage, secondsLeft } from "../model/state";
import { Closed } from "./closed";
import { Intro } from "./head";
import { NextIcon } from "./icons";
import { Countdown } from "./moving";
import { Body, Card, Line, Note, Primary, Quiet, Row, Secondary, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { Rating } from "./rating";
import { PORTRAIT, WIDE } from "./theme";
import { nextIn } from "./waiting_words";
import { useSpeech } from "./words";

type GoodbyeProps = ScreenProps & { stage: Extract<Stage, { kind: "goodbye" }> };

export function GoodbyeScreen(props: GoodbyeProps): JSX.Element {
  const { stage } = props;
  const { t } = useSpeech();
  const ending = endingOf(stage);
  return (
    <>
      <Intro text={t(`goodbye.${ending}.text`)} title={t(`goodbye.${ending}.title`)} />
      {ending === "served" && stage.situation !== null ? (
        <Served {...props} situation={stage.situation} />
      ) : (
        <Other {...props} />
      )}
    </>
  );
}

/* ---- Served ----------------------------------------------------------------------------------------------- */

const Sides = styled(Body)`
  gap: 1rem;
  padding: 1.2rem var(--side);
  ${PORTRAIT} {
    gap: 1.1rem;
    padding-top: 1.2rem;
  }
  ${WIDE} {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr);
    grid-template-rows: minmax(0, 1fr) auto;
    gap: 1.2rem;
    & > :last-child {
      grid-column: 1 / -1;
    }
  }
`;

const Agreed = styled(Card)`
  gap: 0.7rem;
  ${PORTRAIT} {
    flex: 1 0 auto;
  }
`;

const Reference = styled.p`
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 1rem;
  & > strong {
    font-size: 1.7rem;
    font-weight: 600;
    letter-spacing: 0.04em;
    white-space: nowrap;
  }
`;

const ToDo = styled.ul`
  display: flex;
  flex-direction: column;
  gap: 0.2rem;
  margin-top: 0.4rem;
`;

const Foot = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: stretch;
  gap: 1rem;
  & > button {
    flex: 1 1 12rem;
  }
  & > section {
    flex: 2 1 24rem;
  }
`;

function Served(props: GoodbyeProps & { situation: CustomerSideView }): JSX.Element {
  const { state, stage, situation, send } = props;
  const speech = useSpeech();
  const { t, language } = speech;
  const next = nextIn(speech, situation.further);
  const { problem } = state.visit;
  return (
    <Sides>
      <Agreed>
        <Reference>
          {t("goodbye.reference")} <strong>{situation.reference}</strong>
        </Reference>
        <Quiet>{t("goodbye.referenceText")}</Quiet>
        <WhatWasAgreed conclusion={situation.conclusion} />
      </Agreed>
      <Rating
        given={stage.rating ?? (situation.rated ? 0 : null)}
        wrong={problem === null ? null : errorText(language, problem.code)}
        onRate={(satisfaction) => send({ type: "rate", satisfaction })}
      />
      <Foot>
        <Counting {...props} low={true} />
        {next === null ? (
          <>
            <Secondary onClick={() => send({ type: "another_matter" })}>{t("goodbye.another")}</Secondary>
            <Primary onClick={() => send({ type: "start_over" })}>{t("goodbye.toStart")}</Primary>
          </>
        ) : (
          <Note icon={<NextIcon />} tone="plain">
            <p>{next}</p>
          </Note>
        )}
      </Foot>
    </Sides>
  );
}

/** It comes when the expert has written it down, which may take a moment: its place is kept. */
function WhatWasAgreed({ conclusion }: Pick<CustomerSideView, "conclusion">): JSX.Element {
  const { t } = useSpeech();
  return (
    <div aria-live="polite">
      {conclusion === null ? (
        <Quiet>{t("goodbye.pending")}</Quiet>
      ) : (
        <>
          <Subtitle>{t(`goodbye.resolution.${conclusion.resolution}`)}</Subtitle>
          {conclusion.follow_ups.length === 0 ? null : (
            <ToDo aria-label={t("goodbye.followUps")}>
              {conclusion.follow_ups.map((each) => (
                <li key={each}>
                  <Line as="span">
                    <NextIcon />
                    {t(`goodbye.followUp.${each}`)}
                  </Line>
                </li>
              ))}
            </ToDo>
          )}
        </>
      )}
    </div>
  );
}

/* ---- Any other ending ------------------------------------------------------------------------------------- */

const Middle = styled(Body)`
  justify-content: center;
  max-width: 60rem;
  margin: 0 auto;
  gap: 1.3rem;
  & > div > button {
    max-width: none;
  }
`;

const Picture = styled.div`
  display: flex;
  justify-content: center;
  & .fi-icon {
    width: 9rem;
    height: 9rem;
  }
`;

function Other(props: GoodbyeProps): JSX.Element {
  const { state, stage, now, send } = props;
  const { t } = useSpeech();
  const ending = endingOf(stage);
  const well = ending === "served" || ending === "left";
  const closed = ending === "ring_closed";
  const service = stage.about?.service.id ?? null;
  return (
    <Middle>
      {closed ? (
        <Closed opensAt={openingOf(state.catalogue, service)} serverNow={new Date(now + state.clockOffsetMs)} />
      ) : (
        <Picture>{well ? <IconSuccess /> : <IconFailure />}</Picture>
      )}
      <Counting {...props} />
      <Row>
        {well || closed || service === null ? (
          <Primary onClick={() => send({ type: "start_over" })}>{t("goodbye.toStart")}</Primary>
        ) : (
          <>
            <Primary onClick={() => send({ type: "try_again" })}>{t("goodbye.retry")}</Primary>
            <Secondary onClick={() => send({ type: "start_over" })}>{t("goodbye.toStart")}</Secondary>
          </>
        )}
      </Row>
    </Middle>
  );
}

/* ---- The countdown ---------------------------------------------------------------------------------------- */

const CountingCard = styled(Card)<{ $low: boolean }>`
  flex-direction: row;
  flex-wrap: wrap;
  align-items: center;
  gap: ${({ $low }) => ($low ? "0.6rem 1.2rem" : "1.2rem 1.8rem")};
  ${({ $low }) => $low && "padding: 0.6rem 1.2rem; & > svg { width: 4.2rem; height: 4.2rem; }"}
  & > p {
    flex: 1 1 12rem;
    font-size: 1.15rem;
  }
  & > button {
    flex: 0 1 auto;
  }
`;

/** `low`: where there is much else to read. */
function Counting({ stage, now, send, low = false }: GoodbyeProps & { low?: boolean }): JSX.Element | null {
  const { t } = useSpeech();
  const { until, length } = stage;
  return until === null ? null : (
    <CountingCard $low={low}>
      <Countdown length={length} now={now} until={until} />
      <p>{t("goodbye.countdown", { count: secondsLeft(until, now, length) })}</p>
      <Secondary onClick={() => send({ type: "stop_countdown" })}>{t("goodbye.stop")}</Secondary>
    </CountingCard>
  );
}

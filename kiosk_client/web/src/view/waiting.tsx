/** Waiting: what happens now, the place, how long it takes, and that one may sit down. */

import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX } from "react";
import styled from "styled-components";
import { IconError } from "suomifi-ui-components";
import { type LineTold, lineTold } from "../model/line";
import type { Stage } from "../model/state";
import { type Waiting, waitingOf } from "../model/waiting";
import { BesideTitle } from "./advisor";
import { Estimate } from "./estimate";
import { Intro } from "./head";
import { BellIcon, CameraIcon, CameraOffIcon, NextIcon, SeatIcon, TickIcon } from "./icons";
import { LineCheck, LineReady } from "./line";
import { Mirror } from "./mirror";
import { Card, Column, Danger, Halves, Line, Note, Quiet, Secondary } from "./parts";
import type { ScreenProps } from "./props";
import { QueuePicture } from "./queue_picture";
import { PORTRAIT, WIDE } from "./theme";
import { beforeIn, headlineIn, matterIn, nextIn } from "./waiting_words";
import { useSpeech } from "./words";

const Layout = styled(Halves)`
  ${WIDE} {
    grid-template-columns: minmax(0, 1fr) 24rem;
  }
`;

const Own = styled(Column)`
  ${PORTRAIT} {
    /* At the foot, so that nothing that is told above moves what is pressed. */
    margin-top: auto;
    display: grid;
    grid-template-columns: 18rem minmax(0, 1fr);
    gap: 1rem 1.5rem;
    align-items: center;
  }
  @media (orientation: portrait) and (max-width: 900px) {
    grid-template-columns: minmax(0, 1fr);
  }
`;

const Signals = styled.div`
  & > p {
    font-size: 1.25rem;
  }
  display: flex;
  flex-direction: column;
  gap: 0.8rem;
`;

export function WaitingScreen(props: ScreenProps & { stage: Extract<Stage, { kind: "live" }> }): JSX.Element {
  const { state, stage, local, now, send } = props;
  const speech = useSpeech();
  const { t } = speech;
  const waiting = waitingOf(state, stage, now);
  const headline = headlineIn(speech, waiting);
  const leaving = stage.leavingSince !== null;
  const line = lineTold(state, stage);
  const faulty = line?.kind === "failed";
  return (
    <>
      <Intro
        picture={<BesideTitle now={now} stage={stage} />}
        text={matterIn(speech, stage.contact)}
        title={<span role="status">{headline.title}</span>}
      />
      <Layout>
        <Column>
          <Card>
            {waiting.place === null || faulty ? null : (
              <QueuePicture onDuty={waiting.onDuty ?? 0} place={waiting.place} />
            )}
            {faulty ? null : (
              <div>
                <p role="status">{headline.text}</p>
                {waiting.onDuty ? <Quiet>{t("waiting.experts", { count: waiting.onDuty })}</Quiet> : null}
              </div>
            )}
            <Estimate waiting={waiting} />
          </Card>
          <Below {...props} line={line} waiting={waiting} />
        </Column>
        <Own>
          <Mirror empty={t(leaving || hasCamera(props) ? "waiting.cameraClosed" : "waiting.noCamera")} local={local} />
          <Column>
            {hasCamera(props) ? (
              <Secondary
                icon={local.videoOn ? <CameraOffIcon /> : <CameraIcon />}
                onClick={() => send({ type: "set_picture", on: !local.videoOn })}
              >
                {t(local.videoOn ? "waiting.closeCamera" : "waiting.openCamera")}
              </Secondary>
            ) : null}
            <Danger disabled={leaving} onClick={() => send({ type: "leave" })}>
              {t(leaving ? "waiting.leaving" : "waiting.leave")}
            </Danger>
          </Column>
        </Own>
      </Layout>
    </>
  );
}

/** What must be known now, or else what to do meanwhile: never both, so that there is room for either. */
function Below(
  props: ScreenProps & { stage: Extract<Stage, { kind: "live" }>; waiting: Waiting; line: LineTold | null },
): JSX.Element {
  const { state, stage, waiting, line } = props;
  const speech = useSpeech();
  const { t, language } = speech;
  const { problem } = state.visit;
  if (problem !== null || waiting.line !== "fine") {
    return (
      <>
        <LineNote line={waiting.line} />
        {problem === null ? null : (
          <Note icon={<IconError />} tone="bad">
            <p>{errorText(language, problem.code)}</p>
          </Note>
        )}
      </>
    );
  }
  if (line !== null && line.kind !== "ready") {
    return <LineCheck {...props} told={line} />;
  }
  const next = nextIn(speech, stage.contact.situation?.further ?? []);
  return (
    <Signals>
      {stage.before === null ? null : (
        <Line>
          <TickIcon />
          {beforeIn(speech, stage.before)}
        </Line>
      )}
      <Line>
        <BellIcon />
        {t("waiting.signal")}
      </Line>
      {waiting.estimate === null || stage.before !== null ? null : (
        <Line>
          <SeatIcon />
          {t("waiting.sit")}
        </Line>
      )}
      {line === null ? null : <LineReady />}
      {next === null ? null : (
        <Line>
          <NextIcon />
          {next}
        </Line>
      )}
    </Signals>
  );
}

function hasCamera({ local }: ScreenProps): boolean {
  return (local.stream?.getVideoTracks().length ?? 0) > 0;
}

function LineNote({ line }: { line: Waiting["line"] }): JSX.Element | null {
  const { t } = useSpeech();
  if (line === "fine") {
    return null;
  }
  return (
    <Note icon={line === "lost" ? <IconError /> : undefined} tone={line === "lost" ? "warning" : "good"}>
      <p>{t(line === "lost" ? "waiting.lost" : "waiting.held")}</p>
    </Note>
  );
}

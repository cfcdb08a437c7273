/** The line check while the customer waits: five steps with a sign and a word each, or what is wrong and what to do. */

import type { LineProgress, LineStep, LineStepState } from "@palvelurinki/call_kit";
import type { JSX } from "react";
import styled from "styled-components";
import { IconCheckCircleFilled, IconError } from "suomifi-ui-components";
import { advisorTold } from "../model/advisor";
import type { LineTold } from "../model/line";
import type { Stage } from "../model/state";
import {
  CameraIcon,
  CrossIcon,
  LoudspeakerIcon,
  MicrophoneIcon,
  NetworkIcon,
  QuestionIcon,
  RouteIcon,
  TickIcon,
} from "./icons";
import { Spinner } from "./moving";
import { Card, Column, Line, Note, Primary, Row, Secondary, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { NARROW, PORTRAIT } from "./theme";
import { useSpeech } from "./words";

const Checking = styled(Card)`
  gap: 0.8rem;
  padding: 1rem 1.5rem;
`;

const Steps = styled.ul`
  display: grid;
  grid-template-columns: repeat(5, minmax(0, 1fr));
  gap: 0.6rem;
  ${PORTRAIT} {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  ${NARROW} {
    grid-template-columns: minmax(0, 1fr);
  }
`;

const Step = styled.li<{ $state: LineStepState }>`
  display: flex;
  align-items: center;
  gap: 0.6rem;
  min-width: 0;
  padding: 0.4rem 0;
  border-top: 4px ${({ $state }) => ($state === "pending" ? "dotted" : "solid")} ${({ $state }) => EDGES[$state]};
  line-height: 1.15;
  & > svg {
    flex: none;
    width: 1.6rem;
    height: 1.6rem;
    color: var(--action);
  }
  & b,
  & small {
    display: flex;
    align-items: center;
    gap: 0.3rem;
    font-size: 1rem;
    hyphens: auto;
  }
  & b {
    font-weight: 600;
  }
  & small > svg {
    flex: none;
    width: 1em;
    height: 1em;
  }
`;

const EDGES: Record<LineStepState, string> = {
  pending: "var(--line)",
  running: "var(--action)",
  passed: "var(--success)",
  failed: "var(--alert)",
  unsure: "var(--figure)",
};

const STEPS: [LineStep, JSX.Element][] = [
  ["camera", <CameraIcon key="camera" />],
  ["microphone", <MicrophoneIcon key="microphone" />],
  ["loudspeaker", <LoudspeakerIcon key="loudspeaker" />],
  ["network", <NetworkIcon key="network" />],
  ["relay", <RouteIcon key="relay" />],
];

const SIGNS: Record<LineStepState, JSX.Element | null> = {
  pending: null,
  running: <Spinner />,
  passed: <TickIcon />,
  failed: <CrossIcon />,
  unsure: <QuestionIcon />,
};

export function LineCheck(
  props: ScreenProps & { stage: Extract<Stage, { kind: "live" }>; told: Exclude<LineTold, { kind: "ready" }> },
): JSX.Element {
  return props.told.kind === "checking" ? (
    <Progress steps={props.told.steps} />
  ) : (
    <Fault {...props} told={props.told} />
  );
}

/** What the check has shown, for good: a line among the others. */
export function LineReady(): JSX.Element {
  const { t } = useSpeech();
  return (
    <Line role="status">
      <TickIcon />
      {t("line.ready")}
    </Line>
  );
}

function Progress({ steps }: { steps: LineProgress }): JSX.Element {
  const { t } = useSpeech();
  return (
    <Checking>
      <div role="status">
        <Subtitle>{t("line.title")}</Subtitle>
      </div>
      <Steps>
        {STEPS.map(([step, picture]) => {
          const state = steps[step];
          return state === undefined ? null : (
            <Step $state={state} data-state={state} key={step}>
              {picture}
              <span>
                <b>{t(`line.${step}`)}</b>
                <small>
                  {SIGNS[state]}
                  {t(`line.${state}`)}
                </small>
              </span>
            </Step>
          );
        })}
      </Steps>
    </Checking>
  );
}

const Told = styled(Column)`
  gap: 0.8rem;
`;

function Fault(
  props: ScreenProps & { stage: Extract<Stage, { kind: "live" }>; told: Extract<LineTold, { kind: "failed" }> },
): JSX.Element {
  const { stage, told, now, send } = props;
  const { t } = useSpeech();
  const advisor = advisorTold(stage, now);
  return (
    <Told>
      <Note icon={<IconError />} tone="bad">
        <Subtitle>{t(`line.faults.${told.fault}.what`)}</Subtitle>
        <p>{t(`line.faults.${told.fault}.advice`)}</p>
      </Note>
      <Line>
        <IconCheckCircleFilled />
        {t("line.kept")}
      </Line>
      <Row>
        <Primary onClick={() => send({ type: "check_line_again" })}>{t("line.again")}</Primary>
        {told.without === null ? null : (
          <Secondary onClick={() => send({ type: "go_without" })}>
            {t(told.without === "camera" ? "line.withoutCamera" : "line.withoutMicrophone")}
          </Secondary>
        )}
        {advisor === null || advisor.kind === "gone" ? (
          <Secondary onClick={() => send({ type: "ask_help" })}>{t("advisor.call")}</Secondary>
        ) : null}
      </Row>
    </Told>
  );
}

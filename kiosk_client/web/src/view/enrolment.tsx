/**
 * A device that nobody knows yet, for whoever installs it: what to do, the code, and the fingerprint to compare. Both are
 * read from some way off and typed elsewhere, so they are as large as the screen lets them be.
 */

import type { JSX } from "react";
import styled from "styled-components";
import { IconError } from "suomifi-ui-components";
import type { Access } from "../model/access";
import { clockOf } from "../model/clock";
import { Intro } from "./head";
import { Spinner } from "./moving";
import { Card, Column, Halves, Line, Note, Quiet, Subtitle } from "./parts";
import type { ScreenProps } from "./props";
import { TARGET } from "./theme";
import { useSpeech } from "./words";

type Enrolling = Extract<Access, { kind: "enrolling" }>;

const Steps = styled.ol`
  display: flex;
  flex-direction: column;
  gap: 0.7rem;
  counter-reset: step;
  & > li {
    display: grid;
    grid-template-columns: 2.4rem minmax(0, 1fr);
    gap: 1rem;
    align-items: center;
    font-size: 1.15rem;
    hyphens: auto;
    overflow-wrap: anywhere;
    counter-increment: step;
  }
  & > li::before {
    content: counter(step);
    display: grid;
    place-items: center;
    width: 2.4rem;
    height: 2.4rem;
    border-radius: 50%;
    background: var(--action);
    color: var(--on-action);
    font-weight: 600;
  }
`;

/** Its measure is its own width: it lies in half a screen, or in a whole one. */
const Shown = styled(Card)`
  container-type: inline-size;
  gap: 1.2rem;
  min-height: 14rem;
`;

const Groups = styled.p<{ $size: string }>`
  display: flex;
  flex-wrap: wrap;
  gap: 0 0.5em;
  font-size: ${({ $size }) => $size};
  font-weight: 600;
  line-height: 1.2;
  letter-spacing: 0.06em;
  font-variant-numeric: tabular-nums;
  user-select: text;
`;

const Part = styled.div`
  display: flex;
  flex-direction: column;
  gap: 0.3rem;
`;

const Track = styled.div`
  height: 0.8rem;
  border-radius: 0.4rem;
  background: var(--ground);
  border: 2px solid var(--figure);
  overflow: hidden;
  & > div {
    height: 100%;
    background: var(--action);
    transition: width 0.5s linear;
  }
`;

const InDemo = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0 2rem;
  & > p {
    flex: 1 1 16rem;
  }
`;

const DemoLink = styled.a`
  display: inline-flex;
  align-items: center;
  min-height: ${TARGET};
  color: var(--action);
  font-weight: 600;
`;

export function EnrolmentScreen(props: ScreenProps & { access: Extract<Access, { demo: boolean }> }): JSX.Element {
  const { access, now } = props;
  const { t } = useSpeech();
  return (
    <>
      <Intro text={t("enrolment.text")} title={t("enrolment.title")} />
      <Halves>
        <Column>
          <Card>
            <Subtitle>{t("enrolment.steps")}</Subtitle>
            <Steps>
              <li>{t("enrolment.stepOpen")}</li>
              <li>{t("enrolment.stepCode")}</li>
              <li>{t("enrolment.stepCompare")}</li>
            </Steps>
          </Card>
          {access.demo ? <Demo /> : <Quiet>{t("enrolment.next")}</Quiet>}
        </Column>
        <Column>
          <Shown>{access.kind === "enrolling" ? <Code access={access} now={now} /> : <Asking />}</Shown>
          {access.trouble === null ? null : (
            <Note icon={<IconError />} tone="warning">
              <p>{t("enrolment.trouble")}</p>
            </Note>
          )}
        </Column>
      </Halves>
    </>
  );
}

function Asking(): JSX.Element {
  const { t } = useSpeech();
  return (
    <Line role="status">
      <Spinner />
      {t("enrolment.asking")}
    </Line>
  );
}

function Code({ access, now }: { access: Enrolling; now: number }): JSX.Element {
  const { t } = useSpeech();
  const left = access.expiresAt - now;
  return (
    <>
      <Part>
        <Subtitle>{t("enrolment.code")}</Subtitle>
        <InGroups of={access.code} size="clamp(2rem, 14cqi, 5.6rem)" what="code" />
      </Part>
      <Part>
        <Track aria-hidden="true">
          <div style={{ width: `${Math.min(100, Math.max(0, (100 * left) / access.length))}%` }} />
        </Track>
        <p>{left > 0 ? t("enrolment.left", { time: clockOf(left) }) : t("enrolment.renewing")}</p>
      </Part>
      <Part>
        <Subtitle>{t("enrolment.fingerprint")}</Subtitle>
        <InGroups of={access.fingerprint} size="clamp(1.3rem, 6cqi, 2.2rem)" what="fingerprint" />
      </Part>
    </>
  );
}

/** "ABCD-EFGH" as "ABCD EFGH": what stands together is read together. */
function InGroups({ of, size, what }: { of: string; size: string; what: string }): JSX.Element {
  return (
    <Groups $size={size} data-shown={what} translate="no">
      {of.split("-").map((group, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same
        <span key={place}>{group}</span>
      ))}
    </Groups>
  );
}

function Demo(): JSX.Element {
  const { t } = useSpeech();
  return (
    <Note tone="plain">
      <InDemo>
        <p>{t("enrolment.demo")}</p>
        <DemoLink href="/console/">{t("enrolment.demoList")}</DemoLink>
      </InDemo>
    </Note>
  );
}

/** A ring that takes nobody now: when it does, and what to do instead. */

import type { JSX, ReactNode } from "react";
import styled from "styled-components";
import { IconClock } from "suomifi-ui-components";
import { localMoment } from "../model/language";
import { HandIcon } from "./icons";
import { Card, Note, Round, Subtitle } from "./parts";
import { NARROW } from "./theme";
import { type Speech, useSpeech } from "./words";

const InsteadCard = styled(Card)`
  flex-direction: row;
  align-items: center;
  gap: 2rem;
  padding: 1.8rem 2rem;
  ${NARROW} {
    gap: 1rem;
    padding: 1rem;
  }
  & > .fi-icon {
    flex: none;
    width: 6rem;
    height: 6rem;
    ${NARROW} {
      width: 3.5rem;
    }
  }
  & > div {
    display: flex;
    flex-direction: column;
    gap: 0.7rem;
    min-width: 0;
    font-size: 1.15rem;
    hyphens: auto;
    overflow-wrap: anywhere;
  }
`;

/** Why not now or not by video, and who helps. */
export function Instead(props: {
  title: string;
  texts: readonly string[];
  advice: string;
  children: ReactNode;
}): JSX.Element {
  return (
    <>
      <InsteadCard>
        {props.children}
        <div>
          <Subtitle>{props.title}</Subtitle>
          {props.texts.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      </InsteadCard>
      <Note icon={<HandIcon />} tone="plain">
        <p>{props.advice}</p>
      </Note>
    </>
  );
}

/** `serverNow` is the present by the server's clock: a day is named from there. */
export function Closed({ opensAt, serverNow }: { opensAt: Date | null; serverNow: Date }): JSX.Element {
  const speech = useSpeech();
  return <NotNow title={speech.t("matter.closed")} texts={[openingText(speech, opensAt, serverNow)]} />;
}

/** Open still, but whoever comes now would not be served before it closes. */
export function Closing(props: { closesAt: Date | null; opensAt: Date | null; serverNow: Date }): JSX.Element {
  const { closesAt, opensAt, serverNow } = props;
  const speech = useSpeech();
  const { t, language } = speech;
  const again = opensAt !== null && localMoment(language, opensAt, serverNow).day === "today";
  const closing =
    closesAt === null ? [] : [t("matter.closesToday", { time: localMoment(language, closesAt, serverNow).time })];
  return (
    <NotNow
      texts={[...closing, openingText(speech, opensAt, serverNow)]}
      title={t(again ? "matter.fullNow" : "matter.fullToday")}
    />
  );
}

function NotNow({ title, texts }: { title: string; texts: readonly string[] }): JSX.Element {
  const { t } = useSpeech();
  return (
    <Instead advice={t("matter.closedAdvice")} texts={texts} title={title}>
      <Round>
        <IconClock />
      </Round>
    </Instead>
  );
}

function openingText({ t, language }: Speech, opensAt: Date | null, now: Date): string {
  if (opensAt === null) {
    return t("matter.opensUnknown");
  }
  const moment = localMoment(language, opensAt, now);
  const keys = { today: "matter.opensToday", tomorrow: "matter.opensTomorrow", later: "matter.opensLater" } as const;
  return t(keys[moment.day], { weekday: moment.weekday, date: moment.date, time: moment.time });
}

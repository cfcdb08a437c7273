import type { WaitingView } from "@palvelurinki/call_kit";
import { type JSX, useId, useState } from "react";
import styled from "styled-components";
import { IconChevronDown, IconChevronUp, Link } from "suomifi-ui-components";
import type { ConsoleModel } from "../../model/model";
import { clockOf } from "../../model/time";
import type { RingModel, WaitLevel } from "../../model/waiting";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { LEVEL_INK, LEVEL_PALE, LevelWord } from "../parts/level";
import { hoursOf, languageName, nameOf } from "../parts/words_of";
import { focusRing, highlight, line, middle, panel, quiet, tabular } from "../theme";
import { EmptyBoard } from "./empty_board";

const Page = styled.div`
  display: grid;
  gap: 16px;
  max-width: 1320px;
  margin: 0 auto;
`;

const Top = styled.div`
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 4px 24px;
  h1 {
    font-size: 26px;
    font-weight: 600;
    line-height: 1.25;
  }
  > :last-child {
    margin-left: auto;
  }
`;

const Quiet = styled.p`
  color: ${quiet};
  font-size: 15px;
`;

const Cards = styled.ul`
  display: grid;
  gap: 16px;
  align-items: start;
  ${middle} {
    grid-template-columns: repeat(auto-fill, minmax(360px, 1fr));
  }
`;

const Card = styled.li<{ $level: WaitLevel }>`
  ${panel}
  border-left: 6px solid ${({ $level }) => LEVEL_INK[$level]};
  overflow: hidden;
`;

const Name = styled.div`
  padding: 12px 16px;
  h2 {
    font-size: 18px;
    font-weight: 600;
    line-height: 1.3;
  }
`;

const Longest = styled.div<{ $level: WaitLevel }>`
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  align-items: end;
  gap: 0 16px;
  padding: 12px 16px;
  background: ${({ $level }) => LEVEL_PALE[$level]};
  p {
    font-size: 15px;
  }
  > strong {
    ${tabular}
    grid-row: span 2;
    grid-column: 2;
    font-size: 52px;
    font-weight: 600;
    line-height: 1;
    color: ${({ $level }) => LEVEL_INK[$level]};
  }
`;

const Counts = styled.dl`
  display: grid;
  grid-template-columns: repeat(4, minmax(0, 1fr));
  padding: 8px 8px;
  > div {
    display: flex;
    flex-direction: column-reverse;
    justify-content: flex-end;
    padding: 4px 8px;
  }
  dt {
    color: ${quiet};
    font-size: 14px;
    line-height: 1.3;
  }
  dd {
    ${tabular}
    font-size: 22px;
    font-weight: 600;
    line-height: 1.25;
  }
`;

const Toggle = styled.button`
  display: flex;
  align-items: center;
  gap: 8px;
  width: 100%;
  min-height: 44px;
  padding: 8px 16px;
  border: 0;
  border-top: 1px solid ${line};
  background: none;
  color: ${highlight};
  font-size: 16px;
  cursor: pointer;
  &:hover {
    text-decoration: underline;
  }
  ${focusRing}
  &:focus-visible {
    outline-offset: -3px;
  }
`;

const Queue = styled.ol`
  padding: 0 16px 8px;
  li {
    display: grid;
    grid-template-columns: 28px minmax(0, 1fr) auto;
    gap: 0 8px;
    padding: 8px 0;
    border-top: 1px solid ${line};
    line-height: 1.3;
  }
  li > span:first-child,
  li > span:last-child {
    color: ${quiet};
    ${tabular}
  }
  li > span:last-child {
    grid-column: 2 / -1;
    font-size: 15px;
  }
  strong {
    font-weight: 600;
  }
`;

function QueueRow({ wait, place, now }: { wait: WaitingView; place: number; now: number }): JSX.Element {
  const { t, language } = useWords();
  const where = [nameOf(wait.point, language), languageName(wait.language, t, language)];
  if (wait.state === "held" || wait.state === "offered") {
    where.push(t(`rings.${wait.state}`));
  }
  return (
    <li>
      <span>{place}</span>
      <strong>{nameOf(wait.service, language)}</strong>
      <Clock now={now} since={Date.parse(wait.requested_at)} />
      <span>{where.join(" · ")}</span>
    </li>
  );
}

interface RingCardProps {
  readonly ring: RingModel;
  readonly now: number;
}

function RingCard({ ring, now }: RingCardProps): JSX.Element {
  const { t, language } = useWords();
  const [shown, setShown] = useState(false);
  const queue = useId();
  const { view, waiting, level, longestMs, counts } = ring;
  const hours = hoursOf(view, now, t, language);
  return (
    <Card $level={level} data-level={level} data-ring={view.ring.id}>
      <Name>
        <h2>{nameOf(view.ring, language)}</h2>
        <Quiet>{hours}</Quiet>
      </Name>
      <Longest $level={level}>
        <p>{t("board.longest")}</p>
        <strong>{longestMs === null ? "–" : clockOf(longestMs)}</strong>
        <LevelWord level={level} />
      </Longest>
      <Counts>
        {(["waiting", "in_call", "ready", "paused"] as const).map((count) => (
          <div key={count}>
            <dt>{t(`rings.${count}`)}</dt>
            <dd>{counts[count]}</dd>
          </div>
        ))}
      </Counts>
      {waiting.length > 0 && (
        <Toggle
          aria-controls={queue}
          aria-expanded={shown}
          aria-label={`${t(shown ? "board.hide" : "board.show")}: ${nameOf(view.ring, language)}`}
          onClick={() => setShown(!shown)}
          type="button"
        >
          {shown ? <IconChevronUp aria-hidden="true" /> : <IconChevronDown aria-hidden="true" />}
          {t(shown ? "board.hide" : "board.show")}
        </Toggle>
      )}
      <div id={queue}>
        {shown && waiting.length > 0 && (
          <Queue>
            {waiting.map((wait, index) => (
              <QueueRow key={wait.contact} now={now} place={index + 1} wait={wait} />
            ))}
          </Queue>
        )}
      </div>
    </Card>
  );
}

/** All rings that I am responsible for: the longest wait first, then the rest, the queue in place. */
export function RingBoard({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t } = useWords();
  if (model.rings.length === 0) {
    return <EmptyBoard heading={t("board.heading")}>{t("board.none")}</EmptyBoard>;
  }
  return (
    <Page>
      <Top>
        <h1>{t("board.heading")}</h1>
        <Quiet>{t("board.rule")}</Quiet>
        <Link href="?view=wall">{t("board.wall")}</Link>
      </Top>
      <Cards>
        {model.rings.map((ring) => (
          <RingCard key={ring.view.ring.id} now={model.now} ring={ring} />
        ))}
      </Cards>
    </Page>
  );
}

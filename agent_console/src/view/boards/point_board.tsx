import type { BoardTerminalView, PointBoardView } from "@palvelurinki/call_kit";
import { type JSX, useId } from "react";
import styled from "styled-components";
import type { ConsoleModel } from "../../model/model";
import { type TerminalState, terminalStateOf } from "../../model/points";
import { timeOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { Handset, NoLineSign, NoticeSign, ReadySign } from "../parts/icons";
import { nameOf } from "../parts/words_of";
import {
  alert,
  alertPale,
  brand,
  highlight,
  highlightPale,
  middle,
  quiet,
  success,
  successPale,
  warning,
  warningPale,
} from "../theme";
import { Card, CardName, CardState } from "./card";
import { EmptyBoard } from "./empty_board";

const SIGNS = {
  free: ReadySign,
  waiting: NoticeSign,
  held: NoLineSign,
  offered: Handset,
  in_call: Handset,
  away: NoLineSign,
} as const;
const EDGES: Record<TerminalState, string> = {
  free: success,
  waiting: warning,
  held: alert,
  offered: highlight,
  in_call: brand,
  away: alert,
};
const GROUNDS: Record<TerminalState, string> = {
  free: successPale,
  waiting: warningPale,
  held: alertPale,
  offered: highlightPale,
  in_call: highlightPale,
  away: alertPale,
};

const Point = styled.section`
  display: grid;
  gap: 12px;
  max-width: 1320px;
  margin: 0 auto 24px;
  > h2 {
    font-size: 20px;
    font-weight: 600;
    line-height: 1.25;
  }
`;

const Cards = styled.ul`
  display: grid;
  gap: 16px;
  ${middle} {
    grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
  }
`;

const Detail = styled.div`
  flex: 1;
  padding: 10px 16px 14px;
  min-height: 84px;
  line-height: 1.35;
  strong {
    display: block;
    font-weight: 600;
  }
  p {
    color: ${quiet};
    font-size: 15px;
  }
`;

interface TerminalProps {
  readonly terminal: BoardTerminalView;
  readonly now: number;
}

function DetailOf({ terminal, state }: { terminal: BoardTerminalView; state: TerminalState }): JSX.Element {
  const { t, language } = useWords();
  if (state === "free" || state === "away") {
    return (
      <Detail>
        <p>{t(`points.help.${state}`)}</p>
      </Detail>
    );
  }
  const moment = terminal.since === null ? null : t("moment.at", { time: timeOf(terminal.since, language) });
  return (
    <Detail>
      {terminal.service && <strong>{nameOf(terminal.service, language)}</strong>}
      {terminal.provider && <span>{nameOf(terminal.provider, language)}</span>}
      {moment !== null && <p>{t("points.since", { moment })}</p>}
    </Detail>
  );
}

function Terminal({ terminal, now }: TerminalProps): JSX.Element {
  const { t, language } = useWords();
  const state = terminalStateOf(terminal);
  const Sign = SIGNS[state];
  const ticking = state !== "in_call" && terminal.since !== null;
  return (
    <Card $edge={EDGES[state]} data-terminal={terminal.terminal.id} data-terminal-state={state}>
      <CardName>
        <h3>{nameOf(terminal.terminal, language)}</h3>
        <p>{t(`matter.terminal_kind.${terminal.kind}`)}</p>
      </CardName>
      <CardState $ground={GROUNDS[state]}>
        <Sign size={22} />
        <span>{t(`points.state.${state}`)}</span>
        {ticking && terminal.since !== null && <Clock now={now} since={Date.parse(terminal.since)} />}
      </CardState>
      <DetailOf state={state} terminal={terminal} />
    </Card>
  );
}

function PointOf({ point, now }: { readonly point: PointBoardView; readonly now: number }): JSX.Element {
  const { t, language } = useWords();
  const heading = useId();
  return (
    <Point aria-labelledby={heading} data-point={point.point.id}>
      <h2 id={heading}>{nameOf(point.point, language)}</h2>
      {point.terminals.length === 0 ? (
        <p>{t("points.no_terminals")}</p>
      ) : (
        <Cards>
          {point.terminals.map((terminal) => (
            <Terminal key={terminal.terminal.id} now={now} terminal={terminal} />
          ))}
        </Cards>
      )}
    </Point>
  );
}

const Title = styled.h1`
  max-width: 1320px;
  margin: 0 auto 12px;
  font-size: 26px;
  font-weight: 600;
  line-height: 1.25;
`;

/** The terminals of my service points, each a card. */
export function PointBoard({ model }: { readonly model: ConsoleModel }): JSX.Element {
  const { t } = useWords();
  const points = model.state.snapshot?.points ?? [];
  if (points.length === 0) {
    return <EmptyBoard heading={t("points.heading")}>{t("points.none")}</EmptyBoard>;
  }
  return (
    <>
      <Title>{t("points.heading")}</Title>
      {points.map((point) => (
        <PointOf key={point.point.id} now={model.now} point={point} />
      ))}
    </>
  );
}

/** The organisation's terminals, each with its key: what is wrong first, then by service point. */

import type { EnrolledTerminalView } from "@palvelurinki/call_kit";
import { type JSX, useId } from "react";
import styled from "styled-components";
import { IconClose } from "suomifi-ui-components";
import type { ConsoleActions, TerminalActions } from "../../model/actions";
import type { ConsoleModel } from "../../model/model";
import {
  alarmsOf,
  byPoint,
  type Done,
  type PointTerminals,
  placeOf,
  type TerminalsState,
  terminalOf,
} from "../../model/terminals";
import { useWords } from "../../words/i18n";
import { ActSign, ReadySign } from "../parts/icons";
import { Refusal } from "../parts/refusal";
import { nameOf } from "../parts/words_of";
import { alert, alertPale, focusRing, ink, middle, quiet, success, successPale } from "../theme";
import { EmptyBoard } from "./empty_board";
import { EnrolDialog } from "./enrol_dialog";
import { RevokeDialog } from "./revoke_dialog";
import { TerminalCard } from "./terminal_card";

const Board = styled.div`
  display: grid;
  gap: 16px;
  max-width: 1320px;
  margin: 0 auto;
  h1 {
    font-size: 26px;
    font-weight: 600;
    line-height: 1.25;
  }
`;

const Point = styled.section`
  display: grid;
  gap: 12px;
  margin-bottom: 8px;
  h2 {
    font-size: 20px;
    font-weight: 600;
    line-height: 1.25;
  }
`;

const Cards = styled.ul`
  display: grid;
  gap: 16px;
  ${middle} {
    grid-template-columns: repeat(auto-fill, minmax(340px, 1fr));
  }
`;

const Told = styled.div<{ $bad: boolean }>`
  display: flex;
  align-items: flex-start;
  gap: 12px;
  padding: 12px 16px;
  border-left: 6px solid ${({ $bad }) => ($bad ? alert : success)};
  background: ${({ $bad }) => ($bad ? alertPale : successPale)};
  > svg {
    color: ${({ $bad }) => ($bad ? alert : success)};
  }
  > div {
    flex: 1;
    min-width: 0;
  }
  strong {
    font-size: 18px;
    font-weight: 600;
  }
`;

const Dismiss = styled.button`
  flex: none;
  display: grid;
  place-items: center;
  width: 32px;
  height: 32px;
  margin: -4px -8px -4px 0;
  padding: 0;
  border: 0;
  background: none;
  color: ${ink};
  cursor: pointer;
  ${focusRing}
`;

const Loading = styled.p`
  color: ${quiet};
`;

interface TerminalsBoardProps {
  readonly model: ConsoleModel;
  readonly actions: ConsoleActions;
}

export function TerminalsBoard({ model, actions }: TerminalsBoardProps): JSX.Element {
  const { t } = useWords();
  const { terminals, now } = model;
  if (terminals.read === null) {
    return (
      <Board>
        <h1>{t("terminals.heading")}</h1>
        {terminals.failure === null ? <Loading role="status">{t("terminals.loading")}</Loading> : null}
        <Refusal code={terminals.failure} />
      </Board>
    );
  }
  if (terminals.read.terminals.length === 0) {
    return <EmptyBoard heading={t("terminals.heading")}>{t("terminals.none")}</EmptyBoard>;
  }
  return (
    <Board>
      <h1>{t("terminals.heading")}</h1>
      <Refusal code={terminals.failure} />
      <Alarm alarms={alarmsOf(terminals.read.terminals)} />
      <DoneNote actions={actions.terminals} terminals={terminals} />
      {byPoint(terminals.read.terminals).map((each) => (
        <PointOf actions={actions.terminals} key={each.point.id} now={now} of={each} />
      ))}
      <Dialogs actions={actions.terminals} now={now} terminals={terminals} />
    </Board>
  );
}

function Alarm({ alarms }: { readonly alarms: readonly EnrolledTerminalView[] }): JSX.Element {
  const { t, language } = useWords();
  return (
    <div role="alert">
      {alarms.length > 0 && (
        <Told $bad={true} data-alarm={alarms.length}>
          <ActSign size={28} />
          <div>
            <strong>{t("terminals.alarm")}</strong>
            <ul>
              {alarms.map((each) => (
                <li key={each.terminal.id}>{placeOf(each, language)}</li>
              ))}
            </ul>
            <p>{t("terminals.alarm_help")}</p>
          </div>
        </Told>
      )}
    </div>
  );
}

interface OfTerminals {
  readonly terminals: TerminalsState;
  readonly actions: TerminalActions;
}

function DoneNote({ terminals, actions }: OfTerminals): JSX.Element {
  const { t, language } = useWords();
  const { done } = terminals;
  const about = done === null ? undefined : terminalOf(terminals, done.terminal);
  return (
    <div role="status">
      {done !== null && about !== undefined && (
        <Told $bad={false} data-done={done.what satisfies Done["what"]}>
          <ReadySign size={24} />
          <div>{t(`terminals.done.${done.what}`, { terminal: nameOf(about.terminal, language) })}</div>
          <Dismiss aria-label={t("app.dismiss")} onClick={actions.doneRead} type="button">
            <IconClose aria-hidden="true" />
          </Dismiss>
        </Told>
      )}
    </div>
  );
}

interface PointProps {
  readonly of: PointTerminals;
  readonly now: number;
  readonly actions: TerminalActions;
}

function PointOf({ of: { point, terminals }, now, actions }: PointProps): JSX.Element {
  const { language } = useWords();
  const heading = useId();
  return (
    <Point aria-labelledby={heading} data-point={point.id}>
      <h2 id={heading}>{nameOf(point, language)}</h2>
      <Cards>
        {terminals.map((each) => (
          <TerminalCard actions={actions} key={each.terminal.id} now={now} of={each} />
        ))}
      </Cards>
    </Point>
  );
}

function Dialogs({ terminals, actions, now }: OfTerminals & { readonly now: number }): JSX.Element | null {
  const { act } = terminals;
  const about = act === null ? undefined : terminalOf(terminals, act.terminal);
  if (act === null || about === undefined) {
    return null;
  }
  return act.kind === "revoke" ? (
    <RevokeDialog about={about} actions={actions} terminals={terminals} />
  ) : (
    <EnrolDialog about={about} act={act} actions={actions} now={now} terminals={terminals} />
  );
}

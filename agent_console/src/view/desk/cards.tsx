/** The point's terminals, always in sight: small cards of one size, so that nothing moves when their state does. */

import { type JSX, useId } from "react";
import styled from "styled-components";
import type { DeskActions } from "../../model/desk/actions";
import type { Card, CardState } from "../../model/desk/cards";
import { isLive, waitOf } from "../../model/desk/cards";
import type { DeskModel } from "../../model/desk/model";
import { useWords } from "../../words/i18n";
import { Clock } from "../parts/clock";
import { ActSign, Handset, NoLineSign, NoticeSign, ReadySign } from "../parts/icons";
import { say } from "../parts/say";
import { nameOf } from "../parts/words_of";
import {
  alert,
  brand,
  focusRing,
  highlight,
  highlightPale,
  ink,
  line,
  paper,
  quiet,
  success,
  tabular,
  unseen,
  warning,
  warningPale,
  wide,
} from "../theme";

const SIGNS = {
  free: ReadySign,
  away: NoLineSign,
  checking: NoticeSign,
  trouble: ActSign,
  waiting: NoticeSign,
  held: NoLineSign,
  offered: Handset,
  in_call: Handset,
  unfinished: ActSign,
} as const;
const EDGES: Record<CardState, string> = {
  free: success,
  away: quiet,
  checking: warning,
  trouble: alert,
  waiting: warning,
  held: alert,
  offered: highlight,
  in_call: brand,
  unfinished: warning,
};

const List = styled.ul`
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 168px), 1fr));
  gap: 8px;
  ${wide} {
    grid-template-columns: minmax(0, 1fr);
  }
  li {
    display: grid;
    min-width: 0;
  }
`;

const Face = styled.button<{ $edge: string }>`
  display: grid;
  align-content: start;
  gap: 1px;
  min-height: 98px;
  padding: 8px 10px;
  border: 1px solid ${line};
  border-left: 6px solid ${({ $edge }) => $edge};
  border-radius: 4px;
  background: ${paper};
  color: ${ink};
  font-size: 15px;
  line-height: 1.3;
  text-align: left;
  cursor: pointer;
  strong,
  span {
    overflow-wrap: anywhere;
  }
  strong {
    font-size: 16px;
    font-weight: 600;
  }
  &[aria-pressed="true"] {
    border-top-color: ${highlight};
    border-right-color: ${highlight};
    border-bottom-color: ${highlight};
    background: ${highlightPale};
    box-shadow: inset 0 0 0 1px ${highlight};
  }
  &[data-called="true"] {
    background: ${warningPale};
  }
  &:hover {
    border-color: ${highlight};
  }
  ${focusRing}
`;

const State = styled.span`
  ${tabular}
  display: flex;
  align-items: center;
  gap: 6px;
  font-weight: 600;
`;

const Quiet = styled.span`
  color: ${quiet};
`;

const Title = styled.h2`
  ${unseen}
`;

/** Since when, for what is counted: from its request, or from when picture and sound were there. */
function sinceOf(card: Card): number | null {
  const { contact, view } = card;
  if (card.state === "unfinished") {
    return null;
  }
  const since = card.state === "in_call" ? (contact?.connected_at ?? null) : (contact?.requested_at ?? view.since);
  return since === null ? null : Date.parse(since);
}

function Below({ card, now }: { readonly card: Card; readonly now: number }): JSX.Element | null {
  const { t, language } = useWords();
  const service = card.contact?.service ?? card.view.service;
  const queue = card.contact?.queue ?? null;
  const called = card.contact?.called ?? null;
  const attending = card.contact?.attending ?? null;
  return (
    <>
      {service !== null && <span>{nameOf(service, language)}</span>}
      {queue !== null && (
        <Quiet>{`${t("desk.place", { place: queue.place })}, ${say(waitOf(queue, now), t, language)}`}</Quiet>
      )}
      {called !== null && attending === null && <strong>{t(`desk.called.${called.by}`)}</strong>}
      {attending !== null && <Quiet>{t("desk.attending")}</Quiet>}
    </>
  );
}

function TerminalCard({ card, desk, actions }: CardsProps & { readonly card: Card }): JSX.Element {
  const { t, language } = useWords();
  const { shown } = desk.state;
  const Sign = SIGNS[card.state];
  const contact = card.contact;
  const since = sinceOf(card);
  const chosen = shown.kind === "contact" ? desk.looked?.id === card.id : desk.seat?.id === card.id;
  return (
    <li>
      <Face
        $edge={EDGES[card.state]}
        aria-pressed={chosen}
        data-called={contact !== null && isLive(contact) && contact.called !== null && contact.attending === null}
        data-card={card.id}
        data-card-state={card.state}
        data-contact={contact?.id}
        onClick={() => actions.chooseCard(card.id, contact?.id ?? null)}
        type="button"
      >
        <strong>{nameOf(card.view.terminal, language)}</strong>
        <State>
          <Sign size={18} />
          {t(`desk.state.${card.state}`)}
          {since !== null && <Clock now={desk.now} since={since} />}
        </State>
        <Below card={card} now={desk.now} />
      </Face>
    </li>
  );
}

interface CardsProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
}

export function Cards({ desk, actions }: CardsProps): JSX.Element {
  const { t } = useWords();
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <Title id={heading}>{t("desk.terminals")}</Title>
      <List>
        {desk.cards.map((card) => (
          <TerminalCard actions={actions} card={card} desk={desk} key={card.id} />
        ))}
      </List>
    </section>
  );
}

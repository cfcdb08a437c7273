/** A contact under way: where it stands, being beside the customer, the move, the note, what comes next, the close. */

import type { BoardContactView, LineFault } from "@palvelurinki/call_kit";
import { errorText } from "@palvelurinki/call_kit/words";
import type { JSX, RefObject } from "react";
import styled from "styled-components";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import { type Card, targetsOf, waitOf } from "../../model/desk/cards";
import { DESK_KEYS } from "../../model/desk/keys";
import type { DeskModel } from "../../model/desk/model";
import { timeOf } from "../../model/time";
import { useWords } from "../../words/i18n";
import { CopyReference } from "../parts/copy_button";
import { say } from "../parts/say";
import { languageName, nameOf } from "../parts/words_of";
import { alert, alertPale, highlight, line, success, wide } from "../theme";
import { ContactNext } from "./contact_next";
import { ContactNote } from "./contact_note";
import { Box, Heading, Key, Panel, Quiet, Row, Small, Wrong } from "./parts";

const Layout = styled.div`
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  align-items: start;
  gap: 16px;
  ${wide} {
    grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
  }
`;

const Said = styled.p<{ $bad: boolean }>`
  padding: 8px 12px;
  border-left: 4px solid ${({ $bad }) => ($bad ? alert : highlight)};
  background: ${({ $bad }) => ($bad ? alertPale : "transparent")};
  line-height: 1.4;
`;

const Faults = styled.ul`
  padding-left: 20px;
  list-style: disc;
`;

const Presence = styled.p<{ $there: boolean }>`
  color: ${({ $there }) => ($there ? success : "inherit")};
  font-weight: 600;
`;

const Divided = styled(Box)`
  padding-top: 12px;
  border-top: 1px solid ${line};
`;

interface ContactProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  readonly card: Card;
  readonly contact: BoardContactView;
}

function sayingOf({ card, contact }: Pick<ContactProps, "card" | "contact">) {
  switch (card.state) {
    case "checking":
    case "trouble":
    case "held":
    case "offered":
    case "in_call":
      return `desk.contact.${card.state}` as const;
    default:
      return contact.asked_by === null ? ("desk.contact.waits_kiosk" as const) : ("desk.contact.waits" as const);
  }
}

/** Who has connected it. */
function whoseOf(contact: BoardContactView, me: string) {
  if (contact.asked_by === null) {
    return "by_customer" as const;
  }
  return contact.asked_by === me ? ("by_me" as const) : ("by_colleague" as const);
}

function Where({ desk, card, contact }: Omit<ContactProps, "actions">): JSX.Element {
  const { t, language } = useWords();
  const { queue, connected_at: connected } = contact;
  const moment = { at: t("moment.at", { time: timeOf(connected ?? contact.requested_at, language) }) };
  const facts = [
    nameOf(contact.provider, language),
    nameOf(card.view.terminal, language),
    languageName(contact.language, t, language),
  ];
  const times = [
    t(connected === null ? "desk.contact.since" : "desk.contact.in_call_since", moment),
    t(`desk.contact.${whoseOf(contact, desk.me)}`),
  ];
  return (
    <Box>
      <Quiet>{facts.join(" · ")}</Quiet>
      <Said $bad={card.state === "trouble" || card.state === "held"} data-saying={card.state} role="status">
        {t(sayingOf({ card, contact }))}
      </Said>
      {contact.line.faults.length > 0 && (
        <Faults>
          {contact.line.faults.map((fault: LineFault) => (
            <li data-fault={fault} key={fault}>
              {t(`desk.fault.${fault}`)}
            </li>
          ))}
        </Faults>
      )}
      {queue !== null && (
        <p data-place={queue.place}>
          <strong>{t("desk.place_long", { place: queue.place, waiting: queue.waiting })}</strong>
          {` · ${t("desk.estimate")}: ${say(waitOf(queue, desk.now), t, language)}`}
        </p>
      )}
      <Quiet>{times.join(" · ")}</Quiet>
    </Box>
  );
}

/** Who is beside the customer. */
function besideOf(contact: BoardContactView, me: string) {
  if (contact.attending === null) {
    return "nobody" as const;
  }
  return contact.attending === me ? ("attending_me" as const) : ("attending_other" as const);
}

function Beside({ desk, actions, contact }: ContactProps): JSX.Element {
  const { t } = useWords();
  const mine = contact.attending === desk.me;
  const there = contact.attending !== null;
  const whose = besideOf(contact, desk.me);
  const busy = desk.state.pending.has(contact.id);
  return (
    <Box>
      {contact.called !== null && !there && (
        <Said $bad={true} data-called={contact.called.by}>
          {t(`desk.called.${contact.called.by}`)}
        </Said>
      )}
      <Presence $there={there} data-attending={whose}>
        {t(`desk.contact.${whose}`, { name: contact.attending_name ?? "" })}
      </Presence>
      <Row>
        <Button
          aria-disabled={busy}
          aria-keyshortcuts="Alt+O"
          onClick={() => actions.attend(contact.id, !mine)}
          variant={mine ? "secondary" : "default"}
        >
          {t(mine ? "desk.contact.leave" : "desk.contact.attend")}
        </Button>
        <Key aria-hidden="true">{DESK_KEYS.attend}</Key>
      </Row>
    </Box>
  );
}

interface MoveProps extends ContactProps {
  readonly targets: RefObject<HTMLDivElement | null>;
}

function Move({ desk, actions, card, contact, targets }: MoveProps): JSX.Element {
  const { t, language } = useWords();
  const found = targetsOf(desk.cards, card.id);
  return (
    <Divided data-moves={found.length}>
      <Row>
        <Small>{t("desk.contact.move")}</Small>
        {found.length > 0 && <Key aria-hidden="true">{DESK_KEYS.move}</Key>}
      </Row>
      <Row aria-label={t("desk.contact.move")} ref={targets} role="group">
        {found.map((target) => (
          <Button
            data-move-to={target.id}
            key={target.id}
            onClick={() => actions.move(contact.id, card.id, target.id)}
            variant="secondary"
          >
            {t("desk.contact.move_to", { terminal: nameOf(target.view.terminal, language) })}
          </Button>
        ))}
      </Row>
      <Quiet>{t(found.length > 0 ? "desk.contact.move_help" : "desk.contact.no_targets")}</Quiet>
    </Divided>
  );
}

function Close({ desk, actions, contact }: ContactProps): JSX.Element {
  const { t } = useWords();
  const { opened } = desk.state;
  if (opened?.contact !== contact.id || opened.what !== "closing") {
    return (
      <Divided>
        <Row>
          <Button onClick={() => actions.openAt({ contact: contact.id, what: "closing" })} variant="secondary">
            {t("desk.contact.close")}
          </Button>
        </Row>
      </Divided>
    );
  }
  return (
    <Divided aria-label={t("desk.contact.close_ask")} data-closing={true} role="group">
      <Small>{t("desk.contact.close_ask")}</Small>
      <p>{t(contact.state === "in_call" ? "desk.contact.close_in_call" : "desk.contact.close_waiting")}</p>
      <Row>
        <Button autoFocus={true} onClick={actions.closeAt} variant="secondary">
          {t("desk.contact.close_no")}
        </Button>
        <Button onClick={() => actions.closeContact(contact.id)}>{t("desk.contact.close_yes")}</Button>
      </Row>
    </Divided>
  );
}

function Told({ desk, contact }: Pick<ContactProps, "desk" | "contact">): JSX.Element {
  const { language } = useWords();
  const code = desk.state.failures.get(contact.id) ?? null;
  return <Wrong of={code}>{code !== null && errorText(language, code)}</Wrong>;
}

export function Contact(props: MoveProps): JSX.Element {
  const { desk, actions, card, contact } = props;
  const { t, language } = useWords();
  return (
    <Layout data-contact-panel={contact.id} data-contact-state={contact.state}>
      <Panel>
        <Heading>{nameOf(contact.service, language)}</Heading>
        <Told contact={contact} desk={desk} />
        <Where card={card} contact={contact} desk={desk} />
        <Beside {...props} />
        <Move {...props} />
      </Panel>
      <Panel>
        <ContactNote actions={actions} contact={contact} desk={desk} />
        <ContactNext actions={actions} contact={contact} desk={desk} />
        <Divided>
          <Small>{t("desk.contact.reference")}</Small>
          <CopyReference key={contact.id} reference={contact.reference} />
        </Divided>
        <Close {...props} />
      </Panel>
    </Layout>
  );
}

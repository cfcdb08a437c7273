/** The note of a contact under way: as the expert sees it, and how it is amended. */

import type { BoardContactView } from "@palvelurinki/call_kit";
import { type JSX, useEffect, useRef } from "react";
import { Button } from "suomifi-ui-components";
import type { DeskActions } from "../../model/desk/actions";
import type { DeskModel } from "../../model/desk/model";
import { noteOf, sameNote, tooLong } from "../../model/desk/note";
import { useWords } from "../../words/i18n";
import { NoteView } from "../brief/note_view";
import { languageName } from "../parts/words_of";
import { NoteFields } from "./note_fields";
import { Box, Quiet, Row, Small, Wrong } from "./parts";

interface ContactNoteProps {
  readonly desk: DeskModel;
  readonly actions: DeskActions;
  readonly contact: BoardContactView;
}

function Amend({ desk, actions, contact }: ContactNoteProps): JSX.Element | null {
  const { t } = useWords();
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { amending, pending } = desk.state;
  if (amending === null) {
    return null;
  }
  const changed = !sameNote(amending.from, noteOf(contact.handoff));
  const long = tooLong(amending.note);
  return (
    <Box data-amending={true}>
      <NoteFields first={first} note={amending.note} onEnter={actions.saveAmend} onWrite={actions.writeAmend} />
      <Wrong of={long}>{t("desk.note.too_long")}</Wrong>
      <Wrong of={changed ? "changed" : null}>{t("desk.contact.amend_changed")}</Wrong>
      <Row>
        <Button aria-disabled={pending.has(contact.id)} onClick={actions.saveAmend}>
          {t("desk.contact.amend_save")}
        </Button>
        <Button onClick={actions.closeAmend} variant="secondary">
          {t("desk.contact.amend_cancel")}
        </Button>
      </Row>
    </Box>
  );
}

export function ContactNote({ desk, actions, contact }: ContactNoteProps): JSX.Element {
  const { t, language } = useWords();
  const { handoff } = contact;
  const facts = [
    `${t("brief.identity")}: ${t(`identity.${contact.identity}`)}`,
    contact.interpreter === null
      ? null
      : `${t("brief.interpreter")}: ${languageName(contact.interpreter, t, language)}`,
  ];
  return (
    <Box>
      <Small>{t("desk.contact.note")}</Small>
      <Quiet>{facts.filter(Boolean).join(" · ")}</Quiet>
      {desk.state.amending?.contact === contact.id ? (
        <Amend actions={actions} contact={contact} desk={desk} />
      ) : (
        <>
          {handoff === null ? <Quiet>{t("desk.note.seen_nothing")}</Quiet> : <NoteView handoff={handoff} />}
          <Row>
            <Button onClick={() => actions.beginAmend(contact.id, noteOf(handoff))} variant="secondary">
              {t(handoff === null ? "desk.contact.amend_none" : "desk.contact.amend")}
            </Button>
          </Row>
        </>
      )}
    </Box>
  );
}

import type { DeskActions } from "../model/desk/actions";
import { askToNotify } from "./browser";
import type { DeskStore } from "./desk_store";

/** What the desk's views call, done by its store. */
export function deskActionsOf(desk: DeskStore, soon: (doing: Promise<unknown>) => void): DeskActions {
  return {
    choosePoint: (point) => desk.choosePoint(point),
    readCatalogue: () => soon(desk.readCatalogue()),
    writeNeed: (query) => desk.dispatch({ type: "need_written", query, at: desk.now() }),
    chooseMatter: (service) => desk.dispatch({ type: "matter_chosen", service }),
    leaveMatter: () => desk.dispatch({ type: "matter_left" }),
    writeNote: (part, text) => desk.dispatch({ type: "note_written", part, text }),
    detail: (details) => desk.dispatch({ type: "detailed", details }),
    addFurther: (service) => desk.dispatch({ type: "further_added", service }),
    writeFurther: (further) => desk.dispatch({ type: "further_written", ...further }),
    dropFurther: (service) => desk.dispatch({ type: "further_dropped", service }),
    connect: (language) => {
      // Now it is plain what for: the expert will answer while the advisor does something else.
      askToNotify();
      soon(desk.connect(language));
    },
    emptyDraft: () => desk.dispatch({ type: "draft_emptied" }),
    chooseCard: (terminal, contact) => desk.dispatch({ type: "card_chosen", terminal, contact }),
    sameCustomer: (draft) => desk.dispatch({ type: "same_customer", draft }),
    beginAmend: (contact, note) => desk.dispatch({ type: "amend_begun", contact, note }),
    writeAmend: (part, text) => desk.dispatch({ type: "amend_written", part, text }),
    saveAmend: () => soon(desk.saveAmend()),
    closeAmend: () => desk.dispatch({ type: "amend_closed" }),
    openAt: (opened) => desk.dispatch({ type: "opened_at", opened }),
    closeAt: () => desk.dispatch({ type: "opened_closed" }),
    addMatter: (contact, service) => soon(desk.addMatter(contact, service)),
    dropMatter: (contact, matter) => soon(desk.act(contact, "drop_matter", { contact, matter })),
    attend: (contact, present) => soon(desk.act(contact, "attend_contact", { contact, present })),
    move: (contact, seenAt, terminal) =>
      soon(desk.act(contact, "move_contact", { contact, seen_at: seenAt, terminal })),
    closeContact: (contact) => soon(desk.closeContact(contact)),
    tick: (contact, task, done) => desk.dispatch({ type: "ticked", contact, task, done }),
    finish: (contact) => soon(desk.finish(contact)),
    lookAway: () => desk.dispatch({ type: "looked_away" }),
    hear: (key) => desk.dispatch({ type: "heard", key }),
    failureRead: (place) => desk.dispatch({ type: "failure_read", place }),
  };
}

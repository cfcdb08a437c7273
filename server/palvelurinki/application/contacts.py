"""What a customer's terminal does with its contact."""

from collections.abc import Collection

from palvelurinki.application import connections, offers
from palvelurinki.application.entering import Wanted, enter, visit_of
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.contact import QUEUED_STATES, ContactId, SessionId
from palvelurinki.domain.directory import AtClosing, ServiceId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.errors import Conflict, UnknownThing
from palvelurinki.domain.hours import closes_at, is_open
from palvelurinki.domain.situation import NOTHING_KNOWN, Line, LineFault, Situation, VisitId
from palvelurinki.ports import Deadline


async def request_contact(
    context: Context,
    terminal: TerminalId,
    session: SessionId,
    operation: str,
    service: ServiceId,
    language: str,
    *,
    proven: bool = True,
    visit: VisitId | None = None,
) -> Answer:
    """A customer at the terminal asks for a service; the contact waits in the service's ring from now on, or rings.

    `proven`: the terminal has shown that it can call; otherwise nobody is rung until it has. `visit`: the one that it
    is to be of, if that may be: see `entering.visit_of`.

    Raises UnknownThing, ServiceNotRemote (never by video, or not at this point), RingClosed, TerminalBusy.
    """

    async def use_case(work: Work) -> Answer:
        # A node may be a second behind: nobody is let into a ring that has just been closed for good.
        await work.use_directory_in_force()
        line = Line.PROVEN if proven else Line.UNPROVEN
        known = await of_visit(work, terminal, visit)
        wanted = Wanted(ContactId(context.ids.new()), terminal, session, service, language, line, known)
        contact = await enter(work.tx, work.directory, wanted)
        await offers.begin(work, contact)
        await connections.look_again(work, Principal.terminal(terminal), session)
        return {"contact": contact.id}

    asked = f"request_contact {service} {language}"
    who = Principal.terminal(terminal)
    return await perform_once(context, who, operation, asked, use_case, hold_configuration=True)


async def of_visit(work: Work, terminal: TerminalId, visit: VisitId | None) -> Situation:
    """What is known of a contact that is to be of this visit, if that may be."""
    here = work.directory.terminals.get(terminal)
    if visit is None or here is None:
        return NOTHING_KNOWN
    if work.assuming:
        # Two who ask for the same visit must wait for each other, and one that assumes waits for nobody.
        raise Conflict("whether the visit goes on is seen by who locks it", visit=visit)
    return Situation(visit=await visit_of(work.tx, work.directory, here.point, visit))


async def set_language(
    context: Context, terminal: TerminalId, session: SessionId, operation: str, contact: ContactId, language: str
) -> Answer:
    """The customer wants to be served in another language. Raises UnknownThing, NotContinued."""
    return await _on_own_contact(context, terminal, operation, contact, commands.SetLanguage(language, session))


async def report_line(
    context: Context,
    terminal: TerminalId,
    session: SessionId,
    operation: str,
    contact: ContactId,
    faults: Collection[LineFault],
) -> Answer:
    """The terminal has checked whether it can call; without faults it can. Raises UnknownThing, NotContinued."""
    command = commands.ReportLine(tuple(faults), session)
    return await _on_own_contact(context, terminal, operation, contact, command)


async def leave_contact(
    context: Context, terminal: TerminalId, session: SessionId, operation: str, contact: ContactId
) -> Answer:
    """The customer goes: ringing stops at once (I5), a call ends. Raises UnknownThing, TransitionRefused, CallEnded."""
    return await _on_own_contact(context, terminal, operation, contact, commands.LeaveContact(session))


async def continue_contact(
    context: Context, terminal: TerminalId, session: SessionId, operation: str, contact: ContactId
) -> Answer:
    """Whoever stands at the terminal says that its contact is theirs. Raises UnknownThing, TransitionRefused."""
    return await _on_own_contact(context, terminal, operation, contact, commands.ContinueContact(session))


async def close_for_today(work: Work, contact_id: ContactId) -> None:
    """The contact's ring has closed, and ends what waits. Not so when its hours have been changed meanwhile."""
    contact = await work.tx.contacts.load(contact_id)
    ring = work.directory.rings.get(contact.ring) if contact is not None else None
    if contact is None or ring is None or ring.at_closing is not AtClosing.END:
        return
    now = await work.tx.now()
    if not is_open(ring.hours, now):
        await work.decide(contact, commands.CloseForToday())
        return
    closing = closes_at(ring.hours, now)
    if closing is not None and contact.state in QUEUED_STATES:
        await work.tx.deadlines.set(Deadline(DeadlineKind.CLOSING, contact.id, closing))


async def end_unproven(work: Work, contact_id: ContactId) -> None:
    """The contact's terminal has had long enough to show that it can call."""
    contact = await work.tx.contacts.load(contact_id)
    if contact is not None:
        await work.decide(contact, commands.EndUnproven())


def _told(command: commands.ContactCommand) -> str:
    match command:
        case commands.SetLanguage():
            return command.language
        case commands.ReportLine():
            return " ".join(sorted(command.faults))
        case _:
            return ""


async def _on_own_contact(
    context: Context,
    terminal: TerminalId,
    operation: str,
    contact: ContactId,
    command: commands.ContactCommand,
) -> Answer:
    # Not the session: a command that is repeated may come by another one.
    asked = f"{type(command).__name__} {contact} {_told(command)}"

    async def use_case(work: Work) -> Answer:
        loaded = await work.load_own(Principal.terminal(terminal), contact)
        if loaded.terminal != terminal:
            raise UnknownThing("contact", contact, foreign=True)
        await work.decide(loaded, command)
        if isinstance(command, commands.ContinueContact):
            await connections.look_again(work, Principal.terminal(terminal), command.session)
        return {"contact": contact}

    return await perform_once(context, Principal.terminal(terminal), operation, asked, use_case)

"""What a customer's terminal does with its contact."""

from palvelurinki.application import connections, offers
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.contact import QUEUED_STATES, Contact, ContactId, SessionId
from palvelurinki.domain.directory import AtClosing, ServiceId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.entry import entry
from palvelurinki.domain.errors import RingClosed, ServiceNotRemote, UnknownThing
from palvelurinki.domain.hours import closes_at, is_open, local_day
from palvelurinki.ports import Deadline


async def request_contact(
    context: Context, terminal: TerminalId, session: SessionId, operation: str, service: ServiceId, language: str
) -> Answer:
    """A customer at the terminal asks for a service; the contact waits in the service's ring from now on, or rings.

    Raises UnknownThing, ServiceNotRemote (never by video, or not at this point), RingClosed, TerminalBusy.
    """

    async def use_case(work: Work) -> Answer:
        # A node may be a second behind: nobody is let into a ring that has just been closed for good.
        await work.use_directory_in_force()
        here = work.directory.terminals.get(terminal)
        if here is None:
            raise UnknownThing("terminal", terminal)
        now = await work.tx.now()
        wanted = work.directory.services.get(service)
        if wanted is None:
            raise UnknownThing("service", service)
        if wanted.ring is None or wanted not in work.directory.services_at(here.point, local_day(now)):
            raise ServiceNotRemote("the service is not given by video here", service=service)
        ring = work.directory.rings[wanted.ring]
        door = entry(ring, now)
        if not door.allowed:
            raise RingClosed(ring.id, door.opens_at, closing=door.closing)
        contact = Contact(
            id=ContactId(context.ids.new()),
            terminal=terminal,
            point=here.point,
            provider=wanted.provider,
            service=service,
            ring=ring.id,
            language=language,
            requested_at=now,
            unit=work.directory.unit_serving(here.point, wanted.provider, local_day(now)),
            head_start_s=wanted.head_start_s,
            session=session,
        )
        if door.closes_at is not None and ring.at_closing is AtClosing.END:
            await work.tx.deadlines.set(Deadline(DeadlineKind.CLOSING, contact.id, door.closes_at))
        await offers.begin(work, contact)
        await connections.look_again(work, Principal.terminal(terminal), session)
        return {"contact": contact.id}

    asked = f"request_contact {service} {language}"
    who = Principal.terminal(terminal)
    return await perform_once(context, who, operation, asked, use_case, hold_configuration=True)


async def set_language(
    context: Context, terminal: TerminalId, session: SessionId, operation: str, contact: ContactId, language: str
) -> Answer:
    """The customer wants to be served in another language. Raises UnknownThing, NotContinued."""
    return await _on_own_contact(context, terminal, operation, contact, commands.SetLanguage(language, session))


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


async def _on_own_contact(
    context: Context,
    terminal: TerminalId,
    operation: str,
    contact: ContactId,
    command: commands.ContactCommand,
) -> Answer:
    # Not the session: a command that is repeated may come by another one.
    language = command.language if isinstance(command, commands.SetLanguage) else ""
    asked = f"{type(command).__name__} {contact} {language}"

    async def use_case(work: Work) -> Answer:
        loaded = await work.load_own(Principal.terminal(terminal), contact)
        if loaded.terminal != terminal:
            raise UnknownThing("contact", contact, foreign=True)
        await work.decide(loaded, command)
        if isinstance(command, commands.ContinueContact):
            await connections.look_again(work, Principal.terminal(terminal), command.session)
        return {"contact": contact}

    return await perform_once(context, Principal.terminal(terminal), operation, asked, use_case)

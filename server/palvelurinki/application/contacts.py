"""What a customer's terminal does with its contact."""

from palvelurinki.application import connections, topics
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import ServiceId, TerminalId
from palvelurinki.domain.errors import RingClosed, ServiceNotRemote, UnknownThing
from palvelurinki.domain.events import ContactRequested
from palvelurinki.domain.hours import is_open, local_day, next_opening


async def request_contact(
    context: Context, terminal: TerminalId, operation: str, service: ServiceId, language: str
) -> Answer:
    """A customer at the terminal asks for a service; the contact waits in the service's ring from now on.

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
        if not is_open(ring.hours, now):
            raise RingClosed(ring.id, next_opening(ring.hours, now))
        contact = Contact(
            id=ContactId(context.ids.new()),
            terminal=terminal,
            point=here.point,
            provider=wanted.provider,
            service=service,
            ring=ring.id,
            language=language,
            requested_at=now,
        )
        await work.tx.contacts.add(contact)
        await connections.look_again(work, Principal.terminal(terminal))
        work.touched.update(topics.of_contact(None, contact))
        work.events.append((contact.id, ContactRequested()))
        return {"contact": contact.id}

    return await perform_once(context, Principal.terminal(terminal), operation, use_case)


async def set_language(
    context: Context, terminal: TerminalId, operation: str, contact: ContactId, language: str
) -> Answer:
    """The customer wants to be served in another language. Raises UnknownThing."""
    return await _on_own_contact(context, terminal, operation, contact, commands.SetLanguage(language))


async def leave_contact(context: Context, terminal: TerminalId, operation: str, contact: ContactId) -> Answer:
    """The customer goes: ringing stops at once (I5), a call ends. Raises UnknownThing, TransitionRefused, CallEnded."""
    return await _on_own_contact(context, terminal, operation, contact, commands.LeaveContact())


async def _on_own_contact(
    context: Context,
    terminal: TerminalId,
    operation: str,
    contact: ContactId,
    command: commands.ContactCommand,
) -> Answer:
    async def use_case(work: Work) -> Answer:
        loaded = await work.load(contact, "contact", contact)
        if loaded.terminal != terminal:
            # The same answer as for an id that nothing has: whose it is, is not for others to learn (I7).
            raise UnknownThing("contact", contact)
        await work.decide(loaded, command)
        return {"contact": contact}

    return await perform_once(context, Principal.terminal(terminal), operation, use_case)

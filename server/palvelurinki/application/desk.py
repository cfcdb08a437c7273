"""What an advisor does at their desk: connects a customer, and amends what the expert is told and what comes next.

A handoff note goes from the message to its table and nowhere else: not into an operation, an event, a log, an error.
"""

from dataclasses import dataclass, replace

from palvelurinki.application import offers, topics
from palvelurinki.application.contacts import of_visit
from palvelurinki.application.counter import load_within_reach, session_at
from palvelurinki.application.entering import Wanted, enter, look_again, offered_at
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.access import Action, Caller, permits, point_thing
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import PointId, ServiceId, StaffId, Terminal, TerminalId
from palvelurinki.domain.errors import UnknownThing
from palvelurinki.domain.situation import FurtherMatter, Handoff, IdentityCheck, Line, VisitId, readable


@dataclass(frozen=True, slots=True)
class Matter:
    """A service, and the note about it."""

    service: ServiceId
    handoff: Handoff | None = None


@dataclass(frozen=True, slots=True)
class ForCustomer:
    """What the advisor asks for; see `protocol.client.RequestForCustomer`."""

    terminal: TerminalId
    matter: Matter
    language: str
    identity: IdentityCheck = IdentityCheck.NOT_CHECKED
    interpreter: str | None = None
    prepared_s: int = 0
    visit: VisitId | None = None
    further: tuple[Matter, ...] = ()


async def request_for_customer(context: Context, caller: Caller, operation: str, request: ForCustomer) -> Answer:
    """A contact waits for the customer at the terminal. Nobody is rung before the terminal has shown that it can call.

    Raises NoteTooLong, UnknownThing, TerminalAway, TerminalBusy, ServiceNotRemote, RingClosed.
    """
    note = readable(request.matter.handoff)
    further = [replace(each, handoff=readable(each.handoff)) for each in request.further]

    async def use_case(work: Work) -> Answer:
        await work.use_directory_in_force()
        here = _terminal(work, caller, request.terminal)
        session = await session_at(work, here.id)
        situation = replace(
            await of_visit(work, here.id, request.visit),
            asked_by=StaffId(caller.id),
            prepared_s=request.prepared_s,
            identity=request.identity,
            interpreter=request.interpreter,
            noted=note is not None,
            further=tuple([await _further(work, here.point, each) for each in further]),
        )
        identifier = ContactId(context.ids.new())
        wanted = Wanted(
            identifier, here.id, session, request.matter.service, request.language, Line.UNPROVEN, situation
        )
        contact = await enter(work.tx, work.directory, wanted)
        if note is not None:
            await work.tx.handoffs.keep(identifier, note)
        await offers.begin(work, contact)
        await look_again(work.tx, Principal.terminal(here.id), session)
        return {"contact": identifier}

    asked = f"request_for_customer {request.terminal} {request.matter.service} {request.language}"
    who = Principal.staff(caller.id)
    return await perform_once(context, who, operation, asked, use_case, hold_configuration=True)


async def amend_handoff(
    context: Context, caller: Caller, operation: str, contact: ContactId, handoff: Handoff
) -> Answer:
    """Another note takes the place of the contact's; an empty one: there is none. Raises NoteTooLong, ContactOver."""
    note = readable(handoff)

    async def use_case(work: Work) -> Answer:
        found = await load_within_reach(work, caller, Action.AMEND_HANDOFF, contact)
        await work.decide(found, commands.TakeNote(there=note is not None))
        if note is not None:
            await work.tx.handoffs.keep(contact, note)
        # The note stands elsewhere: whoever is shown it reads it again.
        work.changes.touch([topics.point(found.point), *map(topics.staff, topics.people_of(found))])
        return {"contact": contact}

    return await perform_once(context, Principal.staff(caller.id), operation, f"amend_handoff {contact}", use_case)


async def add_matter(context: Context, caller: Caller, operation: str, contact: ContactId, matter: Matter) -> Answer:
    """A matter to be taken up when the contact ends. Raises NoteTooLong, ContactOver, TooManyMatters, UnknownThing."""
    wanted = replace(matter, handoff=readable(matter.handoff))

    async def use_case(work: Work) -> Answer:
        await work.use_directory_in_force()
        found = await load_within_reach(work, caller, Action.ADD_MATTER, contact)
        further = await _further(work, found.point, wanted)
        await work.decide(found, commands.AddMatter(further))
        return {"contact": contact}

    asked = f"add_matter {contact} {matter.service}"
    return await perform_once(context, Principal.staff(caller.id), operation, asked, use_case)


async def drop_matter(context: Context, caller: Caller, operation: str, contact: ContactId, matter: str) -> Answer:
    """A matter that was to come next is not taken up. Raises ContactOver, UnknownThing."""

    async def use_case(work: Work) -> Answer:
        found = await load_within_reach(work, caller, Action.DROP_MATTER, contact)
        await work.decide(found, commands.DropMatter(matter))
        return {"contact": contact}

    asked = f"drop_matter {contact} {matter}"
    return await perform_once(context, Principal.staff(caller.id), operation, asked, use_case)


def _terminal(work: Work, caller: Caller, identifier: TerminalId) -> Terminal:
    here = work.directory.terminals.get(identifier)
    if here is None:
        raise UnknownThing("terminal", identifier)
    if not permits(caller, Action.REQUEST_FOR_CUSTOMER, point_thing(work.directory.points[here.point])):
        raise UnknownThing("terminal", identifier, foreign=True)
    return here


async def _further(work: Work, point: PointId, matter: Matter) -> FurtherMatter:
    """What comes later; its note is kept from now on. Raises UnknownThing, ServiceNotRemote."""
    now = await work.tx.now()
    offered_at(work.directory, point, matter.service, now)
    identifier = work.context.ids.new()
    if matter.handoff is not None:
        await work.tx.handoffs.keep(identifier, matter.handoff)
    return FurtherMatter(identifier, matter.service, now, noted=matter.handoff is not None)

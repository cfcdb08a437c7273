"""What an advisor does with the contacts at the terminals of their point, and how they are asked to come (R9, R24).

`caller` is who asks: what is not of their point is to them as if it were not there (I7). Of two advisors who act at
once one comes first, and the other is told so.
"""

from palvelurinki.application import connections
from palvelurinki.application.callers import principal_of
from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.access import Action, Caller, permits, point_thing
from palvelurinki.domain.call import SeatId
from palvelurinki.domain.contact import Contact, ContactId, SessionId
from palvelurinki.domain.directory import StaffId, TerminalId
from palvelurinki.domain.errors import TerminalAway, UnknownThing
from palvelurinki.domain.situation import AskedBy


async def move_contact(
    context: Context,
    caller: Caller,
    operation: str,
    contact: ContactId,
    seen_at: TerminalId,
    terminal: TerminalId,
) -> Answer:
    """The contact goes on at another terminal of its point.

    Raises UnknownThing, ContactElsewhere (it is not where it was seen), ContactOver, TerminalAway, TerminalBusy.
    """

    async def use_case(work: Work) -> Answer:
        loaded = await load_within_reach(work, caller, Action.MOVE_CONTACT, contact)
        there = work.directory.terminals.get(terminal)
        if there is None or there.point != loaded.point:
            raise UnknownThing("terminal", terminal, foreign=there is not None)
        session = await session_at(work, terminal)
        # That the terminal has a contact already, an index says.
        await work.decide(loaded, commands.Move(seen_at, terminal, session, SeatId(context.ids.new())))
        # It may be lost at this very moment.
        await connections.look_again(work, Principal.terminal(terminal), session)
        return {"contact": contact}

    asked = f"move_contact {contact} {seen_at} {terminal}"
    return await perform_once(context, principal_of(caller), operation, asked, use_case)


async def attend_contact(
    context: Context, caller: Caller, operation: str, contact: ContactId, *, present: bool
) -> Answer:
    """The advisor is beside the customer from now on, or no longer. Raises UnknownThing, ContactOver."""
    command = commands.Attend(StaffId(caller.id), present)
    return await _with_contact(context, caller, operation, Action.ATTEND_CONTACT, contact, command)


async def close_contact(context: Context, caller: Caller, operation: str, contact: ContactId) -> Answer:
    """The customer has gone: ringing stops, a call ends. Raises UnknownThing, ContactOver."""
    return await _with_contact(context, caller, operation, Action.CLOSE_CONTACT, contact, commands.CloseForCustomer())


async def finish_contact(context: Context, caller: Caller, operation: str, contact: ContactId) -> Answer:
    """What is done after a contact is done. Raises UnknownThing, TransitionRefused (it goes on), ContactOver (late)."""
    return await _with_contact(context, caller, operation, Action.FINISH_CONTACT, contact, commands.Finish())


async def call_advisor(
    context: Context,
    principal: Principal,
    operation: str,
    contact: ContactId,
    session: SessionId | None = None,
    *,
    wanted: bool,
) -> Answer:
    """The customer or the expert asks the advisor to come, or no longer.

    Raises UnknownThing, NotContinued, NotInCall, ContactOver.
    """
    of_terminal = principal.kind is PrincipalKind.TERMINAL
    by = AskedBy.CUSTOMER if of_terminal else AskedBy.EXPERT

    async def use_case(work: Work) -> Answer:
        loaded = await work.load_own(principal, contact)
        call = loaded.call
        has_part = loaded.terminal == principal.id if of_terminal else call is not None and call.seat_of(principal.id)
        if not has_part:
            raise UnknownThing("contact", contact, foreign=True)
        await work.decide(loaded, commands.CallAdvisor(by, wanted, principal.occupant, session))
        return {"contact": contact}

    return await perform_once(context, principal, operation, f"call_advisor {contact} {wanted}", use_case)


async def load_within_reach(work: Work, caller: Caller, action: Action, contact: ContactId) -> Contact:
    """The contact, locked. Raises UnknownThing when there is none, or none with which the caller may do this."""
    loaded = await work.load(contact, "contact", contact)
    point = work.directory.points.get(loaded.point)
    if point is None or not permits(caller, action, point_thing(point)):
        raise UnknownThing("contact", contact, foreign=True)
    return loaded


async def _with_contact(
    context: Context,
    caller: Caller,
    operation: str,
    action: Action,
    contact: ContactId,
    command: commands.ContactCommand,
) -> Answer:
    async def use_case(work: Work) -> Answer:
        await work.decide(await load_within_reach(work, caller, action, contact), command)
        return {"contact": contact}

    says = f" {command.present}" if isinstance(command, commands.Attend) else ""
    return await perform_once(context, principal_of(caller), operation, f"{action} {contact}{says}", use_case)


async def session_at(work: Work, terminal: TerminalId) -> SessionId:
    """Which session speaks for the terminal. Raises TerminalAway when nobody is connected there."""
    connection = await work.tx.connections.get(str(Principal.terminal(terminal)))
    if connection is None or connection.lost_at is not None:
        raise TerminalAway("the terminal is not connected", terminal=terminal)
    return SessionId(connection.session)

"""What a participant does in a call. `session` is a terminal's (see `domain.contact`); staff need none."""

from palvelurinki.application import connections
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform_once
from palvelurinki.domain import commands
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import SessionId


async def join_call(
    context: Context, principal: Principal, operation: str, call: CallId, session: SessionId | None = None
) -> Answer:
    """Take the seat with new media. Raises NotInCall, CallEnded, NotContinued."""
    return await _in_call(context, principal, operation, call, commands.JoinCall(call, principal.occupant, session))


async def report_media(
    context: Context, principal: Principal, operation: str, call: CallId, session: SessionId | None = None
) -> Answer:
    """Media flow. Raises NotInCall, SeatNotJoined, CallEnded, NotContinued."""
    return await _in_call(context, principal, operation, call, commands.ReportMedia(call, principal.occupant, session))


async def leave_call(
    context: Context, principal: Principal, operation: str, call: CallId, session: SessionId | None = None
) -> Answer:
    """Hang up; the call's record is written with it (I4). Raises NotInCall, CallEnded, NotContinued."""
    return await _in_call(context, principal, operation, call, commands.LeaveCall(call, principal.occupant, session))


async def _in_call(
    context: Context, principal: Principal, operation: str, call: CallId, command: commands.ContactCommand
) -> Answer:
    async def use_case(work: Work) -> Answer:
        contact = await work.load_of_call(principal, call)
        await work.decide(contact, command)
        if isinstance(command, commands.JoinCall):
            await connections.look_again(work, principal, command.session)
        return {"call": call, "contact": contact.id}

    return await perform_once(context, principal, operation, f"{type(command).__name__} {call}", use_case)

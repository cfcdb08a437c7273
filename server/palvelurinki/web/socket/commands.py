"""From a client's message to the use case that it asks for. Who may ask is the table's to say (`domain.access`, I7)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from palvelurinki.application import calls, contacts, offers, presence
from palvelurinki.application.principals import Principal
from palvelurinki.application.refusals import is_for_want_of_a_right, note_refusal
from palvelurinki.application.work import Answer
from palvelurinki.domain.access import Action, may
from palvelurinki.domain.call import CallId, CallState, SeatState
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import ServiceId, StaffId, TerminalId
from palvelurinki.domain.errors import CallEnded, NotAllowed, NotInCall, PalvelurinkiError
from palvelurinki.domain.offer import OfferId
from palvelurinki.ports import StoreAway
from palvelurinki.protocol import client as m
from palvelurinki.protocol import server as s
from palvelurinki.web.socket.errors import WireError
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.messages import error_message
from palvelurinki.web.socket.session import Session

log = structlog.get_logger(__name__)

Handler = Callable[[Hub, Session, Any], Awaitable[Answer]]


async def carry_out(hub: Hub, session: Session, command: m.ClientCommand) -> Answer:
    """Do what the message asks; the answer's parts go into the ack. Raises PalvelurinkiError when it is refused."""
    require_allowed(hub, session, command)
    return await _HANDLERS[type(command)](hub, session, command)


def require_allowed(hub: Hub, session: Session, command: m.ClientCommand) -> None:
    """Raises NotAllowed when the message is not for whoever the session is (I7)."""
    action = Action(command.type)
    if not may(session.caller(hub.context.directory), action):
        raise NotAllowed(f"this is not for your role: {action}", action=str(action))


async def refused(hub: Hub, session: Session, command: m.ClientCommand, error: Exception) -> s.ErrorMessage:
    """As `refusal_of`; who asked for what they have no right to is noted."""
    if isinstance(error, PalvelurinkiError) and is_for_want_of_a_right(error):
        await note_refusal(hub.context, session.caller(hub.context.directory), Action(command.type), error)
    return refusal_of(session, command, error)


def refusal_of(session: Session, command: m.ClientCommand, error: Exception) -> s.ErrorMessage:
    """The answer to a command that was refused, or that failed: the cause of that is logged."""
    if isinstance(error, PalvelurinkiError):
        return error_message(command.id, error)
    if isinstance(error, StoreAway):
        log.warning("socket.outcome_unknown", session=session.id, operation=command.id, why=str(error))
        return s.ErrorMessage(re=command.id, code="internal", message="whether it was done is not known; ask again")
    # Whatever broke, this client gets an answer and its connection goes on.
    log.error("socket.command_failed", session=session.id, exc_info=error)
    return s.ErrorMessage(re=command.id, code="internal", message="the server failed at this; try again")


async def _request_contact(hub: Hub, session: Session, command: m.RequestContact) -> Answer:
    return await contacts.request_contact(
        hub.context,
        TerminalId(session.principal.id),
        session.id,
        command.id,
        ServiceId(command.service),
        command.language,
    )


async def _set_language(hub: Hub, session: Session, command: m.SetLanguage) -> Answer:
    return await contacts.set_language(
        hub.context,
        TerminalId(session.principal.id),
        session.id,
        command.id,
        ContactId(command.contact),
        command.language,
    )


async def _leave_contact(hub: Hub, session: Session, command: m.LeaveContact) -> Answer:
    return await contacts.leave_contact(
        hub.context, TerminalId(session.principal.id), session.id, command.id, ContactId(command.contact)
    )


async def _continue_contact(hub: Hub, session: Session, command: m.ContinueContact) -> Answer:
    return await contacts.continue_contact(
        hub.context, TerminalId(session.principal.id), session.id, command.id, ContactId(command.contact)
    )


async def _make_ready(hub: Hub, session: Session, command: m.MakeReady) -> Answer:
    return await presence.make_ready(hub.context, StaffId(session.principal.id), command.id)


async def _pause(hub: Hub, session: Session, command: m.Pause) -> Answer:
    return await presence.pause(hub.context, StaffId(session.principal.id), command.id, command.reason)


async def _extend_wrap_up(hub: Hub, session: Session, command: m.ExtendWrapUp) -> Answer:
    return await presence.extend_wrap_up(hub.context, StaffId(session.principal.id), command.id)


async def _accept_offer(hub: Hub, session: Session, command: m.AcceptOffer) -> Answer:
    return await offers.accept_offer(hub.context, StaffId(session.principal.id), command.id, OfferId(command.offer))


async def _decline_offer(hub: Hub, session: Session, command: m.DeclineOffer) -> Answer:
    return await offers.decline_offer(
        hub.context, StaffId(session.principal.id), command.id, OfferId(command.offer), command.reason
    )


async def _join_call(hub: Hub, session: Session, command: m.JoinCall) -> Answer:
    return await calls.join_call(hub.context, session.principal, command.id, CallId(command.call), session.id)


async def _report_media(hub: Hub, session: Session, command: m.ReportMedia) -> Answer:
    return await calls.report_media(hub.context, session.principal, command.id, CallId(command.call), session.id)


async def _leave_call(hub: Hub, session: Session, command: m.LeaveCall) -> Answer:
    return await calls.leave_call(hub.context, session.principal, command.id, CallId(command.call), session.id)


def way_of(session: Session, signal: m.Signal) -> tuple[str, Principal]:
    """From which seat the signal comes, and to whom it goes. Raises WireError, NotInCall, CallEnded.

    Whoever has a seat in a call may signal, and nobody else.
    """
    if (signal.description is None) == (signal.candidate is None):
        raise WireError("a signal carries a description or a candidate, one of the two")
    call = session.call
    if call is None or call.id != signal.call:
        raise NotInCall("there is no seat for you in that call", call=signal.call)
    if call.state is CallState.ENDED:
        raise CallEnded("the call has ended", call=signal.call)
    me = target = None
    for seat in call.seats:
        if seat.occupant == session.principal.id:
            me = seat
        if seat.id == signal.to:
            target = seat
    if me is None or me.epoch == 0 or target is None or target.id == me.id or target.state is SeatState.LEFT:
        raise NotInCall("there is no such seat to signal to in that call", call=signal.call, to=signal.to)
    return me.id, Principal.terminal(target.occupant) if target.terminal else Principal.staff(target.occupant)


# Every message that asks the application for something, and what does it.
_HANDLERS: Final[dict[type, Handler]] = {
    m.RequestContact: _request_contact,
    m.SetLanguage: _set_language,
    m.LeaveContact: _leave_contact,
    m.ContinueContact: _continue_contact,
    m.MakeReady: _make_ready,
    m.Pause: _pause,
    m.ExtendWrapUp: _extend_wrap_up,
    m.AcceptOffer: _accept_offer,
    m.DeclineOffer: _decline_offer,
    m.JoinCall: _join_call,
    m.ReportMedia: _report_media,
    m.LeaveCall: _leave_call,
}

"""From a client's message to the use case that it asks for. Who may ask is the table's to say (`domain.access`, I7)."""

import structlog

from palvelurinki.application.principals import Principal
from palvelurinki.application.refusals import is_for_want_of_a_right, note_refusal
from palvelurinki.application.work import Answer
from palvelurinki.domain.access import Action, may
from palvelurinki.domain.call import CallState, Seat, SeatState
from palvelurinki.domain.errors import CallEnded, NotAllowed, NotInCall, PalvelurinkiError
from palvelurinki.ports import StoreAway
from palvelurinki.protocol import client as m
from palvelurinki.protocol import server as s
from palvelurinki.web.socket.errors import WireError
from palvelurinki.web.socket.handlers import HANDLERS
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.messages import error_message
from palvelurinki.web.socket.session import Session

log = structlog.get_logger(__name__)


async def carry_out(hub: Hub, session: Session, command: m.ClientCommand) -> Answer:
    """Do what the message asks; the answer's parts go into the ack. Raises PalvelurinkiError when it is refused."""
    require_allowed(hub, session, command)
    return await HANDLERS[type(command)](hub, session, command)


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
    me = call.seat_of(session.principal.id)
    target = next((seat for seat in call.seats if seat.id == signal.to), None)
    if me is None or target is None or not _connects(me) or target.id == me.id or target.state is SeatState.LEFT:
        raise NotInCall("there is no such seat to signal to in that call", call=signal.call, to=signal.to)
    return me.id, Principal.terminal(target.occupant) if target.terminal else Principal.staff(target.occupant)


def _connects(seat: Seat) -> bool:
    return seat.epoch > 0 and seat.state is not SeatState.LEFT

"""What an expert asks for."""

from typing import Final

from palvelurinki.application import afterwards, offers, presence
from palvelurinki.application.work import Answer
from palvelurinki.domain.call import CallId
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.offer import OfferId
from palvelurinki.protocol import client as m
from palvelurinki.web.socket.handlers.handler import Handler
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.session import Session


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


async def _conclude_call(hub: Hub, session: Session, command: m.ConcludeCall) -> Answer:
    return await afterwards.conclude_call(
        hub.context,
        StaffId(session.principal.id),
        command.id,
        CallId(command.call),
        command.resolution,
        tuple(command.follow_ups),
    )


# Every such message, and what does it.
HANDLERS: Final[dict[type, Handler]] = {
    m.MakeReady: _make_ready,
    m.Pause: _pause,
    m.ExtendWrapUp: _extend_wrap_up,
    m.AcceptOffer: _accept_offer,
    m.DeclineOffer: _decline_offer,
    m.ConcludeCall: _conclude_call,
}

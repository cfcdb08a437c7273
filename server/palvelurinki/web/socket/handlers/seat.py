"""What whoever has a part in a contact or a call asks for."""

from typing import Final

from palvelurinki.application import calls, counter
from palvelurinki.application.work import Answer
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import ContactId
from palvelurinki.protocol import client as m
from palvelurinki.web.socket.handlers.handler import Handler
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.session import Session


async def _join_call(hub: Hub, session: Session, command: m.JoinCall) -> Answer:
    return await calls.join_call(hub.context, session.principal, command.id, CallId(command.call), session.id)


async def _report_media(hub: Hub, session: Session, command: m.ReportMedia) -> Answer:
    return await calls.report_media(hub.context, session.principal, command.id, CallId(command.call), session.id)


async def _leave_call(hub: Hub, session: Session, command: m.LeaveCall) -> Answer:
    return await calls.leave_call(hub.context, session.principal, command.id, CallId(command.call), session.id)


async def _call_advisor(hub: Hub, session: Session, command: m.CallAdvisor) -> Answer:
    return await counter.call_advisor(
        hub.context, session.principal, command.id, ContactId(command.contact), session.id, wanted=command.wanted
    )


# Every such message, and what does it.
HANDLERS: Final[dict[type, Handler]] = {
    m.JoinCall: _join_call,
    m.ReportMedia: _report_media,
    m.LeaveCall: _leave_call,
    m.CallAdvisor: _call_advisor,
}

"""What an advisor asks for at the desk: to connect a customer, and what the expert is told and what comes next."""

from typing import Final

from palvelurinki.application import desk
from palvelurinki.application.work import Answer
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import ServiceId, TerminalId
from palvelurinki.domain.situation import Handoff, VisitId
from palvelurinki.protocol import client as m
from palvelurinki.protocol.situation import FurtherPart, HandoffPart
from palvelurinki.web.socket.handlers.handler import Handler
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.session import Session


async def _request_for_customer(hub: Hub, session: Session, command: m.RequestForCustomer) -> Answer:
    request = desk.ForCustomer(
        TerminalId(command.terminal),
        desk.Matter(ServiceId(command.service), None if command.handoff is None else _note(command.handoff)),
        command.language,
        command.identity,
        command.interpreter,
        command.prepared_s,
        None if command.visit is None else VisitId(command.visit),
        tuple(_matter(each) for each in command.further),
    )
    return await desk.request_for_customer(hub.context, session.caller(hub.context.directory), command.id, request)


async def _amend_handoff(hub: Hub, session: Session, command: m.AmendHandoff) -> Answer:
    caller = session.caller(hub.context.directory)
    return await desk.amend_handoff(hub.context, caller, command.id, ContactId(command.contact), _note(command.handoff))


async def _add_matter(hub: Hub, session: Session, command: m.AddMatter) -> Answer:
    caller = session.caller(hub.context.directory)
    return await desk.add_matter(hub.context, caller, command.id, ContactId(command.contact), _matter(command.matter))


async def _drop_matter(hub: Hub, session: Session, command: m.DropMatter) -> Answer:
    caller = session.caller(hub.context.directory)
    return await desk.drop_matter(hub.context, caller, command.id, ContactId(command.contact), command.matter)


def _matter(part: FurtherPart) -> desk.Matter:
    return desk.Matter(ServiceId(part.service), None if part.handoff is None else _note(part.handoff))


def _note(part: HandoffPart) -> Handoff:
    return Handoff(part.what, part.tried, part.wanted)


# Every such message, and what does it.
HANDLERS: Final[dict[type, Handler]] = {
    m.RequestForCustomer: _request_for_customer,
    m.AmendHandoff: _amend_handoff,
    m.AddMatter: _add_matter,
    m.DropMatter: _drop_matter,
}

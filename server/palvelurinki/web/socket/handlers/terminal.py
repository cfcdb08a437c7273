"""What a customer's terminal asks for."""

from typing import Final

from palvelurinki.application import afterwards, contacts
from palvelurinki.application.work import Answer
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import ServiceId, TerminalId
from palvelurinki.domain.situation import VisitId
from palvelurinki.protocol import client as m
from palvelurinki.web.socket.handlers.handler import Handler
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.session import Session


async def _request_contact(hub: Hub, session: Session, command: m.RequestContact) -> Answer:
    return await contacts.request_contact(
        hub.context,
        TerminalId(session.principal.id),
        session.id,
        command.id,
        ServiceId(command.service),
        command.language,
        proven=command.proven,
        visit=None if command.visit is None else VisitId(command.visit),
    )


async def _report_line(hub: Hub, session: Session, command: m.ReportLine) -> Answer:
    return await contacts.report_line(
        hub.context,
        TerminalId(session.principal.id),
        session.id,
        command.id,
        ContactId(command.contact),
        command.faults,
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


async def _rate_contact(hub: Hub, session: Session, command: m.RateContact) -> Answer:
    return await afterwards.rate_contact(
        hub.context,
        TerminalId(session.principal.id),
        session.id,
        command.id,
        ContactId(command.contact),
        command.satisfaction,
    )


# Every such message, and what does it.
HANDLERS: Final[dict[type, Handler]] = {
    m.RequestContact: _request_contact,
    m.ReportLine: _report_line,
    m.SetLanguage: _set_language,
    m.LeaveContact: _leave_contact,
    m.ContinueContact: _continue_contact,
    m.RateContact: _rate_contact,
}

"""What an advisor asks for, with the contacts at the terminals of their point."""

from typing import Final

from palvelurinki.application import counter
from palvelurinki.application.work import Answer
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import TerminalId
from palvelurinki.protocol import client as m
from palvelurinki.web.socket.handlers.handler import Handler
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.session import Session


async def _move_contact(hub: Hub, session: Session, command: m.MoveContact) -> Answer:
    return await counter.move_contact(
        hub.context,
        session.caller(hub.context.directory),
        command.id,
        ContactId(command.contact),
        TerminalId(command.seen_at),
        TerminalId(command.terminal),
    )


async def _attend_contact(hub: Hub, session: Session, command: m.AttendContact) -> Answer:
    caller = session.caller(hub.context.directory)
    return await counter.attend_contact(
        hub.context, caller, command.id, ContactId(command.contact), present=command.present
    )


async def _close_contact(hub: Hub, session: Session, command: m.CloseContact) -> Answer:
    caller = session.caller(hub.context.directory)
    return await counter.close_contact(hub.context, caller, command.id, ContactId(command.contact))


async def _finish_contact(hub: Hub, session: Session, command: m.FinishContact) -> Answer:
    caller = session.caller(hub.context.directory)
    return await counter.finish_contact(hub.context, caller, command.id, ContactId(command.contact))


# Every such message, and what does it.
HANDLERS: Final[dict[type, Handler]] = {
    m.MoveContact: _move_contact,
    m.AttendContact: _attend_contact,
    m.CloseContact: _close_contact,
    m.FinishContact: _finish_contact,
}

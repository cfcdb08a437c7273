"""The wire, version 1, from Python: what the terminal's program, the tests and the load tools speak.

    secret = await open_demo(base_url, "terminal", "mikkeli-kioski")
    async with Client(base_url, "terminal", secret) as kiosk:
        await kiosk.request_contact("kela-asumistuki", "fi")
        await kiosk.until(lambda seen: seen.call is not None)

A terminal that has a key signs in by that:

    key = TerminalKey(Path("terminal-key.json"))
    await enrol(base_url, key, show)
    async with Client(base_url, "terminal", KeyTickets(base_url, key)) as kiosk: ...

It knows the server by `palvelurinki.protocol` alone.
"""

from palvelurinki.client.client import Client, News
from palvelurinki.client.commands import new_operation
from palvelurinki.client.errors import (
    ClientClosed,
    ClientError,
    ClientFailed,
    CommandRefused,
    KeyUnusable,
    NotAnswered,
    NotUnderstood,
    SessionEnded,
    SignInRefused,
    TicketUnavailable,
)
from palvelurinki.client.key_tickets import KeyTickets, enrol
from palvelurinki.client.options import Options
from palvelurinki.client.snapshot import apply_event
from palvelurinki.client.streams import EventStream
from palvelurinki.client.terminal_key import TerminalKey
from palvelurinki.client.tickets import Audience, CookieTickets, TicketSource, open_demo

__all__ = [
    "Audience",
    "Client",
    "ClientClosed",
    "ClientError",
    "ClientFailed",
    "CommandRefused",
    "CookieTickets",
    "EventStream",
    "KeyTickets",
    "KeyUnusable",
    "News",
    "NotAnswered",
    "NotUnderstood",
    "Options",
    "SessionEnded",
    "SignInRefused",
    "TerminalKey",
    "TicketSource",
    "TicketUnavailable",
    "apply_event",
    "enrol",
    "new_operation",
    "open_demo",
]

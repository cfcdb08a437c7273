"""What a user of the client meets. One hierarchy.

ClientError
├── CommandRefused       the server refused the command; `code` says why, and the connection goes on
├── NotAnswered          no answer came in time: whether it was done is not known, repeating it is safe
├── KeyUnusable          the file of a terminal's key holds none, or cannot be used
├── TicketUnavailable    no ticket just now (the server is away); the client tries again by itself
└── for good: the client has stopped
    ├── SignInRefused        the sign-in is worth nothing (any more)
    ├── SessionEnded         the server wants this client no longer; `code` says why
    ├── NotUnderstood        the server sent what version 1 does not have
    └── ClientClosed         `close` was called
"""

from collections.abc import Mapping

from pydantic import JsonValue


class ClientError(Exception):
    """The base."""


class CommandRefused(ClientError):
    """The server refused a command. `code` is stable; the codes are those of the server's errors."""

    def __init__(self, code: str, message: str, details: Mapping[str, JsonValue]) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details


class NotAnswered(ClientError):
    """No answer came within `Options.answer_within_s`, over all reconnections."""


class KeyUnusable(ClientError):
    """The file of a terminal's key holds no key, or cannot be read or written. The message names the file alone."""


class TicketUnavailable(ClientError):
    """The server gave no ticket this time, for a reason that may pass."""


class SignInRefused(ClientError):
    """The server gives this client no ticket, and asking again changes nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class SessionEnded(ClientError):
    """The server has ended the session for good: `session.superseded`, `version.unsupported` and the like."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class NotUnderstood(ClientError):
    """A message that version 1 does not have: the server is another one, or broken."""


class ClientFailed(ClientError):
    """An error that the client did not foresee, its own or the ticket source's; `__cause__` tells."""


class ClientClosed(ClientError):
    """The client was closed by its owner."""

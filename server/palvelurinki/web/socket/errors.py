"""What goes wrong on the wire itself, before anything is asked of the application."""

from palvelurinki.domain.errors import PalvelurinkiError


class WireError(PalvelurinkiError):
    """The frame was not understood, or came at the wrong time. The connection goes on unless a `Closing` follows."""

    code = "frame.malformed"


class FrameTooLarge(WireError):
    """A frame over the limit."""

    code = "frame.too_large"


class UnknownType(WireError):
    """A well-formed message of a type that this version does not have, or that this role may not send."""

    code = "frame.unknown_type"


class RateExceeded(WireError):
    """Too many messages in too short a time; this one was not acted on."""

    code = "rate.exceeded"


class Ending(PalvelurinkiError):
    """The socket is to be closed with a `Closing` of this code; `retry_after_s` asks the client to stay away long."""

    resumable = False
    close_code = 4000
    retry_after_s: float | None = None


class HelloExpected(Ending):
    """The first message was something else."""

    code = "hello.expected"


class HelloTimeout(Ending):
    """No hello came in time."""

    code = "hello.timeout"


class VersionUnsupported(Ending):
    """The server does not speak the client's version."""

    code = "version.unsupported"


class HelloRefused(Ending):
    """The ticket is worth nothing."""

    code = "ticket.invalid"


class SessionUnknown(Ending):
    """There is no such session any more: take a new ticket."""

    code = "session.unknown"


class SessionSuperseded(Ending):
    """A newer session speaks for the same principal."""

    code = "session.superseded"


class SessionRevoked(Ending):
    """The configuration no longer has this terminal or member of staff, or the terminal's key is good no longer."""

    code = "session.revoked"


class SignedOut(Ending):
    """The sign-in with which the session ends has ended."""

    code = "session.signed_out"


class SessionSlow(Ending):
    """More is unacknowledged than is kept: come back and get a snapshot."""

    code = "session.slow"
    resumable = True


class SessionSilent(Ending):
    """The client's heartbeats stopped coming, though its line is there."""

    code = "session.silent"
    resumable = True


class SessionFlooding(Ending):
    """The client went on sending far more than it may. What it sent over the limit was not acted on."""

    code = "session.flooding"
    resumable = True
    # "Policy violation", for whoever looks at the code alone.
    close_code = 1008
    retry_after_s = 5.0

    def __init__(self) -> None:
        super().__init__("you send far more than is allowed: come back later, and slower")


class ServerBusy(Ending):
    """The database does not answer, or not in time: what the hello asked for was not done."""

    code = "server.busy"
    resumable = True
    close_code = 1013
    retry_after_s = 2.0


class ServerCutOff(Ending):
    """This node does not reach the database, and others do."""

    code = "server.cut_off"
    resumable = True
    close_code = 1013


class ServerStopping(Ending):
    """This node is leaving."""

    code = "server.stopping"
    resumable = True
    # "Try again later", for whoever looks at the code alone.
    close_code = 1013

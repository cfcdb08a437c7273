"""Terminals' places and their keys, as administrators see them."""

from collections.abc import Collection, Iterable, Sequence

from palvelurinki.application.principals import Principal
from palvelurinki.domain.directory import Directory, StaffId, Terminal
from palvelurinki.domain.enrolment import KeyState, TerminalKey, fingerprint
from palvelurinki.protocol.enrolment import DeviceView, EnrolledTerminalView, EnrolmentState
from palvelurinki.reporting import wording


def enrolled_terminals(
    directory: Directory, terminals: Iterable[Terminal], keys: Collection[TerminalKey], connected: Collection[str]
) -> list[EnrolledTerminalView]:
    """These terminals in their order. `keys` are as the store gives them, newest first; `connected` are principals."""
    return [
        _view(
            directory,
            terminal,
            [key for key in keys if key.terminal == terminal.id],
            connected=str(Principal.terminal(terminal.id)) in connected,
        )
        for terminal in terminals
    ]


def state_of(keys: Sequence[TerminalKey]) -> EnrolmentState:
    """How a place stands by its keys, newest first."""
    if not keys:
        return EnrolmentState.NONE
    if any(key.is_good for key in keys):
        return EnrolmentState.ENROLLED
    return EnrolmentState.QUARANTINED if keys[0].state is KeyState.QUARANTINED else EnrolmentState.REVOKED


def who(directory: Directory, actor: str) -> str:
    """The name of whoever enrolled a terminal; what is known of them when the configuration has them no more."""
    _, _, identifier = actor.partition(":")
    person = directory.staff.get(StaffId(identifier)) if actor.startswith("staff:") else None
    return identifier if person is None else person.name


def _view(
    directory: Directory, terminal: Terminal, keys: Sequence[TerminalKey], *, connected: bool
) -> EnrolledTerminalView:
    latest = next((key for key in keys if key.is_good), keys[0] if keys else None)
    return EnrolledTerminalView(
        terminal=DeviceView(id=terminal.id, names=wording.names(terminal.names), kind=terminal.kind),
        point=wording.named(directory.points[terminal.point]),
        state=state_of(keys),
        fingerprint=None if latest is None else fingerprint(latest.key.thumbprint),
        enrolled_at=None if latest is None else latest.enrolled_at,
        enrolled_by=None if latest is None else who(directory, latest.enrolled_by),
        last_sign_in_at=max((key.used_at for key in keys if key.used_at is not None), default=None),
        connected=connected,
    )

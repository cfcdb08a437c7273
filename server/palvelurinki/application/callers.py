"""From a principal to a caller: what the configuration, and the sign-in, say about who asks."""

from collections.abc import Collection

from palvelurinki.application.principals import Principal, PrincipalKind
from palvelurinki.domain.access import Caller, Party
from palvelurinki.domain.directory import Directory, Role, StaffId, TerminalId


def caller_of(directory: Directory, principal: Principal, granted: Collection[Role] | None = None) -> Caller:
    """The caller; nobody in particular when the configuration does not know the principal.

    `granted`: the roles that the sign-in grants, of those that the configuration allows; None: all of these.
    """
    if principal.kind is PrincipalKind.TERMINAL:
        terminal = directory.terminals.get(TerminalId(principal.id))
        if terminal is None:
            return Caller()
        return Caller(frozenset({Party.TERMINAL}), terminal.id, directory.points[terminal.point].host, terminal.point)
    person = directory.staff.get(StaffId(principal.id))
    if person is None:
        return Caller()
    roles = person.roles if granted is None else person.roles.intersection(granted)
    return Caller(frozenset(Party(role) for role in roles), person.id, person.organisation, person.point)


def principal_of(caller: Caller) -> Principal:
    """The principal that the caller is. Raises ValueError for nobody in particular."""
    if not caller.id:
        raise ValueError("nobody in particular is no principal")
    return Principal.terminal(caller.id) if Party.TERMINAL in caller.parties else Principal.staff(caller.id)

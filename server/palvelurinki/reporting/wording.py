"""The configuration's names as the wire shows them."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol

from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import Directory, PointId, Role, StaffId, TerminalId
from palvelurinki.domain.guidance import Guidance
from palvelurinki.domain.names import Names
from palvelurinki.domain.presence import Presence
from palvelurinki.protocol import named as n
from palvelurinki.protocol import situation as s
from palvelurinki.protocol import views as v

NAMES_KEPT: Final = 8192


class Named(Protocol):
    """Anything of the directory with an id and names."""

    @property
    def id(self) -> str:
        """The slug."""

    @property
    def names(self) -> Names:
        """The name in each language."""


# The configuration has few names, and every message is full of them.
@lru_cache(maxsize=NAMES_KEPT)
def names(of: Names) -> n.NamesView:
    """A text in three languages."""
    return n.NamesView(fi=of.fi, sv=of.sv, en=of.en)


@lru_cache(maxsize=NAMES_KEPT)
def _named(identifier: str, of: Names) -> n.NamedView:
    return n.NamedView(id=identifier, names=names(of))


def named(thing: Named) -> n.NamedView:
    """An id with its names."""
    return _named(thing.id, thing.names)


def named_or_id(thing: Named | None, identifier: str) -> n.NamedView:
    """The thing, or its id for a name when the configuration no longer has it."""
    if thing is not None:
        return named(thing)
    return n.NamedView(id=identifier, names=n.NamesView(fi=identifier, sv=identifier, en=identifier))


def point(directory: Directory, identifier: PointId) -> v.PointView:
    """A service point with its host."""
    here = directory.points[identifier]
    return v.PointView(id=here.id, names=names(here.names), host=named(directory.organisations[here.host]))


def terminal(directory: Directory, identifier: TerminalId) -> v.TerminalView:
    """A terminal with its point."""
    device = directory.terminals[identifier]
    return v.TerminalView(
        id=device.id, names=names(device.names), kind=device.kind, point=point(directory, device.point)
    )


def staff(directory: Directory, identifier: StaffId, granted: Collection[Role] | None = None) -> v.StaffView:
    """A member of staff, as they see themselves, with the roles in force: of theirs, those `granted` (None: all)."""
    person = directory.staff[identifier]
    organisation = directory.organisations[person.organisation]
    return v.StaffView(
        id=person.id,
        names=n.NamesView(fi=person.name, sv=person.name, en=person.name),
        name=person.name,
        organisation=named(organisation),
        organisation_kinds=sorted(organisation.kinds),
        roles=sorted(person.roles if granted is None else person.roles.intersection(granted)),
        pause_reasons=[named(reason) for reason in organisation.pause_reasons],
    )


def presence(directory: Directory, status: Presence, since: datetime) -> v.PresenceView:
    """A person's status, as they see it themselves."""
    return v.PresenceView(
        state=status.state,
        reason=status.reason,
        reason_names=_reason_names(directory, status),
        since=since,
        wrap_up=v.WrapUpView(since=status.wrap_up_since, until=status.wrap_up_until, most=status.wrap_up_most)
        if status.wrap_up_since is not None and status.wrap_up_until is not None and status.wrap_up_most is not None
        else None,
    )


def member(directory: Directory, status: Presence, activity: v.MemberActivity) -> v.MemberView:
    """A member of a ring, as its supervisor sees them. Since when they ring or talk, the contact says."""
    held = {v.MemberActivity.RINGING, v.MemberActivity.IN_CALL}
    since = status.since
    if activity is v.MemberActivity.WRAP_UP:
        since = status.wrap_up_since
    elif activity is v.MemberActivity.READY:
        # Free since the last call or offer, not since they said so in the morning.
        since = status.idle_since
    return v.MemberView(
        staff=status.staff,
        name=directory.staff[status.staff].name,
        activity=activity,
        reason_names=_reason_names(directory, status) if activity is v.MemberActivity.PAUSED else None,
        since=None if activity in held else since,
    )


def _reason_names(directory: Directory, status: Presence) -> n.NamesView | None:
    """The names of a reason of the provider's; the server's own words are the client's to say."""
    organisation = directory.organisations[directory.staff[status.staff].organisation]
    return next((names(each.names) for each in organisation.pause_reasons if each.id == status.reason), None)


def guidance(of: Guidance, *, for_staff: bool) -> s.GuidanceView:
    """A service's instructions, to a customer without those that are for staff."""
    e_service = of.e_service
    return s.GuidanceView(
        e_service=s.EServiceView(names=names(e_service.names), address=e_service.address) if e_service else None,
        documents=[names(each) for each in of.documents],
        advice=names(of.advice) if of.advice is not None and for_staff else None,
        tasks=[s.TaskView(id=each.id, names=names(each.names)) for each in of.tasks] if for_staff else [],
        instead=names(of.instead) if of.instead is not None else None,
    )


def matter(directory: Directory, contact: Contact) -> v.MatterView:
    """Who asks for what and where."""
    device = directory.terminals[contact.terminal]
    return v.MatterView(
        provider=named(directory.organisations[contact.provider]),
        service=named(directory.services[contact.service]),
        ring=named(directory.rings[contact.ring]),
        point=point(directory, contact.point),
        terminal=named(device),
        terminal_kind=device.kind,
        language=contact.language,
        requested_at=contact.requested_at,
    )

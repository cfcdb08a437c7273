"""The configuration's names as the wire shows them."""

from typing import Protocol

from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import Directory, Names, PointId, StaffId, TerminalId
from palvelurinki.protocol import views as v


class Named(Protocol):
    """Anything of the directory with an id and names."""

    @property
    def id(self) -> str:
        """The slug."""

    @property
    def names(self) -> Names:
        """The name in each language."""


def names(of: Names) -> v.NamesView:
    """A text in three languages."""
    return v.NamesView(fi=of.fi, sv=of.sv, en=of.en)


def named(thing: Named) -> v.NamedView:
    """An id with its names."""
    return v.NamedView(id=thing.id, names=names(thing.names))


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


def staff(directory: Directory, identifier: StaffId) -> v.StaffView:
    """A member of staff, as they see themselves."""
    person = directory.staff[identifier]
    organisation = directory.organisations[person.organisation]
    return v.StaffView(
        id=person.id,
        names=v.NamesView(fi=person.name, sv=person.name, en=person.name),
        name=person.name,
        organisation=named(organisation),
        organisation_kinds=sorted(organisation.kinds),
        roles=sorted(person.roles),
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

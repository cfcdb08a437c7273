"""Changes: what a transaction has changed, told after its commit to whoever shows it, and to whoever matches.

What it is about are topics; every node hears them, by the bus or from the outbox. The node that made the transaction
also has what was saved, so what it shows of somebody's own contact, offer or call need not be read again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from palvelurinki.application import topics
from palvelurinki.domain.contact import Contact, ContactId, ContactState
from palvelurinki.domain.directory import Directory, RingId, StaffId
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.presence import Presence
from palvelurinki.domain.routing import Grounds


@dataclass(slots=True)
class Changes:
    """`work` names the transaction; its entries in the outbox bear the same name.

    `contacts`, `presences` and `grounds` are what it saved, as they now stand. Of `topics`, those that are not `unsaid`
    have changed by these alone. In the rings `to_match` somebody waits, or somebody may have come free.
    """

    work: str
    topics: set[str] = field(default_factory=set)
    unsaid: set[str] = field(default_factory=set)
    contacts: dict[ContactId, Contact] = field(default_factory=dict)
    presences: dict[StaffId, Presence] = field(default_factory=dict)
    grounds: dict[OfferId, Grounds] = field(default_factory=dict)
    to_match: set[RingId] = field(default_factory=set)

    def touch(self, touched: Iterable[str]) -> None:
        """These have changed, in ways that are not told here."""
        looked_at = set(touched)
        self.topics |= looked_at
        self.unsaid |= looked_at

    def contact(self, before: Contact | None, saved: Contact) -> None:
        """A contact is as `saved` now."""
        self.contacts[saved.id] = saved
        self._describe(topics.of_contact(before, saved))
        if saved.state is ContactState.WAITING:
            self.to_match.add(saved.ring)

    def presence(self, saved: Presence, directory: Directory) -> None:
        """A person's status is as `saved` now."""
        self.presences[saved.staff] = saved
        self.freed(saved.staff, directory)

    def claimed(self, staff: StaffId, directory: Directory) -> None:
        """The person holds a contact from now on, which is told itself."""
        self._describe(topics.of_staff(staff, directory))

    def freed(self, staff: StaffId, directory: Directory) -> None:
        """The person may take a contact from now on: what they held is told itself."""
        self._describe(topics.of_staff(staff, directory))
        self.to_match.update(directory.rings_of_staff.get(staff, ()))

    def arrived(self, staff: StaffId, directory: Directory) -> None:
        """The person's console has come or gone."""
        self.touch(topics.of_staff(staff, directory))
        self.to_match.update(directory.rings_of_staff.get(staff, ()))

    def _describe(self, described: Iterable[str]) -> None:
        for topic in described:
            self.topics.add(topic)
            if topics.is_board(topic):
                self.unsaid.add(topic)

"""What a node remembers: it shows people their own contacts and statuses, and need not ask for them again.

What is remembered was true a moment ago. A transaction that assumes may rest on it, since it is in conflict when it is
true no more; no other may.
"""

from collections.abc import Collection
from typing import Final, Protocol

from palvelurinki.application.principals import Principal
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.presence import Presence


class Recollection(Protocol):
    """What this node shows its own clients."""

    def contacts(self, principal: Principal) -> Collection[Contact]:
        """The contacts that somebody is shown, by themselves, their latest offer or their latest call."""

    def presence(self, staff: StaffId) -> Presence | None:
        """The status that a person is shown."""


class _Nothing:
    """The memory of a node that shows nobody anything."""

    def contacts(self, principal: Principal) -> Collection[Contact]:  # noqa: ARG002
        """None."""
        return ()

    def presence(self, staff: StaffId) -> Presence | None:  # noqa: ARG002
        """None."""
        return None


NOTHING: Final[Recollection] = _Nothing()

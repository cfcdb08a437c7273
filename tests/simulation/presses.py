"""What customers did at the terminals, as their own pages know it: nothing here is read from the server's tables."""

from dataclasses import dataclass, field

from palvelurinki.application.digests import operation_digest
from tests.simulation.tables import Tables


@dataclass(slots=True)
class Presses:
    """In which sessions of a terminal a contact was asked for, or said to be theirs who stood there."""

    asked: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Sessions by principal and operation."""
    continued: dict[str, set[str]] = field(default_factory=dict)
    """Sessions by contact."""
    left: set[str] = field(default_factory=set)
    """Contacts that somebody at the terminal has ended, or tried to."""

    def asks(self, principal: str, operation: str, session: str) -> None:
        """The request is sent in this session."""
        self.asked.setdefault((principal, operation_digest(operation)), set()).add(session)

    def continues(self, contact: str, session: str) -> None:
        """Somebody says in this session that the contact is theirs."""
        self.continued.setdefault(contact, set()).add(session)

    def sessions_of(self, tables: Tables) -> dict[str, set[str]]:
        """The sessions in which each contact may go on; those are absent that no simulated customer asked for."""
        known: dict[str, set[str]] = {}
        for key, sessions in self.asked.items():
            contact = tables.operations.get(key, {}).get("contact")
            if contact is not None:
                known[contact] = sessions | self.continued.get(contact, set())
        return known

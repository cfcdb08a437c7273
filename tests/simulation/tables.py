"""The tables as they stand at one instant: all that the checker and the simulated people look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from palvelurinki.adapters.sql.situations import situation_of
from palvelurinki.domain.situation import Situation

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows by their keys, read in one transaction."""

    contacts: dict[str, Row]
    offers: dict[str, Row]
    ringings: Sequence[Row]
    explained: Collection[str]
    calls: dict[str, Row]
    seats: Sequence[Row]
    engagements: dict[str, str]
    presences: dict[str, Row]
    connections: dict[str, Row]
    deadlines: dict[tuple[str, str], datetime]
    operations: dict[tuple[str, str], dict[str, str]]
    notes: Collection[str]
    """Of which contacts there is a handoff note."""
    service_events: Sequence[Row]
    outbox: Sequence[Row]

    @staticmethod
    def situation_of(contact: Row) -> Situation:
        """What is known of the contact: a database keeps it as a document."""
        kept = contact["situation"]
        return kept if isinstance(kept, Situation) else situation_of(kept)

    def live_contacts(self) -> list[Row]:
        """The contacts that have not ended, by arrival."""
        live = (row for row in self.contacts.values() if row["state"] != "ended")
        return sorted(live, key=lambda row: (row["requested_at"], row["id"]))

    def live_of(self, terminal: str) -> Row | None:
        """The terminal's contact that has not ended."""
        return next((row for row in self.live_contacts() if row["terminal"] == terminal), None)

    def open_offers(self) -> list[Row]:
        """The offers that are open."""
        return [row for row in self.offers.values() if row["state"] == "open"]

    def rung(self) -> list[Row]:
        """Where it rings: rows with an offer and a member of staff."""
        return [row for row in self.ringings if row["state"] == "ringing"]

    def live_calls(self) -> list[Row]:
        """The calls that have not ended."""
        return [row for row in self.calls.values() if row["state"] != "ended"]

    def seats_of(self, call: str) -> list[Row]:
        """The call's seats."""
        return [row for row in self.seats if row["call"] == call]

    def call_of(self, occupant: str) -> Row | None:
        """The live call in which a terminal or a member of staff has a seat."""
        live = (row for row in self.seats if row["state"] != "left")
        calls = {row["call"] for row in live if occupant in (row["terminal"], row["staff"])}
        return next((row for row in self.live_calls() if row["id"] in calls), None)

    def is_lost(self, principal: str) -> bool:
        """Whether the principal's socket is known to be away, or never was there."""
        connection = self.connections.get(principal)
        return connection is None or connection["lost_at"] is not None

    def is_away_from(self, contact: Row) -> bool:
        """Whether the contact's terminal is away, or speaks with another session than the contact's."""
        principal = f"terminal:{contact['terminal']}"
        return self.is_lost(principal) or self.connections[principal]["session"] != contact["session"]

    def contact_of(self, seat: Row) -> Row:
        """The contact in whose call the seat is."""
        return self.contacts[self.calls[seat["call"]]["contact"]]

    def is_away(self, seat: Row) -> bool:
        """Whether who has the seat is away, or, at a terminal, speaks with another session than the contact's."""
        if seat["staff"] is not None:
            return self.is_lost(f"staff:{seat['staff']}")
        return self.is_away_from(self.contact_of(seat))

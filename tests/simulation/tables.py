"""The tables as they stand at one instant: all that the checker and the simulated people look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from palvelurinki.adapters.sql import tables as t


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows by their keys, read in one transaction."""

    contacts: dict[str, RowMapping]
    offers: dict[str, RowMapping]
    calls: dict[str, RowMapping]
    seats: Sequence[RowMapping]
    engagements: dict[str, str]
    presences: dict[str, RowMapping]
    connections: dict[str, RowMapping]
    deadlines: dict[tuple[str, str], datetime]
    operations: dict[tuple[str, str], dict[str, str]]
    service_events: Sequence[RowMapping]
    outbox: Sequence[RowMapping]

    def live_contacts(self) -> list[RowMapping]:
        """The contacts that have not ended, by arrival."""
        live = (row for row in self.contacts.values() if row["state"] != "ended")
        return sorted(live, key=lambda row: (row["requested_at"], row["id"]))

    def live_of(self, terminal: str) -> RowMapping | None:
        """The terminal's contact that has not ended."""
        return next((row for row in self.live_contacts() if row["terminal"] == terminal), None)

    def open_offers(self) -> list[RowMapping]:
        """The offers that ring."""
        return [row for row in self.offers.values() if row["state"] == "open"]

    def live_calls(self) -> list[RowMapping]:
        """The calls that have not ended."""
        return [row for row in self.calls.values() if row["state"] != "ended"]

    def seats_of(self, call: str) -> list[RowMapping]:
        """The call's seats."""
        return [row for row in self.seats if row["call"] == call]

    def call_of(self, occupant: str) -> RowMapping | None:
        """The live call in which a terminal or a member of staff has a seat."""
        calls = {row["call"] for row in self.seats if occupant in (row["terminal"], row["staff"])}
        return next((row for row in self.live_calls() if row["id"] in calls), None)

    def is_lost(self, principal: str) -> bool:
        """Whether the principal's socket is known to be away, or never was there."""
        connection = self.connections.get(principal)
        return connection is None or connection["lost_at"] is not None


def read(connection: Connection, known: Tables | None = None) -> Tables:
    """Read everything; the connection's transaction decides whether it is of one instant.

    `known` is an earlier reading of the same database: what is only ever added to is read on from there.
    """
    outbox = [] if known is None else list(known.outbox)
    last = outbox[-1]["id"] if outbox else 0
    rows = {
        table.name: connection.execute(select(table)).mappings().all()
        for table in (
            t.contact,
            t.offer,
            t.call,
            t.engagement,
            t.presence,
            t.connection,
            t.deadline,
            t.operation,
        )
    }
    return Tables(
        contacts={row["id"]: row for row in rows["contact"]},
        offers={row["id"]: row for row in rows["offer"]},
        calls={row["id"]: row for row in rows["call"]},
        seats=connection.execute(select(t.seat).order_by(t.seat.c.call, t.seat.c.place)).mappings().all(),
        engagements={row["staff"]: row["contact"] for row in rows["engagement"]},
        presences={row["staff"]: row for row in rows["presence"]},
        connections={row["principal"]: row for row in rows["connection"]},
        deadlines={(row["kind"], row["subject"]): row["due"] for row in rows["deadline"]},
        operations={(row["principal"], row["operation"]): row["answer"] for row in rows["operation"]},
        service_events=connection.execute(select(t.service_event)).mappings().all(),
        outbox=[
            *outbox,
            *connection.execute(select(t.outbox).where(t.outbox.c.id > last).order_by(t.outbox.c.id)).mappings(),
        ],
    )

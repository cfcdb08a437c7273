"""What the events say: of the order in which contacts were served, of waits, and of who was asked again.

Events are read once, in the order of their commits; what they show of the past stays shown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from palvelurinki.domain.directory import Directory, RingId
from palvelurinki.domain.situation import LINE_PROOF_S
from tests.simulation.faults import SLACK, Fault
from tests.simulation.fitting import are_equal, ends_at_closing, fitting, ranked
from tests.simulation.office import CLOSES, LAST_ENTRY
from tests.simulation.presses import Presses
from tests.simulation.tables import Row, Tables

Skipped = Callable[[datetime, datetime], timedelta]


@dataclass(slots=True)
class _Story:
    """What has happened to one contact so far."""

    last: int = 0
    since: dict[str, datetime] = field(default_factory=dict)
    away: dict[str, datetime] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)
    doubted_at: datetime | None = None


@dataclass(slots=True)
class Past:
    """All events read so far. `closed` says after which event an offer, or one person's ringing of it, was over."""

    directory: Directory
    skipped: Skipped
    punctual: bool
    presses: Presses
    stories: dict[str, _Story] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    ended: dict[tuple[str, str], int] = field(default_factory=dict)
    read: int = 0

    def go_on(self, tables: Tables) -> Iterator[Fault]:
        """Read the events that are new, and say what they show."""
        offers: list[Row] = []
        for entry in tables.outbox[self.read :]:
            contact = tables.contacts.get(entry["contact"]) if entry["contact"] is not None else None
            if contact is None:
                continue
            story = self.stories.setdefault(contact["id"], _Story())
            story.last = entry["id"]
            if entry["kind"] == "ContactOffered":
                offers.append(entry)
            yield from self._waits(contact, story, entry)
            yield from self._lines(contact, story, entry)
            yield from self._asked_again(tables, contact, story, entry)
        self.read = len(tables.outbox)
        if self.punctual and offers:
            yield from self._order(tables, offers)

    def ended_at(self, offer: str, staff: str) -> int:
        """Which event ended the ringing: a later one has a larger number."""
        return self.ended.get((offer, staff)) or self.closed.get(offer, 0)

    # ---- I6 ------------------------------------------------------------------------------------------------------

    def _order(self, tables: Tables, offers: list[Row]) -> Iterator[Fault]:
        """Nobody who waited all the while was passed over for someone who came later.

        Of equal contacts that is so whatever the experts are; of others, when this one might have had the expert.
        """
        for contact in tables.live_contacts():
            if contact["state"] != "waiting" or contact["line"] != "proven":
                continue
            for entry in offers:
                served = tables.contacts[entry["contact"]]
                if entry["id"] <= self.stories[contact["id"]].last or ranked(served) < ranked(contact):
                    continue
                rung = set(entry["payload"]["staff"]) - set(contact["passed_by"])
                if not are_equal(served, contact):
                    rung &= fitting(self.directory, contact, entry["at"], rung, early=False)
                if rung:
                    yield Fault(
                        "late",
                        f"contact {contact['id']} waited while {served['id']}, who comes later, was put to {rung}",
                    )

    # ---- I3 ------------------------------------------------------------------------------------------------------

    def _waits(self, contact: Row, story: _Story, entry: Row) -> Iterator[Fault]:
        """Retries, graces and closings came in their time."""
        ring = self.directory.rings[RingId(contact["ring"])]
        grace, retry = timedelta(seconds=ring.grace_s), timedelta(seconds=ring.retry_after_s)
        kind, payload, at, since = entry["kind"], entry["payload"], entry["at"], story.since
        since[kind] = at
        name = contact["id"]
        if kind == "ContactRequested":
            if ends_at_closing(self.directory, ring.id) and contact["requested_at"] >= CLOSES - LAST_ENTRY:
                yield Fault("late", f"contact {name} was let in at {contact['requested_at']}")
        elif kind == "ContactUnquieted":
            yield from self.fell(f"retry of {name}", since["ContactQuieted"] + retry, at)
        elif kind == "SeatChanged":
            story.away.pop(payload["seat"], None)
            if payload["state"] == "away":
                story.away[payload["seat"]] = at
        # Whoever stands there now may start over, which interrupts the call of the one before at once.
        elif kind == "CallEnded" and payload["outcome"] == "interrupted" and name not in self.presses.left:
            yield from self.fell(f"grace of the call of {name}", min(story.away.values()) + grace, at)
        elif kind == "ContactEnded":
            if payload["outcome"] == "terminal_lost":
                yield from self.fell(f"grace of {name}", since["ContactHeld"] + grace, at)
            if payload["outcome"] == "ring_closed" and (at < CLOSES or not ends_at_closing(self.directory, ring.id)):
                yield Fault("early", f"contact {name} was sent away at {at}")

    def _lines(self, contact: Row, story: _Story, entry: Row) -> Iterator[Fault]:
        """A terminal was given its time to show that it can call, anew after each move."""
        kind, payload, at = entry["kind"], entry["payload"], entry["at"]
        if kind == "ContactMoved" or (kind == "ContactRequested" and payload["line"] != "proven"):
            story.doubted_at = at
        elif kind == "LineReported":
            doubted_at = story.doubted_at or at
            story.doubted_at = None if payload["line"] == "proven" else doubted_at
        elif kind == "ContactEnded" and payload["outcome"] == "technical_failure":
            if story.doubted_at is None:
                yield Fault("early", f"contact {contact['id']} ended though its terminal can call")
            else:
                due = story.doubted_at + timedelta(seconds=LINE_PROOF_S)
                yield from self.fell(f"line of {contact['id']}", due, at)

    def fell(self, what: str, due: datetime, done: datetime) -> Iterator[Fault]:
        """What fell due at one time was done at another."""
        # Where time passes within a transaction, the outbox tells a moment later than its deadlines were counted from.
        if done < due - (timedelta(0) if self.punctual else SLACK):
            yield Fault("early", f"{what}: due at {due}, done at {done}")
        # What fell due while the clock was set forward was due only when it had been.
        if self.punctual and done > due + SLACK and done - due - self.skipped(due, done) > SLACK:
            yield Fault("late", f"{what}: due at {due}, done at {done}")

    # ---- Who is asked again --------------------------------------------------------------------------------------

    def _asked_again(  # noqa: C901  # one branch for each kind of event
        self, tables: Tables, contact: Row, story: _Story, entry: Row
    ) -> Iterator[Fault]:
        """Nobody is asked again before the contact has rested; who let it ring out is, when they say they are there."""
        kind, payload = entry["kind"], entry["payload"]
        if kind == "ContactUnquieted":
            story.declined.clear()
            story.missed.clear()
        elif kind == "ContactReconsidered":
            # The event does not say of whom; whoever declined is never meant.
            story.missed.clear()
        elif kind == "ContactOffered":
            again = sorted((story.declined | story.missed) & set(payload["staff"]))
            if again:
                yield Fault("early", f"{again} passed contact {contact['id']} by, and are asked again")
        elif kind == "RingingEnded":
            self.ended[payload["offer"], payload["staff"]] = entry["id"]
            if payload["state"] == "declined":
                story.declined.add(payload["staff"])
        elif kind == "OfferClosed":
            self.closed[payload["offer"]] = entry["id"]
            for ringing in self._last_to_end(tables, payload["offer"]):
                if ringing["state"] == "declined":
                    story.declined.add(ringing["staff"])
                elif ringing["state"] == "missed":
                    story.missed.add(ringing["staff"])

    def _last_to_end(self, tables: Tables, offer: str) -> list[Row]:
        """The ringings that ended with the offer, and have no event of their own."""
        of_offer = (row for row in tables.ringings if row["offer"] == offer)
        return [row for row in of_offer if (offer, row["staff"]) not in self.ended]


def on_duty(tables: Tables) -> set[str]:
    """Those who are ready, with their console there."""
    return {
        staff
        for staff, presence in tables.presences.items()
        if presence["state"] == "ready" and not tables.is_lost(f"staff:{staff}")
    }


def free(tables: Tables, now: datetime) -> set[str]:
    """Of those on duty, who hold nothing and are not finishing a call."""

    def finishes(presence: Row) -> bool:
        until: Any = presence["wrap_up_until"]
        return until is not None and now < until

    return {
        staff for staff in on_duty(tables) if staff not in tables.engagements and not finishes(tables.presences[staff])
    }

"""Rows as values of the domain, and back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Label, RowMapping
from sqlalchemy.sql.selectable import NamedFromClause

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.unit import Values
from palvelurinki.domain.call import Call, CallOutcome, CallState, Seat, SeatKind, SeatState
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState
from palvelurinki.domain.offer import Offer, OfferState


def labelled(table: NamedFromClause[Any]) -> list[Label[Any]]:
    """The table's columns under names that no other table's have: `offer_id`, `seat_id`."""
    return [column.label(f"{table.name}_{column.name}") for column in table.c]


CONTACT_COLUMNS = labelled(t.contact)
CHILD_COLUMNS = [*labelled(t.offer), *labelled(t.call), *labelled(t.seat)]


def contact_values(contact: Contact) -> Values:
    """The contact's own columns, without `offers` and `version`, which the repository counts."""
    return {
        "id": contact.id,
        "terminal": contact.terminal,
        "point": contact.point,
        "provider": contact.provider,
        "service": contact.service,
        "ring": contact.ring,
        "language": contact.language,
        "requested_at": contact.requested_at,
        "state": contact.state.value,
        "passed_by": sorted(contact.passed_by),
        "quiet_until": contact.quiet_until,
        "outcome": _text(contact.outcome),
        "ended_at": contact.ended_at,
    }


def offer_values(offer: Offer) -> Values:
    """The offer's own columns, without its contact and its number."""
    return {
        "id": offer.id,
        "staff": offer.staff,
        "state": offer.state.value,
        "opened_at": offer.opened_at,
        "expires_at": offer.expires_at,
        "closed_at": offer.closed_at,
        "reason": _text(offer.reason),
    }


def call_values(call: Call) -> Values:
    """The call's own columns, without its contact."""
    return {
        "id": call.id,
        "state": call.state.value,
        "started_at": call.started_at,
        "connected_at": call.connected_at,
        "ended_at": call.ended_at,
        "outcome": _text(call.outcome),
    }


def seat_values(seat: Seat) -> Values:
    """The seat's own columns, without its call and its place."""
    return {
        "id": seat.id,
        "kind": seat.kind.value,
        "state": seat.state.value,
        "epoch": seat.epoch,
        "media": seat.media,
        "terminal": seat.terminal,
        "staff": seat.staff,
    }


def contact_of(row: RowMapping, children: Sequence[RowMapping]) -> Contact:
    """A contact from its row; each of `children` repeats its latest offer and its call, with one seat."""
    first = children[0] if children else None
    return Contact(
        id=row["contact_id"],
        terminal=row["contact_terminal"],
        point=row["contact_point"],
        provider=row["contact_provider"],
        service=row["contact_service"],
        ring=row["contact_ring"],
        language=row["contact_language"],
        requested_at=row["contact_requested_at"],
        state=ContactState(row["contact_state"]),
        passed_by=frozenset(row["contact_passed_by"]),
        quiet_until=row["contact_quiet_until"],
        outcome=None if row["contact_outcome"] is None else ContactOutcome(row["contact_outcome"]),
        ended_at=row["contact_ended_at"],
        offer=None if first is None or first["offer_id"] is None else offer_of(first),
        call=None if first is None or first["call_id"] is None else _call_of(children),
        version=row["contact_version"],
    )


def offer_of(row: RowMapping, prefix: str = "offer") -> Offer:
    """An offer from columns that are labelled with `prefix`."""
    return Offer(
        id=row[f"{prefix}_id"],
        staff=row[f"{prefix}_staff"],
        state=OfferState(row[f"{prefix}_state"]),
        opened_at=row[f"{prefix}_opened_at"],
        expires_at=row[f"{prefix}_expires_at"],
        closed_at=row[f"{prefix}_closed_at"],
        reason=row[f"{prefix}_reason"],
    )


def _call_of(rows: Sequence[RowMapping]) -> Call:
    first = rows[0]
    seated = sorted((row for row in rows if row["seat_id"] is not None), key=lambda row: row["seat_place"])
    return Call(
        id=first["call_id"],
        seats=tuple(_seat_of(row) for row in seated),
        started_at=first["call_started_at"],
        state=CallState(first["call_state"]),
        connected_at=first["call_connected_at"],
        ended_at=first["call_ended_at"],
        outcome=None if first["call_outcome"] is None else CallOutcome(first["call_outcome"]),
    )


def _seat_of(row: RowMapping) -> Seat:
    return Seat(
        id=row["seat_id"],
        kind=SeatKind(row["seat_kind"]),
        state=SeatState(row["seat_state"]),
        epoch=row["seat_epoch"],
        media=row["seat_media"],
        terminal=row["seat_terminal"],
        staff=row["seat_staff"],
    )


def _text(value: str | None) -> str | None:
    # Drivers are given plain strings, whichever enumeration a value came from.
    return None if value is None else str(value)

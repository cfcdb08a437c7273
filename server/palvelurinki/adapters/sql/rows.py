"""Rows as values of the domain, and back."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Label
from sqlalchemy.sql.selectable import NamedFromClause

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.situations import situation_of, situation_values
from palvelurinki.adapters.sql.unit import Row, Values
from palvelurinki.domain.call import Call, CallOutcome, CallState, Seat, SeatKind, SeatState
from palvelurinki.domain.contact import Contact, ContactOutcome, ContactState
from palvelurinki.domain.offer import Offer, OfferState, Ringing, RingingState
from palvelurinki.domain.situation import Line


def labelled(table: NamedFromClause[Any]) -> list[Label[Any]]:
    """The table's columns under names that no other table's have: `offer_id`, `seat_id`."""
    return [column.label(f"{table.name}_{column.name}") for column in table.c]


CONTACT_COLUMNS = labelled(t.contact)
OFFER_COLUMNS = [*labelled(t.offer), *labelled(t.ringing)]
CHILD_COLUMNS = [*OFFER_COLUMNS, *labelled(t.call), *labelled(t.seat)]


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
        "placed_at": contact.placed_at,
        "state": contact.state.value,
        "unit": contact.unit,
        "head_start_s": contact.head_start_s,
        "passed_by": sorted(contact.passed_by),
        "missed_by": sorted(contact.missed_by),
        "recused": sorted(contact.recused),
        "quiet_until": contact.quiet_until,
        "outcome": _text(contact.outcome),
        "ended_at": contact.ended_at,
        "session": contact.session,
        "line": contact.line.value,
        "situation": situation_values(contact.situation),
    }


def offer_values(offer: Offer) -> Values:
    """The offer's own columns, without its contact, its ring and its number."""
    return {
        "id": offer.id,
        "state": offer.state.value,
        "opened_at": offer.opened_at,
        "expires_at": offer.expires_at,
        "closed_at": offer.closed_at,
    }


def ringing_values(ringing: Ringing) -> Values:
    """The ringing's own columns, without its offer, that one's opening, and its place."""
    return {
        "staff": ringing.staff,
        "state": ringing.state.value,
        "closed_at": ringing.closed_at,
        "reason": _text(ringing.reason),
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


def contact_of(row: Row, children: Sequence[Row]) -> Contact:
    """A contact from its row; each of `children` repeats its latest offer and its call.

    They are as many as there are pairs of a ringing and a seat: rarely more than two.
    """
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
        unit=row["contact_unit"],
        head_start_s=row["contact_head_start_s"],
        passed_by=frozenset(row["contact_passed_by"]),
        missed_by=frozenset(row["contact_missed_by"]),
        recused=frozenset(row["contact_recused"]),
        quiet_until=row["contact_quiet_until"],
        outcome=None if row["contact_outcome"] is None else ContactOutcome(row["contact_outcome"]),
        ended_at=row["contact_ended_at"],
        offer=None if first is None or first["offer_id"] is None else offer_of(children),
        call=None if first is None or first["call_id"] is None else _call_of(children),
        session=row["contact_session"],
        line=Line(row["contact_line"]),
        situation=situation_of(row["contact_situation"]),
        moved_at=row["contact_placed_at"] if row["contact_placed_at"] != row["contact_requested_at"] else None,
        version=row["contact_version"],
    )


def offer_of(rows: Sequence[Row]) -> Offer:
    """An offer from rows that repeat it; each has one of its ringings, in no order and maybe more than once."""
    first = rows[0]
    return Offer(
        id=first["offer_id"],
        state=OfferState(first["offer_state"]),
        opened_at=first["offer_opened_at"],
        expires_at=first["offer_expires_at"],
        ringings=tuple(_ringing_of(row) for row in _distinct(rows, "ringing_place")),
        closed_at=first["offer_closed_at"],
    )


def _ringing_of(row: Row) -> Ringing:
    return Ringing(
        staff=row["ringing_staff"],
        state=RingingState(row["ringing_state"]),
        closed_at=row["ringing_closed_at"],
        reason=row["ringing_reason"],
    )


def _call_of(rows: Sequence[Row]) -> Call:
    first = rows[0]
    return Call(
        id=first["call_id"],
        seats=tuple(_seat_of(row) for row in _distinct(rows, "seat_place")),
        started_at=first["call_started_at"],
        state=CallState(first["call_state"]),
        connected_at=first["call_connected_at"],
        ended_at=first["call_ended_at"],
        outcome=None if first["call_outcome"] is None else CallOutcome(first["call_outcome"]),
    )


def _distinct(rows: Sequence[Row], place: str) -> Iterable[Row]:
    """One row for each value of the column `place`, in its order; where it is null there is nothing."""
    found = {row[place]: row for row in rows}
    found.pop(None, None)
    return (found[key] for key in sorted(found))


def _seat_of(row: Row) -> Seat:
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

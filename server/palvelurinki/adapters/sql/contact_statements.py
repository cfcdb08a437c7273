"""What is asked of the database, and told it, about contacts and what belongs to them."""

from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    delete,
    desc,
    func,
    insert,
    select,
    update,
)

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.rows import CHILD_COLUMNS, CONTACT_COLUMNS, OFFER_COLUMNS
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.types import UtcDateTime

T = TypeVar("T")

_latest_offer = and_(t.offer.c.contact == t.contact.c.id, t.offer.c.number == t.contact.c.offers)

# A contact with all that belongs to it: one row for each pair of a ringing of its offer and a seat of its call. One
# expert and two seats, the common case, are two rows; a second statement for either would cost more than it saves.
_whole = select(*CONTACT_COLUMNS, *CHILD_COLUMNS).select_from(
    t.contact.outerjoin(t.offer, _latest_offer)
    .outerjoin(t.ringing, t.ringing.c.offer == t.offer.c.id)
    .outerjoin(t.call, t.call.c.contact == t.contact.c.id)
    .outerjoin(t.seat, t.seat.c.call == t.call.c.id)
)
_by_arrival = (t.contact.c.requested_at, t.contact.c.id)
_by_placing = (t.contact.c.placed_at, t.contact.c.id)
_by_opening = (t.ringing.c.opened_at, t.ringing.c.offer)
_id: BindParameter[str] = bindparam("id")
_staff: BindParameter[str] = bindparam("staff")
_terminal: BindParameter[str] = bindparam("terminal")


SEEN: Final = "seen_version"
"""The version that a contact had before its lock was waited for, if it was."""


class Loading(NamedTuple):
    """The same contact as it stands, and locked."""

    plain: Prepared
    locked: Prepared


def _loading(identifier: ColumnElement[str]) -> Loading:
    # When PostgreSQL had to wait for the lock, it reads the locked row anew but takes the rows joined to it from
    # before the wait. Where its version is not the one that was SEEN, those rows must be read once more.
    locked = select(t.contact).where(t.contact.c.id == identifier).with_for_update().cte("locked")
    before = t.contact.alias("before")
    contact = [locked.c[column.name].label(f"contact_{column.name}") for column in t.contact.c]
    with_lock = select(*contact, *CHILD_COLUMNS, before.c.version.label(SEEN)).select_from(
        locked.outerjoin(before, before.c.id == locked.c.id)
        .outerjoin(t.offer, and_(t.offer.c.contact == locked.c.id, t.offer.c.number == locked.c.offers))
        .outerjoin(t.ringing, t.ringing.c.offer == t.offer.c.id)
        .outerjoin(t.call, t.call.c.contact == locked.c.id)
        .outerjoin(t.seat, t.seat.c.call == t.call.c.id)
    )
    whole = _whole.where(t.contact.c.id == identifier)
    return Loading(
        Prepared(lambda wording: wording.with_clock(whole)), Prepared(lambda wording: wording.with_clock(with_lock))
    )


LOAD = _loading(_id)
LOAD_OF_OFFER = _loading(select(t.offer.c.contact).where(t.offer.c.id == _id).scalar_subquery())
LOAD_OF_CALL = _loading(select(t.call.c.contact).where(t.call.c.id == _id).scalar_subquery())
LIVE_OF_TERMINAL = select(t.contact.c.id).where(t.contact.c.terminal == _terminal, t.live_contact)
LIVE_OF_STAFF = select(t.engagement.c.contact).where(t.engagement.c.staff == _staff)


def _latest(all_of_one: Select[tuple[T]], *order: ColumnElement[Any]) -> ScalarSelect[T]:
    """The last in this order. One step into the index for each whom a list names: grouping would read all they had."""
    return all_of_one.order_by(*(desc(column) for column in order)).limit(1).scalar_subquery()


def _latest_of_terminals(wording: Wording) -> Executable:
    terminal = wording.each_of("terminals")
    newest = _latest(select(t.contact.c.id).where(t.contact.c.terminal == terminal), *_by_placing)
    listed = select(terminal.label("terminal"), newest.label("contact")).subquery("newest")
    return _whole.join(listed, listed.c.contact == t.contact.c.id).order_by(t.contact.c.id)


LATEST_OF_TERMINALS = Prepared(_latest_of_terminals)
# Offers that are looked for beside their contacts, which come with their own latest one: most often the same.
_mine = t.offer.alias("mine")


def _latest_offers_of(wording: Wording) -> Executable:
    person = wording.each_of("staff")
    newest = _latest(select(t.ringing.c.offer).where(t.ringing.c.staff == person), *_by_opening)
    listed = select(person.label("staff"), newest.label("offer")).subquery("newest")
    return (
        _whole.add_columns(_mine.c.id.label("mine_id"), listed.c.staff.label("of_staff"))
        .join(_mine, _mine.c.contact == t.contact.c.id)
        .join(listed, listed.c.offer == _mine.c.id)
        .order_by(_mine.c.id, listed.c.staff)
    )


LATEST_OFFERS_OF = Prepared(_latest_offers_of)
FIND_OFFER = (
    _whole.add_columns(_mine.c.id.label("mine_id"))
    .join(_mine, _mine.c.contact == t.contact.c.id)
    .where(_mine.c.id == _id)
)
_newest = (
    select(t.offer.c.id, t.offer.c.contact, t.offer.c.opened_at)
    .where(t.offer.c.ring == bindparam("ring"))
    .order_by(desc(t.offer.c.opened_at), desc(t.offer.c.id))
    .limit(bindparam("limit"))
    .subquery("newest")
)
RECENT_OFFERS = (
    _whole.add_columns(_newest.c.id.label("mine_id"))
    .join(_newest, _newest.c.contact == t.contact.c.id)
    .order_by(desc(_newest.c.opened_at), desc(_newest.c.id))
)
OFFERS = Prepared(
    lambda wording: (
        select(*OFFER_COLUMNS)
        .join(t.ringing, t.ringing.c.offer == t.offer.c.id)
        .where(wording.is_one_of(t.offer.c.id, "offers"))
        .order_by(t.offer.c.id)
    )
)


def _latest_calls_of(wording: Wording) -> Executable:
    person = wording.each_of("staff")
    calls = select(t.call.c.contact).join(t.seat, t.seat.c.call == t.call.c.id).where(t.seat.c.staff == person)
    newest = _latest(calls, t.call.c.started_at, t.call.c.id)
    listed = select(person.label("staff"), newest.label("contact")).subquery("newest")
    return (
        _whole.add_columns(listed.c.staff.label("of_staff"))
        .join(listed, listed.c.contact == t.contact.c.id)
        .order_by(listed.c.staff)
    )


LATEST_CALLS_OF = Prepared(_latest_calls_of)
QUEUED = Prepared(
    lambda wording: wording.with_clock(
        _whole.where(wording.is_one_of(t.contact.c.ring, "rings"), t.queued_contact).order_by(*_by_arrival)
    )
)
WAITING = Prepared(
    lambda wording: wording.with_clock(
        _whole.where(wording.is_one_of(t.contact.c.ring, "rings"), t.waiting_contact).order_by(*_by_arrival)
    )
)
RINGS_WITH_WAITING = select(t.contact.c.ring).where(t.waiting_contact).distinct().order_by(t.contact.c.ring)
RINGS_WITH_QUEUE = select(t.contact.c.ring).where(t.queued_contact).distinct().order_by(t.contact.c.ring)
LIVE_AT = Prepared(
    lambda wording: _whole.where(wording.is_one_of(t.contact.c.terminal, "terminals"), t.live_contact).order_by(
        *_by_arrival
    )
)
HELD_BY = Prepared(
    lambda wording: (
        _whole.add_columns(t.engagement.c.staff.label("of_staff"))
        .join(t.engagement, t.engagement.c.contact == t.contact.c.id)
        .where(wording.is_one_of(t.engagement.c.staff, "staff"))
        .order_by(t.engagement.c.staff)
    )
)


def _asked_at(wording: Wording) -> Executable:
    person = wording.each_of("staff")
    newest = _latest(select(t.ringing.c.opened_at).where(t.ringing.c.staff == person), *_by_opening)
    return select(person.label("staff"), newest.label("asked_at"))


ASKED_AT = Prepared(_asked_at)
CALLS_SINCE = Prepared(
    lambda wording: (
        select(t.ringing.c.staff, func.count().label("calls"))
        .where(
            wording.is_one_of(t.ringing.c.staff, "staff"),
            t.accepted_ringing,
            t.ringing.c.closed_at >= bindparam("since", type_=UtcDateTime()),
        )
        .group_by(t.ringing.c.staff)
    )
)

# These set the columns that they are given values for.
ADD_CONTACT = insert(t.contact)
ADD_OFFER = insert(t.offer)
ADD_RINGING = insert(t.ringing)
ADD_CALL = insert(t.call)
ADD_SEAT = insert(t.seat)
CLAIM = insert(t.engagement)
SAVE_CONTACT = update(t.contact).where(t.contact.c.id == bindparam("saved"), t.contact.c.version == bindparam("seen"))
# It stands as it was read, and will until the end.
STANDS = (
    select(t.contact.c.id)
    .where(t.contact.c.id == _id, t.contact.c.version == bindparam("seen"))
    .with_for_update(read=True)
)
SAVE_OFFER = update(t.offer).where(t.offer.c.id == bindparam("saved"))
# Whatever was decided: an offer is accepted before its expiry by the database's own clock, or not at all (I2).
ACCEPT_OFFER = Prepared(
    lambda wording: update(t.offer).where(t.offer.c.id == bindparam("saved"), t.offer.c.expires_at > wording.now)
)
SAVE_RINGING = update(t.ringing).where(t.ringing.c.offer == bindparam("saved"), t.ringing.c.staff == bindparam("at"))
SAVE_CALL = update(t.call).where(t.call.c.id == bindparam("saved"))
SAVE_SEAT = update(t.seat).where(t.seat.c.id == bindparam("saved"))
FREE = delete(t.engagement).where(t.engagement.c.staff == _staff, t.engagement.c.contact == bindparam("contact"))

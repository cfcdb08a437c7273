"""What is asked of the database, and told it, about contacts and what belongs to them."""

from sqlalchemy import BindParameter, Executable, and_, bindparam, delete, desc, func, insert, select, update

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.rows import CHILD_COLUMNS, CONTACT_COLUMNS, OFFER_COLUMNS
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.domain.contact import ContactState

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
_id: BindParameter[str] = bindparam("id")
_staff: BindParameter[str] = bindparam("staff")
_terminal: BindParameter[str] = bindparam("terminal")

WHOLE = _whole.where(t.contact.c.id == _id)
LOCKED = select(*CONTACT_COLUMNS).where(t.contact.c.id == _id).with_for_update()
CHILDREN = (
    select(*CHILD_COLUMNS)
    .select_from(
        t.offer.outerjoin(t.ringing, t.ringing.c.offer == t.offer.c.id)
        .outerjoin(t.call, t.call.c.contact == t.offer.c.contact)
        .outerjoin(t.seat, t.seat.c.call == t.call.c.id)
    )
    .where(t.offer.c.contact == _id, t.offer.c.number == bindparam("number"))
)

OF_OFFER = select(t.offer.c.contact).where(t.offer.c.id == _id)
OF_CALL = select(t.call.c.contact).where(t.call.c.id == _id)
LIVE_OF_TERMINAL = select(t.contact.c.id).where(t.contact.c.terminal == _terminal, t.live_contact)
LIVE_OF_STAFF = select(t.engagement.c.contact).where(t.engagement.c.staff == _staff)

LATEST_OF_TERMINAL = _whole.where(
    t.contact.c.id
    == select(t.contact.c.id)
    .where(t.contact.c.terminal == _terminal)
    .order_by(desc(t.contact.c.requested_at), desc(t.contact.c.id))
    .limit(1)
    .scalar_subquery()
)
# Offers that are looked for beside their contacts, which come with their own latest one: most often the same.
_mine = t.offer.alias("mine")
LATEST_OFFER_OF = (
    _whole.add_columns(_mine.c.id.label("mine_id"))
    .join(_mine, _mine.c.contact == t.contact.c.id)
    .where(
        _mine.c.id
        == select(t.ringing.c.offer)
        .where(t.ringing.c.staff == _staff)
        .order_by(desc(t.ringing.c.opened_at), desc(t.ringing.c.offer))
        .limit(1)
        .scalar_subquery()
    )
)
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
OFFERS = (
    select(*OFFER_COLUMNS)
    .join(t.ringing, t.ringing.c.offer == t.offer.c.id)
    .where(t.offer.c.id.in_(bindparam("offers", expanding=True)))
    .order_by(t.offer.c.id)
)
LATEST_CALL_OF = _whole.where(
    t.contact.c.id
    == select(t.call.c.contact)
    .join(t.seat, t.seat.c.call == t.call.c.id)
    .where(t.seat.c.staff == _staff)
    .order_by(desc(t.call.c.started_at), desc(t.call.c.id))
    .limit(1)
    .scalar_subquery()
)
QUEUED = _whole.where(t.contact.c.ring.in_(bindparam("rings", expanding=True)), t.queued_contact).order_by(*_by_arrival)
RINGS_WITH_WAITING = (
    select(t.contact.c.ring)
    .where(t.contact.c.state == t.word(ContactState.WAITING))
    .distinct()
    .order_by(t.contact.c.ring)
)
RINGS_WITH_QUEUE = select(t.contact.c.ring).where(t.queued_contact).distinct().order_by(t.contact.c.ring)
LIVE_AT = _whole.where(t.contact.c.terminal.in_(bindparam("terminals", expanding=True)), t.live_contact).order_by(
    *_by_arrival
)
HELD_BY = (
    _whole.add_columns(t.engagement.c.staff.label("held_by"))
    .join(t.engagement, t.engagement.c.contact == t.contact.c.id)
    .where(t.engagement.c.staff.in_(bindparam("staff", expanding=True)))
    .order_by(t.engagement.c.staff)
)


def _asked_at(wording: Wording) -> Executable:
    # One step into the index for each person: grouping their ringings would read all that they ever had.
    person = wording.each_of("staff")
    newest = (
        select(t.ringing.c.opened_at)
        .where(t.ringing.c.staff == person)
        .order_by(desc(t.ringing.c.opened_at), desc(t.ringing.c.offer))
        .limit(1)
        .scalar_subquery()
    )
    return select(person.label("staff"), newest.label("asked_at"))


ASKED_AT = Prepared(_asked_at)
CALLS_SINCE = (
    select(t.ringing.c.staff, func.count().label("calls"))
    .where(
        t.ringing.c.staff.in_(bindparam("staff", expanding=True)),
        t.accepted_ringing,
        t.ringing.c.closed_at >= bindparam("since", type_=UtcDateTime()),
    )
    .group_by(t.ringing.c.staff)
)

# These set the columns that they are given values for.
ADD_CONTACT = insert(t.contact)
ADD_OFFER = insert(t.offer)
ADD_RINGING = insert(t.ringing)
ADD_CALL = insert(t.call)
ADD_SEAT = insert(t.seat)
CLAIM = insert(t.engagement)
SAVE_CONTACT = update(t.contact).where(t.contact.c.id == bindparam("saved"), t.contact.c.version == bindparam("seen"))
SAVE_OFFER = update(t.offer).where(t.offer.c.id == bindparam("saved"))
SAVE_RINGING = update(t.ringing).where(t.ringing.c.offer == bindparam("saved"), t.ringing.c.staff == bindparam("at"))
SAVE_CALL = update(t.call).where(t.call.c.id == bindparam("saved"))
SAVE_SEAT = update(t.seat).where(t.seat.c.id == bindparam("saved"))
FREE = delete(t.engagement).where(t.engagement.c.staff == _staff, t.engagement.c.contact == bindparam("contact"))

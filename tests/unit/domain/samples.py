"""Contacts at every stage, written out by hand: no sample leans on the decisions that the tests judge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from palvelurinki.domain.call import Call, CallId, CallOutcome, CallState, Seat, SeatId, SeatKind, SeatState
from palvelurinki.domain.contact import Contact, ContactId, ContactOutcome, ContactState, SessionId
from palvelurinki.domain.directory import OrganisationId, PointId, RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.offer import Offer, OfferId, OfferState, Ringing, RingingState

ARRIVED: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFERED_AT: Final = ARRIVED + timedelta(seconds=1)
EXPIRES_AT: Final = OFFERED_AT + timedelta(seconds=20)
CLOSED_AT: Final = ARRIVED + timedelta(seconds=5)
CONNECTED_AT: Final = ARRIVED + timedelta(seconds=7)
ENDED_AT: Final = ARRIVED + timedelta(seconds=9)
QUIET_UNTIL: Final = ARRIVED + timedelta(seconds=35)
NOW: Final = ARRIVED + timedelta(seconds=10)

KIOSK: Final = TerminalId("kiosk")
ROOM: Final = TerminalId("room")
ANNA: Final = StaffId("anna")
BENGT: Final = StaffId("bengt")
CECILIA: Final = StaffId("cecilia")
CONTACT_ID: Final = ContactId("contact-1")
SESSION: Final = SessionId("session-1")
ANOTHER_SESSION: Final = SessionId("session-2")
OFFER_ID: Final = OfferId("offer-1")
CALL_ID: Final = CallId("call-1")
TERMINAL_SEAT: Final = SeatId("seat-terminal")
EXPERT_SEAT: Final = SeatId("seat-expert")

WAITING: Final = Contact(
    id=CONTACT_ID,
    terminal=KIOSK,
    point=PointId("point"),
    provider=OrganisationId("provider"),
    service=ServiceId("service"),
    ring=RingId("ring"),
    language="fi",
    requested_at=ARRIVED,
    session=SESSION,
)

OPEN_OFFER: Final = Offer(OFFER_ID, OfferState.OPEN, OFFERED_AT, EXPIRES_AT, ringings=(Ringing(ANNA),))
OPEN_CALL: Final = Call(
    CALL_ID,
    (
        Seat(TERMINAL_SEAT, SeatKind.TERMINAL, terminal=KIOSK),
        Seat(EXPERT_SEAT, SeatKind.EXPERT, staff=ANNA),
    ),
    started_at=CLOSED_AT,
)


_ENDS_AS: Final = {
    OfferState.ACCEPTED: RingingState.ACCEPTED,
    OfferState.DECLINED: RingingState.DECLINED,
    OfferState.EXPIRED: RingingState.MISSED,
    OfferState.WITHDRAWN: RingingState.WITHDRAWN,
}


def closed_offer(state: OfferState, reason: str | None = None) -> Offer:
    """The offer to Anna alone, closed at CLOSED_AT."""
    ringing = Ringing(ANNA, _ENDS_AS[state], CLOSED_AT, reason)
    return replace(OPEN_OFFER, state=state, closed_at=CLOSED_AT, ringings=(ringing,))


def offered(*ringings: Ringing) -> Contact:
    """The contact while its offer rings; who has declined it has passed it by."""
    passed_by = frozenset(each.staff for each in ringings if each.state is RingingState.DECLINED)
    offer = replace(OPEN_OFFER, ringings=ringings)
    return replace(WAITING, state=ContactState.OFFERED, offer=offer, passed_by=passed_by)


def with_seats(call: Call, terminal: SeatState, expert: SeatState, epoch: int = 1, *, media: bool = False) -> Call:
    """The call with both seats in these states and with this epoch."""
    first, second = call.seats
    return replace(
        call,
        seats=(
            replace(first, state=terminal, epoch=epoch, media=media),
            replace(second, state=expert, epoch=epoch, media=media),
        ),
    )


def in_call(call: Call) -> Contact:
    """Anna has accepted; this is the call."""
    return replace(WAITING, state=ContactState.IN_CALL, offer=closed_offer(OfferState.ACCEPTED), call=call)


def ended(contact: Contact, outcome: ContactOutcome) -> Contact:
    """The contact, over."""
    return replace(contact, state=ContactState.ENDED, outcome=outcome, ended_at=ENDED_AT)


JOINED_CALL: Final = with_seats(OPEN_CALL, SeatState.JOINED, SeatState.JOINED)
CONNECTED_CALL: Final = replace(
    with_seats(OPEN_CALL, SeatState.JOINED, SeatState.JOINED, media=True),
    state=CallState.CONNECTED,
    connected_at=CONNECTED_AT,
)
ENDED_CALL: Final = replace(
    with_seats(CONNECTED_CALL, SeatState.LEFT, SeatState.LEFT, media=True),
    state=CallState.ENDED,
    ended_at=ENDED_AT,
    outcome=CallOutcome.SERVED,
)
FAILED_CALL: Final = replace(
    with_seats(OPEN_CALL, SeatState.LEFT, SeatState.LEFT, epoch=0),
    state=CallState.ENDED,
    ended_at=ENDED_AT,
    outcome=CallOutcome.NOT_CONNECTED,
)

_ANNA_PASSED = frozenset({ANNA})

# Every stage that a contact can be in, as far as any decision looks at it.
STAGES: Final[dict[str, Contact]] = {
    "waiting": WAITING,
    "waiting, quiet": replace(
        WAITING, offer=closed_offer(OfferState.DECLINED, "other"), passed_by=_ANNA_PASSED, quiet_until=QUIET_UNTIL
    ),
    "waiting, declined": replace(WAITING, offer=closed_offer(OfferState.DECLINED, "other"), passed_by=_ANNA_PASSED),
    "waiting, expired": replace(
        WAITING, offer=closed_offer(OfferState.EXPIRED), passed_by=_ANNA_PASSED, missed_by=_ANNA_PASSED
    ),
    "waiting, withdrawn": replace(WAITING, offer=closed_offer(OfferState.WITHDRAWN, "console_lost")),
    "offered": offered(Ringing(ANNA)),
    "offered to two": offered(Ringing(ANNA), Ringing(CECILIA)),
    "offered to two, one declined": offered(Ringing(ANNA), Ringing(CECILIA, RingingState.DECLINED, CLOSED_AT, "other")),
    # It rested when Bengt came on duty, who had not passed it by.
    "offered, resting": replace(
        WAITING,
        state=ContactState.OFFERED,
        offer=replace(OPEN_OFFER, ringings=(Ringing(BENGT),)),
        passed_by=_ANNA_PASSED,
        quiet_until=QUIET_UNTIL,
    ),
    "held": replace(WAITING, state=ContactState.HELD),
    "held, quiet": replace(
        WAITING,
        state=ContactState.HELD,
        offer=closed_offer(OfferState.DECLINED, "other"),
        passed_by=_ANNA_PASSED,
        quiet_until=QUIET_UNTIL,
    ),
    "held, withdrawn": replace(
        WAITING, state=ContactState.HELD, offer=closed_offer(OfferState.WITHDRAWN, "terminal_away")
    ),
    "opening": in_call(OPEN_CALL),
    "opening, joined": in_call(JOINED_CALL),
    "opening, expert away": in_call(with_seats(OPEN_CALL, SeatState.JOINING, SeatState.AWAY, epoch=0)),
    "connected": in_call(CONNECTED_CALL),
    "connected, terminal away": in_call(with_seats(CONNECTED_CALL, SeatState.AWAY, SeatState.JOINED, media=True)),
    "connected, both away": in_call(with_seats(CONNECTED_CALL, SeatState.AWAY, SeatState.AWAY, media=True)),
    "ended, served": ended(in_call(ENDED_CALL), ContactOutcome.SERVED),
    "ended, failed": ended(in_call(FAILED_CALL), ContactOutcome.CALL_FAILED),
    "ended, customer left": ended(
        replace(WAITING, offer=closed_offer(OfferState.WITHDRAWN, "customer_left")), ContactOutcome.CUSTOMER_LEFT
    ),
    "ended, terminal lost": ended(WAITING, ContactOutcome.TERMINAL_LOST),
}

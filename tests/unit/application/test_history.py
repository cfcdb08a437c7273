"""What the past tells of a pool: how long calls last, how offers are answered, and who may come with a head start."""

from dataclasses import replace
from datetime import timedelta

import pytest

from palvelurinki.application.history import ANSWER_S, CALLS, LEAST_ANSWERS, MOST_UNANSWERED, history_of
from palvelurinki.domain.brokering import decide
from palvelurinki.domain.call import CallId, SeatId
from palvelurinki.domain.commands import AcceptOffer, DeclineOffer, LeaveContact, MakeOffer
from palvelurinki.domain.directory import RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.record import ServiceEvent
from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.picture import History, Stream
from tests.unit.application.past import RING, Office, call
from tests.unit.domain.routing.pools import NOW, directory, ring
from tests.unit.domain.waiting.pictures import contact, services

OTHER = RingId("other")
HERE = services(
    directory(
        ring("ring", "anna", offer_timeout_s=20, retry_after_s=30),
        ring("other", "anna", offer_timeout_s=25, retry_after_s=10),
    ),
    service=("ring", 0),
    urgent=("ring", 300),
    tax=("other", 0),
)


async def learnt(office: Office, *rings: RingId, events: list[ServiceEvent] | None = None) -> History:
    """What is known of these rings once the calls are in the record."""
    async with office.store.transaction() as tx:
        for each in events or []:
            await tx.service_events.add(each)
        return await history_of(tx, office.directory, frozenset(rings or (RING,)), office.clock())


async def offers(office: Office, *ends: str) -> None:
    """Offers of the ring to Anna, each of a contact of its own, with these ends."""
    for number, end in enumerate(ends):
        waits = contact(f"c{number}", 60, terminal=TerminalId(f"kiosk-{number}"))
        offer = OfferId(f"o{number}")
        made = decide(waits, MakeOffer(offer, (StaffId("anna"),), 20), NOW).contact
        match end:
            case "accepted":
                seats = SeatId(f"t{number}"), SeatId(f"e{number}")
                accepted = AcceptOffer(offer, StaffId("anna"), CallId(f"k{number}"), *seats)
                answered = decide(made, accepted, NOW).contact
                ended = decide(answered, LeaveContact(), NOW).contact
            case "declined":
                declined = decide(made, DeclineOffer(offer, StaffId("anna"), "other"), NOW).contact
                ended = decide(declined, LeaveContact(), NOW).contact
            case _:
                ended = decide(made, LeaveContact(), NOW).contact
        async with office.store.transaction() as tx:
            await tx.contacts.add(waits)
            await tx.contacts.save(ended)


async def test_nothing_is_known_at_first() -> None:
    history = await learnt(Office(HERE))
    assert history.handling == {}
    assert history.streams == []
    assert history.answering.seconds == Durations.even(*ANSWER_S)
    assert (history.answering.unanswered, history.answering.lapses_s, history.answering.quiet_s) == (0, 20, 30)


async def test_a_pools_slowest_times_count() -> None:
    answering = (await learnt(Office(HERE), RING, OTHER)).answering
    assert (answering.lapses_s, answering.quiet_s) == (25, 30)


async def test_calls_of_each_service_have_their_own_lengths() -> None:
    events = [call(n, 100 + n % 5) for n in range(80)]
    events += [call(100 + n, 1000 + n % 5, service=ServiceId("urgent")) for n in range(80)]
    events += [call(200 + n, 5000 + n % 5, ring=OTHER, service=ServiceId("tax")) for n in range(80)]
    history = await learnt(Office(HERE), RING, OTHER, events=events)
    assert set(history.handling) == {"service", "urgent", "tax"}
    medians = {key: history.handling[ServiceId(key)].quantile(0.5) for key in ("service", "urgent", "tax")}
    assert medians == pytest.approx({"service": 102, "urgent": 1002, "tax": 5002}, abs=2)


async def test_a_service_with_few_calls_borrows_from_its_ring_and_from_no_other() -> None:
    events = [call(n, 100 + n % 5) for n in range(80)]
    events += [call(100, 1000, service=ServiceId("urgent"))]
    events += [call(200 + n, 90_000, ring=OTHER, service=ServiceId("tax")) for n in range(80)]
    urgent = (await learnt(Office(HERE), RING, OTHER, events=events)).handling[ServiceId("urgent")]
    assert urgent.quantile(0.5) == pytest.approx(102, abs=5)
    assert urgent.survival(500) > 0.02


async def test_only_the_latest_calls_count() -> None:
    old = [call(n, 5000 + n % 5, ended=NOW - timedelta(hours=1)) for n in range(50)]
    new = [call(1000 + n, 100 + n % 5) for n in range(CALLS)]
    handling = (await learnt(Office(HERE), events=old + new)).handling[ServiceId("service")]
    assert handling.quantile(0.99) < 200


async def test_answering_is_learnt_from_enough_answers() -> None:
    few = [call(n, 60, answered_s=9) for n in range(LEAST_ANSWERS - 1)]
    office = Office(HERE)
    assert (await learnt(office, events=few)).answering.seconds == Durations.even(*ANSWER_S)
    seconds = (await learnt(office, events=[call(99, 60, answered_s=9)])).answering.seconds
    assert seconds == Durations.of([9.0] * LEAST_ANSWERS)


@pytest.mark.parametrize(
    ("ends", "unanswered"),
    [
        ((), 0),
        (("accepted",) * 4, 0),
        (("accepted", "declined", "accepted", "declined"), 0.5),
        # That the customer left says nothing of the experts.
        (("accepted", "declined", "left", "left", "left"), 0.5),
        (("left",), 0),
        (("declined",) * 3, MOST_UNANSWERED),
    ],
)
async def test_how_many_offers_nobody_takes(ends: tuple[str, ...], unanswered: float) -> None:
    office = Office(HERE)
    await offers(office, *ends)
    assert (await learnt(office)).answering.unanswered == unanswered
    # A ring without offers says nothing.
    assert (await learnt(office, RING, OTHER)).answering.unanswered == unanswered


async def test_who_comes_with_a_head_start_is_counted_by_the_open_hour() -> None:
    hours = OpeningHours(dict.fromkeys(range(7), (Interval(8 * 60, 18 * 60),)), closed_on_public_holidays=False)
    where = replace(HERE, rings={**HERE.rings, RING: replace(HERE.rings[RING], hours=hours)})
    urgent = ServiceId("urgent")
    events = [
        *(call(n, 60, service=urgent, language="sv", ended=NOW - timedelta(days=n % 7)) for n in range(35)),
        *(call(100 + n, 60, service=urgent) for n in range(7)),
        # Too old, without a head start, and no longer known.
        call(200, 60, service=urgent, ended=NOW - timedelta(days=8)),
        call(201, 60),
        call(202, 60, service=ServiceId("gone")),
    ]
    history = await learnt(Office(where), events=events)
    # Seventy open hours in a week.
    assert history.streams == [Stream(urgent, "fi", 0.1), Stream(urgent, "sv", 0.5)]


async def test_a_ring_that_is_never_open_has_no_endless_rate() -> None:
    closed = replace(HERE, rings={**HERE.rings, RING: replace(HERE.rings[RING], hours=OpeningHours())})
    history = await learnt(Office(closed), events=[call(1, 60, service=ServiceId("urgent"))])
    assert history.streams == [Stream(ServiceId("urgent"), "fi", 1.0)]

"""Routing: how long it takes to decide the next offers, and how that grows with the number who wait.

One decision is one call of `domain.routing.route`: all the offers to be made at one moment in one pool, explained,
from the truth as the store gives it. The pool is as large as pools can get: 2,000 experts in 50 rings that share a
fifth of them and overflow in groups of five; 1,600 of the experts are on duty and 200 of these free. The contacts
differ in language, unit, service, head start and time waited; one in ten has been passed by. The number who wait is
100, 1,000 and 10,000.

`growth` is the time for 10,000 over the time for 100, divided by the same ratio of n log n: at most 1 means that the
time grows no faster than sorting does. `growth_from_1000` is the same from 1,000, where what the experts cost weighs
less. `explained_to_plain` is what the explanations cost.
"""

import gc
import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time

from bench._report import report
from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import (
    Directory,
    LanguageRule,
    OrganisationId,
    Overflow,
    Ring,
    RingId,
    RingMember,
    Role,
    ServiceId,
    Staff,
    StaffId,
    Step,
    Strategy,
    UnitId,
    UnitRule,
)
from palvelurinki.domain.hours import Interval, OpeningHours
from palvelurinki.domain.names import Names
from palvelurinki.domain.routing import Expert, OfferTo, Pool, WaitingContact, route

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIZES = (100, 1_000, 10_000)
RINGS = [RingId(f"ring-{number:02}") for number in range(50)]
STAFF = [StaffId(f"staff-{number:04}") for number in range(2_000)]
UNITS = [UnitId(f"unit-{number}") for number in range(10)]
SERVICES_OF_RING = 4
ON_DUTY, FREE = 1_600, 200
ALWAYS = OpeningHours(dict.fromkeys(range(7), (Interval(0, 1440),)), closed_on_public_holidays=False)
STEPS = (
    Step(unit=UnitRule.SERVING, skill=2),
    Step(after_s=60, unit=UnitRule.SERVING),
    Step(after_s=120),
    Step(after_s=300, language=LanguageRule.ANY),
)
# A size is measured at least so often and for so long, in processor time, and the quickest counts: all else is other
# programs' doing.
LEAST_RUNS, LEAST_S = 7, 2.0


def main() -> None:
    chance = random.Random(3)
    directory = _directory(chance)
    experts = _experts(chance)
    waiting = _waiting(chance, directory, max(SIZES))
    figures: dict[str, float] = {}
    seconds: dict[int, float] = {}
    plain = 0.0
    for size in SIZES:
        pool = Pool(waiting[:size], experts)
        offers = [each for each in route(directory, pool, NOW) if isinstance(each, OfferTo)]
        assert offers
        seconds[size] = _quickest(lambda pool=pool: route(directory, pool, NOW))  # type: ignore[misc]
        plain = _quickest(lambda pool=pool: route(directory, pool, NOW, explain=False))  # type: ignore[misc]
        figures[f"us_per_decision_{size}"] = 1e6 * seconds[size]
        figures[f"us_per_decision_{size}_plain"] = 1e6 * plain
        figures[f"us_per_offer_{size}"] = 1e6 * seconds[size] / len(offers)
        figures[f"offers_{size}"] = len(offers)
        print(
            f"{size:>6} waiting: {1e3 * seconds[size]:8.2f} ms, {len(offers)} offers; {1e3 * plain:8.2f} ms unexplained"
        )
    report(
        "routing",
        figures,
        {
            "growth": _growth(seconds, 100, 10_000),
            "growth_from_1000": _growth(seconds, 1_000, 10_000),
            "explained_to_plain": seconds[SIZES[-1]] / plain,
        },
    )


def _growth(seconds: dict[int, float], small: int, large: int) -> float:
    return seconds[large] / seconds[small] / (large * math.log(large) / (small * math.log(small)))


def _quickest(work: Callable[[], object]) -> float:
    """Seconds of the quickest run."""
    times: list[float] = []
    while len(times) < LEAST_RUNS or sum(times) < LEAST_S:
        gc.collect()
        began = process_time()
        work()
        times.append(process_time() - began)
    return min(times)


# ---- The pool --------------------------------------------------------------------------------------------------


def _directory(chance: random.Random) -> Directory:
    rings = [_ring(chance, number) for number in range(len(RINGS))]
    people = [_person(chance, number) for number in range(len(STAFF))]
    return Directory(revision=1, rings={each.id: each for each in rings}, staff={each.id: each for each in people})


def _ring(chance: random.Random, number: int) -> Ring:
    own = STAFF[number :: len(RINGS)]
    # A fifth of the next ring's people take its calls too.
    shared = STAFF[(number + 1) % len(RINGS) :: len(RINGS)][: len(own) // 5]
    # Of five rings, four overflow to the fifth.
    fifth = RINGS[number // 5 * 5 + 4]
    name = RINGS[number]
    return Ring(
        id=name,
        provider=OrganisationId("provider"),
        names=Names(name, name, name),
        hours=ALWAYS,
        members=tuple(RingMember(staff, chance.choice([1, 1, 1, 2])) for staff in [*own, *shared]),
        strategy=chance.choice(list(Strategy)),
        ring_at_once=chance.choice([1, 1, 1, 2]),
        steps=STEPS,
        overflow=(Overflow(fifth, after_s=240),) if fifth != name else (),
    )


def _services(number: int) -> list[ServiceId]:
    return [ServiceId(f"service-{number:02}-{each}") for each in range(SERVICES_OF_RING)]


def _person(chance: random.Random, number: int) -> Staff:
    others = [
        each for each, share in (("sv", 0.2), ("en", 0.3), ("sme", 0.01), ("fse", 0.02)) if chance.random() < share
    ]
    home = number % len(RINGS)
    services = [*_services(home), *_services((home - 1) % len(RINGS))]
    skills = {each: chance.randint(1, 5) for each in services} if chance.random() < 1 / 2 else {}
    return Staff(
        id=STAFF[number],
        organisation=OrganisationId("provider"),
        name=STAFF[number],
        roles=frozenset({Role.EXPERT}),
        languages=("fi", *others),
        unit=chance.choice(UNITS),
        skills=skills,
    )


def _experts(chance: random.Random) -> list[Expert]:
    on_duty = chance.sample(STAFF, ON_DUTY)
    return [
        Expert(
            staff,
            free=place < FREE,
            idle_since=NOW - timedelta(seconds=chance.random() * 600),
            asked_at=NOW - timedelta(seconds=chance.random() * 3600),
            calls_today=chance.randint(0, 20),
        )
        for place, staff in enumerate(on_duty)
    ]


def _waiting(chance: random.Random, directory: Directory, count: int) -> list[WaitingContact]:
    return [_contact(chance, directory, number) for number in range(count)]


def _contact(chance: random.Random, directory: Directory, number: int) -> WaitingContact:
    home = chance.randrange(len(RINGS))
    members = [member.staff for member in directory.rings[RINGS[home]].members]
    declined = chance.random() < 1 / 10
    return WaitingContact(
        id=ContactId(f"contact-{number:05}"),
        ring=RINGS[home],
        service=chance.choice(_services(home)),
        language=chance.choices(["fi", "sv", "en", "fse", "sme"], [85, 9, 4, 1, 1])[0],
        requested_at=NOW - timedelta(seconds=chance.expovariate(1 / 300)),
        unit=chance.choice([*UNITS, None]),
        head_start_s=chance.choice([0, 0, 0, 120]),
        passed_by=frozenset(chance.sample(members, chance.randint(1, 3))) if declined else frozenset(),
        quiet=declined and chance.random() < 1 / 4,
    )


if __name__ == "__main__":
    main()

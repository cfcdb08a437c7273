"""Routing: in order of arrival, to whom has been free longest, never in a loop, and nobody starves (I6)."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.domain.contact import ContactId
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.routing import FreeExpert, OfferTo, Quieten, Route, WaitingContact, route
from tests.unit.domain.samples import ARRIVED

STAFF = [StaffId(f"staff-{number}") for number in range(5)]


def contact(
    number: int, minute: int = 0, passed_by: frozenset[StaffId] = frozenset(), *, quiet: bool = False
) -> WaitingContact:
    return WaitingContact(ContactId(f"contact-{number}"), ARRIVED + timedelta(minutes=minute), passed_by, quiet)


def expert(number: int, minute: int = 0) -> FreeExpert:
    return FreeExpert(STAFF[number], ARRIVED + timedelta(minutes=minute))


def offers(routes: tuple[Route, ...]) -> list[tuple[str, str]]:
    return [(each.contact, each.staff) for each in routes if isinstance(each, OfferTo)]


contacts = st.lists(
    st.builds(
        contact,
        number=st.integers(0, 9),
        minute=st.integers(0, 3),
        passed_by=st.frozensets(st.sampled_from(STAFF)),
        quiet=st.booleans(),
    ),
    unique_by=lambda each: each.id,
    max_size=8,
)
experts = st.lists(
    st.builds(expert, number=st.integers(0, 4), minute=st.integers(0, 3)), unique_by=lambda each: each.staff
)
busy_staff = st.sets(st.sampled_from(STAFF))


def on_duty_of(free: list[FreeExpert], busy: set[StaffId]) -> set[StaffId]:
    return {each.staff for each in free} | busy


def test_the_oldest_goes_to_whom_has_been_free_longest() -> None:
    waiting = [contact(1, minute=2), contact(2, minute=1), contact(3, minute=3)]
    free = [expert(0, minute=5), expert(1, minute=4)]
    assert offers(route(waiting, free, STAFF)) == [("contact-2", "staff-1"), ("contact-1", "staff-0")]


def test_ties_fall_to_the_smaller_id() -> None:
    waiting = [contact(2), contact(1)]
    free = [expert(1), expert(0)]
    assert offers(route(waiting, free, STAFF)) == [("contact-1", "staff-0"), ("contact-2", "staff-1")]


def test_who_passed_it_by_is_not_asked_again_and_takes_the_next() -> None:
    waiting = [contact(1, passed_by=frozenset({STAFF[0]})), contact(2, minute=1)]
    free = [expert(0, minute=0), expert(1, minute=1)]
    assert offers(route(waiting, free, STAFF)) == [("contact-1", "staff-1"), ("contact-2", "staff-0")]


def test_a_lone_expert_is_not_rung_in_a_loop() -> None:
    declined = contact(1, passed_by=frozenset({STAFF[0]}))
    assert route([declined], [expert(0)], [STAFF[0]]) == (Quieten(ContactId("contact-1")),)


def test_whoever_comes_on_duty_is_asked_about_a_contact_that_rests() -> None:
    resting = contact(1, passed_by=frozenset({STAFF[0]}), quiet=True)
    assert route([resting], [expert(0)], [STAFF[0]]) == ()
    assert offers(route([resting], [expert(0), expert(1)], STAFF[:2])) == [("contact-1", "staff-1")]


def test_a_contact_waits_for_a_busy_expert_who_has_not_passed_it_by() -> None:
    declined = contact(1, passed_by=frozenset({STAFF[0]}))
    assert route([declined], [expert(0)], [STAFF[0], STAFF[1]]) == ()


def test_with_nobody_on_duty_nothing_goes_quiet() -> None:
    assert route([contact(1, passed_by=frozenset(STAFF))], [], []) == ()


@given(contacts, experts, busy_staff, st.randoms(use_true_random=False))
def test_the_same_input_in_any_order_gives_the_same_routes(
    waiting: list[WaitingContact], free: list[FreeExpert], busy: set[StaffId], chance: random.Random
) -> None:
    duty = on_duty_of(free, busy)
    first = route(waiting, free, duty)
    chance.shuffle(waiting)
    chance.shuffle(free)
    assert route(waiting, free, duty) == first


@given(contacts, experts, busy_staff)
def test_each_contact_and_each_expert_at_most_once_and_only_who_may(
    waiting: list[WaitingContact], free: list[FreeExpert], busy: set[StaffId]
) -> None:
    duty = on_duty_of(free, busy)
    routes = route(waiting, free, duty)
    known = {each.id: each for each in waiting}
    staff = [chosen for _, chosen in offers(routes)]
    assert len({each.contact for each in routes}) == len(routes)
    assert len(set(staff)) == len(staff)
    assert set(staff) <= {each.staff for each in free}
    for each in routes:
        if isinstance(each, OfferTo):
            assert each.staff not in known[each.contact].passed_by
        else:
            assert not known[each.contact].quiet
            assert known[each.contact].passed_by >= duty > set()


@given(contacts, experts, busy_staff)
def test_no_younger_contact_takes_an_expert_whom_an_older_one_could_have_had(
    waiting: list[WaitingContact], free: list[FreeExpert], busy: set[StaffId]
) -> None:
    routes = offers(route(waiting, free, on_duty_of(free, busy)))
    known = {each.id: each for each in waiting}
    given_to = {known[ContactId(each)]: staff for each, staff in routes}
    without = [each for each in waiting if each not in given_to]
    for served, staff in given_to.items():
        for passed in without:
            if (passed.requested_at, passed.id) < (served.requested_at, served.id):
                assert staff in passed.passed_by


@given(contacts, experts, busy_staff)
def test_no_contact_and_expert_who_could_meet_are_left_apart(
    waiting: list[WaitingContact], free: list[FreeExpert], busy: set[StaffId]
) -> None:
    routes = offers(route(waiting, free, on_duty_of(free, busy)))
    idle = {each.staff for each in free} - {staff for _, staff in routes}
    for left in waiting:
        if left.id not in {each for each, _ in routes}:
            assert idle <= left.passed_by


@given(contacts, experts, busy_staff)
def test_of_those_who_may_take_the_oldest_the_longest_free_is_asked(
    waiting: list[WaitingContact], free: list[FreeExpert], busy: set[StaffId]
) -> None:
    routes = offers(route(waiting, free, on_duty_of(free, busy)))
    if not waiting:
        assert routes == []
        return
    oldest = min(waiting, key=lambda each: (each.requested_at, each.id))
    able = [each for each in free if each.staff not in oldest.passed_by]
    if able:
        longest = min(able, key=lambda each: (each.idle_since, each.staff))
        assert routes[0] == (oldest.id, longest.staff)


@dataclass
class Office:
    """A ring at work, minute by minute: who is asked declines, lets it ring out or takes it, as chance has it."""

    chance: random.Random
    willing: float
    now: int = 0
    waiting: list[tuple[int, str]] = field(default_factory=list)
    passed_by: dict[str, set[StaffId]] = field(default_factory=dict)
    quiet_until: dict[str, int] = field(default_factory=dict)
    idle_since: dict[StaffId, int] = field(default_factory=lambda: dict.fromkeys(STAFF[:3], 0))
    busy_until: dict[StaffId, int] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, StaffId]] = field(default_factory=list)

    def arrive(self, name: str) -> None:
        self.waiting.append((self.now, name))
        self.passed_by[name] = set()

    def minute(self) -> None:
        self.now += 1
        for name in [name for name, until in self.quiet_until.items() if until <= self.now]:
            del self.quiet_until[name]
            self.passed_by[name] = set()
        for staff in [staff for staff, until in self.busy_until.items() if until <= self.now]:
            del self.busy_until[staff]
            self.idle_since[staff] = self.now
        for each in route(self._queue(), self._free(), list(self.idle_since)):
            self._follow(each)

    def _queue(self) -> list[WaitingContact]:
        return [
            WaitingContact(
                ContactId(name),
                ARRIVED + timedelta(minutes=arrived),
                frozenset(self.passed_by[name]),
                quiet=name in self.quiet_until,
            )
            for arrived, name in self.waiting
        ]

    def _free(self) -> list[FreeExpert]:
        return [
            FreeExpert(staff, ARRIVED + timedelta(minutes=since))
            for staff, since in self.idle_since.items()
            if staff not in self.busy_until
        ]

    def _follow(self, each: Route) -> None:
        if isinstance(each, Quieten):
            self.quiet_until[each.contact] = self.now + 2
            return
        self.asked.append((each.contact, each.staff))
        if self.chance.random() < self.willing:
            self.waiting = [waiting for waiting in self.waiting if waiting[1] != each.contact]
            self.served[each.contact] = self.now
            self.busy_until[each.staff] = self.now + self.chance.randint(1, 5)
        else:
            self.passed_by[each.contact].add(each.staff)
            self.idle_since[each.staff] = self.now


@given(st.integers(0, 10_000), st.sampled_from([0.2, 0.5, 0.9]))
def test_nobody_starves_however_many_come_after(seed: int, willing: float) -> None:
    office = Office(random.Random(seed), willing)
    office.arrive("first")
    for number in range(400):
        if number % 2 == 0:
            office.arrive(f"later-{number}")
        office.minute()
        if "first" in office.served:
            break
    assert "first" in office.served


@given(st.integers(0, 10_000))
def test_where_nobody_declines_service_is_in_order_of_arrival(seed: int) -> None:
    office = Office(random.Random(seed), willing=1.0)
    names = [f"contact-{number:03}" for number in range(30)]
    for name in names:
        office.arrive(name)
        office.minute()
    while office.waiting:
        office.minute()
    assert [name for name, _ in office.asked] == names


@given(st.integers(0, 10_000))
def test_everybody_on_duty_is_asked_about_equally_often(seed: int) -> None:
    office = Office(random.Random(seed), willing=0.0)
    for number in range(60):
        office.arrive(f"contact-{number}")
        office.minute()
    counts = [sum(1 for _, staff in office.asked if staff == each) for each in office.idle_since]
    assert max(counts) - min(counts) <= 1

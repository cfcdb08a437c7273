"""Where nothing is left to chance, the forecast equals what must happen: by plain simulation, and by theory."""

import random
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from palvelurinki.domain.waiting.durations import Durations
from palvelurinki.domain.waiting.forecast import forecast
from palvelurinki.domain.waiting.state import (
    Answering,
    Doing,
    Expert,
    Finishing,
    Free,
    InCall,
    PoolState,
    Rung,
    Service,
    Step,
    Waiting,
    WrappingUp,
)
from tests.unit.domain.waiting.naive import naive_waits

EXPERTS = 4
ANSWER = 5
SERVICES = {
    "short": Service(Durations.fixed(20)),
    "long": Service(Durations.fixed(90), Durations.fixed(15)),
}

seconds = st.integers(0, 120).map(float)
services = st.sampled_from(sorted(SERVICES))
masks = st.integers(0, (1 << EXPERTS) - 1)


@st.composite
def absences(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    bounds = sorted(draw(st.sets(st.integers(-30, 200), max_size=5)))
    pairs = [(float(a), float(b)) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    return (*pairs, (float(bounds[-1]), inf)) if len(bounds) % 2 else tuple(pairs)


@st.composite
def waiting_contacts(draw: st.DrawFn) -> Waiting:
    count = draw(st.integers(1, 3))
    first = draw(st.sampled_from([0.0, 0.0, 30.0]))  # rests at first
    later = sorted(draw(st.lists(seconds, min_size=count - 1, max_size=count - 1)))
    afters = [first, *(first + after for after in later)]
    patience = draw(st.none() | st.integers(41, 150).map(float).map(Durations.fixed))
    return Waiting(
        service=draw(services),
        steps=tuple(Step(after, draw(masks)) for after in afters),
        prefers=draw(masks),
        relaxes=draw(st.booleans()),
        waited_s=float(draw(st.integers(0, 40))),
        patience=patience,
    )


@st.composite
def certain_states(draw: st.DrawFn) -> PoolState:
    waiting = draw(st.lists(waiting_contacts(), min_size=1, max_size=7))
    doing: st.SearchStrategy[Doing] = st.one_of(
        st.builds(Free, seconds),
        st.builds(InCall, services, st.integers(0, 19).map(float)),
        st.builds(WrappingUp, seconds),
        st.builds(Finishing, st.just("long"), st.integers(0, 14).map(float)),
        st.builds(Rung, st.integers(0, len(waiting) - 1), st.integers(0, ANSWER - 1).map(float)),
    )
    people = st.builds(Expert, doing=doing, away=absences(), level=st.integers(0, 1))
    return PoolState(
        experts=draw(st.lists(people, min_size=EXPERTS, max_size=EXPERTS)),
        waiting=waiting,
        services=SERVICES,
        answering=Answering(Durations.fixed(ANSWER)),
        closing_s=draw(st.none() | seconds),
        horizon_s=400,
    )


@settings(max_examples=150)
@given(state=certain_states())
def test_it_equals_a_plain_simulation_second_by_second(state: PoolState) -> None:
    assert [waits[0] for waits in forecast(state, random.Random(1), runs=1).waits] == naive_waits(state)


@given(
    left=st.lists(st.floats(0.1, 900), min_size=1, max_size=6),
    lengths=st.lists(st.floats(1, 900), min_size=1, max_size=30),
)
def test_first_come_first_served_equals_kiefer_and_wolfowitz(left: list[float], lengths: list[float]) -> None:
    # "On the Theory of Queues with Many Servers" (1955): of the ascending vector of the servers' workloads the next
    # contact waits for the least, and adds its own length to it.
    workload, expected = sorted(left), []
    for length in lengths:
        expected.append(workload[0])
        workload = sorted([workload[0] + length, *workload[1:]])
    everybody = (Step(0, (1 << len(left)) - 1),)
    state = PoolState(
        experts=[Expert(WrappingUp(each)) for each in left],
        waiting=[Waiting(f"{number}", everybody) for number in range(len(lengths))],
        services={f"{number}": Service(Durations.fixed(length)) for number, length in enumerate(lengths)},
    )
    assert [waits[0] for waits in forecast(state, random.Random(1), runs=1).waits] == expected


def test_who_comes_back_from_a_break_is_the_last_to_be_rung() -> None:
    # The other has been idle for less long, but at 20 s longer than who came back at 10 s; whom the second needs.
    state = PoolState(
        experts=[Expert(Free(idle_s=100), away=((-50, 10),)), Expert(Free(idle_s=5))],
        waiting=[Waiting("short", (Step(20, 0b11),)), Waiting("short", (Step(30, 0b01),))],
        services=SERVICES,
    )
    assert forecast(state, random.Random(1), runs=1).waits == ((20,), (30,))


def test_whom_a_contact_prefers_is_rung_before_who_has_been_idle_longer() -> None:
    people = [Expert(Free(idle_s=100)), Expert(Free(idle_s=5), level=1)]
    second = Waiting("short", (Step(10, 0b01),))
    for prefers, wait in ((0b10, 10), (0, 20), (0b100, 20)):
        state = PoolState(people, [Waiting("short", (Step(0, 0b11),), prefers=prefers), second], SERVICES)
        assert forecast(state, random.Random(1), runs=1).waits == ((0,), (wait,))


@settings(max_examples=40)
@given(state=certain_states(), service=services)
def test_whom_nobody_can_serve_delays_nobody(state: PoolState, service: str) -> None:
    unserved = Waiting(service, (Step(0, 0),))
    last = PoolState(
        experts=state.experts,
        waiting=[*state.waiting, unserved],
        services=SERVICES,
        answering=state.answering,
        closing_s=state.closing_s,
        horizon_s=state.horizon_s,
    )
    waits = forecast(last, random.Random(1), runs=1).waits
    assert waits[:-1] == forecast(state, random.Random(1), runs=1).waits
    assert waits[-1] == (inf,)

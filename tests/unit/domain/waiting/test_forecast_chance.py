"""Where chance rules, the forecast follows the law: of queues, of patience, of overtaking; and its P80 is kept."""

import random
from math import exp, inf, log, log1p

import pytest

from palvelurinki.domain.waiting.durations import Durations, learn
from palvelurinki.domain.waiting.forecast import forecast, percentile
from palvelurinki.domain.waiting.state import (
    Answering,
    Arrivals,
    Expert,
    Free,
    InCall,
    PoolState,
    Rung,
    Service,
    Step,
    Waiting,
    WrappingUp,
)
from tests.unit.domain.waiting.chances import share_is

ONE, BOTH = (Step(0, 0b1),), (Step(0, 0b11),)
CALL = {"call": Service(Durations.fixed(100))}


def test_the_same_seed_gives_the_same_forecast() -> None:
    state = PoolState([Expert(InCall("call", 0))], [Waiting("call", ONE)], {"call": Service(learn([]))})
    assert forecast(state, random.Random(3)) == forecast(state, random.Random(3))
    assert forecast(state, random.Random(3)) != forecast(state, random.Random(4))


def test_exponential_calls_give_the_waits_of_erlang() -> None:
    # With s busy experts the contact with n ahead waits for n + 1 departures at rate s / mean: an Erlang variable.
    experts, ahead, mean, runs = 3, 4, 120.0, 3000
    everybody = (Step(0, 0b111),)
    state = PoolState(
        [Expert(InCall("call", 77.0))] * experts,
        [Waiting("call", everybody)] * (ahead + 1),
        {"call": Service(Durations.exponential(mean))},
    )
    waits = forecast(state, random.Random(8), runs).waits[ahead]
    stages, scale = ahead + 1, mean / experts
    assert sum(waits) / runs == pytest.approx(stages * scale, rel=3.3 * (stages / runs) ** 0.5 / stages)
    for limit in (100.0, 200.0, 300.0):
        term, poisson = exp(-limit / scale), 0.0
        for stage in range(stages):
            poisson += term
            term *= limit / scale / (stage + 1)
        assert share_is(sum(1 for wait in waits if wait <= limit), runs, 1 - poisson)


def test_a_call_that_outlasts_all_history_is_never_about_to_end() -> None:
    history = learn([100.0 + i for i in range(60)])
    for elapsed in (150.0, 400.0, 4000.0):
        state = PoolState([Expert(InCall("call", elapsed))], [Waiting("call", ONE)], {"call": Service(history)})
        foretold = forecast(state, random.Random(2))
        assert foretold.percentile(0, 0.5) > 1
        assert foretold.percentile(0, 0.8) < 200


def test_who_comes_with_a_head_start_overtakes_and_no_later_than_that() -> None:
    per_hour, runs = 12.0, 2000
    experts = [Expert(WrappingUp(300))]
    waiting = [Waiting("call", ONE, ranked_at_s=-60)]

    def waits(head_start_s: float) -> tuple[float, ...]:
        arrivals = [Arrivals(per_hour, "call", ONE, head_start_s)]
        return forecast(PoolState(experts, waiting, CALL, arrivals), random.Random(5), runs).waits[0]

    assert set(waits(60)) == {300}  # those who come rank behind: the head start is no more than what it has waited
    # Only who comes in the first 120 s ranks before it: a Poisson number with mean 0.4, each a call of 100 s.
    for number, chance in ((0, exp(-0.4)), (1, 0.4 * exp(-0.4)), (2, 0.08 * exp(-0.4))):
        assert share_is(sum(1 for wait in waits(180) if wait == 300 + 100 * number), runs, chance)


def test_who_ranks_behind_still_takes_whom_the_first_does_not_reach_yet() -> None:
    # The second expert is reached only after 90 s; by then those who come behind may hold them.
    state = PoolState(
        experts=[Expert(WrappingUp(1000)), Expert(Free())],
        waiting=[Waiting("call", (Step(0, 0b01), Step(90, 0b10)), ranked_at_s=-30)],
        services=CALL,
        arrivals=[Arrivals(60, "call", (Step(0, 0b10),))],
    )
    runs = 1000
    waits = forecast(state, random.Random(5), runs).waits[0]
    # They are free at 90 s only when nobody came before: calls of 100 s hold them beyond.
    assert share_is(sum(1 for wait in waits if wait == 90), runs, exp(-1.5))
    assert all(90 <= wait <= 190 for wait in waits)


def test_who_ranks_behind_takes_an_expert_while_the_first_is_rung_in_vain() -> None:
    answering = Answering(unanswered=0.5, lapses_s=20)
    state = PoolState(
        experts=[Expert(), Expert(WrappingUp(10))],
        waiting=[Waiting("call", BOTH)],
        services=CALL,
        arrivals=[Arrivals(180, "call", BOTH)],
        answering=answering,
    )
    runs = 2000
    waits = forecast(state, random.Random(5), runs).waits[0]
    # At 20 s the second expert is there only when nobody came before, and then answers every other time.
    assert share_is(waits.count(0), runs, 0.5)
    assert share_is(waits.count(20), runs, 0.25 * exp(-1))


def test_arrivals_follow_their_rate_and_relax_too() -> None:
    # One expert, free at once; all who come overtake. Nobody meets the first step of those who come: they relax.
    stream = Arrivals(36, "call", (Step(0, 0), Step(500, 0b1)), head_start_s=inf)
    state = PoolState([Expert(WrappingUp(50))], [Waiting("call", ONE)], CALL, [stream])
    runs = 2000
    waits = forecast(state, random.Random(6), runs).waits[0]
    assert share_is(sum(1 for wait in waits if wait == 50), runs, exp(-0.5))


def test_arrivals_lose_patience() -> None:
    stream = Arrivals(36, "call", ONE, head_start_s=inf, patience=Durations.fixed(10))
    state = PoolState([Expert(WrappingUp(50))], [Waiting("call", ONE)], CALL, [stream])
    runs = 2000
    waits = forecast(state, random.Random(6), runs).waits[0]
    # Only who came within the last 10 s is still there.
    assert share_is(sum(1 for wait in waits if wait == 50), runs, exp(-0.1))


@pytest.mark.parametrize("waited", [0.0, 500.0])
def test_who_waits_ahead_may_leave(waited: float) -> None:
    ahead = Waiting("call", ONE, waited_s=waited, patience=Durations.exponential(100))
    state = PoolState([Expert(WrappingUp(200))], [ahead, Waiting("call", ONE)], CALL)
    runs = 2000
    first, second = forecast(state, random.Random(7), runs).waits
    # To the impatient one the wait is foretold as it is for who stays; the next gains when the first has gone.
    assert set(first) == {200}
    assert set(second) == {200, 300}
    assert share_is(sum(1 for wait in second if wait == 200), runs, 1 - exp(-2))


def test_who_leaves_while_it_rings_gives_the_expert_back() -> None:
    ahead = Waiting("call", ONE, patience=Durations.fixed(10))
    answering = Answering(Durations.fixed(20))
    state = PoolState([Expert()], [ahead, Waiting("call", ONE)], CALL, answering=answering)
    assert forecast(state, random.Random(7), 1).waits == ((20,), (30,))


def test_an_offer_that_nobody_takes_goes_to_the_next_then_rests() -> None:
    answering = Answering(unanswered=0.5, lapses_s=20, quiet_s=60)
    runs = 2000
    alone = PoolState([Expert()], [Waiting("call", ONE)], CALL, answering=answering)
    two = PoolState([Expert(), Expert()], [Waiting("call", BOTH)], CALL, answering=answering)
    for state, rounds in ((alone, (0, 80, 160)), (two, (0, 20, 100, 120))):
        waits = forecast(state, random.Random(9), runs).waits[0]
        for number, wait in enumerate(rounds):
            assert share_is(waits.count(wait), runs, 0.5 ** (number + 1))


def test_breaks_of_the_rest_change_nothing_for_who_rests() -> None:
    answering = Answering(unanswered=0.5, lapses_s=20, quiet_s=60)
    breaks = ((30.0, 35.0), (40.0, 45.0), (50.0, 55.0))
    state = PoolState([Expert(), Expert(away=((0, 25), *breaks))], [Waiting("call", ONE)], CALL, answering=answering)
    runs = 2000
    waits = forecast(state, random.Random(9), runs).waits[0]
    assert set(waits) <= {80.0 * number for number in range(40)}
    assert share_is(waits.count(80), runs, 0.25)


def test_what_has_rung_long_is_less_likely_to_be_answered() -> None:
    answering = Answering(Durations.exponential(5), unanswered=0.2, lapses_s=30)
    experts = [Expert(Rung(0, elapsed_s=10)), Expert(WrappingUp(1000))]
    state = PoolState(experts, [Waiting("call", BOTH)], CALL, answering=answering)
    runs = 2000
    waits = forecast(state, random.Random(9), runs).waits[0]
    silent = 0.2 / (0.2 + 0.8 * exp(-2))
    # Unanswered, it lapses at 20 s and then rests, or the other comes free much later.
    accepted = sum(1 for wait in waits if wait < 80)
    assert share_is(accepted, runs, 1 - silent)


def test_rung_at_several_the_first_to_accept_wins_and_all_may_stay_silent() -> None:
    answering = Answering(Durations.exponential(10), unanswered=0.5, lapses_s=30, quiet_s=1e5)
    experts = [Expert(Rung(0)), Expert(Rung(0))]
    state = PoolState(experts, [Waiting("call", BOTH)], CALL, answering=answering)
    runs = 3000
    foretold = forecast(state, random.Random(9), runs)
    assert share_is(sum(1 for wait in foretold.waits[0] if wait < 1000), runs, 0.75)
    # Both accept: 10 s / 2 on average; one alone: 10 s. P(wait ≤ 5 s):
    expected = 0.25 * (1 - exp(-1)) + 0.5 * (1 - exp(-0.5))
    assert share_is(sum(1 for wait in foretold.waits[0] if wait <= 5), runs, expected)


def test_closing_sends_away_who_still_waits() -> None:
    calls = {"call": Service(Durations.exponential(100))}
    state = PoolState([Expert(InCall("call", 5))], [Waiting("call", ONE)], calls, closing_s=50)
    runs = 2000
    foretold = forecast(state, random.Random(1), runs)
    assert share_is(round(foretold.chance_of_service(0) * runs), runs, 1 - exp(-0.5))
    assert foretold.percentile(0, 0.2) == pytest.approx(-100 * log(0.8), rel=0.2)
    assert foretold.percentile(0, 0.5) == inf


def test_percentiles_are_definition_six() -> None:
    samples = [10.0, 20.0, 30.0, 40.0]
    assert percentile(samples, 0.5) == 25
    assert percentile(samples, 0.2) == 10
    assert percentile(samples, 0.7) == 35
    assert percentile(samples, 0.01) == 10
    assert percentile(samples, 0.99) == 40
    assert percentile([10.0, 20.0, 30.0, inf], 0.6) == 30
    assert percentile([10.0, 20.0, 30.0, inf], 0.7) == inf


def test_a_percentile_of_few_runs_is_kept_as_often_as_it_says() -> None:
    chance = random.Random(4)
    kept, trials = 0, 4000
    for _ in range(trials):
        runs = sorted(-log1p(-chance.random()) for _ in range(9))
        kept += -log1p(-chance.random()) <= percentile(runs, 0.8)
    assert share_is(kept, trials, 0.8)


def true_wait(left: list[float], ahead: int, chance: random.Random) -> float:
    """What comes: the plain recursion with calls of the true law."""
    workload = sorted(left)
    for _ in range(ahead):
        workload = sorted([workload[0] + chance.lognormvariate(5.5, 0.9), *workload[1:]])
    return workload[0]


def test_on_states_with_a_known_truth_the_percentiles_are_kept() -> None:
    chance = random.Random(2024)
    trials, within_p50, above_p80 = 300, 0, 0
    for _ in range(trials):
        # Three calls of log-normal length, seen in mid-call; the forecast knows 200 past calls and how long these last.
        elapsed: list[float] = []
        left: list[float] = []
        while len(left) < 3:
            since, length = chance.expovariate(1 / 400), chance.lognormvariate(5.5, 0.9)
            if length > since:
                elapsed.append(since)
                left.append(length - since)
        ahead = chance.randrange(6)
        history = learn([chance.lognormvariate(5.5, 0.9) for _ in range(200)])
        state = PoolState(
            [Expert(InCall("call", since)) for since in elapsed],
            [Waiting("call", (Step(0, 0b111),))] * (ahead + 1),
            {"call": Service(history)},
        )
        foretold = forecast(state, chance, runs=99)
        came = true_wait(left, ahead, chance)
        within_p50 += came <= foretold.percentile(ahead, 0.5)
        above_p80 += came > foretold.percentile(ahead, 0.8)
    assert share_is(within_p50, trials, 0.5)
    assert share_is(above_p80, trials, 0.2)


def test_impossible_states_are_refused() -> None:
    contact = Waiting("call", ONE)
    for wrong, words in (
        ({"waiting": [Waiting("other", ONE)]}, "other"),
        ({"experts": [Expert(InCall("other", 1))]}, "other"),
        ({"waiting": [contact, Waiting("call", ONE, ranked_at_s=-1)]}, "rank"),
        ({"waiting": [Waiting("call", ())]}, "steps"),
        ({"waiting": [Waiting("call", (Step(5, 1), Step(0, 2)))]}, "steps"),
        ({"experts": [Expert(away=((5, 5),))]}, "absences"),
        ({"experts": [Expert(away=((5, 8), (7, 9)))]}, "absences"),
        ({"experts": [Expert(Rung(1))]}, "rung"),
        ({"answering": Answering(unanswered=1.0)}, "unanswered"),
        ({"horizon_s": inf}, "horizon"),
    ):
        given = {"experts": [Expert()], "waiting": [contact], "services": CALL} | wrong
        with pytest.raises(ValueError, match=words):
            PoolState(**given)  # type: ignore[arg-type]

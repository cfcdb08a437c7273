"""Presence: who counts as ready, for how long they have been free, what a missed call costs, and wrap-up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from palvelurinki.domain import presence as p
from palvelurinki.domain.errors import TransitionRefused, WrapUpOver
from palvelurinki.domain.presence import WRAP_UP_EXTENSION, Presence, PresenceState, ServerPause
from tests.unit.domain.samples import ANNA, ARRIVED

THEN: Final = ARRIVED
NOW: Final = ARRIVED + timedelta(minutes=5)
# Reasons of the provider's own list.
LUNCH, BREAK, MEETING = "lunch", "break", "meeting"

OFFLINE = Presence(ANNA)
PAUSED = Presence(ANNA, PresenceState.PAUSED, LUNCH, since=THEN, misses=0)
READY = Presence(ANNA, PresenceState.READY, None, since=THEN, idle_since=THEN, misses=1)

MINUTE: Final = timedelta(minutes=1)
MOST: Final = timedelta(seconds=150)
WRAPPING_UP = p.wrap_up(READY, NOW, MINUTE, MOST)


def test_who_arrives_is_paused_until_they_say_that_they_are_ready() -> None:
    assert p.arrive(OFFLINE, NOW) == Presence(ANNA, PresenceState.PAUSED, ServerPause.ARRIVED, since=NOW)


@pytest.mark.parametrize("before", [PAUSED, READY])
def test_who_comes_back_within_the_grace_keeps_their_status_and_place(before: Presence) -> None:
    assert p.arrive(before, NOW) is before


def test_being_ready_begins_at_the_end_of_the_order() -> None:
    assert p.make_ready(replace(PAUSED, misses=1), NOW) == Presence(
        ANNA, PresenceState.READY, None, since=NOW, idle_since=NOW, misses=0
    )


def test_saying_ready_twice_does_not_cost_the_place() -> None:
    assert p.make_ready(READY, NOW) is READY


def test_who_is_offline_cannot_be_ready_or_paused() -> None:
    with pytest.raises(TransitionRefused):
        p.make_ready(OFFLINE, NOW)
    with pytest.raises(TransitionRefused):
        p.pause(OFFLINE, BREAK, NOW)
    with pytest.raises(TransitionRefused):
        p.leave(OFFLINE, NOW)


def test_a_pause_has_a_reason_that_can_be_changed() -> None:
    paused = p.pause(READY, BREAK, NOW)
    assert (paused.state, paused.reason, paused.since, paused.misses) == (
        PresenceState.PAUSED,
        BREAK,
        NOW,
        0,
    )
    assert p.pause(PAUSED, LUNCH, NOW) is PAUSED
    assert p.pause(PAUSED, MEETING, NOW).reason == MEETING


@pytest.mark.parametrize("before", [PAUSED, READY])
def test_who_leaves_is_offline_and_out_of_the_order(before: Presence) -> None:
    assert p.leave(before, NOW) == Presence(ANNA, PresenceState.OFFLINE, None, since=NOW, idle_since=None, misses=0)


@pytest.mark.parametrize("before", [PAUSED, READY])
def test_who_comes_free_goes_to_the_end_of_the_order_and_keeps_their_status(before: Presence) -> None:
    assert p.come_free(before, NOW) == replace(before, idle_since=NOW, misses=0)


@pytest.mark.parametrize("pause_after", [1, 2, 3])
def test_so_many_misses_in_a_row_pause(pause_after: int) -> None:
    presence = replace(READY, misses=0)
    for missed in range(1, pause_after):
        presence = p.miss(presence, pause_after, NOW)
        assert (presence.state, presence.misses, presence.idle_since) == (PresenceState.READY, missed, NOW)
    paused = p.miss(presence, pause_after, NOW)
    assert (paused.state, paused.reason, paused.misses) == (PresenceState.PAUSED, ServerPause.MISSED, 0)


def test_a_call_in_between_begins_the_count_anew() -> None:
    presence = p.miss(replace(READY, misses=0), 2, NOW)
    presence = p.miss(p.come_free(presence, NOW), 2, NOW)
    assert presence.state is PresenceState.READY


def test_who_paused_while_it_rang_is_not_paused_for_missing_it() -> None:
    missed = p.miss(PAUSED, 1, NOW)
    assert (missed.state, missed.reason, missed.since) == (PresenceState.PAUSED, LUNCH, THEN)


@pytest.mark.parametrize("at", [THEN, NOW])
def test_nothing_changes_whose_presence_it_is_or_its_version(at: datetime) -> None:
    before = replace(READY, version=7)
    for after in (
        p.pause(before, BREAK, at),
        p.leave(before, at),
        p.come_free(before, at),
        p.miss(before, 9, at),
    ):
        assert (after.staff, after.version) == (ANNA, 7)


# ---- Wrap-up ---------------------------------------------------------------------------------------------------


def test_after_a_call_there_is_time_to_finish_it() -> None:
    wrapping_up = p.wrap_up(READY, NOW, MINUTE, MOST)
    assert wrapping_up == replace(
        READY,
        misses=0,
        # Free from the end of it on: finishing a call is not being idle.
        idle_since=NOW + MINUTE,
        wrap_up_since=NOW,
        wrap_up_until=NOW + MINUTE,
        wrap_up_most=NOW + MOST,
    )
    assert WRAPPING_UP.in_wrap_up(NOW)
    assert WRAPPING_UP.in_wrap_up(NOW + MINUTE - timedelta(microseconds=1))
    assert not WRAPPING_UP.in_wrap_up(NOW + MINUTE)


def test_a_ring_without_wrap_up_frees_at_once() -> None:
    assert p.wrap_up(READY, NOW, timedelta(0), MOST) == replace(READY, idle_since=NOW, misses=0)


def test_a_length_beyond_the_most_is_given_whole() -> None:
    given = p.wrap_up(READY, NOW, MOST + MINUTE, MOST)
    assert given.wrap_up_until == given.wrap_up_most == NOW + MOST + MINUTE
    assert p.extend_wrap_up(given, NOW) == given


def test_it_is_extended_up_to_the_most() -> None:
    once = p.extend_wrap_up(WRAPPING_UP, NOW + MINUTE / 2)
    assert once.wrap_up_until == once.idle_since == NOW + MINUTE + WRAP_UP_EXTENSION
    twice = p.extend_wrap_up(once, NOW + MINUTE)
    assert twice.wrap_up_until == twice.idle_since == NOW + MOST
    assert p.extend_wrap_up(twice, NOW + MINUTE) == twice
    assert (twice.wrap_up_since, twice.wrap_up_most) == (NOW, NOW + MOST)


@pytest.mark.parametrize("before", [READY, PAUSED, OFFLINE])
def test_there_is_nothing_to_extend_without_one(before: Presence) -> None:
    with pytest.raises(WrapUpOver):
        p.extend_wrap_up(before, NOW)


def test_one_that_is_over_is_not_extended_even_before_it_was_swept() -> None:
    with pytest.raises(WrapUpOver):
        p.extend_wrap_up(WRAPPING_UP, NOW + MINUTE)


def test_saying_ready_skips_the_rest_of_it() -> None:
    skipped = p.make_ready(WRAPPING_UP, NOW + MINUTE / 2)
    # They were ready all the while; they are free from now on, at the end of the order.
    assert skipped == replace(READY, since=THEN, idle_since=NOW + MINUTE / 2, misses=0)


def test_saying_ready_when_it_is_past_costs_no_place() -> None:
    assert p.make_ready(WRAPPING_UP, NOW + MINUTE) is WRAPPING_UP


def test_its_end_leaves_the_place_that_it_gave() -> None:
    ended = p.end_wrap_up(WRAPPING_UP, NOW + MINUTE)
    assert ended == replace(READY, idle_since=NOW + MINUTE, misses=0)
    assert p.end_wrap_up(ended, NOW + 2 * MINUTE) == ended


def test_an_end_that_falls_before_an_extension_is_over_changes_nothing() -> None:
    extended = p.extend_wrap_up(WRAPPING_UP, NOW)
    assert p.end_wrap_up(extended, NOW + MINUTE) is extended


@pytest.mark.parametrize("end", [p.leave, lambda presence, now: p.pause(presence, BREAK, now)])
def test_who_pauses_or_goes_has_no_wrap_up_any_more(end: Callable[[Presence, datetime], Presence]) -> None:
    after = end(WRAPPING_UP, NOW)
    assert (after.wrap_up_since, after.wrap_up_until, after.wrap_up_most) == (None, None, None)
    with pytest.raises(WrapUpOver):
        p.extend_wrap_up(after, NOW)


def test_a_pause_taken_during_the_call_is_kept_after_it() -> None:
    # "Pause after this call": the person is paused while in the call, and so has nothing to be asked after it.
    paused = p.pause(READY, LUNCH, NOW)
    assert p.wrap_up(paused, NOW + MINUTE, MINUTE, MOST) == replace(paused, idle_since=NOW + MINUTE)


def test_who_comes_back_within_the_grace_is_still_finishing() -> None:
    assert p.arrive(WRAPPING_UP, NOW) is WRAPPING_UP


def test_a_wrap_up_breaks_the_row_of_misses() -> None:
    assert p.miss(WRAPPING_UP, 2, NOW).state is PresenceState.READY

"""Presence: who counts as ready, for how long they have been free, and what a missed call costs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from palvelurinki.domain import presence as p
from palvelurinki.domain.errors import TransitionRefused
from palvelurinki.domain.presence import PauseReason, Presence, PresenceState
from tests.unit.domain.samples import ANNA, ARRIVED

THEN: Final = ARRIVED
NOW: Final = ARRIVED + timedelta(minutes=5)

OFFLINE = Presence(ANNA)
PAUSED = Presence(ANNA, PresenceState.PAUSED, PauseReason.LUNCH, since=THEN, misses=0)
READY = Presence(ANNA, PresenceState.READY, None, since=THEN, idle_since=THEN, misses=1)


def test_who_arrives_is_paused_until_they_say_that_they_are_ready() -> None:
    assert p.arrive(OFFLINE, NOW) == Presence(ANNA, PresenceState.PAUSED, PauseReason.ARRIVED, since=NOW)


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
        p.pause(OFFLINE, PauseReason.BREAK, NOW)
    with pytest.raises(TransitionRefused):
        p.leave(OFFLINE, NOW)


def test_a_pause_has_a_reason_that_can_be_changed() -> None:
    paused = p.pause(READY, PauseReason.BREAK, NOW)
    assert (paused.state, paused.reason, paused.since, paused.misses) == (
        PresenceState.PAUSED,
        PauseReason.BREAK,
        NOW,
        0,
    )
    assert p.pause(PAUSED, PauseReason.LUNCH, NOW) is PAUSED
    assert p.pause(PAUSED, PauseReason.MEETING, NOW).reason is PauseReason.MEETING


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
    assert (paused.state, paused.reason, paused.misses) == (PresenceState.PAUSED, PauseReason.MISSED, 0)


def test_a_call_in_between_begins_the_count_anew() -> None:
    presence = p.miss(replace(READY, misses=0), 2, NOW)
    presence = p.miss(p.come_free(presence, NOW), 2, NOW)
    assert presence.state is PresenceState.READY


def test_who_paused_while_it_rang_is_not_paused_for_missing_it() -> None:
    missed = p.miss(PAUSED, 1, NOW)
    assert (missed.state, missed.reason, missed.since) == (PresenceState.PAUSED, PauseReason.LUNCH, THEN)


@pytest.mark.parametrize("at", [THEN, NOW])
def test_nothing_changes_whose_presence_it_is_or_its_version(at: datetime) -> None:
    before = replace(READY, version=7)
    for after in (
        p.pause(before, PauseReason.BREAK, at),
        p.leave(before, at),
        p.come_free(before, at),
        p.miss(before, 9, at),
    ):
        assert (after.staff, after.version) == (ANNA, 7)

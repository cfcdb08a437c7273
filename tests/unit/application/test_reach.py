"""When a node counts as cut off from its database: in virtual time, twice a second, as it is asked."""

import pytest

from palvelurinki.application.reach import (
    AWAY_AFTER_S,
    CUT_OFF_AFTER_S,
    DEAF_AFTER_S,
    HEARD_WITHIN_S,
    Reach,
    Standing,
)

EVERY_S = 0.5
HERE, ELSEWHERE = "here", "elsewhere"


class Node:
    """A node at its clock. Each half second it tells, hears and looks, as far as it can."""

    def __init__(self) -> None:
        self.now = 0.0
        self.reach = Reach(HERE, self.now)
        # What there is of its world.
        self.database = True
        self.bus = True
        self.other_reaches: bool | None = True

    def live(self, seconds: float) -> list[Standing]:
        """What it was, at each look."""
        return [self.turn() for _ in range(round(seconds / EVERY_S))]

    def turn(self) -> Standing:
        self.now += EVERY_S
        if self.database:
            self.reach.reached()
        else:
            self.reach.missed(self.now)
        if self.bus:
            self.reach.heard(HERE, self.now, reaches=self.reach.reaches)
            if self.other_reaches is not None:
                self.reach.heard(ELSEWHERE, self.now, reaches=self.other_reaches)
        return self.reach.look(self.now)

    def stand_still(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def node() -> Node:
    node = Node()
    node.live(60)
    return node


def seconds_until(seen: list[Standing], standing: Standing) -> float:
    return (seen.index(standing) + 1) * EVERY_S


def test_it_is_there_as_long_as_it_reaches_it(node: Node) -> None:
    assert set(node.live(60)) == {Standing.THERE}


def test_a_moment_without_it_changes_nothing(node: Node) -> None:
    node.database = False
    assert set(node.live(AWAY_AFTER_S)) == {Standing.THERE}
    node.database = True
    assert set(node.live(60)) == {Standing.THERE}


def test_alone_without_it_the_node_is_away_then_cut_off(node: Node) -> None:
    node.database = False
    seen = node.live(10)
    assert seconds_until(seen, Standing.AWAY) == AWAY_AFTER_S + EVERY_S
    assert seconds_until(seen, Standing.CUT_OFF) == CUT_OFF_AFTER_S + EVERY_S
    assert seen[-1] is Standing.CUT_OFF


def test_it_is_there_again_with_one_sign_of_life(node: Node) -> None:
    node.database = False
    node.live(60)
    node.database = True
    assert node.turn() is Standing.THERE


def test_while_all_are_without_it_nobody_sends_anybody_away(node: Node) -> None:
    node.database, node.other_reaches = False, False
    assert set(node.live(3600)) == {Standing.THERE, Standing.AWAY}


def test_a_node_that_hears_nobody_but_itself_has_nowhere_to_send_anybody(node: Node) -> None:
    node.database, node.other_reaches = False, None
    assert Standing.CUT_OFF not in node.live(3600)


def test_when_it_comes_back_for_all_whoever_is_last_has_its_time(node: Node) -> None:
    node.database, node.other_reaches = False, False
    node.live(30)
    node.other_reaches = True
    assert set(node.live(CUT_OFF_AFTER_S)) == {Standing.AWAY}
    assert node.turn() is Standing.CUT_OFF


def test_others_who_reach_it_off_and_on_are_no_better(node: Node) -> None:
    node.database = False
    for _ in range(20):
        node.other_reaches = True
        assert Standing.CUT_OFF not in node.live(CUT_OFF_AFTER_S - EVERY_S)
        node.other_reaches = False
        assert Standing.CUT_OFF not in node.live(HEARD_WITHIN_S + EVERY_S)


def test_deaf_as_well_it_supposes_after_longer_that_the_network_is_gone(node: Node) -> None:
    node.database = node.bus = False
    seen = node.live(60)
    assert seconds_until(seen, Standing.CUT_OFF) == DEAF_AFTER_S + EVERY_S


def test_deaf_alone_it_is_there(node: Node) -> None:
    node.bus = False
    assert set(node.live(3600)) == {Standing.THERE}


def test_without_it_for_long_and_deaf_only_now_it_waits_from_now_on(node: Node) -> None:
    node.database, node.other_reaches = False, False
    node.live(600)
    node.bus = False
    assert set(node.live(DEAF_AFTER_S - EVERY_S)) == {Standing.AWAY}


def test_who_was_sent_away_is_not_asked_back_before_they_can_be_served(node: Node) -> None:
    node.database = False
    node.live(10)
    node.other_reaches = False
    assert set(node.live(60)) == {Standing.CUT_OFF}


@pytest.mark.parametrize("failing", [False, True])
def test_what_was_missed_while_it_stood_still_says_nothing(node: Node, *, failing: bool) -> None:
    if failing:
        node.database = False
        node.turn()
    node.stand_still(30)
    node.database = False
    assert node.turn() is Standing.THERE
    node.database = True
    assert node.turn() is Standing.THERE

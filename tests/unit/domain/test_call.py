"""Peers: both ends of each pair, and the server, agree on the connection without asking."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palvelurinki.domain.call import Call, CallId, PeerRole, Seat, SeatId, SeatKind, SeatState, peers_of
from palvelurinki.domain.directory import StaffId, TerminalId
from tests.unit.domain.samples import ARRIVED, OPEN_CALL

KINDS = (SeatKind.TERMINAL, SeatKind.EXPERT, SeatKind.INTERPRETER, SeatKind.SECOND_EXPERT)


def call_of(seats: Iterable[tuple[SeatState, int]]) -> Call:
    """A call whose seats have these states and epochs."""
    made = [
        Seat(
            SeatId(f"seat-{place}"),
            KINDS[place],
            state,
            epoch,
            terminal=TerminalId("kiosk") if place == 0 else None,
            staff=StaffId(f"staff-{place}") if place else None,
        )
        for place, (state, epoch) in enumerate(seats)
    ]
    return Call(CallId("call"), tuple(made), started_at=ARRIVED)


def role(call: Call, mine: Seat, other: Seat) -> PeerRole | None:
    found = [peer for peer in peers_of(call, mine) if peer.seat == other.id]
    assert len(found) <= 1
    return found[0] if found else None


# A seat that joins has an epoch from then on; one that never joined may be away or gone too.
possible_seats = st.one_of(
    st.tuples(st.sampled_from([SeatState.JOINING, SeatState.AWAY, SeatState.LEFT]), st.just(0)),
    st.tuples(st.sampled_from([SeatState.JOINED, SeatState.AWAY, SeatState.LEFT]), st.integers(1, 5)),
)


@given(st.lists(possible_seats, min_size=2, max_size=4))
def test_both_ends_of_each_pair_agree(seats: list[tuple[SeatState, int]]) -> None:
    call = call_of(seats)
    for mine, other in combinations(call.seats, 2):
        here, there = role(call, mine, other), role(call, other, mine)
        media = all(seat.epoch > 0 and seat.state is not SeatState.LEFT for seat in (mine, other))
        assert (here is not None) is media
        assert (there is not None) is media
        if here is None or there is None:
            continue
        assert here.generation == there.generation == mine.epoch + other.epoch
        assert here.polite is not there.polite
        assert here.offers_first is not there.offers_first
        assert here.polite is not here.offers_first


@given(st.lists(possible_seats, min_size=2, max_size=4))
def test_nobody_is_their_own_peer(seats: list[tuple[SeatState, int]]) -> None:
    call = call_of(seats)
    for mine in call.seats:
        assert role(call, mine, mine) is None


@given(st.lists(possible_seats, min_size=2, max_size=4), st.data())
def test_joining_again_raises_each_generation_of_the_seat_and_no_other(
    seats: list[tuple[SeatState, int]], data: st.DataObject
) -> None:
    call = call_of(seats)
    joiner = data.draw(st.sampled_from(call.seats))
    again = replace(joiner, state=SeatState.JOINED, epoch=joiner.epoch + 1)
    after = replace(call, seats=tuple(again if seat is joiner else seat for seat in call.seats))
    for before, now in zip(call.seats, after.seats, strict=True):
        known = {peer.seat: peer.generation for peer in peers_of(call, before)}
        for peer in peers_of(after, now):
            if peer.seat in known:
                moved = joiner.id in (peer.seat, now.id)
                assert (peer.generation > known[peer.seat]) is moved


@pytest.mark.parametrize("count", [2, 3, 4])
def test_everybody_who_joined_meets_everybody(count: int) -> None:
    call = call_of([(SeatState.JOINED, 1)] * count)
    for mine in call.seats:
        assert [peer.seat for peer in peers_of(call, mine)] == [seat.id for seat in call.seats if seat is not mine]


def test_the_later_seat_offers_first_and_the_terminal_is_polite_to_all() -> None:
    call = call_of([(SeatState.JOINED, 1), (SeatState.JOINED, 2), (SeatState.JOINED, 1)])
    terminal, expert, interpreter = call.seats
    assert peers_of(call, terminal) == (
        PeerRole(expert.id, generation=3, polite=True, offers_first=False),
        PeerRole(interpreter.id, generation=2, polite=True, offers_first=False),
    )
    assert peers_of(call, expert) == (
        PeerRole(terminal.id, generation=3, polite=False, offers_first=True),
        PeerRole(interpreter.id, generation=3, polite=True, offers_first=False),
    )


def test_who_is_away_keeps_their_peers_and_is_kept() -> None:
    call = call_of([(SeatState.AWAY, 1), (SeatState.JOINED, 1)])
    terminal, expert = call.seats
    assert [peer.seat for peer in peers_of(call, expert)] == [terminal.id]
    assert [peer.seat for peer in peers_of(call, terminal)] == [expert.id]


def test_who_left_or_has_not_joined_has_no_peers_and_is_nobodys() -> None:
    call = call_of([(SeatState.JOINED, 1), (SeatState.LEFT, 1), (SeatState.JOINING, 0), (SeatState.AWAY, 0)])
    assert all(peers_of(call, seat) == () for seat in call.seats)


def test_a_seat_is_found_by_its_occupant() -> None:
    terminal, expert = OPEN_CALL.seats
    assert OPEN_CALL.seat_of("kiosk") is terminal
    assert OPEN_CALL.seat_of("anna") is expert
    assert OPEN_CALL.seat_of("bengt") is None


def test_a_seat_without_an_occupant_is_a_fault() -> None:
    with pytest.raises(ValueError, match="seat s has no occupant"):
        _ = Seat(SeatId("s"), SeatKind.OBSERVER).occupant


def test_only_the_customer_and_the_expert_are_essential() -> None:
    call = call_of([(SeatState.JOINED, 1)] * 4)
    assert [seat.kind for seat in call.essential_seats()] == [SeatKind.TERMINAL, SeatKind.EXPERT]

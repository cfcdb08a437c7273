"""A snapshot and the events since it equal a fresh snapshot (I9): the client's half of that."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from palvelurinki.client import apply_event
from palvelurinki.client.progress import EventsMissing, Progress
from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.examples import EXAMPLES
from palvelurinki.protocol.named import NamedView
from palvelurinki.protocol.server import (
    CallChanged,
    ContactChanged,
    OfferChanged,
    PointChanged,
    PresenceChanged,
    RingChanged,
    ServerEvent,
    Signalled,
    SnapshotEvent,
    Welcome,
)
from palvelurinki.protocol.views import PointBoardView, RingView, StaffSnapshot, TerminalSnapshot
from tests.support.examples import example

STAFF = example(Welcome).snapshot
TERMINAL = example(SnapshotEvent).snapshot
SIGNAL = example(Signalled)
CALL, OFFER = example(CallChanged).call, example(OfferChanged).offer
CONTACT, PRESENCE = example(ContactChanged).contact, example(PresenceChanged).presence
RING, POINT = example(RingChanged).ring, example(PointChanged).point
assert isinstance(STAFF, StaffSnapshot)
assert isinstance(TERMINAL, TerminalSnapshot)
assert CONTACT

SERVER_EVENT: TypeAdapter[ServerEvent] = TypeAdapter(ServerEvent)
IDS = ("kela", "dvv", "vero")


def named(identifier: str) -> NamedView:
    return RING.ring.model_copy(update={"id": identifier})


calls = st.sampled_from([None, CALL, CALL and CALL.model_copy(update={"state": "ended", "peers": []})])
offers = st.sampled_from([None, OFFER, OFFER and OFFER.model_copy(update={"state": "declined", "matter": None})])
presences = st.sampled_from([None, PRESENCE, PRESENCE and PRESENCE.model_copy(update={"state": "paused"})])
contacts = st.sampled_from([None, CONTACT, CONTACT.model_copy(update={"state": "ended", "matter": None})])


def rings_of(identifier: str) -> st.SearchStrategy[RingView]:
    """The ring, with more or fewer experts ready."""
    return st.builds(
        lambda ready: RING.model_copy(update={"ring": named(identifier), "ready": ready}), st.integers(0, 3)
    )


def points_of(identifier: str) -> st.SearchStrategy[PointBoardView]:
    """The point, with a terminal or without."""
    return st.builds(
        lambda rows: POINT.model_copy(update={"point": named(identifier), "terminals": POINT.terminals[:rows]}),
        st.integers(0, 1),
    )


# Parts by name, as the server's sections have them: what a person sees is all of these, and nothing else.
staff_parts = st.fixed_dictionaries(
    {
        "presence": presences,
        "offer": offers,
        "call": calls,
        **{f"ring:{each}": rings_of(each) for each in IDS},
        **{f"point:{each}": points_of(each) for each in IDS},
    }
)
terminal_parts = st.fixed_dictionaries({"contact": contacts, "call": calls})
Parts = Mapping[str, WireModel | None]


def staff_snapshot(parts: Parts) -> StaffSnapshot:
    assert isinstance(STAFF, StaffSnapshot)
    return STAFF.model_copy(
        update={
            **{name: part for name, part in parts.items() if ":" not in name},
            "rings": [parts[f"ring:{each}"] for each in IDS if f"ring:{each}" in parts],
            "points": [parts[f"point:{each}"] for each in IDS if f"point:{each}" in parts],
        }
    )


def terminal_snapshot(parts: Parts) -> TerminalSnapshot:
    assert isinstance(TERMINAL, TerminalSnapshot)
    return TERMINAL.model_copy(update=dict(parts))


def event_of(name: str, part: WireModel | None) -> ServerEvent:
    kind = name.partition(":")[0]
    event: ServerEvent = SERVER_EVENT.validate_python({"type": kind, "seq": 1, kind: part})
    return event


def events_between(before: Parts, after: Parts) -> list[ServerEvent]:
    return [event_of(name, part) for name, part in after.items() if before[name] != part]


@given(st.lists(staff_parts, min_size=1, max_size=5))
def test_a_consoles_snapshot_is_kept_up_to_date(states: list[Parts]) -> None:
    kept = staff_snapshot(states[0])
    for before, after in pairwise(states):
        for event in events_between(before, after):
            kept = apply_event(kept, event)
            kept = apply_event(kept, SIGNAL)
        assert kept == staff_snapshot(after)


@given(st.lists(terminal_parts, min_size=1, max_size=5))
def test_a_terminals_snapshot_is_kept_up_to_date(states: list[Parts]) -> None:
    kept = terminal_snapshot(states[0])
    for before, after in pairwise(states):
        for event in events_between(before, after):
            kept = apply_event(kept, event)
        assert kept == terminal_snapshot(after)


@given(staff_parts, staff_parts)
def test_nothing_that_was_given_out_changes(before: Parts, after: Parts) -> None:
    given_out = staff_snapshot(before)
    copy = given_out.model_copy(deep=True)
    for event in events_between(before, after):
        apply_event(given_out, event)
    assert given_out == copy


@given(staff_parts, st.sampled_from([event for event in EXAMPLES if isinstance(event, ContactChanged)]))
def test_a_part_that_a_role_does_not_have_changes_nothing(parts: Parts, event: ContactChanged) -> None:
    assert apply_event(staff_snapshot(parts), event) == staff_snapshot(parts)


def test_a_ring_that_was_not_there_comes_last() -> None:
    parts = {"presence": None, "offer": None, "call": None, "ring:kela": RING}
    new = RING.model_copy(update={"ring": named("uusi")})
    kept = apply_event(staff_snapshot(parts), RingChanged(seq=1, ring=new))
    assert kept.rings == [RING, new]


def test_a_whole_snapshot_replaces_all() -> None:
    assert isinstance(STAFF, StaffSnapshot)
    other = STAFF.model_copy(update={"rings": []})
    assert apply_event(STAFF, SnapshotEvent(seq=9, snapshot=other)) == other


def test_the_snapshot_of_another_role_is_refused() -> None:
    assert isinstance(STAFF, StaffSnapshot)
    assert isinstance(TERMINAL, TerminalSnapshot)
    with pytest.raises(TypeError, match="a snapshot for terminal in a session of staff"):
        apply_event(STAFF, SnapshotEvent(seq=9, snapshot=TERMINAL))


# ---- Numbers -------------------------------------------------------------------------------------------------


def begun(snapshot: StaffSnapshot) -> Progress[StaffSnapshot]:
    progress = Progress(StaffSnapshot)
    progress.welcomed(example(Welcome).model_copy(update={"snapshot": snapshot, "seq": 0}))
    return progress


@given(st.lists(staff_parts, min_size=2, max_size=5), st.data())
def test_events_that_come_again_act_once(states: list[Parts], data: st.DataObject) -> None:
    progress = begun(staff_snapshot(states[0]))
    flow = [event for before, after in pairwise(states) for event in events_between(before, after)]
    numbered = [event.model_copy(update={"seq": seq}) for seq, event in enumerate(flow, 1)]
    sent = 0
    while sent < len(numbered):
        # As after a resume: from anywhere before what was taken, up to anywhere beyond it.
        start = data.draw(st.integers(0, sent), label="again from")
        end = data.draw(st.integers(sent + 1, len(numbered)), label="up to")
        taken = [progress.take(event) for event in numbered[start:end]]
        assert taken == [False] * (sent - start) + [True] * (end - sent)
        sent = end
    assert progress.last_seq == len(numbered)
    assert progress.snapshot == staff_snapshot(states[-1])


def test_a_gap_is_noticed_and_nothing_is_taken() -> None:
    assert isinstance(STAFF, StaffSnapshot)
    progress = begun(STAFF)
    with pytest.raises(EventsMissing):
        progress.take(PresenceChanged(seq=2, presence=None))
    assert (progress.last_seq, progress.snapshot) == (0, STAFF)


def test_a_snapshot_may_leap() -> None:
    assert isinstance(STAFF, StaffSnapshot)
    progress = begun(STAFF)
    assert progress.take(SnapshotEvent(seq=600, snapshot=STAFF))
    assert progress.take(PresenceChanged(seq=601, presence=None))

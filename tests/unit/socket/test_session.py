"""A session's numbers, log and signals, without a socket or a store."""

from palvelurinki.application.principals import Principal
from palvelurinki.protocol import server as s
from palvelurinki.protocol.client import Candidate
from palvelurinki.reporting.documents import Document, TerminalDocument
from palvelurinki.reporting.sharing import Shared
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.session import LOG_LIMIT, Session
from palvelurinki.web.socket.told import Told, on_its_way
from tests.simulation.office import TERMINALS, directory

WHERE = directory()
TERMINAL = next(iter(TERMINALS))
KIOSK = Principal.terminal(TERMINAL)


def session(last_seq: int | None = None) -> Session:
    """An idle kiosk's, begun here or, with `last_seq`, at another node."""
    documents: dict[str, Document | None] = {str(KIOSK): TerminalDocument(TERMINAL, None)}
    made = Session("session-1", KIOSK, documents, Shared(), last_seq)
    made.base = (str(KIOSK),)
    return made


def signal(identifier: str) -> Told:
    candidate = Candidate(candidate=f"text of {identifier}")
    sent = s.Signalled(seq=1, id=identifier, call="call-1", sender="seat-2", generation=2, candidate=candidate)
    return on_its_way(sent.model_dump_json(exclude={"seq"}))


def read(messages: list[bytes]) -> list[s.ServerMessage]:
    return [s.SERVER_MESSAGE.validate_json(message) for message in messages]


def signals(messages: list[bytes]) -> list[tuple[int, str]]:
    return [(event.seq, event.id) for event in read(messages) if isinstance(event, s.Signalled)]


def test_where_it_was_held_what_was_missed_comes_again_exactly() -> None:
    here = session()
    here.take_snapshot(WHERE)
    for name in "abc":
        here.relay(signal(name))
    sent = here.collect(WHERE)
    assert signals(sent) == [(1, "a"), (2, "b"), (3, "c")]
    assert here.missed_since(1, WHERE) == sent[1:]
    assert here.acknowledge(2) == ["a", "b"]
    assert here.missed_since(2, WHERE) == sent[2:]


def test_elsewhere_it_goes_on_with_a_snapshot_under_the_clients_next_number() -> None:
    taken = session(last_seq=41)
    taken.hold()
    taken.catch_up([signal("a"), signal("b")])
    (whole,) = read(taken.missed_since(41, WHERE))
    assert isinstance(whole, s.SnapshotEvent)
    assert whole.seq == 42
    assert signals(taken.collect(WHERE)) == [(43, "a"), (44, "b")]
    assert taken.acknowledge(43) == ["a"]
    assert [each.signal for each in taken.unacknowledged_signals()] == ["b"]


def test_signals_that_come_meanwhile_wait_for_those_of_before() -> None:
    taken = session(last_seq=0)
    taken.hold()
    taken.relay(signal("c"))
    # It had been kept before it was told, so it comes both ways.
    taken.catch_up([signal("a"), signal("b"), signal("c")])
    taken.relay(signal("d"))
    taken.missed_since(0, WHERE)
    assert [name for _, name in signals(taken.collect(WHERE))] == ["a", "b", "c", "d"]


def test_what_is_here_already_is_not_doubled() -> None:
    here = session()
    here.take_snapshot(WHERE)
    here.relay(signal("a"))
    here.collect(WHERE)
    here.relay(signal("b"))
    here.hold()
    here.catch_up([signal("a"), signal("b"), signal("c")])
    assert [name for _, name in signals(here.collect(WHERE))] == ["b", "c"]


def test_a_snapshot_leaps_over_whatever_the_client_has_counted() -> None:
    here = session()
    here.take_snapshot(WHERE)
    (whole,) = read(here.missed_since(1000, WHERE))
    assert isinstance(whole, s.SnapshotEvent)
    assert whole.seq == 1001


def test_what_waits_for_a_client_that_takes_nothing_is_bounded() -> None:
    here = session()
    here.take_snapshot(WHERE)
    for number in range(LOG_LIMIT + 1):
        here.relay(signal(f"{number}"))
    assert here.overflowed
    assert len(here.unacknowledged_signals()) == 1
    (whole,) = read(here.missed_since(0, WHERE))
    assert isinstance(whole, s.SnapshotEvent)
    assert not here.overflowed


def test_what_waits_while_it_is_being_taken_over_is_bounded() -> None:
    taken = session(last_seq=0)
    taken.hold()
    for number in range(2 * LOG_LIMIT):
        taken.relay(signal(f"{number}"))
    assert len(taken.unacknowledged_signals()) == LOG_LIMIT


def test_a_newer_socket_takes_the_place_of_the_older() -> None:
    here = session()
    roused: list[str] = []
    older, newer = Attachment("older"), Attachment("newer")
    older.answered_by(lambda: roused.append("older"))
    here.attach(older, "digest of older")
    here.attach(newer, "digest of newer")
    assert (older.replaced, newer.replaced) == (True, False)
    assert roused == ["older", "older"]
    assert here.token == "digest of newer"


def test_an_idle_session_keeps_nothing_that_it_has_no_use_for() -> None:
    """Thousands of them are idle; what these cost is measured by the benchmark."""
    one, other = session(), session()
    one.take_snapshot(WHERE)
    other.take_snapshot(WHERE)
    one.relay(signal("a"))
    one.collect(WHERE)
    one.acknowledge(1)
    assert one._log is other._log is None  # noqa: SLF001
    assert one._relayed is other._relayed is None  # noqa: SLF001
    assert one._seen is other._seen  # noqa: SLF001

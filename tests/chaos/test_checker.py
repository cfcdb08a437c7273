"""The checker can fail: each kind of fault, planted in a history without any, is found, and nothing else is."""

from collections.abc import Callable

import pytest

from tests.chaos.checker import check, told
from tests.chaos.faults import KINDS
from tests.chaos.sound_history import History

Plant = Callable[[History], object]


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    faults = check(History().evidence())
    assert faults == []
    assert told(faults) == "lost 0, doubled 0, stuck 0, early 0, late 0"


def _remove(history: History, table: str, identifier: str, column: str = "id") -> None:
    history.rows[table].remove(history.row(table, identifier, column))


def _call_is_gone(history: History) -> None:
    for table, column in (("call", "id"), ("seat", "call"), ("service_event", "call")):
        history.rows[table] = [row for row in history.rows[table] if row[column] != "call-1"]


def _second_offer_at_once(history: History) -> None:
    history.offer("off-x", "con-1", "expert-3", 2.0, 3.0, "withdrawn")


def _second_call_of_a_person(history: History) -> None:
    history.row("seat", "call-4-staff")["staff"] = "expert-2"
    history.row("call", "call-4")["started_at"] = 19.0


def _ringing_while_in_a_call(history: History) -> None:
    history.offer("off-x", "con-9", "expert-2", 10.0, 11.0, "withdrawn")
    history.contact("con-9", "t-9", 9.0, 15.0, "customer_left")
    history.done("terminal:t-9", "leave_contact", 15.0, {"contact": "con-9"}, contact="con-9")


def _two_are_told_that_they_have_it(history: History) -> None:
    answer = {"contact": "con-1", "call": "call-1"}
    history.done("staff:expert-1", "accept_offer", 5.0, answer, offer="off-1")


def _request_acted_on_twice(history: History) -> None:
    history.contact("con-9", "t-9", 9.0, 10.0, "terminal_lost")
    history.event("con-9", "ContactHeld", 4.9)
    operation = next(e for e in history.entries if e["what"] == "asked" and e["who"] == "terminal:t-9")
    history.rows["operation"] = [r for r in history.rows["operation"] if r["operation"] != operation["op"]]
    history.entries = [e for e in history.entries if e.get("op") != operation["op"]]


def _never_answered(history: History) -> None:
    history.note("terminal:t-2", "gave_up", 50.0, op="op-77")


def _somebody_is_free(history: History) -> None:
    """From 2 to 6 s, while con-2 waits and has not been offered to them."""
    history.note("staff:expert-3", "welcome", 1.9, session="s-3", node="b", resumed=False)
    history.note("staff:expert-3", "saw", 2.0, part="presence", state="ready", reason=None)
    history.note("staff:expert-3", "asked", 6.0, op="op-99", command="pause", reason="break")


PLANTED: dict[str, tuple[Plant, set[str]]] = {
    "an acknowledged contact is gone": (lambda h: _remove(h, "contact", "con-3"), {"lost"}),
    "an acknowledged acceptance is gone": (lambda h: h.row("offer", "off-2").update(state="expired"), {"lost"}),
    "an acknowledged call is gone": (_call_is_gone, {"lost"}),
    "an acknowledged decline counts as a miss": (
        lambda h: h.row("ringing", "off-3", "offer").update(state="missed"),
        {"lost", "early"},
    ),
    "an acknowledged leave had no effect": (
        lambda h: h.row("contact", "con-2").update(state="waiting", ended_at=None, outcome=None),
        {"lost", "stuck"},
    ),
    "a call without a record": (lambda h: _remove(h, "service_event", "call-1", "call"), {"lost"}),
    "a record without a call": (
        lambda h: h.rows["service_event"].append({"id": "x", "call": "no-call", "ended_at": 1.0}),
        {"lost"},
    ),
    "two records of a call": (
        lambda h: h.rows["service_event"].append({"id": "x", "call": "call-1", "ended_at": 20.0}),
        {"doubled"},
    ),
    "a contact ended by nobody": (lambda h: h.row("contact", "con-3").update(outcome="customer_left"), {"lost"}),
    "an operation that was acknowledged and forgotten": (
        lambda h: _remove(h, "operation", h.entry("asked", command="leave_call")["op"], "operation"),
        {"lost"},
    ),
    "done, and told that it was not": (
        lambda h: h.note("terminal:t-2", "refused", 12.0, op=h.entry("asked", command="leave_contact")["op"], code="x"),
        {"lost"},
    ),
    "a join that was not counted": (lambda h: h.row("seat", "call-1-staff").update(epoch=0), {"lost"}),
    "a join that was counted twice": (lambda h: h.row("seat", "call-1-staff").update(epoch=2), {"doubled"}),
    "two offers of a contact at once": (_second_offer_at_once, {"doubled"}),
    "two calls of a person at once": (_second_call_of_a_person, {"doubled", "lost"}),
    "rung while in a call": (_ringing_while_in_a_call, {"doubled"}),
    "one contact given to two": (_two_are_told_that_they_have_it, {"doubled", "lost"}),
    "a request acted on twice": (_request_acted_on_twice, {"doubled"}),
    "another answer when repeated": (
        lambda h: h.note("terminal:t-1", "repeated", 1.0, op="op-1", contact="con-2", call=None),
        {"doubled"},
    ),
    "blamed for a miss that was none": (
        lambda h: h.row("presence", "expert-1", "staff").update(misses=1),
        {"doubled"},
    ),
    "a contact that waits for ever": (
        lambda h: h.row("contact", "con-3").update(state="waiting", ended_at=None, outcome=None),
        {"stuck"},
    ),
    "a claim that nobody holds": (
        lambda h: h.rows["engagement"].append({"staff": "expert-1", "contact": "con-1"}),
        {"stuck"},
    ),
    "a deadline that nobody sweeps": (
        lambda h: h.rows["deadline"].append({"kind": "offer_expiry", "subject": "off-1", "due": 97.0}),
        {"stuck"},
    ),
    "a connection that is long gone": (
        lambda h: h.row("connection", "terminal:t-1", "principal").update(lost_at=None),
        {"stuck"},
    ),
    "a command that was never answered": (_never_answered, {"stuck"}),
    "an offer that ran out too soon": (
        lambda h: (
            h.row("offer", "off-1").update(closed_at=4.9),
            h.row("ringing", "off-1", "offer").update(closed_at=4.9),
        ),
        {"early"},
    ),
    "an offer with less time than it is due": (lambda h: h.row("offer", "off-2").update(expires_at=9.0), {"early"}),
    "a grace cut short": (lambda h: h.row("contact", "con-3").update(ended_at=7.0), {"early"}),
    "a rest cut short": (lambda h: h.row("outbox", "ContactUnquieted", "kind").update(at=10.0), {"early"}),
    "a call ended under everybody's feet": (
        lambda h: h.rows["outbox"].remove(h.row("outbox", "SeatChanged", "kind")),
        {"early"},
    ),
    "an offer accepted after its time": (
        lambda h: (
            h.row("offer", "off-2").update(opened_at=2.5, expires_at=6.5),
            h.row("ringing", "off-2", "offer").update(opened_at=2.5),
            h.row("offer", "off-1").update(opened_at=-2.0, expires_at=2.0, closed_at=2.4),
            h.row("ringing", "off-1", "offer").update(opened_at=-2.0, closed_at=2.4),
        ),
        {"late"},
    ),
    "an offer that rang on": (
        lambda h: (h.row("offer", "off-1").update(opened_at=-1.0, expires_at=3.0),),
        {"late"},
    ),
    "ringing after the customer left": (
        lambda h: (
            h.row("offer", "off-3").update(opened_at=9.0, expires_at=13.0, closed_at=12.5, state="withdrawn"),
            h.row("ringing", "off-3", "offer").update(opened_at=9.0, closed_at=12.5, state="withdrawn"),
        ),
        {"late", "lost"},
    ),
    "a grace that went on": (lambda h: h.row("contact", "con-3").update(ended_at=10.1), {"late"}),
    "a rest that went on": (lambda h: h.row("outbox", "ContactUnquieted", "kind").update(at=13.2), {"late"}),
    "a console that rings on": (lambda h: h.entry("saw", state="missed").update(wall=8.0), {"late"}),
    "a contact that waits while somebody is free": (_somebody_is_free, {"late"}),
    "a lost seat that was kept": (
        lambda h: (h.row("call", "call-4").update(ended_at=41.0), h.row("contact", "con-4").update(ended_at=41.0)),
        {"late"},
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_found(what: str) -> None:
    plant, kinds = PLANTED[what]
    history = History()
    plant(history)
    faults = check(history.evidence())
    assert {fault.kind for fault in faults} == kinds, faults


def test_every_kind_is_planted() -> None:
    kinds = {kind for _, planted in PLANTED.values() for kind in planted}
    assert kinds == set(KINDS)


def test_time_in_which_nothing_could_work_is_not_late() -> None:
    history = History()
    history.row("contact", "con-3").update(ended_at=14.0)
    assert [fault.kind for fault in check(history.evidence())] == ["late"]
    history.note("driver", "down", 13.5, why="the database is away", begin=9.0, end=13.5)
    assert check(history.evidence()) == []


@pytest.mark.parametrize("node", ["a", "b"])
def test_who_could_not_be_reached_is_not_passed_over(node: str) -> None:
    history = History()
    _somebody_is_free(history)
    history.note("driver", "trouble", 4.0, name="killed", nodes=[node], begin=2.5, end=4.0)
    assert [fault.kind for fault in check(history.evidence())] == ([] if node == "b" else ["late"])


def test_a_console_whose_node_was_in_trouble_may_ring_on() -> None:
    history = History()
    history.entry("saw", state="missed").update(wall=8.0)
    history.note("driver", "trouble", 7.0, name="killed", nodes=["a"], begin=5.0, end=7.0)
    assert check(history.evidence()) == []

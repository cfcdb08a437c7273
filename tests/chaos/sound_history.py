"""A short history in which nothing is wrong, as rows and log entries, for tests that plant a fault in it.

At the ring "kela" (4 s to ring, 5 s of grace, 2 s of rest):

    con-1   asked for at second 0; rings out at expert-1 from 1 to 5.5; taken by expert-2 at 7; hung up at 20
    con-2   asked for at second 1 at another terminal; declined by expert-1 at 9, rests from 9.1 to 11.2; left at 12
    con-3   asked for at second 2 at a third; its terminal is away from 3 on; given up at 8.3
    con-4   asked for at 30; taken by expert-1 at 32, who is away from 33 on; the call ends at 38.5
"""

from typing import Any

from tests.chaos.logs import Entry
from tests.chaos.record import TABLES, Evidence

TERMS = {"kela": {"offer_timeout_s": 4.0, "grace_s": 5.0, "retry_after_s": 2.0, "wrap_up_s": 0.0}}
READ_AT = 100.0

Rows = dict[str, list[dict[str, Any]]]


class History:
    """Rows and entries that a test may change before they are judged."""

    def __init__(self) -> None:
        self.rows: Rows = {table: [] for table in TABLES}
        self.entries: list[Entry] = []
        self._operations = 0
        self.note("driver", "terms", 0, rings=TERMS, members={"kela": ["expert-1", "expert-2", "expert-3"]})
        self._rung_out_and_taken()
        self._declined_and_left()
        self._held_and_lost()
        self._call_of_a_lost_console()
        self.rows["presence"] = [
            {"staff": staff, "misses": misses, "since": 0.0} for staff, misses in (("expert-1", 0), ("expert-2", 0))
        ]
        self.rows["connection"] = [{"principal": "terminal:t-1", "opened_at": 0.0, "lost_at": 60.0}]

    def evidence(self) -> Evidence:
        """As the checker takes it."""
        return Evidence({table: list(rows) for table, rows in self.rows.items()}, self.entries, READ_AT)

    def row(self, table: str, identifier: str, column: str = "id") -> dict[str, Any]:
        """One row, to be changed."""
        return next(row for row in self.rows[table] if row[column] == identifier)

    def entry(self, what: str, **fields: object) -> Entry:
        """The first entry with these fields, to be changed."""
        return next(e for e in self.entries if e["what"] == what and fields.items() <= e.items())

    def note(self, who: str, what: str, at: float, **fields: object) -> None:
        """One more entry."""
        self.entries.append({"who": who, "what": what, "mono": at, "wall": at, **fields})

    def done(self, who: str, command: str, at: float, answer: dict[str, str], **asked: object) -> str:
        """A command that was asked for, done and acknowledged."""
        self._operations += 1
        operation = f"op-{self._operations}"
        self.note(who, "asked", at - 0.01, op=operation, command=command, **asked)
        self.rows["operation"].append({"principal": who, "operation": operation, "answer": answer})
        told = {"contact": answer.get("contact"), "call": answer.get("call")}
        self.note(who, "acked", at + 0.01, op=operation, **told)
        return operation

    # ---- The rows --------------------------------------------------------------------------------------------

    def contact(self, identifier: str, terminal: str, asked: float, ended: float, outcome: str) -> None:
        """A contact that has ended, with the request that made it."""
        self.rows["contact"].append(
            {
                "id": identifier,
                "terminal": terminal,
                "service": "housing",
                "ring": "kela",
                "state": "ended",
                "requested_at": asked,
                "ended_at": ended,
                "outcome": outcome,
            }
        )
        self.done(f"terminal:{terminal}", "request_contact", asked, {"contact": identifier}, service="housing")

    def offer(self, identifier: str, contact: str, staff: str, begin: float, end: float, state: str) -> None:
        """An offer that has closed, at one expert."""
        ringing = {"expired": "missed"}.get(state, state)
        self.rows["offer"].append(
            {
                "id": identifier,
                "contact": contact,
                "ring": "kela",
                "state": state,
                "opened_at": begin,
                "expires_at": begin + 4.0,
                "closed_at": end,
            }
        )
        self.rows["ringing"].append(
            {
                "offer": identifier,
                "staff": staff,
                "state": ringing,
                "reason": None,
                "opened_at": begin,
                "closed_at": end,
            }
        )

    def call(self, identifier: str, contact: str, terminal: str, staff: str, begin: float, end: float) -> None:
        """A call that has ended, its seats, and its record."""
        self.rows["call"].append(
            {"id": identifier, "contact": contact, "state": "ended", "started_at": begin, "ended_at": end}
        )
        for kind, who in (("terminal", terminal), ("staff", staff)):
            seat: dict[str, Any] = {"id": f"{identifier}-{kind}", "call": identifier, "epoch": 1}
            self.rows["seat"].append({**seat, "terminal": None, "staff": None, kind: who})
            self.done(
                f"{kind}:{who}", "join_call", begin + 0.5, {"contact": contact, "call": identifier}, call=identifier
            )
        self.rows["service_event"].append({"id": f"{identifier}-event", "call": identifier, "ended_at": end})

    def event(self, contact: str, kind: str, at: float, **payload: object) -> None:
        """An entry of the outbox."""
        number = len(self.rows["outbox"])
        self.rows["outbox"].append({"id": number, "at": at, "contact": contact, "kind": kind, "payload": payload})

    # ---- The histories ---------------------------------------------------------------------------------------

    def _rung_out_and_taken(self) -> None:
        self.contact("con-1", "t-1", 0.0, 20.0, "served")
        self.offer("off-1", "con-1", "expert-1", 1.0, 5.5, "expired")
        self.note("staff:expert-1", "welcome", 0.1, session="s-1", node="a", resumed=False)
        self.note("staff:expert-1", "saw", 1.1, part="offer", id="off-1", state="ringing", contact="con-1")
        self.note("staff:expert-1", "saw", 5.6, part="offer", id="off-1", state="missed", contact="con-1")
        self.offer("off-2", "con-1", "expert-2", 6.0, 7.0, "accepted")
        answer = {"contact": "con-1", "call": "call-1"}
        self.done("staff:expert-2", "accept_offer", 7.0, answer, offer="off-2")
        self.call("call-1", "con-1", "t-1", "expert-2", 7.0, 20.0)
        self.done("terminal:t-1", "leave_call", 20.0, answer, call="call-1")

    def _declined_and_left(self) -> None:
        self.contact("con-2", "t-2", 1.0, 12.0, "customer_left")
        self.offer("off-3", "con-2", "expert-1", 8.0, 9.0, "declined")
        self.done("staff:expert-1", "decline_offer", 9.0, {"contact": "con-2"}, offer="off-3")
        self.event("con-2", "ContactQuieted", 9.1)
        self.event("con-2", "ContactUnquieted", 11.2)
        self.done("terminal:t-2", "leave_contact", 12.0, {"contact": "con-2"}, contact="con-2")

    def _held_and_lost(self) -> None:
        self.contact("con-3", "t-3", 2.0, 8.3, "terminal_lost")
        self.event("con-3", "ContactHeld", 3.0)

    def _call_of_a_lost_console(self) -> None:
        self.contact("con-4", "t-1", 30.0, 38.5, "call_failed")
        self.offer("off-4", "con-4", "expert-1", 31.0, 32.0, "accepted")
        answer = {"contact": "con-4", "call": "call-4"}
        self.done("staff:expert-1", "accept_offer", 32.0, answer, offer="off-4")
        self.call("call-4", "con-4", "t-1", "expert-1", 32.0, 38.5)
        self.event("con-4", "SeatChanged", 33.0, seat="call-4-staff", state="away")

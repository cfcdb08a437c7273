"""The matrix of access, walked: every request and message, for each party, with things of its own and of others.

What is to come of a cell is read from `docs/access.md`, the page that people read, and not from the code. A route, a
message or a party that is new fails here until it is asked for below.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
import yaml

from palvelurinki.client.tickets import Audience
from palvelurinki.domain.access import Party
from palvelurinki.domain.audit import AuditAct
from palvelurinki.protocol.http import ErrorBody
from tests.integration.conftest import DEMO
from tests.security.parties import EXPERT, KIOSK, ROOM, WHO, headers_of
from tests.support.scenes import HOUSING, in_call
from tests.support.server import Ground, Server, ServerThread
from tests.support.waiting import contact_in, offer_in
from tests.support.wire import Wire, raw, wired

PAGE: Final = Path(__file__).parents[2] / "docs" / "access.md"
CONFIGURATION: Final[dict[str, Any]] = yaml.safe_load(DEMO)

OWN_RING: Final[Mapping[Party, str]] = {Party.ADMINISTRATOR: "mikkeli-palvelut"}
REFUSED: Final = "–"
MANY: Final = 10_000
# What a refusal for want of a right looks like, and nothing else does.
NO_RIGHT: Final = {"access.denied", "sign_in.required", "thing.unknown", "offer.not_yours", "call.not_in"}


def rows_of(heading: str) -> list[dict[str, str]]:
    """The rows of one of the page's tables, by the titles of their columns."""
    section = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    titles, _, *rows = [
        [cell.strip() for cell in line.strip("| \n").split(" | ")] for line in section.splitlines() if "|" in line
    ]
    return [dict(zip(titles, row, strict=True)) for row in rows]


REQUESTS: Final = rows_of("Requests")
MESSAGES: Final = rows_of("Messages of the socket")
SHOWN: Final = rows_of("What a session is shown")

# What stands in the place of a path's parameter: one's own, and somebody else's.
OWN: Final = {"ring": "kela", "terminal": KIOSK, "kind": "staff", "identifier": EXPERT, "point": "mikkeli"}
FOREIGN: Final = {
    "ring": "dvv",
    "terminal": "parainen-kioski",
    "kind": "staff",
    "identifier": EXPERT,
    "point": "parainen",
}
BODIES: Final[Mapping[str, object]] = {
    "/api/v1/terminal/enrolments": {"key": {}, "proof": "none"},
    "/api/v1/terminal/token": {"client_assertion_type": "none", "client_assertion": "none"},
    "/api/v1/terminal/key": {"key": {}, "proof": "none"},
    "/api/v1/terminal/line-check": {"sdp": "none"},
    "/api/v1/administration/enrolments/look-up": {"code": "ABCD-EFGH"},
    "/api/v1/administration/terminals/{terminal}/approve": {
        "code": "ABCD-EFGH",
        "fingerprint": "AAAA-AAAA-AAAA-AAAA-AAAA",
    },
    "/api/v1/administration/terminals/{terminal}/revoke": {},
}


def test_the_page_names_every_party_and_somebody_stands_for_each() -> None:
    for rows in (REQUESTS, MESSAGES, SHOWN):
        assert rows
        assert {*rows[0]} >= {*Party} == {*WHO}


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("row", REQUESTS, ids=lambda row: row["request"].strip("`"))
async def test_every_request(shared_server: ServerThread, row: dict[str, str], party: Party) -> None:
    method, path = row["request"].strip("`").split()
    own = {**OWN, "ring": OWN_RING.get(party, OWN["ring"])}
    for things in (own, FOREIGN) if "{" in path else (own,):
        status, code = await _asked(shared_server, method, path, things, party)
        reaches = row[party]
        if reaches == REFUSED:
            known = _is_for(row, WHO[party])
            assert (status, code) == ((403, "access.denied") if known else (401, "sign_in.required"))
        elif things is FOREIGN and reaches in {"own organisation", "own point"}:
            assert (status, code) == (404, "thing.unknown")
        else:
            assert code not in NO_RIGHT
            assert status < 500, f"{status} {code}"


async def test_every_message(ground: Ground, server: ServerThread) -> None:
    """One scene: a call of the kiosk with the expert, and beside it another offer and another call."""
    wrong = []
    async with _scene(server) as (own, foreign), _parties(server) as wires:
        # Whoever comes back says so first, and what ends things is asked last.
        for row in sorted(MESSAGES, key=lambda row: _LAST.get(row["message"].strip("`"), 0)):
            kind = row["message"].strip("`")
            for party, wire in wires.items():
                for ids in (own, foreign):
                    answer = await wire.ask(kind, **_fields(kind, ids[party]))
                    expected = _expected(kind, row[party], foreign=ids is foreign)
                    code = answer.get("code")
                    if not _as_expected(expected, code):
                        wrong.append(f"{kind} by {party}, {'foreign' if ids is foreign else 'own'}: {code}")
    assert not wrong, "\n".join(wrong)
    async with ground.store() as store, store.reading() as tx:
        waiting = [(note.act, note.actor) for _, note in await tx.audit.waiting(MANY)]
        chained = [(row.act, row.actor) for row in await tx.audit.rows(0, MANY)]
    refused = {actor for act, actor in (*waiting, *chained) if act == AuditAct.ACCESS_REFUSED}
    assert refused == {":".join(who) for who in WHO.values() if who is not None}


async def test_nobody_sends_any_message(shared_server: ServerThread) -> None:
    for row in MESSAGES:
        assert row[Party.NOBODY] == REFUSED
        kind = row["message"].strip("`")
        async with raw(shared_server) as wire:
            await wire.send({"id": "operation-1", "type": kind, **_fields(kind, _IDS)})
            assert (await wire.receive())["code"] == "hello.expected"
            await wire.closed()


@pytest.mark.parametrize("party", [party for party in Party if party is not Party.NOBODY])
async def test_everything_that_is_shown(shared_server: ServerThread, party: Party) -> None:
    who = WHO[party]
    assert who is not None
    async with wired(shared_server, *who) as (_, welcome):
        snapshot = welcome["snapshot"]
    [ring, members, point] = [
        next(row[party] for row in SHOWN if row["what"].startswith(what))
        for what in ("a ring:", "a ring's members", "a service point's")
    ]
    if who[0] == "terminal":
        assert (ring, members, point) == (REFUSED, REFUSED, REFUSED)
        assert {*snapshot} == {"role", "terminal", "contact", "call"}
        return
    person = CONFIGURATION["staff"][who[1]]
    shown = {each["ring"]["id"]: each for each in snapshot["rings"]}
    assert {*shown} == {each for each in CONFIGURATION["rings"] if _shows_ring(ring, each, who[1])}
    assert {each for each, view in shown.items() if view["members"] is not None} == {
        each for each in shown if _shows_ring(members, each, who[1])
    }
    assert {each["point"]["id"] for each in snapshot["points"]} == {
        each
        for each, its in CONFIGURATION["points"].items()
        if point != REFUSED
        and its["host"] == person["organisation"]
        and (point == "own organisation" or person.get("point") in {None, each})
    }


# ---- Asking ----------------------------------------------------------------------------------------------------------


async def _asked(
    server: Server, method: str, path: str, things: Mapping[str, str], party: Party
) -> tuple[int, str | None]:
    headers = await headers_of(server, party)
    body = BODIES.get(path)
    async with httpx2.AsyncClient(base_url=server.url, headers=headers) as client:
        answer = await client.request(method, path.format(**things), json=body)
    code = ErrorBody.model_validate_json(answer.content).code if answer.status_code >= 400 else None
    return answer.status_code, code


def _is_for(row: Mapping[str, str], who: tuple[Audience, str] | None) -> bool:
    """Whether it is asked with the kind of sign-in that this party has."""
    return who is not None and (row[Party.TERMINAL] != REFUSED) == (who[0] == "terminal")


def _shows_ring(reaches: str, ring: str, staff: str) -> bool:
    its = CONFIGURATION["rings"][ring]
    match reaches:
        case "own organisation":
            return bool(its["provider"] == CONFIGURATION["staff"][staff]["organisation"])
        case "own rings":
            return staff in {each if isinstance(each, str) else each["staff"] for each in its["members"]}
        case _:
            return False


# ---- The scene for messages ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ids:
    """What a message may name."""

    contact: str
    offer: str
    call: str
    seat: str
    generation: int = 0
    terminal: str = KIOSK
    matter: str = "matter"


_IDS: Final = Ids("contact", "offer", "call", "seat")
_LAST: Final = {"continue_contact": -1, "leave_contact": 1, "leave_call": 2, "close_contact": 3, "finish_contact": 4}
# The messages that name somebody's thing. The others are about oneself.
_NAMING: Final = {
    "accept_offer": ("offer",),
    "decline_offer": ("offer",),
    "set_language": ("contact",),
    "leave_contact": ("contact",),
    "continue_contact": ("contact",),
    "join_call": ("call",),
    "report_media": ("call",),
    "leave_call": ("call",),
    "signal": ("call", "to", "generation"),
    "request_for_customer": ("terminal",),
    "amend_handoff": ("contact",),
    "add_matter": ("contact",),
    "drop_matter": ("contact", "matter"),
    "report_line": ("contact",),
    "move_contact": ("contact",),
    "attend_contact": ("contact",),
    "call_advisor": ("contact",),
    "close_contact": ("contact",),
    "conclude_call": ("call",),
    "finish_contact": ("contact",),
    "rate_contact": ("contact",),
}
_OTHERWISE: Final[Mapping[str, dict[str, object]]] = {
    "heartbeat": {"seq": 0},
    "request_contact": {"service": HOUSING, "language": "fi"},
    "set_language": {"language": "sv"},
    "make_ready": {},
    "pause": {"reason": "lunch"},
    "extend_wrap_up": {},
    "decline_offer": {"reason": "not_my_field"},
    "signal": {"candidate": {"candidate": ""}},
    "request_for_customer": {"service": HOUSING, "language": "fi"},
    "amend_handoff": {"handoff": {"what": "a note"}},
    "add_matter": {"matter": {"service": HOUSING}},
    "report_line": {"faults": []},
    "move_contact": {"seen_at": KIOSK, "terminal": ROOM},
    "attend_contact": {"present": True},
    "call_advisor": {"wanted": True},
    "conclude_call": {"resolution": "settled"},
    "rate_contact": {"satisfaction": 4},
}


def _fields(kind: str, ids: Ids) -> dict[str, Any]:
    said: dict[str, object] = {**asdict(ids), "to": ids.seat}
    return {**_OTHERWISE.get(kind, {}), **{name: said[name] for name in _NAMING.get(kind, ())}}


def _expected(kind: str, reaches: str, *, foreign: bool) -> set[str] | None:
    """The codes of which one must come; None: anything but these."""
    if reaches == REFUSED:
        return {"access.denied"}
    if foreign and kind in _NAMING:
        return {"thing.unknown", "offer.not_yours", "call.not_in"}
    return None


def _as_expected(expected: set[str] | None, code: str | None) -> bool:
    return code in expected if expected is not None else code not in NO_RIGHT


@asynccontextmanager
async def _scene(server: Server) -> AsyncIterator[tuple[Mapping[Party, Ids], Mapping[Party, Ids]]]:
    async with AsyncExitStack() as stack:
        kiosk = await stack.enter_async_context(server.terminal(KIOSK))
        expert = await stack.enter_async_context(server.expert(EXPERT))
        call = await in_call(kiosk, expert)
        seen = expert.snapshot.call
        assert seen is not None
        assert expert.snapshot.offer is not None
        advisor = await stack.enter_async_context(server.advisor("mikkeli-neuvoja"))
        await advisor.add_matter(seen.contact, HOUSING)
        here = await contact_in(kiosk, "in_call", lambda view: bool(view.situation and view.situation.further))
        assert here.situation
        matter = here.situation.further[0].id
        ids = Ids(seen.contact, expert.snapshot.offer.id, call, seen.me, matter=matter)
        own = dict.fromkeys(Party, ids)
        for party, peer in ((Party.TERMINAL, "expert"), (Party.EXPERT, "terminal")):
            seat = next(each.id for each in seen.seats if each.kind == peer)
            own[party] = replace(ids, seat=seat)
        # Beside it, of others: a call, and an offer that rings.
        elsewhere = await stack.enter_async_context(server.terminal("parainen-kioski"))
        other = await stack.enter_async_context(server.expert("kela-asiantuntija-2"))
        other_call = await in_call(elsewhere, other)
        third = await stack.enter_async_context(server.terminal("saarijarvi-kioski"))
        ringing_at = await stack.enter_async_context(server.expert("dvv-asiantuntija-1"))
        contact = (await third.request_contact("dvv-edunvalvonta", "fi")).contact
        assert contact
        await contact_in(third, "offered")
        offer = (await offer_in(ringing_at, "ringing")).id
        assert other.snapshot.call is not None
        seat = other.snapshot.call.seats[0].id
        yield own, dict.fromkeys(Party, Ids(contact, offer, other_call, seat, terminal="parainen-kioski"))


@asynccontextmanager
async def _parties(server: Server) -> AsyncIterator[Mapping[Party, Wire]]:
    """A socket for each party; the kiosk's and the expert's take over from those of the scene."""
    async with AsyncExitStack() as stack:
        found: dict[Party, Wire] = {}
        for party, who in WHO.items():
            if who is not None:
                found[party], _ = await stack.enter_async_context(wired(server, *who))
        yield found

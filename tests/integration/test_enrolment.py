"""A terminal comes to its key and keeps it: asking, approval, signing in, change and revocation."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from palvelurinki.application import enrolment
from palvelurinki.client import Client, KeyTickets, SessionEnded, SignInRefused, TerminalKey, enrol
from palvelurinki.client.key_tickets import system_time
from palvelurinki.domain import enrolment as rules
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.enrolment import fingerprint
from palvelurinki.protocol.enrolment import (
    KEY_PATH,
    ApprovalView,
    EnrolledTerminals,
    EnrolledTerminalView,
    EnrolmentFound,
    EnrolmentState,
    EnrolmentView,
)
from tests.support.audit import noted
from tests.support.redis import RedisServer
from tests.support.scenes import HOUSING, Kiosk, connected
from tests.support.server import PATIENT, Ground, ServerCommand, ServerThread
from tests.support.terminals import (
    ADMINISTRATION,
    ADMINISTRATOR,
    KIOSK,
    Holder,
    administrator,
    approve,
    browser,
    enrolled,
    token_in,
)
from tests.support.waiting import WITHIN_S, call_in, contact_in
from tests.support.wire import raw

# The bound that people are promised for the end of a socket whose key was revoked.
REVOKED_WITHIN_S = 5.0


@pytest.fixture
async def http(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(server) as client:
        yield client


@pytest.fixture
async def desk(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    async with administrator(server) as client:
        yield client


def code_of(response: httpx2.Response) -> str:
    code: str = response.json()["code"]
    return code


def signed_in(token: str) -> dict[str, str]:
    return {"cookie": f"palvelurinki_terminal={token}"}


async def shown(desk: httpx2.AsyncClient, terminal: str = KIOSK) -> EnrolledTerminalView:
    """The terminal as its administrator sees it."""
    views = EnrolledTerminals.model_validate_json((await desk.get("/terminals")).content).terminals
    return next(view for view in views if view.terminal.id == terminal)


async def revoke(desk: httpx2.AsyncClient, terminal: str = KIOSK) -> EnrolledTerminalView:
    response = await desk.post(f"/terminals/{terminal}/revoke", json={})
    assert response.status_code == 200, response.text
    return EnrolledTerminalView.model_validate_json(response.content)


async def ended(client: Kiosk) -> str:
    """Why the client has ended, once it has."""
    with pytest.raises((SessionEnded, SignInRefused)) as why:
        async with asyncio.timeout(WITHIN_S):
            await client.until(lambda _: False)
    assert isinstance(why.value, SessionEnded | SignInRefused)
    return why.value.code


# ---- Asking and approving ------------------------------------------------------------------------------------


async def test_key_is_asked_for_approved_and_signs_in(
    http: httpx2.AsyncClient, desk: httpx2.AsyncClient, ground: Ground
) -> None:
    holder = Holder()
    before = await shown(desk)
    assert (before.state, before.fingerprint, before.last_sign_in_at) == (EnrolmentState.NONE, None, None)
    assert code_of(await holder.sign_in(http)) == "terminal.not_enrolled"
    asked = EnrolmentView.model_validate_json((await holder.ask(http)).content)
    assert asked.fingerprint == fingerprint(holder.thumbprint)
    assert asked.expires_in_s == 900
    assert code_of(await holder.sign_in(http)) == "terminal.not_enrolled"

    typed = asked.code.replace("-", " ").lower()
    found = EnrolmentFound.model_validate_json((await desk.post("/enrolments/look-up", json={"code": typed})).content)
    assert found.fingerprint == asked.fingerprint
    assert found.expires_at - found.requested_at == timedelta(minutes=15)
    response = await desk.post(
        f"/terminals/{KIOSK}/approve", json={"code": typed, "fingerprint": found.fingerprint.lower()}
    )
    view = ApprovalView.model_validate_json(response.content)
    assert (view.state, view.fingerprint, view.replaced) == (EnrolmentState.ENROLLED, asked.fingerprint, False)
    assert (view.enrolled_by, view.last_sign_in_at, view.connected) == ("Hallinta Esimerkkilä", None, False)

    answer = await holder.sign_in(http)
    assert answer.json() == {"terminal": KIOSK, "expires_in_s": 300, "rotate_key": False}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Max-Age=300" in cookie
    assert "samesite=strict" in cookie.lower()
    catalogue = await http.get("/api/v1/terminal/catalogue", headers=signed_in(token_in(answer)))
    assert catalogue.json()["terminal"]["id"] == KIOSK
    after = await shown(desk)
    assert after.last_sign_in_at is not None
    assert await noted(ground, about=f"terminal:{KIOSK}") == [
        (f"staff:{ADMINISTRATOR}", AuditAct.TERMINAL_ENROLLED, ""),
        (f"terminal:{KIOSK}", AuditAct.SIGN_IN_DONE, "key"),
    ]


async def test_code_is_good_once(http: httpx2.AsyncClient, desk: httpx2.AsyncClient) -> None:
    asked = (await Holder().ask(http)).json()
    assert (await approve(desk, asked)).status_code == 200
    assert (await desk.post("/enrolments/look-up", json={"code": asked["code"]})).status_code == 404
    response = await approve(desk, asked, "mikkeli-tiski")
    assert (response.status_code, code_of(response)) == (404, "enrolment.unknown")
    # An answer that was lost is asked for again: it is the same.
    again = await approve(desk, asked)
    assert (again.status_code, again.json()["state"]) == (200, "enrolled")


async def test_code_runs_out(
    http: httpx2.AsyncClient, desk: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolment, "CODE_LIFE", timedelta())
    asked = (await Holder().ask(http)).json()
    assert code_of(await desk.post("/enrolments/look-up", json={"code": asked["code"]})) == "enrolment.unknown"
    assert code_of(await approve(desk, asked)) == "enrolment.unknown"


async def test_newer_code_takes_the_place_of_the_older(http: httpx2.AsyncClient, desk: httpx2.AsyncClient) -> None:
    holder = Holder()
    older, newer = (await holder.ask(http)).json(), (await holder.ask(http)).json()
    assert code_of(await approve(desk, older)) == "enrolment.unknown"
    assert (await approve(desk, newer)).status_code == 200


@pytest.mark.parametrize("code", ["", "U" * 8, "1234567", "x" * 40, "ABCD-EFGH", "'; --"])
async def test_what_is_no_code_is_unknown(desk: httpx2.AsyncClient, code: str) -> None:
    response = await desk.post("/enrolments/look-up", json={"code": code})
    assert code_of(response) in {"enrolment.unknown", "request.malformed"}
    response = await approve(desk, {"code": code, "fingerprint": "AAAA"})
    assert code_of(response) in {"enrolment.unknown", "request.malformed"}


async def test_another_fingerprint_approves_nothing(http: httpx2.AsyncClient, desk: httpx2.AsyncClient) -> None:
    asked, other = (await Holder().ask(http)).json(), (await Holder().ask(http)).json()
    response = await approve(desk, {**asked, "fingerprint": other["fingerprint"]})
    assert (response.status_code, code_of(response)) == (404, "enrolment.unknown")
    assert (await shown(desk)).state is EnrolmentState.NONE
    assert (await approve(desk, asked)).status_code == 200


async def test_terminals_of_others_are_not_there(
    server: ServerThread, http: httpx2.AsyncClient, desk: httpx2.AsyncClient
) -> None:
    holder = Holder()
    asked = (await holder.ask(http)).json()
    views = EnrolledTerminals.model_validate_json((await desk.get("/terminals")).content).terminals
    assert {view.terminal.id for view in views} == {"mikkeli-kioski", "mikkeli-tiski", "mikkeli-huone"}
    for terminal in ("kiiminki-kioski", "no-such"):
        response = await approve(desk, asked, terminal)
        assert (response.status_code, code_of(response)) == (404, "thing.unknown")
        assert (await desk.post(f"/terminals/{terminal}/revoke", json={})).status_code == 404
    async with administrator(server, "kela-paakayttaja") as other:
        assert (await other.get("/terminals")).json()["terminals"] == []
        assert (await approve(other, asked)).status_code == 404
    async with administrator(server, "kela-asiantuntija-1") as expert:
        for answer in (
            await expert.get("/terminals"),
            await expert.post("/enrolments/look-up", json={"code": asked["code"]}),
            await approve(expert, asked),
            await expert.post(f"/terminals/{KIOSK}/revoke", json={}),
        ):
            assert (answer.status_code, code_of(answer)) == (403, "access.denied")
    assert (await http.get(f"{ADMINISTRATION}/terminals")).status_code == 401
    assert code_of(await holder.sign_in(http)) == "terminal.not_enrolled"


async def test_place_that_has_a_key_gets_another_one_and_the_first_is_revoked(
    server: ServerThread, http: httpx2.AsyncClient, desk: httpx2.AsyncClient, ground: Ground, tmp_path: Path
) -> None:
    first = await enrolled_key(server, desk, tmp_path / "first.json")
    async with Client(server.url, "terminal", KeyTickets(server.url, first), PATIENT) as kiosk:
        response = await approve(desk, (await Holder().ask(http)).json())
        assert response.json()["replaced"] is True
        assert await ended(kiosk) == "terminal.revoked"
    acts = [(act, why) for _, act, why in await noted(ground, about=f"terminal:{KIOSK}")]
    assert acts[-2:] == [(AuditAct.TERMINAL_REVOKED, "replaced"), (AuditAct.TERMINAL_ENROLLED, "")]


async def test_key_that_is_good_or_over_does_not_ask_again(
    server: ServerThread, http: httpx2.AsyncClient, desk: httpx2.AsyncClient
) -> None:
    holder = await enrolled(server)
    assert code_of(await holder.ask(http)) == "state.refused"
    await revoke(desk)
    assert code_of(await holder.ask(http)) == "terminal.revoked"


async def test_demo_terminals_still_open_by_their_address(server: ServerThread, desk: httpx2.AsyncClient) -> None:
    async with server.terminal(KIOSK):
        view = await shown(desk)
        assert (view.state, view.connected) == (EnrolmentState.NONE, True)


# ---- Revoking ------------------------------------------------------------------------------------------------


async def enrolled_key(
    server: ServerThread | ServerCommand, desk: httpx2.AsyncClient, path: Path, terminal: str = KIOSK
) -> TerminalKey:
    """A key in a file that an administrator has approved."""
    key = TerminalKey(path)
    approvals: list[asyncio.Task[httpx2.Response]] = []

    def show(asked: EnrolmentView) -> None:
        assert asked.fingerprint == key.fingerprint
        approvals.append(asyncio.create_task(approve(desk, asked.model_dump(), terminal)))

    async def pause(_: float) -> None:
        assert (await approvals[-1]).status_code == 200

    assert await enrol(server.url, key, show, pause=pause) == terminal
    return key


async def test_revoking_ends_all_that_the_key_has_opened(
    server: ServerThread, http: httpx2.AsyncClient, desk: httpx2.AsyncClient, ground: Ground
) -> None:
    holder = await enrolled(server)
    token = token_in(await holder.sign_in(http))
    tickets = [
        (await http.post("/api/v1/terminal/ticket", headers=signed_in(token))).json()["ticket"] for _ in range(2)
    ]
    async with raw(server, additional_headers=signed_in(token)) as wire:
        welcome = await wire.hello(ticket=tickets[0])
        loop = asyncio.get_running_loop()
        begun = loop.time()
        view = await revoke(desk)
        assert (view.state, view.fingerprint) == (EnrolmentState.REVOKED, fingerprint(holder.thumbprint))
        closing = await wire.next("closing")
        assert loop.time() - begun < REVOKED_WITHIN_S
        assert (closing["code"], closing["resumable"]) == ("session.revoked", False)
        await wire.closed()
    # The token, a ticket that was had in time, the session, and the key itself: all are worth nothing.
    assert (await http.get("/api/v1/terminal/catalogue", headers=signed_in(token))).status_code == 401
    async with raw(server, additional_headers=signed_in(token)) as wire:
        assert (await wire.hello(ticket=tickets[1]))["code"] == "ticket.invalid"
    async with raw(server, additional_headers=signed_in(token)) as wire:
        resume = {"token": welcome["resume_token"], "last_seq": welcome["seq"]}
        assert (await wire.hello(resume=resume))["code"] == "session.unknown"
    assert code_of(await holder.sign_in(http)) == "terminal.revoked"
    assert (await revoke(desk)).state is EnrolmentState.REVOKED
    acts = [(actor, act, why) for actor, act, why in await noted(ground, about=f"terminal:{KIOSK}")]
    assert acts[-1] == (f"staff:{ADMINISTRATOR}", AuditAct.TERMINAL_REVOKED, "revoked")


async def contact_until(ground: Ground, identifier: str, state: str) -> Contact:
    """The contact as it is stored, once it is in this state."""
    async with asyncio.timeout(REVOKED_WITHIN_S), ground.store() as store:
        while True:
            async with store.reading() as tx:
                found = await tx.contacts.load(ContactId(identifier))
            if found is not None and found.state == state:
                return found


@pytest.mark.parametrize("away", [False, True])
async def test_contact_that_waits_at_a_revoked_terminal_ends(
    server: ServerThread, desk: httpx2.AsyncClient, ground: Ground, tmp_path: Path, *, away: bool
) -> None:
    """Also when the terminal was away already, and its place was kept for longer."""
    key = await enrolled_key(server, desk, tmp_path / "key.json")
    async with Client(server.url, "terminal", KeyTickets(server.url, key), PATIENT) as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        await contact_in(kiosk, "waiting")
        assert contact
        if away:
            await kiosk.close()
            await contact_until(ground, contact, "held")
        await revoke(desk)
        if not away:
            assert await ended(kiosk) == "terminal.revoked"
    assert (await contact_until(ground, contact, "ended")).outcome == "terminal_lost"


async def test_call_with_a_revoked_terminal_ends(
    server: ServerThread, desk: httpx2.AsyncClient, ground: Ground, tmp_path: Path
) -> None:
    key = await enrolled_key(server, desk, tmp_path / "key.json")
    async with (
        Client(server.url, "terminal", KeyTickets(server.url, key), PATIENT) as kiosk,
        server.expert("kela-asiantuntija-1") as expert,
    ):
        await connected(kiosk, expert)
        await revoke(desk)
        await call_in(expert, "ended")
    assert len(await ground.service_events()) == 1


async def test_socket_of_another_node_is_closed_too(
    two_nodes: tuple[ServerCommand, ServerCommand], tmp_path: Path
) -> None:
    one, other = two_nodes
    async with administrator(one) as desk:
        key = await enrolled_key(one, desk, tmp_path / "key.json")
        async with Client(other.url, "terminal", KeyTickets(other.url, key), PATIENT) as kiosk:
            begun = asyncio.get_running_loop().time()
            await revoke(desk)
            assert await ended(kiosk) == "terminal.revoked"
            assert asyncio.get_running_loop().time() - begun < REVOKED_WITHIN_S


async def test_socket_of_another_node_is_closed_while_redis_is_away(
    stoppable_ground: Ground, own_redis: RedisServer, tmp_path: Path
) -> None:
    nodes = [ServerCommand(stoppable_ground.settings(), tmp_path / f"node-{name}.log") for name in "ab"]
    for node in nodes:
        node.start()
    try:
        async with administrator(nodes[0]) as desk:
            key = await enrolled_key(nodes[0], desk, tmp_path / "key.json")
            async with Client(nodes[1].url, "terminal", KeyTickets(nodes[1].url, key), PATIENT) as kiosk:
                own_redis.stop()
                begun = asyncio.get_running_loop().time()
                await revoke(desk)
                assert await ended(kiosk) == "terminal.revoked"
                assert asyncio.get_running_loop().time() - begun < REVOKED_WITHIN_S
    finally:
        for node in nodes:
            node.stop()


# ---- Changing the key ----------------------------------------------------------------------------------------


async def test_key_before_is_good_until_the_next_one_has_signed_in(
    server: ServerThread, http: httpx2.AsyncClient, desk: httpx2.AsyncClient, ground: Ground
) -> None:
    old, new, before = await enrolled(server), Holder(), int(time.time())
    assert (await new.bind(http, token_in(await old.sign_in(http)), old)).status_code == 204
    # Its answer was lost: the terminal goes on with the key it has, and is told to bind the next one again.
    answer = await old.sign_in(http)
    assert answer.json()["rotate_key"] is True
    assert (await new.bind(http, token_in(answer), old)).status_code == 204
    assert (await shown(desk)).fingerprint == fingerprint(new.thumbprint)
    token = token_in(await new.sign_in(http))
    assert (await http.get("/api/v1/terminal/catalogue", headers=signed_in(token))).status_code == 200
    assert code_of(await old.sign_in(http, iat=before, exp=before + 60)) == "terminal.revoked"
    assert code_of(await old.ask(http)) == "terminal.revoked"
    view = await shown(desk)
    assert (view.state, view.enrolled_by) == (EnrolmentState.ENROLLED, "Hallinta Esimerkkilä")
    assert AuditAct.TERMINAL_KEY_CHANGED in {act for _, act, _ in await noted(ground, about=f"terminal:{KIOSK}")}


async def test_next_key_that_was_lost_gives_way_to_another(server: ServerThread, http: httpx2.AsyncClient) -> None:
    old, lost, new = await enrolled(server), Holder(), Holder()
    token = token_in(await old.sign_in(http))
    assert (await lost.bind(http, token, old)).status_code == 204
    assert (await new.bind(http, token, old)).status_code == 204
    assert code_of(await lost.sign_in(http)) == "terminal.revoked"
    token_in(await old.sign_in(http))
    before = int(time.time())
    token_in(await new.sign_in(http))
    assert code_of(await old.sign_in(http, iat=before, exp=before + 60)) == "terminal.revoked"


async def test_key_that_was_bound_is_not_bound_again(server: ServerThread, http: httpx2.AsyncClient) -> None:
    old, new, foreign = await enrolled(server), Holder(), await enrolled(server, "mikkeli-tiski")
    token = token_in(await old.sign_in(http))
    assert code_of(await foreign.bind(http, token, old)) == "assertion.invalid"
    assert (await new.bind(http, token, old)).status_code == 204
    token = token_in(await new.sign_in(http))
    assert code_of(await old.bind(http, token, new)) == "assertion.invalid"


async def test_who_has_a_token_alone_binds_no_key(server: ServerThread, http: httpx2.AsyncClient) -> None:
    holder, elsewhere, thief = await enrolled(server), await enrolled(server, "mikkeli-tiski"), Holder()
    token = token_in(await holder.sign_in(http))
    for present in (thief, elsewhere):
        assert code_of(await thief.bind(http, token, present)) == "assertion.invalid"
    # What the terminal has said of its next key is good for no other one.
    audience = server.url + KEY_PATH
    overheard = {"key": thief.public, "proof": thief.proof(audience), "change": holder.change_to(Holder(), audience)}
    answer = await http.post(KEY_PATH, json=overheard, headers=signed_in(token))
    assert code_of(answer) == "assertion.invalid"
    token_in(await holder.sign_in(http))
    assert code_of(await thief.sign_in(http)) == "terminal.not_enrolled"


async def test_terminal_without_a_key_has_none_to_change(http: httpx2.AsyncClient) -> None:
    opened = await http.get(f"/demo/open/terminal/{KIOSK}")
    token = opened.cookies["palvelurinki_terminal"]
    http.cookies.clear()
    assert code_of(await Holder().bind(http, token, Holder())) == "terminal.not_enrolled"
    assert code_of(await Holder().bind(http, "no token", Holder())) == "sign_in.required"


# ---- The client ----------------------------------------------------------------------------------------------


async def test_client_changes_its_key_when_told(
    server: ServerThread, desk: httpx2.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await enrolled_key(server, desk, tmp_path / "key.json")
    before = key.fingerprint
    monkeypatch.setattr(rules, "KEY_AGE", timedelta())
    tickets = KeyTickets(server.url, key)
    await tickets()
    assert key.fingerprint != before
    assert (await shown(desk)).fingerprint == key.fingerprint
    monkeypatch.undo()
    # The next sign-in is by the new key, and the old one is over.
    await KeyTickets(server.url, key).sign_in()
    assert (await shown(desk)).fingerprint == key.fingerprint


async def test_client_signs_in_anew_when_its_token_has_ended(
    server: ServerThread, desk: httpx2.AsyncClient, ground: Ground, tmp_path: Path
) -> None:
    tickets = KeyTickets(server.url, await enrolled_key(server, desk, tmp_path / "key.json"))
    first = await tickets(), tickets.cookie
    async with ground.store() as store, store.transaction() as tx:
        await tx.credentials.end_sign_ins_of(f"terminal:{KIOSK}")
    second = await tickets(), tickets.cookie
    assert not set(first) & set(second)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=-400)])
async def test_client_with_a_wrong_clock_is_told_the_time(
    server: ServerThread, desk: httpx2.AsyncClient, tmp_path: Path, ahead: timedelta
) -> None:
    key = await enrolled_key(server, desk, tmp_path / "key.json")
    tickets = KeyTickets(server.url, key, now=lambda: system_time() + ahead)
    assert await tickets.sign_in() == KIOSK
    async with Client(server.url, "terminal", tickets, PATIENT) as kiosk:
        assert kiosk.snapshot.terminal.id == KIOSK


async def test_socket_stays_when_the_token_has_ended(
    server: ServerThread, desk: httpx2.AsyncClient, ground: Ground, tmp_path: Path
) -> None:
    key = await enrolled_key(server, desk, tmp_path / "key.json")
    async with Client(server.url, "terminal", KeyTickets(server.url, key), PATIENT) as kiosk:
        async with ground.store() as store, store.transaction() as tx:
            await tx.credentials.end_sign_ins_of(f"terminal:{KIOSK}")
        kiosk.drop()
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        await contact_in(kiosk, "waiting")


async def test_client_without_approval_is_refused(server: ServerThread, tmp_path: Path) -> None:
    with pytest.raises(SignInRefused) as refused:
        await KeyTickets(server.url, TerminalKey(tmp_path / "key.json"))()
    assert refused.value.code == "terminal.not_enrolled"

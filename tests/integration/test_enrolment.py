"""A terminal comes to its key and keeps it: asking, approval, signing in, change and revocation."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from palvelurinki.application import enrolment
from palvelurinki.client import Client, KeyTickets, SessionEnded, SignInRefused
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.enrolment import fingerprint
from palvelurinki.protocol.enrolment import (
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
from tests.support.server import PATIENT, Ground, ServerCommand, ServerThread, start_together
from tests.support.terminals import (
    ADMINISTRATION,
    ADMINISTRATOR,
    KIOSK,
    Holder,
    administrator,
    approve,
    code_of,
    enrolled,
    enrolled_key,
    shown,
    signed_in,
    token_in,
)
from tests.support.waiting import WITHIN_S, call_in, contact_in
from tests.support.wire import raw

# The bound that people are promised for the end of a socket whose key was revoked.
REVOKED_WITHIN_S = 5.0


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
    with ExitStack() as stack:
        start_together(nodes, stack)
        async with administrator(nodes[0]) as desk:
            key = await enrolled_key(nodes[0], desk, tmp_path / "key.json")
            async with Client(nodes[1].url, "terminal", KeyTickets(nodes[1].url, key), PATIENT) as kiosk:
                own_redis.stop()
                begun = asyncio.get_running_loop().time()
                await revoke(desk)
                assert await ended(kiosk) == "terminal.revoked"
                assert asyncio.get_running_loop().time() - begun < REVOKED_WITHIN_S

"""A terminal changes its key, and its client does so when it is told."""

import time
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from palvelurinki.client import Client, KeyTickets, SignInRefused, TerminalKey
from palvelurinki.client.key_tickets import system_time
from palvelurinki.domain import enrolment as rules
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.enrolment import fingerprint
from palvelurinki.protocol.enrolment import KEY_PATH, EnrolmentState
from tests.support.audit import noted
from tests.support.scenes import HOUSING
from tests.support.server import PATIENT, Ground, ServerThread
from tests.support.terminals import KIOSK, Holder, code_of, enrolled, enrolled_key, shown, signed_in, token_in
from tests.support.waiting import contact_in

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

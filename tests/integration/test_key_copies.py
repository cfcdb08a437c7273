"""Two that hold one key are found out and shut out; one that is merely unlucky never is."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from palvelurinki.client import Client, KeyTickets, SessionEnded, SignInRefused, TerminalKey
from palvelurinki.domain.audit import AuditAct
from palvelurinki.protocol.enrolment import EnrolledTerminals, EnrolmentState
from palvelurinki.protocol.http import ErrorBody
from tests.support.audit import noted
from tests.support.scenes import Kiosk
from tests.support.server import PATIENT, Ground, ServerThread
from tests.support.terminals import (
    KIOSK,
    Holder,
    administrator,
    approve,
    browser,
    enrolled,
    send_assertion,
    token_in,
)
from tests.support.waiting import WITHIN_S

CODE = "terminal.quarantined"


@pytest.fixture
async def http(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(server) as client:
        yield client


def code_of(response: httpx2.Response) -> str:
    return ErrorBody.model_validate_json(response.content).code


async def state_of(server: ServerThread) -> EnrolmentState:
    async with administrator(server) as desk:
        views = EnrolledTerminals.model_validate_json((await desk.get("/terminals")).content).terminals
    return next(view.state for view in views if view.terminal.id == KIOSK)


async def key_in(server: ServerThread, path: Path) -> TerminalKey:
    """A key in a file, approved."""
    key = TerminalKey(path)
    async with administrator(server) as desk:
        asked = await KeyTickets(server.url, key).ask()
        assert (await approve(desk, asked.model_dump())).status_code == 200
    return key


async def ended(client: Kiosk) -> str:
    async with asyncio.timeout(WITHIN_S):
        with pytest.raises((SessionEnded, SignInRefused)) as why:
            await client.until(lambda _: False)
    assert isinstance(why.value, SessionEnded | SignInRefused)
    return why.value.code


# ---- Two holders ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [0, 1, 5])
async def test_copied_key_that_comes_live_shuts_both_out(
    server: ServerThread, ground: Ground, tmp_path: Path, capfd: pytest.CaptureFixture[str], ahead: int
) -> None:
    key = await key_in(server, tmp_path / "key.json")
    shutil.copy(tmp_path / "key.json", tmp_path / "copy.json")
    for _ in range(ahead):
        await KeyTickets(server.url, key).sign_in()
    rightful, other = KeyTickets(server.url, key), KeyTickets(server.url, TerminalKey(tmp_path / "copy.json"))
    async with Client(server.url, "terminal", rightful, PATIENT) as kiosk:
        if ahead:
            # The copy's counter is behind: it gives itself away as it comes.
            with pytest.raises(SignInRefused) as refused:
                async with asyncio.timeout(WITHIN_S), Client(server.url, "terminal", other, PATIENT):
                    pass
            assert refused.value.code == CODE
            assert await ended(kiosk) in {CODE, "session.revoked"}
        else:
            # Its counter is that of the rightful one before it signed in, so likewise.
            with pytest.raises(SignInRefused):
                await other.sign_in()
            assert await ended(kiosk) in {CODE, "session.revoked"}
    assert await state_of(server) is EnrolmentState.QUARANTINED
    acts = [(act, why) for _, act, why in await noted(ground, f"terminal:{KIOSK}")]
    assert acts.count((AuditAct.TERMINAL_QUARANTINED, "key_held_twice")) == 1
    told = "".join(capfd.readouterr())
    assert told.count("terminal.key_held_twice") == 1
    assert key.thumbprint not in told
    for tickets in (rightful, other):
        with pytest.raises(SignInRefused) as again:
            await tickets.sign_in()
        assert again.value.code == CODE


async def test_copy_that_is_ahead_is_found_when_the_rightful_one_is_superseded(
    server: ServerThread, tmp_path: Path
) -> None:
    """Both are live: the copy takes over, the other signs in at once because of that, and gives both away."""
    key = await key_in(server, tmp_path / "key.json")
    async with Client(server.url, "terminal", KeyTickets(server.url, key), PATIENT) as kiosk:
        shutil.copy(tmp_path / "key.json", tmp_path / "copy.json")
        other = KeyTickets(server.url, TerminalKey(tmp_path / "copy.json"))
        async with Client(server.url, "terminal", other, PATIENT) as copy:
            assert await ended(kiosk) == CODE
            assert await ended(copy) in {CODE, "session.revoked"}
    assert await state_of(server) is EnrolmentState.QUARANTINED


async def test_quarantined_terminal_makes_a_new_key_and_is_enrolled_again(
    server: ServerThread, http: httpx2.AsyncClient
) -> None:
    holder = await enrolled(server)
    copy = holder.copy()
    token_in(await holder.sign_in(http))
    assert code_of(await copy.sign_in(http)) == CODE
    assert code_of(await holder.sign_in(http)) == CODE
    assert code_of(await holder.ask(http)) == CODE
    assert await state_of(server) is EnrolmentState.QUARANTINED
    fresh = await enrolled(server)
    token_in(await fresh.sign_in(http))
    assert await state_of(server) is EnrolmentState.ENROLLED
    assert code_of(await holder.sign_in(http)) == CODE


async def test_copy_that_changes_the_key_is_found_when_the_rightful_one_comes_back(
    server: ServerThread, http: httpx2.AsyncClient, ground: Ground
) -> None:
    """The thief signs in, binds a key of their own and signs in with that: the first key is retired."""
    holder, thief = await enrolled(server), Holder()
    token_in(await holder.sign_in(http))
    copy = holder.copy()
    token = token_in(await copy.sign_in(http))
    assert (await thief.bind(http, token, copy)).status_code == 204
    # What was sent before, and comes late, is no sign of anybody.
    past = int(time.time()) - 20
    token_in(await thief.sign_in(http))
    assert code_of(await holder.sign_in(http, count=10, iat=past, exp=past + 60)) == "terminal.revoked"
    assert await state_of(server) is EnrolmentState.ENROLLED
    soon = int(time.time()) + 10
    assert code_of(await holder.sign_in(http, count=11, iat=soon, exp=soon + 60)) == CODE
    assert code_of(await thief.sign_in(http)) == CODE
    assert await state_of(server) is EnrolmentState.QUARANTINED
    acts = [(act, why) for _, act, why in await noted(ground, f"terminal:{KIOSK}")]
    assert acts.count((AuditAct.TERMINAL_QUARANTINED, "key_held_twice")) == 1
    # A terminal that is enrolled anew has nothing to fear of keys of before.
    fresh = await enrolled(server)
    token_in(await fresh.sign_in(http))
    assert code_of(await holder.sign_in(http, count=12, iat=soon, exp=soon + 60)) == "terminal.revoked"
    token_in(await fresh.sign_in(http))


async def test_next_key_that_a_copy_has_bound_goes_with_it(server: ServerThread, http: httpx2.AsyncClient) -> None:
    holder, fresh = await enrolled(server), Holder()
    copy = holder.copy()
    assert (await fresh.bind(http, token_in(await copy.sign_in(http)), copy)).status_code == 204
    assert code_of(await holder.sign_in(http)) == CODE
    assert code_of(await fresh.sign_in(http)) == CODE


async def test_token_of_a_quarantined_terminal_is_worth_nothing(server: ServerThread, http: httpx2.AsyncClient) -> None:
    holder = await enrolled(server)
    copy = holder.copy()
    cookie = {"cookie": f"palvelurinki_terminal={token_in(await holder.sign_in(http))}"}
    assert code_of(await copy.sign_in(http)) == CODE
    assert (await http.get("/api/v1/terminal/catalogue", headers=cookie)).status_code == 401
    assert (await http.post("/api/v1/terminal/ticket", headers=cookie)).status_code == 401


# ---- One holder ----------------------------------------------------------------------------------------------


async def test_terminal_that_reloads_is_left_alone(server: ServerThread, tmp_path: Path) -> None:
    """A page that is loaded again knows nothing of its token, and signs in each time; so does one that crashed."""
    key = await key_in(server, tmp_path / "key.json")
    before: Kiosk | None = None
    for _ in range(5):
        tickets = KeyTickets(server.url, TerminalKey(tmp_path / "key.json"))
        kiosk = Client(server.url, "terminal", tickets, PATIENT)
        await kiosk.__aenter__()
        if before is not None:
            # It was still there, as another window is, and signs in because it was superseded.
            assert await ended(before) == "session.superseded"
            await before.close()
        before = kiosk
    assert before is not None
    await before.close()
    assert await KeyTickets(server.url, key).sign_in() == KIOSK
    assert await state_of(server) is EnrolmentState.ENROLLED


async def test_terminal_that_loses_its_network_is_left_alone(server: ServerThread, tmp_path: Path) -> None:
    key = await key_in(server, tmp_path / "key.json")
    async with Client(server.url, "terminal", KeyTickets(server.url, key), PATIENT) as kiosk:
        for _ in range(5):
            with kiosk.events() as news:
                kiosk.drop()
                async with asyncio.timeout(WITHIN_S):
                    await anext(news)
    assert await state_of(server) is EnrolmentState.ENROLLED


async def test_terminal_whose_answer_was_lost_is_left_alone(server: ServerThread, http: httpx2.AsyncClient) -> None:
    """Whether somewhere in between its request is sent again as it was, or it makes another one."""
    holder = await enrolled(server)
    for _ in range(3):
        assertion = holder.assertion(server.url)
        token_in(await send_assertion(http, assertion))
        assert code_of(await send_assertion(http, assertion)) == "assertion.invalid"
        token_in(await holder.sign_in(http))
    assert await state_of(server) is EnrolmentState.ENROLLED


async def test_terminal_whose_assertion_comes_late_is_left_alone(
    server: ServerThread, http: httpx2.AsyncClient
) -> None:
    """It was given up and another one made, which overtook it on the way: also within the same second."""
    holder = await enrolled(server)
    late = [holder.assertion(server.url) for _ in range(3)]
    token_in(await holder.sign_in(http))
    for assertion in (late[1], late[0], late[2]):
        assert code_of(await send_assertion(http, assertion)) == "assertion.expired"
    token_in(await holder.sign_in(http))
    assert await state_of(server) is EnrolmentState.ENROLLED


async def test_many_windows_of_one_terminal_are_left_alone(server: ServerThread, tmp_path: Path) -> None:
    """All sign in at once, with one key and one counter; whatever overtakes whatever, all are let in in the end."""
    await key_in(server, tmp_path / "key.json")
    windows = [KeyTickets(server.url, TerminalKey(tmp_path / "key.json")) for _ in range(6)]
    answers = await asyncio.gather(*(each.sign_in() for each in windows), return_exceptions=True)
    assert KIOSK in answers
    assert not [each for each in answers if isinstance(each, SignInRefused)], answers
    for each in windows:
        assert await each.sign_in() == KIOSK
    assert await state_of(server) is EnrolmentState.ENROLLED

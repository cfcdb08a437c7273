"""What happens to a terminal's keys at one moment, on PostgreSQL: whatever comes first, one key at most is good.

Each race is run several times with the starts shifted, so that either comes first in some of them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import asyncpg
import httpx2
import pytest
from sqlalchemy import make_url

from palvelurinki.protocol.enrolment import EnrolledTerminals, EnrolledTerminalView, EnrolmentState
from tests.integration.conftest import StartServer
from tests.support.server import Ground, ServerThread
from tests.support.terminals import KIOSK, Holder, administrator, approve, browser, enrolled, token_in
from tests.support.wire import raw

ROUNDS = 8


@pytest.fixture
def ground(postgresql_ground: Ground) -> Ground:
    """Where transactions are side by side."""
    return postgresql_ground


@pytest.fixture
async def http(server: ServerThread) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser(server) as client:
        yield client


@pytest.fixture
async def desks(server: ServerThread) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Two consoles of the municipality's administrator."""
    async with administrator(server) as one, administrator(server) as other:
        yield [one, other]


@pytest.fixture
async def server(start_server: StartServer) -> ServerThread:
    """One that lets an address ask as often as it likes."""
    return await start_server(enrolments_per_minute=10_000)


async def side_by_side(number: int, *requests: Awaitable[httpx2.Response]) -> list[httpx2.Response]:
    """Their answers; in half of the rounds the later ones are begun first."""
    turned = requests if number % 2 else tuple(reversed(requests))
    tasks = [asyncio.ensure_future(each) for each in turned]
    answers = await asyncio.gather(*tasks)
    assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
    return answers if number % 2 else answers[::-1]


async def views(desk: httpx2.AsyncClient) -> dict[str, EnrolledTerminalView]:
    found = EnrolledTerminals.model_validate_json((await desk.get("/terminals")).content).terminals
    return {view.terminal.id: view for view in found}


async def good_keys(ground: Ground) -> dict[str, list[str]]:
    """The states of the keys that are good, by terminal."""
    url = make_url(ground.database_url)
    asking = await asyncpg.connect(host=url.query["host"], user=url.username, database=url.database)
    try:
        rows = await asking.fetch("SELECT terminal, state FROM terminal_key WHERE state IN ('active', 'retiring')")
    finally:
        await asking.close()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["terminal"], []).append(row["state"])
    return found


async def opens(http: httpx2.AsyncClient, token: str) -> bool:
    answer = await http.get("/api/v1/terminal/catalogue", headers={"cookie": f"palvelurinki_terminal={token}"})
    return answer.status_code == 200


async def test_two_approve_the_same_code_for_one_place(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], ground: Ground
) -> None:
    for number in range(ROUNDS):
        holder = Holder()
        asked = (await holder.ask(http)).json()
        answers = await side_by_side(number, *(approve(desk, asked) for desk in desks))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert {answer.json()["fingerprint"] for answer in answers} == {asked["fingerprint"]}
        assert (await good_keys(ground))[KIOSK] == ["active"]
        token_in(await holder.sign_in(http))


async def test_two_approve_the_same_code_for_two_places(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], ground: Ground
) -> None:
    for number in range(ROUNDS):
        holder = Holder()
        asked = (await holder.ask(http)).json()
        answers = await side_by_side(
            number, approve(desks[0], asked, "mikkeli-kioski"), approve(desks[1], asked, "mikkeli-tiski")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 404]
        assert (await holder.sign_in(http)).json()["terminal"] in {"mikkeli-kioski", "mikkeli-tiski"}
        assert all(states == ["active"] for states in (await good_keys(ground)).values())


async def test_two_codes_are_approved_for_one_place(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], ground: Ground
) -> None:
    for number in range(ROUNDS):
        holders = [Holder(), Holder()]
        asked = [(await holder.ask(http)).json() for holder in holders]
        answers = await side_by_side(number, *(approve(desk, each) for desk, each in zip(desks, asked, strict=True)))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert (await good_keys(ground))[KIOSK] == ["active"]
        # Whoever came second has replaced the first, and said so.
        told = [(await holder.sign_in(http)).status_code for holder in holders]
        assert sorted(told) == [200, 401]
        assert answers[told.index(200)].json()["replaced"] is True


async def test_revoking_while_signing_in_leaves_no_token(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], ground: Ground, server: ServerThread
) -> None:
    firsts: set[int] = set()
    for number in range(ROUNDS):
        holder = await enrolled(server)
        token_in(await holder.sign_in(http))
        signed_in, _ = await side_by_side(
            number, holder.sign_in(http), desks[0].post(f"/terminals/{KIOSK}/revoke", json={})
        )
        firsts.add(signed_in.status_code)
        if signed_in.status_code == 200:
            assert not await opens(http, token_in(signed_in))
        assert (await holder.sign_in(http)).json()["code"] == "terminal.revoked"
        assert await good_keys(ground) == {}
    assert firsts <= {200, 401}


async def test_revoking_while_taking_a_ticket_leaves_no_way_in(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], server: ServerThread
) -> None:
    for number in range(ROUNDS):
        holder = await enrolled(server)
        cookie = {"cookie": f"palvelurinki_terminal={token_in(await holder.sign_in(http))}"}
        ticket, _ = await side_by_side(
            number,
            http.post("/api/v1/terminal/ticket", headers=cookie),
            desks[0].post(f"/terminals/{KIOSK}/revoke", json={}),
        )
        assert ticket.status_code in {201, 401}
        if ticket.status_code == 201:
            async with raw(server, additional_headers=cookie) as wire:
                assert (await wire.hello(ticket=ticket.json()["ticket"]))["code"] == "ticket.invalid"


async def test_hello_while_revoking_is_refused_or_closed(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], server: ServerThread
) -> None:
    for _ in range(ROUNDS):
        holder = await enrolled(server)
        cookie = {"cookie": f"palvelurinki_terminal={token_in(await holder.sign_in(http))}"}
        ticket = (await http.post("/api/v1/terminal/ticket", headers=cookie)).json()["ticket"]
        async with raw(server, additional_headers=cookie) as wire:
            first, _ = await asyncio.gather(
                wire.hello(ticket=ticket), desks[0].post(f"/terminals/{KIOSK}/revoke", json={})
            )
            if first["type"] == "welcome":
                first = await wire.next("closing")
                assert first["code"] == "session.revoked"
            else:
                assert first["code"] == "ticket.invalid"
        assert not (await views(desks[0]))[KIOSK].connected


async def test_changing_the_key_while_it_is_quarantined_leaves_no_key(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], ground: Ground, server: ServerThread
) -> None:
    for number in range(ROUNDS):
        holder, fresh = await enrolled(server), Holder()
        copy = holder.copy()
        token = token_in(await holder.sign_in(http))
        bound, found = await side_by_side(number, fresh.bind(http, token, holder), copy.sign_in(http))
        assert bound.status_code in {204, 401}
        assert found.json()["code"] == "terminal.quarantined"
        assert await good_keys(ground) == {}
        assert (await views(desks[0]))[KIOSK].state is EnrolmentState.QUARANTINED
        assert (await fresh.sign_in(http)).status_code == 401


async def test_changing_the_key_twice_at_once_leaves_one_of_them(
    http: httpx2.AsyncClient, ground: Ground, server: ServerThread
) -> None:
    holder = await enrolled(server)
    for number in range(ROUNDS):
        token = token_in(await holder.sign_in(http))
        ones = [Holder(), Holder()]
        answers = await side_by_side(number, *(each.bind(http, token, holder) for each in ones))
        assert [answer.status_code for answer in answers] == [204, 204]
        assert sorted((await good_keys(ground))[KIOSK]) == ["active", "retiring"]
        told = [(await each.sign_in(http)).status_code for each in ones]
        assert sorted(told) == [200, 401]
        assert (await good_keys(ground))[KIOSK] == ["active"]
        holder = ones[told.index(200)]


async def test_replacing_while_signing_in_leaves_the_new_key_alone(
    http: httpx2.AsyncClient, desks: list[httpx2.AsyncClient], ground: Ground, server: ServerThread
) -> None:
    holder = await enrolled(server)
    for number in range(ROUNDS):
        fresh = Holder()
        asked = (await fresh.ask(http)).json()
        signed_in, _ = await side_by_side(number, holder.sign_in(http), approve(desks[0], asked))
        if signed_in.status_code == 200:
            assert not await opens(http, token_in(signed_in))
        assert (await good_keys(ground))[KIOSK] == ["active"]
        assert await opens(http, token_in(await fresh.sign_in(http)))
        holder = fresh


async def test_two_copies_at_once_are_both_shut_out(
    http: httpx2.AsyncClient, ground: Ground, server: ServerThread
) -> None:
    for number in range(ROUNDS):
        holder = await enrolled(server)
        copy = holder.copy()
        answers = await side_by_side(number, holder.sign_in(http), copy.sign_in(http))
        assert sorted(answer.status_code for answer in answers) == [200, 401]
        for answer in answers:
            if answer.status_code == 200:
                assert not await opens(http, token_in(answer))
        assert await good_keys(ground) == {}

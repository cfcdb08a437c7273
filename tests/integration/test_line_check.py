"""The echo of the line check: it gives back what it gets, to few at a time, and outlives what is thrown at it."""

import asyncio
import os
import random
import select
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.media import checks
from palvelurinki.media.checks import MODULE
from palvelurinki.protocol.http import LINE_CHECK_PATH, LINE_OFFER_MOST
from tests.integration.conftest import StartServer
from tests.support.line_peer import LinePeer, line_peer
from tests.support.processes import children
from tests.support.server import Ground, Server, ServerCommand, ServerThread

KIOSKS = ("mikkeli-kioski", "parainen-kioski", "kiiminki-kioski")
# More than a test ever asks for in a minute.
OFTEN = 1000
SETTINGS = {"line_checks_most": 2, "line_check_addresses": ["127.0.0.1"], "line_checks_per_minute": OFTEN}
PATIENCE_S = 20.0


@pytest.fixture
async def server(start_server: StartServer) -> ServerThread:
    return await start_server(**SETTINGS)


Check = Callable[[str], Awaitable[httpx2.Response]]


@asynccontextmanager
async def terminal(server: Server, identifier: str = KIOSKS[0]) -> AsyncIterator[Check]:
    """What the terminal sends as its offer."""
    cookie = f"{COOKIES['terminal']}={await open_demo(server.url, 'terminal', identifier)}"
    headers = {"origin": server.url, "cookie": cookie}
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENCE_S) as http:

        async def check(sdp: str) -> httpx2.Response:
            return await http.post(LINE_CHECK_PATH, json={"sdp": sdp})

        yield check


async def answered(check: Check, offer: str) -> httpx2.Response:
    """The echo's answer to an honest offer."""
    answer = await check(offer)
    assert code_of(answer) is None
    return answer


def code_of(answer: httpx2.Response) -> str | None:
    if answer.status_code == 200:
        return None
    code: str = answer.json()["code"]
    return code


async def connect(peer: LinePeer, check: Check) -> None:
    """From the offer to data that go through."""
    answer = await answered(check, await peer.offer())
    assert answer.json()["expires_in_s"] == 15
    await peer.take(answer.json()["sdp"])


def worker_of(parent: int | None = None) -> int:
    [found] = children(parent or os.getpid(), MODULE)
    return found


async def test_sound_picture_and_data_come_back(server: ServerThread) -> None:
    async with terminal(server) as check, line_peer() as peer, asyncio.timeout(PATIENCE_S):
        await connect(peer, check)
        assert await peer.round_trip("ping") == "ping"
        assert await peer.loudness_of_tone() > 0.5
        assert list(await peer.frames(3)) == [160] * 3


async def test_it_ends_when_the_terminal_closes_and_when_it_comes_again(server: ServerThread) -> None:
    async with terminal(server) as check:
        async with line_peer() as first, line_peer() as second:
            await connect(first, check)
            await connect(second, check)
            async with asyncio.timeout(PATIENCE_S):
                await first.closed.wait()
            assert await second.round_trip("still here") == "still here"
        async with line_peer() as third:
            await connect(third, check)


async def test_who_comes_when_all_places_are_taken_is_told_when_to_come_again(server: ServerThread) -> None:
    async with (
        terminal(server, KIOSKS[0]) as one,
        terminal(server, KIOSKS[1]) as two,
        terminal(server, KIOSKS[2]) as three,
        line_peer() as first,
        line_peer() as second,
        line_peer() as third,
    ):
        await connect(first, one)
        await connect(second, two)
        refused = await three(await third.offer())
        assert (refused.status_code, code_of(refused)) == (503, "line_check.busy")
        assert int(refused.headers["retry-after"]) > 0
        first.channel.close()
        answer = await past("line_check.busy", three, third.connection.localDescription.sdp)
        async with asyncio.timeout(PATIENCE_S):
            await third.take(answer.json()["sdp"])
            assert await third.round_trip("ping") == "ping"


async def past(code: str, check: Check, offer: str) -> httpx2.Response:
    """Come again until it is not refused by this code any more, of which nobody is told."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await check(offer)
            if code_of(answer) != code:
                return answer
            await asyncio.sleep(0.05)


async def test_a_worker_that_is_killed_is_started_again(server: ServerThread) -> None:
    async with terminal(server) as check:
        async with line_peer() as peer:
            await connect(peer, check)
        killed = worker_of()
        os.kill(killed, signal.SIGKILL)
        async with line_peer() as peer:
            # In its last moment it may not be known to be gone.
            answer = await past("line_check.unavailable", check, await peer.offer())
            await peer.take(answer.json()["sdp"])
            assert await peer.round_trip("back") == "back"
        assert worker_of() != killed


async def test_a_worker_that_never_comes_is_not_waited_for_for_ever(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MODULE", "this")  # which says what no worker says, and ends
    server = await start_server(**SETTINGS)
    async with terminal(server) as check, line_peer() as peer:
        refused = await check(await peer.offer())
    assert (refused.status_code, code_of(refused)) == (503, "line_check.unavailable")


async def test_a_worker_that_stands_still_is_replaced(server: ServerThread) -> None:
    async with terminal(server) as check, line_peer() as peer:
        await connect(peer, check)
        stopped = worker_of()
        os.kill(stopped, signal.SIGSTOP)
        refused = await check(peer.connection.localDescription.sdp)
        assert code_of(refused) == "line_check.unavailable"
        async with line_peer() as other:
            await connect(other, check)
        assert worker_of() != stopped


async def test_offers_that_are_none_do_no_harm(server: ServerThread) -> None:
    """An honest offer with parts left out, doubled, shuffled and garbled: refused or answered, and the worker lives."""
    chance = random.Random(1)  # the same each time
    async with terminal(server) as check, line_peer() as peer:
        offer = await peer.offer()
        await answered(check, offer)
        worker = worker_of()
        told = {code_of(await check(garbled(offer, chance))) for _ in range(60)}
        assert told <= {None, "line_check.offer_refused"}
        assert "line_check.offer_refused" in told
        assert worker_of() == worker
        async with line_peer() as other:
            await connect(other, check)
            assert await other.round_trip("ping") == "ping"


def garbled(offer: str, chance: random.Random) -> str:
    lines = offer.splitlines()
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(1, len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                other = chance.randrange(1, len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = lines[at][: chance.randrange(2, 12)]
            case _:
                lines[at] += chance.choice((" -1", " 99999999999999999999", " ä", "=", ":"))
    return "\r\n".join([*lines, ""])


@pytest.mark.parametrize(
    "offer", ["", "v=0", "none", "x" * (LINE_OFFER_MOST + 1)], ids=["empty", "v=0", "word", "long"]
)
async def test_what_is_no_offer_is_refused(server: ServerThread, offer: str) -> None:
    async with terminal(server) as check:
        answer = await check(offer)
    assert answer.status_code == 422
    assert code_of(answer) in {"line_check.offer_refused", "request.malformed"}


async def test_one_terminal_does_not_ask_all_the_time(start_server: StartServer) -> None:
    server = await start_server(line_checks_per_minute=2)
    async with terminal(server) as check, terminal(server, KIOSKS[1]) as other:
        assert [code_of(await check("none")) for _ in range(3)] == [*["line_check.offer_refused"] * 2, "rate.exceeded"]
        assert code_of(await other("none")) == "line_check.offer_refused"


async def test_a_node_may_have_no_echo(start_server: StartServer) -> None:
    server = await start_server(line_checks_most=0)
    async with terminal(server) as check, line_peer() as peer:
        assert code_of(await check(await peer.offer())) == "line_check.unavailable"
    assert children(os.getpid(), MODULE) == []


async def test_nobody_else_is_answered(server: ServerThread) -> None:
    async with httpx2.AsyncClient(base_url=server.url, headers={"origin": server.url}) as http:
        answer = await http.post(LINE_CHECK_PATH, json={"sdp": "none"})
    assert (answer.status_code, code_of(answer)) == (401, "sign_in.required")


async def test_an_offer_is_written_down_nowhere_and_the_worker_ends_with_its_node(
    sqlite_ground: Ground, tmp_path: Path
) -> None:
    """A node that is killed says nothing to its worker: the end of the pipe must do."""
    node = ServerCommand(sqlite_ground.settings(**SETTINGS), tmp_path / "node.log")
    node.start()
    try:
        async with terminal(node) as check, line_peer() as peer:
            await connect(peer, check)
            sdp = peer.connection.localDescription.sdp
            assert code_of(await check(sdp.replace("a=ice-pwd:", "a=canary:"))) == "line_check.offer_refused"
            assert node.pid is not None
            worker = worker_of(node.pid)
    finally:
        node.kill()
    assert gone(worker)
    secrets = [line.partition(":")[2] for line in sdp.splitlines() if line.startswith(("a=ice-pwd", "a=fingerprint"))]
    assert secrets
    # SQLite's file with all that belongs to it, and the log.
    for file in tmp_path.iterdir():
        assert not [each for each in (*secrets, "canary") if each.encode() in file.read_bytes()], file.name


def gone(process: int) -> bool:
    """Wait for its end."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    with os.fdopen(watched) as end:
        return bool(select.select([end], [], [], PATIENCE_S)[0])

"""A node that does not reach its database: alone, it sends its clients on to others; with all others, it keeps them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from palvelurinki.application import reach
from palvelurinki.client import Client
from palvelurinki.client.snapshot import S
from palvelurinki.protocol.http import ErrorBody, Missing, ServerPhase
from tests.integration.test_health import ready_when
from tests.support.database_line import DatabaseLine, database_line
from tests.support.nginx import throwaway_proxy
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.scenes import HOUSING, connected
from tests.support.server import Ground, Server, ServerCommand, ServerThread, start_together
from tests.support.waiting import call_in, contact_in, seen
from tests.support.wire import raw, ticket_of, wired

FIRST = "kela-asiantuntija-1"
BEGINS, ENDS = "database.hinders", "database.serves"


@pytest.fixture
def ground(stoppable_ground: Ground) -> Ground:
    """What the nodes of these tests stand on."""
    return stoppable_ground


@pytest.fixture
def line(own_postgres: Postgres, tmp_path: Path) -> Iterator[DatabaseLine]:
    """By which the first node reaches the database."""
    with database_line(tmp_path, own_postgres.directory) as line:
        yield line


@pytest.fixture
def port() -> int:
    """A proxy's, whose origin the pages have."""
    return free_port()


@pytest.fixture
def nodes(
    ground: Ground, line: DatabaseLine, port: int, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[list[ServerCommand]]:
    """The one with the line, and another: behind a proxy at the port, with the parameter, or by themselves."""
    behind_proxy = bool(getattr(request, "param", False))
    with ExitStack() as stack:
        started = []
        for name, url in (("a", line.leads(ground.database_url)), ("b", ground.database_url)):
            own = free_port()
            origins = (f"https://localhost:{port}" if behind_proxy else f"http://127.0.0.1:{own}",)
            settings = Ground(url, ground.redis_url).settings(port=own, origins=origins)
            started.append(ServerCommand(settings, tmp_path / f"node-{name}.log"))
        start_together(started, stack)
        yield started


async def got(server: Server, path: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=server.url) as client:
        return await client.get(path)


async def handshake(server: Server) -> tuple[int, str]:
    """With which status and code it is refused."""
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(server.socket_url, origin=server.url):  # type: ignore[arg-type]  # a NewType of str
            pass
    assert int(refusal.value.response.headers["retry-after"]) > 0
    return refusal.value.response.status_code, ErrorBody.model_validate_json(refusal.value.response.body or b"").code


# ---- One node alone ------------------------------------------------------------------------------------------


async def test_its_clients_are_told_to_go_on_elsewhere_and_lose_nothing(
    nodes: list[ServerCommand], line: DatabaseLine
) -> None:
    cut, whole = nodes
    async with (
        wired(cut, "terminal", "mikkeli-kioski") as (kiosk, welcome),
        wired(cut, "staff", "kela-esihenkilo") as (desk, _),
    ):
        contact = (await kiosk.ask("request_contact", service=HOUSING, language="fi"))["contact"]
        line.cut()
        closings = [await each.next("closing") for each in (kiosk, desk)]
        assert [(each["code"], each["resumable"]) for each in closings] == [("server.cut_off", True)] * 2
        # Not in the same moment.
        assert closings[0]["retry_after_s"] != closings[1]["retry_after_s"]
        assert [await each.closed() for each in (kiosk, desk)] == [1013, 1013]
    async with raw(whole) as again:
        resumed = await again.hello(resume={"token": welcome["resume_token"], "last_seq": 0})
        assert (resumed["type"], resumed["session"]) == ("welcome", welcome["session"])
        snapshot = (await again.next("snapshot"))["snapshot"]
        assert (snapshot["contact"]["id"], snapshot["contact"]["state"]) == (contact, "waiting")


async def test_until_it_is_back_it_lives_and_lets_nobody_in(nodes: list[ServerCommand], line: DatabaseLine) -> None:
    cut, _ = nodes
    line.cut()
    code, told = await ready_when(cut, lambda view: view.phase is ServerPhase.CUT_OFF)
    assert (code, told.ok) == (503, False)
    assert Missing.DATABASE in told.missing
    assert (await got(cut, "/health/live")).status_code == 200
    assert await handshake(cut) == (503, "server.cut_off")
    page = await got(cut, "/kiosk/")
    assert (page.status_code, ErrorBody.model_validate_json(page.content).code) == (503, "server.cut_off")
    line.mend()
    code, told = await ready_when(cut, lambda view: view.ok)
    assert (code, told.phase) == (200, ServerPhase.SERVING)
    async with cut.terminal("mikkeli-kioski") as kiosk:
        await kiosk.request_contact(HOUSING, "fi")
        await contact_in(kiosk, "waiting")


async def welcomed_again(client: Client[S], before: object) -> None:
    await seen(client, lambda _: client.welcome is not before)


@pytest.mark.parametrize("nodes", [True], indirect=True)
async def test_behind_the_proxy_a_call_goes_on_at_the_other(
    nodes: list[ServerCommand], line: DatabaseLine, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, _ = nodes
    with throwaway_proxy(port, nodes) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.certificate))
        # One each: the balancer takes the one that has fewer.
        async with proxy.terminal("mikkeli-kioski") as kiosk, proxy.expert(FIRST) as expert:
            call = await connected(kiosk, expert)
            before = kiosk.welcome, expert.welcome
            line.cut()
            cut.said("node.cut_off")
            for participant in (kiosk, expert):
                await participant.report_media(call)
                view = await call_in(
                    participant, "connected", lambda view: {seat.state for seat in view.seats} == {"joined"}
                )
                # Their media went on all the time (I10).
                assert (view.id, [peer.generation for peer in view.peers]) == (call, [2])
            assert (kiosk.welcome is before[0]) != (expert.welcome is before[1])
            await kiosk.leave_call(call)
            assert (await call_in(expert, "ended")).outcome == "served"


# ---- All of them ---------------------------------------------------------------------------------------------


async def test_while_all_are_without_it_sockets_stay_and_whoever_comes_is_told_to_come_back(
    ground: Ground, own_postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "AWAY_AFTER_S", 0.5)
    with ExitStack() as stack:
        servers = [ServerThread(ground.settings()) for _ in range(2)]
        for server in servers:
            server.start()
            stack.callback(server.stop)
        async with servers[0].terminal("mikkeli-kioski") as kiosk, servers[1].expert(FIRST) as expert:
            welcomes = kiosk.welcome, expert.welcome
            own_postgres.stop_immediate()
            for server in servers:
                await ready_when(server, lambda view: Missing.BEAT in view.missing)
                assert await handshake(server) == (503, "server.busy")
                assert (await got(server, "/health/ready")).json()["phase"] == "serving"
                # A page needs no database, and says in people's words what is wrong.
                assert (await got(server, "/kiosk/")).status_code != 503
            own_postgres.start()
            for server in servers:
                await ready_when(server, lambda view: view.ok)
            await kiosk.request_contact(HOUSING, "fi")
            await contact_in(kiosk, "offered")
            assert (kiosk.welcome, expert.welcome) == welcomes


# ---- One that hears of nobody ----------------------------------------------------------------------------------


@pytest.fixture
def only_node(ground: Ground, line: DatabaseLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerThread]:
    """A node with the line and no others, which is sooner convinced."""
    monkeypatch.setattr(reach, "AWAY_AFTER_S", 0.5)
    monkeypatch.setattr(reach, "DEAF_AFTER_S", 1.0)
    server = ServerThread(Ground(line.leads(ground.database_url), ground.redis_url).settings())
    server.start()
    yield server
    server.stop()


async def test_without_redis_as_well_it_takes_itself_for_cut_off(
    only_node: ServerThread, line: DatabaseLine, own_redis: RedisServer
) -> None:
    async with wired(only_node, "terminal", "mikkeli-kioski") as (kiosk, _):
        own_redis.stop()
        line.cut()
        assert (await kiosk.next("closing"))["code"] == "server.cut_off"
    own_redis.start()
    line.mend()
    await ready_when(only_node, lambda view: view.ok)


async def test_hearing_itself_alone_it_keeps_its_clients(only_node: ServerThread, line: DatabaseLine) -> None:
    async with only_node.terminal("mikkeli-kioski") as kiosk:
        welcome = kiosk.welcome
        line.cut()
        # Longer than one that hears nothing would wait.
        await ready_when(only_node, lambda view: Missing.BEAT in view.missing)
        assert await handshake(only_node) == (503, "server.busy")
        line.mend()
        await kiosk.request_contact(HOUSING, "fi")
        await contact_in(kiosk, "waiting")
        assert kiosk.welcome is welcome


# ---- What is said of it --------------------------------------------------------------------------------------


async def test_a_hello_meanwhile_is_told_to_come_back(own_postgres: Postgres, nodes: list[ServerCommand]) -> None:
    _, node = nodes
    tickets = [await ticket_of(node, "terminal", name) for name in ("mikkeli-kioski", "parainen-kioski")]
    async with raw(node, tickets[0]) as first, raw(node, tickets[1]) as second:
        own_postgres.stop_immediate()
        for wire, ticket in zip((first, second), tickets, strict=True):
            closing = await wire.hello(ticket=ticket)
            assert (closing["type"], closing["code"], closing["resumable"]) == ("closing", "server.busy", True)
            assert closing["retry_after_s"] > 0
            assert await wire.closed() == 1013
    own_postgres.start()
    # Nothing was done: the very ticket is still good.
    await ready_when(node, lambda view: view.ok)
    async with raw(node, tickets[0]) as wire:
        assert (await wire.hello(ticket=tickets[0]))["type"] == "welcome"


async def test_an_outage_is_told_once_with_its_reason_and_once_when_it_is_over(
    ground: Ground, own_postgres: Postgres, tmp_path: Path
) -> None:
    node = ServerCommand(ground.settings(), tmp_path / "node.log")
    node.start()
    try:
        async with node.terminal("mikkeli-kioski") as kiosk, node.staff("kela-esihenkilo"):
            own_postgres.stop_immediate()
            # All its loops have failed more than once by then, and it was asked for its health again and again.
            await ready_when(node, lambda view: {Missing.BEAT, Missing.SWEEPER, Missing.LOOK} <= set(view.missing))
            own_postgres.start()
            node.said(ENDS)
            await kiosk.request_contact(HOUSING, "fi")
            await ready_when(node, lambda view: view.ok)
    finally:
        node.stop()
    said = node.log.read_text().splitlines()
    assert "Traceback" not in node.log.read_text()
    begins = [line for line in said if BEGINS in line]
    assert len(begins) == len([line for line in said if ENDS in line]) == 1
    assert "why=" in begins[0]
    assert len([line for line in said if "health." in line]) == len(["unwell", "well"])

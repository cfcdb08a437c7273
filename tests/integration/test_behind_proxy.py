"""Two nodes behind nginx, as deploy/ sets them up: PostgreSQL, Redis, TLS, and the clients know the proxy alone."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from palvelurinki.client import Client, open_demo
from palvelurinki.client.backoff import BASE_S
from palvelurinki.client.client import SILENT_HEARTBEATS
from palvelurinki.client.tickets import cookie_name
from palvelurinki.protocol.http import ErrorBody
from palvelurinki.protocol.views import StaffSnapshot, TerminalSnapshot
from tests.support.nginx import OFFERED, Proxy, throwaway_proxy
from tests.support.ports import free_port
from tests.support.scenes import HOUSING, connected
from tests.support.server import PATIENT, Ground, ServerCommand, start_together
from tests.support.waiting import WITHIN_S, call_in, contact_in, ring_with

FIRST = "kela-asiantuntija-1"
# Nodes are started while these wait for an answer.
PATIENT_TOO = replace(PATIENT, answer_within_s=60.0)
WAITING = ("parainen-kioski", "kiiminki-kioski")
EVERYWHERE = [
    f"{point}-{device}"
    for point in ("mikkeli", "kiiminki", "parainen", "saarijarvi", "pelkosenniemi")
    for device in ("kioski", "tiski", "huone")
]

Nodes = list[ServerCommand]
AnyClient = Client[TerminalSnapshot] | Client[StaffSnapshot]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def heartbeat_s() -> int:
    """How often clients show life; a test that waits for one to notice something takes less."""
    return 10


@pytest.fixture
def nodes(postgresql_ground: Ground, port: int, heartbeat_s: int, tmp_path: Path) -> Iterator[Nodes]:
    """Two nodes whose pages have the proxy's origin, and no other."""
    page = tmp_path / "static" / "console"
    page.mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>console</title>")
    with ExitStack() as stack:
        started = []
        for name in ("a", "b"):
            settings = postgresql_ground.settings(
                origins=(f"https://localhost:{port}",), static_dir=tmp_path / "static", heartbeat_s=heartbeat_s
            )
            started.append(ServerCommand(settings, tmp_path / f"node-{name}.log"))
        start_together(started, stack)
        yield started


@pytest.fixture
def proxy(nodes: Nodes, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with throwaway_proxy(port, nodes) as proxy:
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.certificate))
        yield proxy


@asynccontextmanager
async def come_back(*clients: AnyClient) -> AsyncIterator[None]:
    """At the end, waits until each of these has been welcomed anew since the beginning."""
    async with AsyncExitStack() as stack:
        streams = [stack.enter_context(client.events()) for client in clients]
        yield
        async with asyncio.timeout(WITHIN_S):
            for stream in streams:
                while (await anext(stream)).type != "welcome":
                    pass


# ---- Pages ---------------------------------------------------------------------------------------------------


async def test_pages_come_through_it(proxy: Proxy) -> None:
    async with httpx2.AsyncClient(base_url=proxy.url) as client:
        page = await client.get("/console/")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "content-security-policy" in page.headers
        assert page.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
        # The node knows neither the proxy's scheme nor its port; a redirection keeps to them all the same.
        bare = await client.get("/console")
        assert bare.status_code == 307
        assert bare.headers["location"] in {"/console/", f"{proxy.url}/console/"}
        assert (await client.get("/health/ready")).status_code == 200


async def test_the_origin_is_the_pages_whatever_lies_between(proxy: Proxy, nodes: Nodes) -> None:
    secret = await open_demo(proxy.url, "terminal", "mikkeli-kioski")
    cookie = {"cookie": f"{cookie_name(proxy.url, 'terminal')}={secret}"}
    async with httpx2.AsyncClient(base_url=proxy.url) as client:
        for origin, status in ((proxy.url, 201), (nodes[0].url, 403), (proxy.url.replace("https", "http"), 403)):
            answer = await client.post("/api/v1/terminal/ticket", headers={**cookie, "origin": origin})
            assert answer.status_code == status, origin
        # What a client says of proxies before it changes nothing.
        forged = {"origin": "https://evil.example", "x-forwarded-host": f"localhost:{proxy.port}"}
        answer = await client.post("/api/v1/terminal/ticket", headers={**cookie, **forged})
        assert ErrorBody.model_validate_json(answer.content).code == "origin.refused"
    with pytest.raises(InvalidStatus):
        async with connect(proxy.socket_url, origin="https://evil.example"):  # type: ignore[arg-type]  # a NewType
            pass


# ---- Nodes come and go ---------------------------------------------------------------------------------------


async def test_a_whole_call_through_it(proxy: Proxy, postgresql_ground: Ground) -> None:
    async with proxy.terminal("mikkeli-kioski") as kiosk, proxy.expert(FIRST) as expert:
        call = await connected(kiosk, expert)
        await kiosk.leave_call(call)
        assert (await call_in(expert, "ended")).outcome == "served"
    assert [event.call for event in await postgresql_ground.service_events()] == [call]


async def test_after_one_node_has_been_restarted_all_of_the_other_come_to_it_at_once(
    proxy: Proxy, nodes: Nodes
) -> None:
    """As when a new version is put in place: nobody waits because the restarted node was away before."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(proxy.terminal(name)) for name in EVERYWHERE]
        await asyncio.to_thread(nodes[0].stop)
        # Who comes meanwhile is refused there, which nginx is not to remember.
        async with httpx2.AsyncClient(base_url=proxy.url) as browser:
            for _ in range(6):
                assert (await browser.get("/console/")).status_code == 200
        await asyncio.to_thread(nodes[0].start)
        async with come_back(*clients):
            await asyncio.to_thread(nodes[1].stop)
        # One by one they would take the two seconds of a trial each.
        assert len(clients) * 2 > WITHIN_S


@pytest.mark.parametrize("number", [0, 1])
async def test_when_a_node_dies_its_clients_go_on_at_the_other(proxy: Proxy, nodes: Nodes, number: int) -> None:
    async with proxy.terminal("mikkeli-kioski") as kiosk, proxy.expert(FIRST) as expert:
        # The second came to the node that had fewer: one each.
        call = await connected(kiosk, expert)
        before = kiosk.welcome, expert.welcome
        nodes[number].kill()
        # Asked of whichever has lost its socket too: it comes by the other node.
        await kiosk.report_media(call)
        await expert.report_media(call)
        assert (kiosk.welcome is before[0]) != (expert.welcome is before[1])
        for participant in (kiosk, expert):
            view = await call_in(
                participant, "connected", lambda view: {seat.state for seat in view.seats} == {"joined"}
            )
            # Their media went on all the time (I10).
            assert (view.id, [peer.generation for peer in view.peers]) == (call, [2])


def _choosing_s() -> float:
    """How long the proxy may take until it has found the node that lives: as long as it waits for the other one."""
    asked = re.search(r"location = /-/alive {[^}]*proxy_read_timeout (\d+)s;", OFFERED.read_text())
    reached = re.search(r"proxy_connect_timeout (\d+)s;", OFFERED.read_text())
    assert asked
    assert reached
    return float(asked[1]) + float(reached[1])


@pytest.mark.parametrize("heartbeat_s", [2])
@pytest.mark.parametrize("number", [0, 1])
async def test_when_a_node_stands_still_its_clients_go_on_at_the_other(
    proxy: Proxy, nodes: Nodes, heartbeat_s: int, number: int
) -> None:
    """Its machine takes connections for it all the same, so it has fewer than any other, and draws whoever comes."""
    noticed_s = heartbeat_s * (1 + SILENT_HEARTBEATS)
    # A machine that is busy with other things may take twice as long.
    back_within_s = 2 * (noticed_s + BASE_S + _choosing_s())
    async with AsyncExitStack() as stack:
        kiosk = await stack.enter_async_context(proxy.terminal("mikkeli-kioski", PATIENT_TOO))
        expert = await stack.enter_async_context(proxy.expert(FIRST, PATIENT_TOO))
        call = await connected(kiosk, expert)
        before = kiosk.welcome, expert.welcome
        nodes[number].send(SIGSTOP)
        stack.callback(nodes[number].send, SIGCONT)
        async with asyncio.timeout(back_within_s):
            await kiosk.report_media(call)
            await expert.report_media(call)
        assert (kiosk.welcome is before[0]) != (expert.welcome is before[1])
        for participant in (kiosk, expert):
            await call_in(participant, "connected", lambda view: {seat.state for seat in view.seats} == {"joined"})
        # Whoever comes new: to a page, for a ticket, with a socket.
        async with httpx2.AsyncClient(base_url=proxy.url, timeout=2 * _choosing_s()) as client:
            for path in ("/console/", "/health/ready", "/console/"):
                assert (await client.get(path)).status_code == 200
        for each in WAITING:
            async with asyncio.timeout(2 * 3 * _choosing_s()), proxy.terminal(each) as waiting:
                await waiting.request_contact(HOUSING, "fi")
        await kiosk.leave_call(call)
        assert (await call_in(expert, "ended")).outcome == "served"


# Four starts of a node, one after the other.
@pytest.mark.timeout(150)
async def test_a_rolling_restart_loses_nothing(proxy: Proxy, nodes: Nodes, postgresql_ground: Ground) -> None:
    async with AsyncExitStack() as stack:
        kiosk = await stack.enter_async_context(proxy.terminal("mikkeli-kioski", PATIENT_TOO))
        expert = await stack.enter_async_context(proxy.expert(FIRST, PATIENT_TOO))
        supervisor = await stack.enter_async_context(proxy.staff("kela-esihenkilo"))
        call = await connected(kiosk, expert)
        queue = [await stack.enter_async_context(proxy.terminal(each, PATIENT_TOO)) for each in WAITING]
        contacts = [(await each.request_contact(HOUSING, "fi")).contact for each in queue]
        for node in nodes:
            node.stop()
            # Asked while only one is there, and answered.
            await expert.report_media(call)
            for each in queue:
                await contact_in(each, "waiting")
            node.start()
        board = await ring_with(supervisor, lambda view: [each.state for each in view.waiting] == ["waiting"] * 2)
        assert [each.contact for each in board.waiting] == contacts
        for participant in (kiosk, expert):
            view = await call_in(
                participant, "connected", lambda view: {seat.state for seat in view.seats} == {"joined"}
            )
            assert (view.id, [peer.generation for peer in view.peers]) == (call, [2])
        await expert.leave_call(call)
        assert (await call_in(kiosk, "ended")).outcome == "served"
    assert [event.call for event in await postgresql_ground.service_events()] == [call]


async def test_a_node_that_waits_for_its_database_gets_no_socket(
    proxy: Proxy, nodes: Nodes, port: int, tmp_path: Path
) -> None:
    """Its refusal is by HTTP: the proxy asks the other node, and the client notices nothing."""
    nodes[0].stop()
    nowhere = Ground("postgresql+asyncpg://nobody@/nothing?host=/no/such/folder", None)
    settings = nowhere.settings(port=nodes[0].port, origins=(f"https://localhost:{port}",))
    waiting = ServerCommand(settings, tmp_path / "waiting.log", ready="server.waits")
    waiting.start()
    try:
        for _ in range(2):
            async with proxy.terminal("mikkeli-kioski") as kiosk:
                assert kiosk.online
    finally:
        waiting.stop()


async def test_no_address_is_written_down(proxy: Proxy, nodes: Nodes, tmp_path: Path) -> None:
    async with proxy.terminal("mikkeli-kioski"), httpx2.AsyncClient(base_url=proxy.url) as client:
        await client.get("/console/")
        nodes[0].kill()
        await client.get("/console/")
    for log in tmp_path.glob("node-*.log"):
        assert json.dumps(str(proxy.port)) not in log.read_text()
    assert proxy.certificate.with_name("palvelurinki-error.log").read_text() == ""

"""A terminal proves its line in a real browser: against the server's echo, and through a real TURN server."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, Route

from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.media.checks import MODULE
from palvelurinki.protocol.http import LINE_CHECK_PATH
from tests.support.browser import Recorder, chromium, settle
from tests.support.bundle import bundle
from tests.support.coturn import Coturn
from tests.support.films import note, silence, write_darkness, write_sound
from tests.support.line_peer import LinePeer, line_peer
from tests.support.ports import free_port
from tests.support.processes import children
from tests.support.server_command import COMMAND
from tests.support.server_process import ServerProcess

TERMINAL = "mikkeli-kioski"
OTHER_TERMINAL = "parainen-kioski"
PAGE = "/line-page/"
ANSWERED = 200
START_WITHIN_S = 20
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"
PASSED = {"camera": "passed", "microphone": "passed", "loudspeaker": "unsure", "network": "passed"}


class Demo:
    """A running demo whose echo is there."""

    def __init__(self, address: str, process: int) -> None:
        self.address = address
        self._process = process

    def worker(self) -> int:
        """The process that echoes."""
        [found] = children(self._process, MODULE)
        return found

    @asynccontextmanager
    async def other_terminal(self) -> AsyncIterator[httpx2.AsyncClient]:
        """Requests of another terminal than the page's."""
        cookie = f"{COOKIES['terminal']}={await open_demo(self.address, 'terminal', OTHER_TERMINAL)}"
        headers = {"origin": self.address, "cookie": cookie}
        async with httpx2.AsyncClient(base_url=self.address, headers=headers) as http:
            yield http


@asynccontextmanager
async def demo(directory: Path, **settings: str) -> AsyncIterator[Demo]:
    """A demo with these settings."""
    port = free_port()
    environment = [f"PALVELURINKI_{name.upper()}={value}" for name, value in settings.items()]
    command = ["env", *environment, str(COMMAND), "demo", "--port", str(port), "--data", str(directory)]
    process = ServerProcess(command, ready="The demo is ready", log=directory / "server.log")
    process.start()
    try:
        assert process.pid is not None
        yield Demo(f"http://localhost:{port}", process.pid)
    finally:
        process.stop()


async def answered(http: httpx2.AsyncClient, peer: LinePeer) -> str:
    """Offer until the echo answers: beside other tests its worker may take longer to start than the server waits."""
    offer = {"sdp": await peer.offer()}
    async with asyncio.timeout(START_WITHIN_S):
        while True:
            response = await http.post(LINE_CHECK_PATH, json=offer)
            if response.status_code == ANSWERED:
                return str(response.json()["sdp"])
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(loop_scope="session")
async def echoing(tmp_path: Path) -> AsyncIterator[Demo]:
    """A demo as it comes, with its echo."""
    async with demo(tmp_path, line_checks_per_minute="1000") as running:
        async with running.other_terminal() as http, line_peer() as peer:
            await answered(http, peer)
        yield running


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, bundled from the sources of today."""
    out = tmp_path_factory.mktemp("line")
    bundle("line_page", out)
    return out


class Terminal:
    """A terminal's page."""

    def __init__(self, recorder: Recorder) -> None:
        self.page: Page = recorder.page
        self.faults = recorder.faults

    async def press(self) -> None:
        """Touch the page, after which a browser lets sound begin."""
        await self.page.get_by_role("button").click()

    async def check(self, ice_servers: Sequence[object] = ()) -> dict[str, Any]:
        """Check the line; what was found, how long it took, and how each step stood in the end."""
        report: dict[str, Any] = await self.page.evaluate("(servers) => line.check(servers)", list(ice_servers))
        # For whoever looks at how long it takes; no test depends on it.
        print(report["ms"], "ms", report["faults"], report["warnings"], report["progress"][-1])  # noqa: T201
        return report


OpenTerminal = Callable[..., AbstractAsyncContextManager[Terminal]]


@pytest.fixture
def terminal(files: Path, request: pytest.FixtureRequest) -> OpenTerminal:
    """Opens a terminal's page at a demo, in a browser with these flags."""

    @asynccontextmanager
    async def opened(at: Demo, *flags: str, **trouble: bool) -> AsyncIterator[Terminal]:
        async with chromium(*flags, **trouble) as browser:
            context = await browser.new_context()
            secret = await open_demo(at.address, "terminal", TERMINAL)
            await context.add_cookies([{"name": COOKIES["terminal"], "value": secret, "url": at.address}])
            recorder = Recorder("terminal", await context.new_page())
            page = recorder.page
            await page.route(f"{at.address}{PAGE}**", partial(_from, files))
            await page.goto(f"{at.address}{PAGE}index.html")
            yield Terminal(recorder)
            await settle([recorder], request.node)

    return opened


async def _from(files: Path, route: Route) -> None:
    await route.fulfill(path=files / route.request.url.partition(PAGE)[2])


def relay(coturn: Coturn, credential: str | None = None) -> list[object]:
    """The TURN server as a browser is told of it."""
    username, password = coturn.credentials("terminal", int(time.time()) + 300)
    return [{"urls": coturn.urls, "username": username, "credential": credential or password}]


# ---- Good lines ------------------------------------------------------------------------------------------------------


async def test_a_good_line_passes(echoing: Demo, terminal: OpenTerminal, coturn: Coturn) -> None:
    """It passes by decoded frames and a tone that was found, both from the echo and through the relay."""
    async with terminal(echoing) as here:
        await here.press()
        found = await here.check(relay(coturn))
        assert (found["passed"], found["faults"]) == (True, [])
        # Nobody hears the chime here: there is no room between loudspeaker and microphone.
        assert found["warnings"] == ["loudspeaker_silent"]
        assert found["progress"][-1] == {**PASSED, "relay": "passed"}
        assert 0 < found["roundTripMs"] < 800
        assert found["level"] > 0
        # Again, with the same devices: nothing was left that stands in the way.
        assert (await here.check(relay(coturn)))["passed"]


async def test_it_passes_without_turn_servers(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing) as here:
        await here.press()
        found = await here.check()
        assert found["passed"]
        assert found["progress"][-1] == PASSED


async def test_before_anybody_has_pressed_anything_sound_is_not_proven(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing, "--autoplay-policy=user-gesture-required") as here:
        found = await here.check()
        assert (found["passed"], found["warnings"]) == (True, ["loudspeaker_silent"])


async def test_the_chime_is_heard_by_the_terminals_own_microphone(
    echoing: Demo, terminal: OpenTerminal, tmp_path: Path
) -> None:
    """A microphone that hears what the loudspeaker plays, a little after it."""
    chime = [silence(0.5), note(880, 0.15), note(1318.5, 0.2), silence(2)]
    sound = write_sound(tmp_path / "room.wav", *chime)
    async with terminal(echoing, f"--use-file-for-fake-audio-capture={sound}") as here:
        await here.press()
        found = await here.check()
        assert (found["passed"], found["warnings"]) == (True, [])
        assert found["progress"][-1]["loudspeaker"] == "passed"


async def test_a_camera_that_was_turned_off_is_not_looked_at(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing) as here:
        await here.press()
        await here.check()
        await here.page.evaluate("() => line.turnCamera(false)")
        found = await here.check()
        assert found["passed"]
        assert found["progress"][-1]["camera"] == "unsure"


# ---- Devices ---------------------------------------------------------------------------------------------------------


async def test_a_refused_permission_is_told(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing, permission=False) as here:
        found = await here.check()
        # A browser that gives no devices shows no loopback address either, so here there is no network too.
        assert found["faults"][:2] == ["camera_denied", "microphone_denied"]


async def test_missing_devices_are_told(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing, devices=False) as here:
        assert (await here.check())["faults"] == ["camera_missing", "microphone_missing"]


async def test_a_missing_camera_is_told(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing, "--use-fake-device-for-media-stream=device-count=0", devices=False) as here:
        await here.press()
        found = await here.check()
        assert found["faults"] == ["camera_missing"]
        assert found["progress"][-1] == {**PASSED, "camera": "failed"}


async def test_a_covered_camera_is_told(echoing: Demo, terminal: OpenTerminal, tmp_path: Path) -> None:
    film = write_darkness(tmp_path / "dark.y4m")
    async with terminal(echoing, f"--use-file-for-fake-video-capture={film}") as here:
        await here.press()
        found = await here.check()
        assert found["faults"] == ["camera_dark"]
        assert found["progress"][-1]["network"] == "passed"


async def test_a_microphone_that_gives_zeros_is_told(echoing: Demo, terminal: OpenTerminal, tmp_path: Path) -> None:
    sound = write_sound(tmp_path / "silence.wav", silence(1))
    async with terminal(echoing, f"--use-file-for-fake-audio-capture={sound}") as here:
        await here.press()
        found = await here.check()
        assert (found["faults"], found["level"]) == (["microphone_silent"], 0)


# ---- The network -----------------------------------------------------------------------------------------------------


async def test_where_udp_is_blocked_turn_carries_it(echoing: Demo, terminal: OpenTerminal, coturn: Coturn) -> None:
    """The browser sends no UDP of its own: what comes through has come by TURN over TCP."""
    async with terminal(echoing, NO_UDP) as here:
        await here.press()
        found = await here.check(relay(coturn))
        assert found["passed"]
        assert found["progress"][-1] == {**PASSED, "relay": "passed"}


async def test_where_udp_is_blocked_and_there_is_no_turn_the_network_is_told(
    echoing: Demo, terminal: OpenTerminal
) -> None:
    async with terminal(echoing, NO_UDP) as here:
        await here.press()
        found = await here.check()
        assert found["faults"] == ["network"]
        assert found["progress"][-1] == {**PASSED, "network": "failed"}


async def test_a_turn_server_that_refuses_is_told(echoing: Demo, terminal: OpenTerminal, coturn: Coturn) -> None:
    """The echo is reached without it; an expert elsewhere may not be."""
    async with terminal(echoing) as here:
        await here.press()
        found = await here.check(relay(coturn, credential="d3Jvbmc="))
        assert found["faults"] == ["relay"]
        assert found["progress"][-1] == {**PASSED, "relay": "failed"}


async def test_an_echo_behind_a_firewall_is_reached_through_turn(
    tmp_path: Path, terminal: OpenTerminal, coturn: Coturn
) -> None:
    """Its only address is none of this machine's, so all that it has to offer is a relay's."""
    turn = {"turn_urls": json.dumps(coturn.urls[::-1]), "turn_secret": coturn.secret}
    async with demo(tmp_path, line_check_addresses='["192.0.2.1"]', **turn) as behind:
        async with behind.other_terminal() as http, line_peer() as peer:
            ways = [line.split()[7] for line in (await answered(http, peer)).splitlines() if "a=candidate" in line]
            assert {*ways} == {"relay"}
        async with terminal(behind) as here:
            await here.press()
            found = await here.check(relay(coturn))
            assert found["passed"]
            assert found["progress"][-1] == {**PASSED, "relay": "passed"}


async def test_an_echo_that_dies_meanwhile_is_no_fault_of_the_terminal(echoing: Demo, terminal: OpenTerminal) -> None:
    """It dies between its answer and the first packet. The check comes again, and finds it back, or away."""
    killed: list[int] = []

    async def carry(route: Route) -> None:
        response = await route.fetch()
        if not killed:
            killed.append(echoing.worker())
            os.kill(killed[0], signal.SIGKILL)
        await route.fulfill(response=response)

    async with terminal(echoing) as here:
        await here.press()
        await here.page.route(f"**{LINE_CHECK_PATH}", carry)
        assert (await here.check())["passed"]
        assert killed
        async with echoing.other_terminal() as http, line_peer() as peer:
            await answered(http, peer)
        assert (await here.check())["warnings"] == ["loudspeaker_silent"]
        assert echoing.worker() not in killed


async def test_when_all_places_are_taken_what_was_proven_here_counts(
    tmp_path: Path, terminal: OpenTerminal, coturn: Coturn
) -> None:
    async with (
        demo(tmp_path, line_checks_most="1") as full,
        full.other_terminal() as http,
        line_peer() as peer,
        terminal(full) as here,
    ):
        await peer.take(await answered(http, peer))
        await here.press()
        found = await here.check(relay(coturn))
        assert await peer.round_trip("still here") == "still here"
        assert (found["passed"], found["warnings"]) == (True, ["loudspeaker_silent", "echo_unavailable"])
        # The server's refusal, which a browser's console tells of as of any.
        [refusal] = here.faults
        assert "503" in refusal
        here.faults.clear()
        assert found["progress"][-1] == {**PASSED, "network": "unsure", "relay": "passed"}


async def test_it_can_be_ended(echoing: Demo, terminal: OpenTerminal) -> None:
    async with terminal(echoing) as here:
        ended = await here.page.evaluate(
            """async () => {
              const done = line.check([]).then(() => "not ended", (error) => error.name);
              setTimeout(line.abort, 0);
              return done;
            }"""
        )
        assert ended == "AbortError"

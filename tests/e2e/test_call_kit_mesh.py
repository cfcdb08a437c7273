"""The peer mesh of call_kit in a real browser: several seats of one call in one page, over an in-memory server."""

import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page
from typing_extensions import override

from tests.conftest import OpenPage
from tests.support.bundle import bundle


class Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing about requests."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, bundled from the sources of today and served."""
    out = tmp_path_factory.mktemp("mesh")
    bundle("mesh_page", out)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(out)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


class Mesh:
    """The page's seats, by place from 0."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def do(self, what: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the page answers
        return await self.page.evaluate(f"(given) => mesh.{what}(...given)", list(arguments))

    async def sit(self, *kinds: str) -> None:
        for kind in kinds:
            await self.do("sit", kind)

    async def until(self, condition: str, timeout_s: float = 20) -> None:
        await self.page.wait_for_function(condition, timeout=timeout_s * 1000)

    async def until_all_flow(self, seats: int, *, generation: int | None = None, timeout_s: float = 20) -> None:
        """Until each seat has new frames and sound from each other seat, more than it has now."""
        now = [await self.do("peers", place) for place in range(seats)]
        past = [{peer["seat"]: [peer["framesDecoded"], peer["audioPackets"]] for peer in peers} for peers in now]
        if generation is not None:
            await self.until(f"() => mesh.generation(0) === {generation}")
            past = [{} for _ in past]
        await self.page.wait_for_function(
            """([past, seats]) => past.every((before, place) => {
              const peers = mesh.peers(place);
              return peers.length === seats - 1 && peers.every((peer) => {
                const [frames, packets] = before[peer.seat] ?? [0, 0];
                return peer.connection === "connected" && peer.tracks === 2
                  && peer.framesDecoded > frames && peer.audioPackets > packets;
              });
            })""",
            arg=[past, seats],
            timeout=timeout_s * 1000,
        )

    async def troubles(self, seats: int) -> list[str]:
        return [trouble for place in range(seats) for trouble in await self.do("troubles", place)]


@pytest_asyncio.fixture(loop_scope="session")
async def mesh(address: str, open_page: OpenPage) -> AsyncIterator[Mesh]:
    recorder = await open_page("mesh")
    await recorder.page.goto(address)
    yield Mesh(recorder.page)


async def test_two_seats_see_and_hear_each_other(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.until("() => [0, 1].every((place) => mesh.commands(place, 'report_media') === 1)")
    assert [await mesh.do("offersHeard", place) for place in (0, 1)] == [1, 0]
    assert [await mesh.do("commands", place, "join_call") for place in (0, 1)] == [1, 1]
    assert await mesh.troubles(2) == []


async def test_both_ends_can_read_the_same_code_aloud(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until("() => mesh.code(0) !== null && mesh.code(1) !== null")
    code = await mesh.do("code", 0)
    assert code == await mesh.do("code", 1)
    assert len(code) == 9
    assert code.replace(" ", "").isdigit()


async def test_a_third_joins_without_touching_the_first_connection(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.sit("interpreter")
    await mesh.until_all_flow(3)
    assert [await mesh.do("connections", place) for place in range(3)] == [2, 2, 2]
    await mesh.until("() => mesh.commands(2, 'report_media') === 1")
    assert [await mesh.do("commands", place, "report_media") for place in range(3)] == [1, 1, 1]
    assert await mesh.troubles(3) == []


async def test_both_ends_negotiating_at_once_come_to_terms(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    for _ in range(5):
        await mesh.do("renegotiateAll")
    await mesh.until("() => [0, 1].every((place) => mesh.offersHeard(place) >= 2 - place)")
    await mesh.until_all_flow(2)
    assert await mesh.troubles(2) == []
    assert [await mesh.do("connections", place) for place in (0, 1)] == [1, 1]


async def test_joining_again_makes_the_connection_anew_and_old_signals_are_ignored(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.until("() => [0, 1].every((place) => mesh.commands(place, 'report_media') === 1)")
    code = await mesh.do("code", 0)
    await mesh.do("rejoin", 0)
    await mesh.until_all_flow(2, generation=3)
    assert [await mesh.do("connections", place) for place in (0, 1)] == [2, 2]
    await mesh.until("() => mesh.commands(0, 'report_media') === 2")
    await mesh.until(f"() => mesh.code(0) !== null && mesh.code(0) !== '{code}'")

    assert await mesh.do("repeatHeard", 0, 2) > 1
    assert await mesh.do("repeatHeard", 1, 2) > 1
    await mesh.until_all_flow(2)
    assert await mesh.troubles(2) == []
    assert [await mesh.do("connections", place) for place in (0, 1)] == [2, 2]


async def test_the_call_goes_on_while_the_signalling_is_down(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.do("signalling", 0, "down")
    await mesh.do("signalling", 1, "down")
    await mesh.until_all_flow(2)
    await mesh.do("signalling", 0, "up")
    await mesh.do("signalling", 1, "up")
    await mesh.until_all_flow(2)
    assert [await mesh.do("connections", place) for place in (0, 1)] == [1, 1]
    assert [await mesh.do("commands", place, "join_call") for place in (0, 1)] == [1, 1]


async def test_a_peer_learns_that_the_camera_was_turned_off(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.do("camera", 0, "off")
    await mesh.until("() => mesh.peers(1)[0].videoOn === false")
    assert (await mesh.do("peers", 1))[0]["audioOn"] is True
    await mesh.do("camera", 0, "on")
    await mesh.until("() => mesh.peers(1)[0].videoOn === true")


async def test_a_connection_that_dies_is_rebuilt(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.do("kill", 0)
    await mesh.until("() => mesh.peers(1)[0]?.connection !== 'connected'")
    # First it waits whether it comes back, then restarts ICE, and only then is the connection made anew.
    await mesh.until("() => mesh.generation(1) > 2", timeout_s=30)
    await mesh.until_all_flow(2)


async def test_the_end_of_the_call_closes_everything(mesh: Mesh) -> None:
    await mesh.sit("terminal", "expert")
    await mesh.until_all_flow(2)
    await mesh.do("end")
    assert [await mesh.do("peers", place) for place in (0, 1)] == [[], []]

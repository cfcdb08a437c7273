"""Nothing is lost: the server killed in mid-call, pages loaded anew, a kiosk without power, in real browsers."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import TerminalId
from tests.e2e.conftest import Demo, TwoBrowsers
from tests.e2e.pages import PATIENCE_MS, Console, Kiosk
from tests.support.demo_configuration import demo_with
from tests.support.media_probe import connections_made, media_flow
from tests.support.page_checks import assert_accessible
from tests.support.server import Ground, ServerCommand

TERMINAL, EXPERT = "mikkeli-kioski", "kela-asiantuntija-1"
# A call that goes on for so long without its server has not merely emptied its buffers.
DEAD_FOR_S = 5.0


@dataclass(frozen=True, slots=True)
class Mortal(Demo):
    """A demo whose server a test may kill, and start again on the same database."""

    ground: Ground
    server: ServerCommand

    async def contact(self) -> Contact:
        """The terminal's newest contact, as the store has it."""
        async with self.ground.store() as store, store.reading() as tx:
            found = await tx.contacts.latest_of_terminals([TerminalId(TERMINAL)])
        return found[TerminalId(TERMINAL)]


@pytest_asyncio.fixture(loop_scope="session")
async def mortal(tmp_path: Path) -> AsyncIterator[Mortal]:
    """The demo in a process of its own."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'palvelurinki.db'}"
    await upgrade(url)
    ground = Ground(url, None)
    await ground.configure(demo_with())
    # With an echo, as the kiosk expects one.
    server = ServerCommand(ground.settings(line_checks_most=4), tmp_path / "server.log")
    server.start()
    try:
        yield Mortal(server.url.replace("127.0.0.1", "localhost"), url, ground, server)
    finally:
        server.stop()


async def in_call(demo: Demo, two_browsers: TwoBrowsers) -> tuple[Kiosk, Console]:
    """A customer and an expert who see and hear each other."""
    kiosk = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    await console.open(demo, EXPERT)
    await console.make_ready()
    await kiosk.open(demo, TERMINAL)
    await kiosk.request("Kela", "Asumistuki")
    await console.shows("ringing")
    await console.page.keyboard.press("Enter")
    await kiosk.shows("call")
    await console.shows("call")
    for page in (kiosk.page, console.page):
        await media_flow(page)
    return kiosk, console


async def nothing_is_told(kiosk: Kiosk) -> None:
    """The screen says neither whose nor what matter it was, and shows nobody."""
    text = await kiosk.page.locator("body").inner_text()
    assert not re.search("Asumistuki|Kela|asiantuntija", text), text
    assert await kiosk.page.locator("video").count() == 0


async def clock_s(console: Console) -> int:
    """What the call's clock shows."""
    shown = await console.stage("call").get_by_text(re.compile(r"^\d+:\d\d$")).first.inner_text()
    minutes, seconds = shown.split(":")
    return int(minutes) * 60 + int(seconds)


@pytest.mark.timeout(180)
async def test_a_call_goes_on_while_its_server_is_dead_and_is_under_control_again_afterwards(
    mortal: Mortal, two_browsers: TwoBrowsers
) -> None:
    kiosk, console = await in_call(mortal, two_browsers)
    pages = (kiosk.page, console.page)
    made = [await connections_made(page) for page in pages]
    shown = await clock_s(console)

    mortal.server.kill()
    died = time.monotonic()
    await expect(console.page.locator("[data-connection='offline']")).to_be_visible(timeout=PATIENCE_MS)
    # Frames and sound, counted again and again, at both ends: nobody there is left to help.
    while time.monotonic() - died < DEAD_FOR_S:
        for page in pages:
            await media_flow(page)
    assert mortal.server.pid is None

    mortal.server.start()
    await expect(console.page.locator("[data-connection='offline']")).to_have_count(0, timeout=PATIENCE_MS)
    for page in pages:
        await media_flow(page)
    # The same connections as before, and a clock that has never stood still.
    assert [await connections_made(page) for page in pages] == made
    assert await clock_s(console) >= shown + DEAD_FOR_S
    await expect(console.page.locator("[data-line='connected']")).to_be_visible(timeout=PATIENCE_MS)

    # The line was away, and nobody wants to hear of it in this test's name.
    for recorder in two_browsers.recorders:
        recorder.faults.clear()
    await console.press("Lopeta puhelu")
    await console.press("Kyllä, lopeta")
    await kiosk.shows("goodbye")
    [event] = mortal.service_events()
    assert event["outcome"] == "served"
    connected, ended = (datetime.fromisoformat(event[name]) for name in ("connected_at", "ended_at"))
    assert (ended - connected).total_seconds() > DEAD_FOR_S


@pytest.mark.timeout(180)
async def test_a_kiosk_that_is_loaded_anew_asks_and_whoever_waits_keeps_their_place(
    mortal: Mortal, two_browsers: TwoBrowsers
) -> None:
    kiosk = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    await kiosk.open(mortal, TERMINAL)
    await kiosk.request("Kela", "Asumistuki")
    contact = await mortal.contact()

    await kiosk.reload()
    await kiosk.shows("asked")
    await nothing_is_told(kiosk)
    await assert_accessible(kiosk.page)
    await kiosk.press("Kyllä, jatka")
    await kiosk.shows("waiting")
    await expect(kiosk.page.get_by_text("Paikkasi jonossa säilyy.")).to_be_visible(timeout=PATIENCE_MS)
    assert (await mortal.contact()).requested_at == contact.requested_at

    # Another customer comes: the one before has left, and nothing of them is on the screen.
    await kiosk.reload()
    await kiosk.shows("asked")
    await kiosk.press("Ei, aloita alusta")
    await kiosk.shows("language")
    over = await mortal.contact()
    assert (over.id, over.outcome) == (contact.id, "customer_left")


@pytest.mark.timeout(180)
async def test_ringing_stops_at_once_when_the_kiosk_has_no_power(mortal: Mortal, two_browsers: TwoBrowsers) -> None:
    kiosk = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    await console.open(mortal, EXPERT)
    await console.make_ready()
    await kiosk.open(mortal, TERMINAL)
    await kiosk.request("Kela", "Asumistuki")
    await console.shows("ringing")

    await kiosk.page.context.close()
    await expect(console.stage("ringing")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(console.page.locator("[data-status='ready']")).to_be_visible(timeout=PATIENCE_MS)
    assert (await mortal.ground.presence(EXPERT)).misses == 0

    # The power is back, and the customer is still there.
    again = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    await again.come_back(mortal, TERMINAL)
    await again.shows("asked")
    await again.press("Kyllä, jatka")
    await console.shows("ringing")


@pytest.mark.timeout(180)
async def test_pages_that_are_loaded_anew_in_a_call_see_and_hear_each_other_again(
    mortal: Mortal, two_browsers: TwoBrowsers
) -> None:
    kiosk, console = await in_call(mortal, two_browsers)

    await kiosk.reload()
    await kiosk.shows("asked")
    await nothing_is_told(kiosk)
    # The expert sees that the customer is away, and how long the place is kept.
    await expect(console.page.locator("[data-line='gone']")).to_be_visible(timeout=PATIENCE_MS)
    await expect(console.page.locator("[data-kept]")).to_be_visible()
    await kiosk.press("Kyllä, jatka")
    await kiosk.shows("call")
    await _flows_at_both(kiosk.page, console.page)
    await expect(console.page.locator("[data-kept]")).to_have_count(0)

    # The expert is known: their page goes on by itself.
    await console.reload()
    await console.shows("call")
    await _flows_at_both(kiosk.page, console.page)

    call = (await mortal.contact()).call
    assert call
    assert [(seat.kind, seat.state, seat.epoch) for seat in call.seats] == [
        ("terminal", "joined", 2),
        ("expert", "joined", 2),
    ]


async def _flows_at_both(*pages: Page) -> None:
    for page in pages:
        await media_flow(page)

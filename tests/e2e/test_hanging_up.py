"""People hang up while the database is away: for them the call is over at once, and the server hears of it later."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from palvelurinki.adapters.sql.migrate import upgrade
from tests.e2e.conftest import Demo, TwoBrowsers
from tests.e2e.pages import PATIENCE_MS
from tests.e2e.test_recovery import in_call
from tests.support.demo_configuration import demo_with
from tests.support.media_probe import connections_open
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.server import Ground, ServerCommand


@pytest_asyncio.fixture(loop_scope="session")
async def on_postgresql(own_postgres: Postgres, own_redis: RedisServer, tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo in a process of its own, on a database that a test may stop."""
    async with own_postgres.database() as url:
        await upgrade(url)
        ground = Ground(url, own_redis.url)
        await ground.configure(demo_with())
        server = ServerCommand(ground.settings(), tmp_path / "server.log")
        server.start()
        try:
            yield Demo(server.url.replace("127.0.0.1", "localhost"), url)
        finally:
            server.stop()


def forgive_busy(browsers: TwoBrowsers) -> None:
    """That a page was told to ask again later stands on its console, and is no fault of the page."""
    for recorder in browsers.recorders:
        recorder.faults = [fault for fault in recorder.faults if "status of 503" not in fault]


@pytest.mark.timeout(180)
async def test_an_expert_who_hangs_up_while_the_database_is_away_is_heard_and_seen_no_more(
    on_postgresql: Demo, own_postgres: Postgres, two_browsers: TwoBrowsers
) -> None:
    _, console = await in_call(on_postgresql, two_browsers)
    own_postgres.stop_immediate()
    await console.press("Lopeta puhelu")
    await console.press("Kyllä, lopeta")
    # It is over for the expert, and they see that the server does not know it yet.
    await expect(console.page.locator("[data-trying='call']")).to_be_visible(timeout=PATIENCE_MS)
    assert await connections_open(console.page) == 0
    await expect(console.page.locator("video[data-seat-kind]")).to_have_count(0)
    # Pressing again asks nothing.
    await console.page.keyboard.press("Alt+l")
    await expect(console.page.get_by_role("dialog")).to_have_count(0)
    own_postgres.start()
    await console.shows("wrap_up")
    assert await connections_open(console.page) == 0
    [event] = on_postgresql.service_events()
    assert event["outcome"] == "served"
    forgive_busy(two_browsers)


@pytest.mark.timeout(180)
async def test_a_customer_who_hangs_up_while_the_database_is_away_is_let_go(
    on_postgresql: Demo, own_postgres: Postgres, two_browsers: TwoBrowsers
) -> None:
    kiosk, console = await in_call(on_postgresql, two_browsers)
    own_postgres.stop_immediate()
    await kiosk.press("Lopeta puhelu")
    await kiosk.page.get_by_role("dialog").get_by_role("button", name="Lopeta puhelu").click()
    await kiosk.shows("goodbye")
    assert await connections_open(kiosk.page) == 0
    await kiosk.press("Palaa alkuun")
    await kiosk.shows("language")
    # The next customer comes before the database does.
    await kiosk.choose_service("Kela", "Asumistuki")
    await kiosk.press("Yhdistä asiantuntijalle")
    own_postgres.start()
    await kiosk.shows("waiting")
    await console.shows("wrap_up")
    [event] = on_postgresql.service_events()
    assert event["outcome"] == "served"
    forgive_busy(two_browsers)

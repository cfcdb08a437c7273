"""Fixtures of the browser suite: the demo running on either store, and pages that tell what media reach them."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import palvelurinki.demo
from tests.support.browser import Recorder, chromium, settle
from tests.support.drawn_person import CUSTOMER, EXPERT, write
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.server_command import COMMAND, demo_on, demo_on_sqlite, store_environment

PICTURES = Path(__file__).parent.parent.parent / "build" / "screenshots" / "call"
DEMO_FILE = Path(palvelurinki.demo.__file__).parent / "demo.yaml"


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: its address, and its store for the command line."""

    address: str
    database_url: str

    def opened_as(self, kind: str, identifier: str) -> str:
        """The address that opens signed in."""
        return f"{self.address}/demo/open/{kind}/{identifier}"

    def service_events(self) -> list[dict[str, Any]]:
        """The record, as `palvelurinki events list` tells it."""
        listed = _command(self.database_url, "events", "list", "--format", "json")
        events: list[dict[str, Any]] = json.loads(listed)
        return events


@pytest_asyncio.fixture(params=["sqlite", "postgresql"], loop_scope="session")
async def demo(
    request: Any,  # noqa: ANN401 - pytest's own, whose type is private
    tmp_path: Path,
) -> AsyncIterator[Demo]:
    """The demo, on each store."""
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            address = stack.enter_context(demo_on_sqlite(tmp_path))
            yield Demo(address, f"sqlite+aiosqlite:///{tmp_path / 'palvelurinki.db'}")
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            redis: RedisServer = request.getfixturevalue("redis_server")
            redis.flush()
            database_url = await stack.enter_async_context(postgres.database())
            _command(database_url, "config", "apply", str(DEMO_FILE))
            yield Demo(stack.enter_context(demo_on(database_url, redis.url, tmp_path)), database_url)


def _command(database_url: str, *arguments: str) -> str:
    environment = {**os.environ, **store_environment(database_url)}
    done = subprocess.run(
        [COMMAND, *arguments], env=environment, check=True, capture_output=True, text=True, timeout=30
    )
    return done.stdout


@dataclass
class TwoBrowsers:
    """A customer's and an expert's browser: two processes, as at two ends of a line."""

    customer_browser: Browser
    expert_browser: Browser
    recorders: list[Recorder] = field(default_factory=list)

    async def customer(self, **context_options: Any) -> Page:  # noqa: ANN401 - Playwright's own
        """A page in the customer's browser."""
        return await self._page(self.customer_browser, "customer", context_options)

    async def expert(self, **context_options: Any) -> Page:  # noqa: ANN401 - Playwright's own
        """A page in the expert's browser."""
        return await self._page(self.expert_browser, "expert", context_options)

    async def keep_picture_of_call(self, customer: Page, expert: Page) -> None:
        """Save both ends of the call as they look now; the README shows them."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        await customer.screenshot(path=PICTURES / "call-kiosk.png")
        await expert.screenshot(path=PICTURES / "call-console.png")

    async def _page(self, browser: Browser, name: str, context_options: dict[str, Any]) -> Page:
        context = await browser.new_context(locale="fi-FI", **context_options)
        recorder = Recorder(name, await context.new_page())
        self.recorders.append(recorder)
        return recorder.page


@pytest_asyncio.fixture(loop_scope="session")
async def two_browsers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TwoBrowsers]:
    """Two browsers with different people before their cameras; an error on either console fails the test."""
    films = tmp_path_factory.mktemp("films")
    customer = f"--use-file-for-fake-video-capture={write(CUSTOMER, films / 'customer.y4m')}"
    expert = f"--use-file-for-fake-video-capture={write(EXPERT, films / 'expert.y4m')}"
    async with chromium(customer) as first, chromium(expert) as second:
        browsers = TwoBrowsers(first, second)
        yield browsers
        await settle(browsers.recorders, request.node)

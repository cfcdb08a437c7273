"""Fixtures for all suites: real servers, started once for a run and only when a test asks, and browser pages."""

import functools
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpcore2
import httpx2
import hypothesis
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser import REPORTS, Recorder, chromium, settle
from tests.support.coturn import Coturn, throwaway_coturn
from tests.support.postgres import Postgres, throwaway_postgres
from tests.support.redis import RedisServer, throwaway_redis
from tests.support.waiting import WITHIN_S

TESTS = Path(__file__).parent
# A shared runner with two cores stalls now and then; what a slow example says there is nothing about our code.
hypothesis.settings.register_profile("palvelurinki", deadline=None)
hypothesis.settings.load_profile("palvelurinki")

BROWSER_SUITES = (TESTS / "e2e", TESTS / "screenshots")

OpenPage = Callable[..., Awaitable[Recorder]]


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> Iterator[None]:
    """Each client of HTTP reads all certificate authorities, which takes longer than what it is made for here."""
    with pytest.MonkeyPatch.context() as patched:
        made_anew = httpcore2.default_ssl_context

        @functools.cache
        def read(_of: tuple[str | None, ...], *, from_environment: bool) -> ssl.SSLContext:
            return made_anew(_trust_env=from_environment)

        def once(*, _trust_env: bool = True) -> ssl.SSLContext:
            named = tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
            return read(named, from_environment=_trust_env)

        patched.setattr(httpcore2, "default_ssl_context", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _busy_machines_are_waited_for() -> Iterator[None]:
    """A client that names no time waits 5 s, which says more of the machine that runs the tests than of the server."""
    patient = httpx2.Timeout(WITHIN_S)
    with pytest.MonkeyPatch.context() as patched:
        for name, within_s in patient.as_dict().items():
            patched.setattr(httpx2._config.DEFAULT_TIMEOUT_CONFIG, name, within_s)  # noqa: SLF001  # the same in all
        yield


# ---- Servers -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The cluster of the run. A test takes its own database from it, and must not stop it."""
    with throwaway_postgres(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The Redis of the run. A test that writes flushes it first, and must not stop it."""
    with throwaway_redis() as server:
        yield server


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """A cluster that a test may stop, also in the hard way: what it has committed is there again."""
    with throwaway_postgres(durable=True) as server:
        yield server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that a test may flush and stop."""
    with throwaway_redis() as server:
        yield server


@pytest.fixture(scope="session")
def coturn() -> Iterator[Coturn]:
    """The TURN server of the run."""
    with throwaway_coturn() as server:
        yield server


# ---- Browser -------------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser suites share one browser, and so one event loop."""
    shared_loop = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if pytest_asyncio.is_async_test(item) and any(item.path.is_relative_to(suite) for suite in BROWSER_SUITES):
            item.add_marker(shared_loop, append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each phase's report where the page fixture sees whether the test failed."""
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of the run; each page that `open_page` gives has a profile of its own."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[OpenPage]:
    """A function that opens a page in a context of its own and returns the page's recorder.

    `await open_page("kiosk", locale="fi-FI")`: the keywords are those of Playwright's `new_context`. When the test
    has failed, each page's screen and console are saved under build/e2e; when not, an error on a console fails it.
    """
    recorders: list[Recorder] = []

    async def open_one(name: str, **context_options: Any) -> Recorder:  # noqa: ANN401 - Playwright's own
        context = await browser.new_context(**context_options)
        recorder = Recorder(name, await context.new_page())
        recorders.append(recorder)
        return recorder

    yield open_one

    await settle(recorders, request.node)

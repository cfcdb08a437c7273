"""Staff sign in at their organisation's issuer, a real one, and out again; what is refused is said in words."""

import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.conftest import OpenPage
from tests.e2e.pages import PATIENCE_MS, Console
from tests.support.browser import Recorder
from tests.support.oidc_provider import Browser, throwaway_issuer
from tests.support.page_checks import assert_accessible
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer
from tests.support.server_command import COMMAND, demo_on, store_environment
from tests.support.sign_in import ACCOUNTS, clients, demo_with_issuer

DESK: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "fi-FI"}


def apply(document: Path, database_url: str) -> None:
    """Apply a configuration as an operator does."""
    environment = {**os.environ, **store_environment(database_url)}
    command = [str(COMMAND), "config", "apply", str(document)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=30)


@pytest_asyncio.fixture(loop_scope="session")
async def origin(postgres: Postgres, redis_server: RedisServer, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server at which Kela's staff sign in with an issuer of theirs."""
    redis_server.flush()
    port = free_port()
    address = f"http://localhost:{port}"
    with throwaway_issuer(clients(address), ACCOUNTS) as issuer:
        document = tmp_path / "with-issuer.yaml"
        document.write_text(demo_with_issuer(issuer.url), encoding="utf-8")
        async with postgres.database() as database_url:
            apply(document, database_url)
            with demo_on(database_url, redis_server.url, tmp_path, port):
                yield address


@dataclass
class Desk:
    """A browser of somebody who works here."""

    recorder: Recorder
    origin: str

    @property
    def page(self) -> Page:
        """The page."""
        return self.recorder.page

    async def open(self) -> None:
        """Open the console, signed in or not."""
        await self.page.goto(f"{self.origin}/console/")

    async def choose(self, choice: str) -> None:
        """Go to the issuer, and be somebody there."""
        await self.page.locator("[data-issuer='kela-id']").click(timeout=PATIENCE_MS)
        await self.page.get_by_role("link", name=choice, exact=True).click(timeout=PATIENCE_MS)

    async def sign_out(self, everywhere: str = "") -> None:
        """Sign out by the header's button and the question."""
        await self.page.get_by_role("button", name="Kirjaudu ulos").click(timeout=PATIENCE_MS)
        dialog = self.page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Sinulle ei tule soittoja ennen kuin kirjaudut uudelleen.")
        await dialog.get_by_role("button", name=f"Kirjaudu ulos{everywhere}", exact=True).click(timeout=PATIENCE_MS)

    async def is_signed_out(self) -> None:
        """Wait until one can sign in here."""
        await expect(self.page.locator("[data-issuer='kela-id']")).to_be_visible(timeout=PATIENCE_MS)


SitDown = Callable[[str], Awaitable[Desk]]


@pytest_asyncio.fixture(loop_scope="session")
async def sit_down(open_page: OpenPage, origin: str) -> AsyncIterator[SitDown]:
    """A function that opens a browser. That a ticket is refused without a sign-in is as it should be."""
    desks: list[Desk] = []

    async def at_desk(name: str) -> Desk:
        desks.append(Desk(await open_page(name, **DESK), origin))
        await desks[-1].open()
        return desks[-1]

    yield at_desk
    for desk in desks:
        # The issuer's own pages want what is not there.
        ours = [each for each in desk.recorder.faults if "(http" not in each or f"({origin}/" in each]
        desk.recorder.faults[:] = [each for each in ours if " 401 " not in each]


async def test_signing_in_and_out(sit_down: SitDown) -> None:
    desk = await sit_down("desk")
    await expect(desk.page.get_by_role("heading", name="Kirjaudu Palvelurinkiin")).to_be_visible(timeout=PATIENCE_MS)
    await assert_accessible(desk.page)
    await desk.choose("subject-of-the-expert")
    await Console(desk.page).shows("nothing")
    assert desk.page.url == f"{desk.origin}/console/"

    await desk.sign_out()
    # The issuer asks whether its own sign-in is to end as well, and leads back.
    await desk.page.get_by_role("button", name="Yes, sign me out").click(timeout=PATIENCE_MS)
    await desk.is_signed_out()
    first = desk.page.locator("[data-issuer]").first
    await expect(first).to_have_attribute("data-issuer", "kela-id")
    await expect(first).to_contain_text("Viimeksi käytetty")


@pytest.mark.parametrize(
    ("choice", "code", "sentence"),
    [
        ("subject-of-nobody", "sign_in.unknown_person", "Tunnustasi ei ole lisätty tähän palveluun."),
        ("turn back", "sign_in.cancelled", "Kirjautuminen keskeytettiin."),
    ],
)
async def test_a_refusal_is_said_once(sit_down: SitDown, choice: str, code: str, sentence: str) -> None:
    desk = await sit_down("desk")
    await desk.choose(choice)
    refusal = desk.page.locator(f"[data-refusal='{code}']")
    await expect(refusal).to_contain_text(sentence, timeout=PATIENCE_MS)
    assert desk.page.url == f"{desk.origin}/console/"
    await assert_accessible(desk.page)
    await desk.page.reload()
    await desk.is_signed_out()
    await expect(refusal).to_have_count(0)


async def test_who_is_signed_out_elsewhere_while_working_is_told(sit_down: SitDown, origin: str) -> None:
    desk = await sit_down("desk")
    await desk.choose("subject-of-the-expert")
    await Console(desk.page).shows("nothing")
    async with Browser(origin) as elsewhere:
        await elsewhere.sign_in("kela-id", "subject-of-the-expert")
        answer = await elsewhere.http.post(
            f"{origin}/api/v1/staff/sign-out-everywhere", headers={"origin": origin}, json={}
        )
        assert answer.status_code == 200
    await expect(desk.page.get_by_role("heading", name="Kirjautumisesi on päättynyt")).to_be_visible(
        timeout=PATIENCE_MS
    )
    await assert_accessible(desk.page)
    # The issuer knows them still: one press, and they go on.
    await desk.page.locator("[data-issuer='kela-id']").click()
    await Console(desk.page).shows("nothing")
    await desk.sign_out(" kaikkialta")
    await desk.page.get_by_role("button", name="Yes, sign me out").click(timeout=PATIENCE_MS)
    await desk.is_signed_out()

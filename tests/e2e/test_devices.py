"""A closed permission and missing devices: each has its own screen, which says what to do, at either end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.pages import PATIENCE_MS, Console, Kiosk
from tests.support.browser import Recorder, chromium, settle
from tests.support.page_checks import assert_accessible
from tests.support.server_command import demo_on_sqlite

TROUBLES = {
    "denied": {"devices": True, "permission": False},
    "no devices": {"devices": False, "permission": True},
}
KIOSK_SAYS = {
    "denied": "Laitteella ei ole lupaa käyttää kameraa ja mikrofonia.",
    "no devices": "Laite ei löydä kameraa eikä mikrofonia.",
}
CONSOLE_SAYS = {
    "denied": "Kameran ja mikrofonin käyttö on estetty",
    "no devices": "Kameraa ja mikrofonia ei löydy",
}


@asynccontextmanager
async def troubled_page(trouble: str, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page in a browser that has this trouble; an error on its console fails the test all the same."""
    async with chromium(**TROUBLES[trouble]) as browser:
        context = await browser.new_context(locale="fi-FI", viewport={"width": 1366, "height": 768})
        recorder = Recorder(trouble, await context.new_page())
        yield recorder.page
        await settle([recorder], request.node)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_kiosk_says_what_is_wrong_and_who_helps(
    trouble: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with demo_on_sqlite(tmp_path) as address:
        async with troubled_page(trouble, request) as page:
            kiosk = Kiosk(page)
            await kiosk.open(Demo(address, ""), "mikkeli-kioski")
            await kiosk.choose_service("Kela", "Asumistuki")
            await expect(page.get_by_text(KIOSK_SAYS[trouble])).to_be_visible(timeout=PATIENCE_MS)
            await expect(page.get_by_text("Palveluneuvoja auttaa.")).to_be_visible()
            await expect(page.get_by_role("button", name="Yhdistä asiantuntijalle")).to_have_count(0)
            await assert_accessible(page)
            await kiosk.press("Pyydä apua")
            await expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_console_says_what_is_wrong_before_anyone_rings(
    trouble: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with demo_on_sqlite(tmp_path) as address:
        async with troubled_page(trouble, request) as page:
            console = Console(page)
            await console.open(Demo(address, ""), "kela-asiantuntija-1")
            await console.press("Olen valmis")
            await expect(page.get_by_text(CONSOLE_SAYS[trouble]).first).to_be_visible(timeout=PATIENCE_MS)
            await expect(page.get_by_text("Et voi vastata ennen kuin").first).to_be_visible()
            await assert_accessible(page)

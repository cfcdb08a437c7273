"""The kiosk and the console as people use them: what they press and what they see, in Finnish."""

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Demo
from tests.support import media_probe

# A call on two shared cores takes a moment to come up; what these wait for ends a test only when it never comes.
PATIENCE_MS = 20_000


class Kiosk:
    """A customer at a kiosk."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, demo: Demo, terminal: str) -> None:
        """Open the kiosk's page, signed in as the terminal."""
        await self.come_back(demo, terminal)
        await self.shows("language")

    async def come_back(self, demo: Demo, terminal: str) -> None:
        """Open the kiosk's page, which may have something to ask first."""
        await self.page.add_init_script(media_probe.SCRIPT)
        await self.page.goto(demo.opened_as("terminal", terminal))

    async def reload(self) -> None:
        """Load the page anew, as a kiosk does that has crashed."""
        await self.page.reload()

    async def shows(self, screen: str) -> None:
        """Wait for a screen."""
        await expect(self.page.locator(f"[data-screen='{screen}']")).to_be_visible(timeout=PATIENCE_MS)

    async def press(self, name: str) -> None:
        """Press what is called that; a large button says more below its name."""
        called = re.compile(f"^{re.escape(name)}")
        await self.page.get_by_role("button", name=called).first.click(timeout=PATIENCE_MS)

    async def choose_service(self, provider: str, service: str) -> None:
        """From the start to the mirror: language, provider, service."""
        await self.press("Suomi")
        await self.shows("need")
        await self.press("Valitse viranomaisen mukaan")
        await self.shows("providers")
        await self.press(provider)
        await self.shows("services")
        await self.press(service)
        await self.shows("matter")
        await self.press("Jatka")

    async def request(self, provider: str, service: str) -> None:
        """Ask for a service, and wait."""
        await self.choose_service(provider, service)
        await self.press("Yhdistä asiantuntijalle")
        await self.shows("waiting")


class Console:
    """An expert at their console."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, demo: Demo, person: str) -> None:
        """Open the console, signed in as the person."""
        await self.page.add_init_script(media_probe.SCRIPT)
        await self.page.goto(demo.opened_as("staff", person))
        await self.shows("nothing")

    async def reload(self) -> None:
        """Load the page anew."""
        await self.page.reload()

    def stage(self, kind: str) -> Locator:
        """The stage while it shows that."""
        return self.page.locator(f"[data-stage='{kind}']")

    async def shows(self, kind: str) -> None:
        """Wait for what the stage shows."""
        await expect(self.stage(kind)).to_be_visible(timeout=PATIENCE_MS)

    async def press(self, name: str) -> None:
        """Press what is called that."""
        await self.page.get_by_role("button", name=name, exact=True).first.click(timeout=PATIENCE_MS)

    async def make_ready(self) -> None:
        """Take calls."""
        await self.press("Olen valmis")
        await expect(self.page.get_by_role("heading", name="Olet valmiina")).to_be_visible(timeout=PATIENCE_MS)

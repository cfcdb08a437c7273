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


class Administrator:
    """An administrator of the municipality that hosts the points, at their terminals."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, demo: Demo, person: str = "mikkeli-paakayttaja") -> None:
        """Open the console at the terminals, signed in as the person."""
        await self.page.goto(demo.opened_as("staff", person))
        await self.page.get_by_role("button", name="Laitteet", exact=True).click(timeout=PATIENCE_MS)
        await expect(self.page.get_by_role("heading", name="Laitteet")).to_be_visible(timeout=PATIENCE_MS)

    def terminal(self, terminal: str) -> Locator:
        """The card of a terminal."""
        return self.page.locator(f"[data-terminal='{terminal}']")

    async def shows(self, terminal: str, state: str) -> None:
        """Wait until the terminal's key is said to be in that state."""
        await expect(self.page.locator(f"[data-terminal='{terminal}'][data-enrolment='{state}']")).to_be_visible(
            timeout=PATIENCE_MS
        )

    async def look_up(self, terminal: str, code: str) -> str:
        """Enter a code for a terminal, by keyboard alone from the card on; returns the fingerprint to compare."""
        await self.terminal(terminal).get_by_role("button").first.focus(timeout=PATIENCE_MS)
        await self.page.keyboard.press("Enter")
        # The field has the focus: whoever reads the code from another screen just types.
        await expect(self.page.get_by_role("textbox")).to_be_focused(timeout=PATIENCE_MS)
        await self.page.keyboard.type(code.replace("-", " ").lower())
        await self.page.keyboard.press("Enter")
        return await shown(self.page.get_by_role("dialog"), "fingerprint")

    async def approve(self, terminal: str, code: str, fingerprint: str) -> None:
        """Enrol a terminal whose screen shows these two."""
        assert await self.look_up(terminal, code) == fingerprint
        await self.page.keyboard.press("Tab")
        await self.page.keyboard.press("Enter")
        await self.shows(terminal, "enrolled")

    async def revoke(self, terminal: str) -> None:
        """Take a terminal out of use."""
        await self.terminal(terminal).get_by_role("button", name="Poista käytöstä").click(timeout=PATIENCE_MS)
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Poista käytöstä").click(timeout=PATIENCE_MS)
        await self.shows(terminal, "revoked")


async def shown(within: Page | Locator, what: str) -> str:
    """A code or a fingerprint as people read it: "ABCD-EFGH"."""
    groups = within.locator(f"[data-shown='{what}'] > span")
    await expect(groups.first).to_be_visible(timeout=PATIENCE_MS)
    return "-".join(await groups.all_inner_texts())

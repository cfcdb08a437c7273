"""The advisor's desk as it is used: by keyboard alone, each act counted."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.pages import PATIENCE_MS

LANGUAGE_KEY = "palvelurinki.console.language"


class Desk:
    """An advisor at their desk. `acts`: what was typed or pressed, a text being one act."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts: list[str] = []

    async def open(self, demo: Demo, person: str = "mikkeli-neuvoja", language: str = "fi") -> None:
        """Open the desk, signed in as the person; the search has the focus."""
        await self.page.add_init_script(f"localStorage.setItem('{LANGUAGE_KEY}', '{language}')")
        await self.page.goto(demo.opened_as("staff", person))
        await expect(self.search).to_be_focused(timeout=PATIENCE_MS)

    @property
    def search(self) -> Locator:
        """The search by need."""
        return self.page.locator("[data-search='need']")

    async def types(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.acts.append(text)
        await self.page.keyboard.type(text)

    async def presses(self, key: str) -> None:
        """Press a key."""
        self.acts.append(key)
        await self.page.keyboard.press(key)

    async def finds(self, service: str) -> None:
        """Wait until that service is the first one found, which Enter takes."""
        first = self.page.locator("[role='option'][aria-selected='true']")
        await expect(first).to_have_attribute("data-found", service, timeout=PATIENCE_MS)

    async def asks_for_note(self) -> None:
        """Wait until the first question of the note has the focus."""
        await expect(self.page.locator("[data-part='what']")).to_be_focused(timeout=PATIENCE_MS)

    def card(self, terminal: str) -> Locator:
        """A terminal's card."""
        return self.page.locator(f"[data-card='{terminal}']")

    async def shows(self, terminal: str, state: str) -> None:
        """Wait until the card of a terminal says that."""
        await expect(self.card(terminal)).to_have_attribute("data-card-state", state, timeout=PATIENCE_MS)

    async def is_called(self, why: str) -> None:
        """Wait until the advisor is called, and why."""
        await expect(self.page.locator(f"[data-call='{why}']")).to_be_visible(timeout=PATIENCE_MS)

    async def is_told(self, what: str) -> None:
        """Wait until it is said what is wrong."""
        await expect(self.page.locator(f"[data-wrong='{what}']")).to_be_visible(timeout=PATIENCE_MS)

    async def stands(self, selector: str) -> None:
        """Wait until that is on the screen."""
        await expect(self.page.locator(selector)).to_be_visible(timeout=PATIENCE_MS)

    async def walks_to(self, target: Locator) -> None:
        """Press Tab until that has the focus: everything can be reached by keyboard."""
        for _ in range(60):
            if await target.evaluate("(element) => element === document.activeElement"):
                return
            await self.presses("Tab")
        message = f"sixty steps of Tab did not reach {target}"
        raise AssertionError(message)

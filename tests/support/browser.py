"""Debian's Chromium with fake camera and microphone, driven by Playwright, and what its pages say when a test fails.

Each page belongs to a `Recorder`: it notes console errors (a request that failed is one) and uncaught exceptions,
which fail the test at its end unless the test took them away (`recorder.faults.clear()`): it had asked for trouble.
"""

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright

FAILURES = Path(__file__).parent.parent.parent / "build" / "e2e"
# The reports of a test's phases, by which what ends after it knows whether it failed.
REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()

FLAGS = (
    "--no-sandbox",  # root in a container has no other way, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",  # loopback is all there is in the namespace of the tests
)


@asynccontextmanager
async def chromium(
    *flags: str, frames_per_second: int = 30, devices: bool = True, permission: bool = True
) -> AsyncIterator[Browser]:
    """A running browser, closed afterwards. Three-way calls on two cores want 15 frames a second.

    Without `devices` it has neither camera nor microphone; without `permission` it refuses a page their use.
    """
    program = shutil.which("chromium")
    if program is None:
        message = "chromium is not installed: run scripts/system-packages"
        raise FileNotFoundError(message)
    media = []
    if devices:
        media.append(f"--use-fake-device-for-media-stream=fps={frames_per_second}")
    if permission:
        media.append("--use-fake-ui-for-media-stream")  # given without asking
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *media, *flags])
        try:
            yield browser
        finally:
            await browser.close()


class Recorder:
    """Follows one page from the moment it is made; `name` names its files."""

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self.page = page
        self.console: list[str] = []
        self.faults: list[str] = []
        page.on("console", self._note_console)
        page.on("pageerror", self._note_exception)

    async def save(self, directory: Path) -> None:
        """Write the screen and the console, so that a failure on another machine can be understood."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f"{self.name}.log").write_text("\n".join([*self.console, ""]))
        if not self.page.is_closed():
            await self.page.screenshot(path=directory / f"{self.name}.png", full_page=True)

    def _note_console(self, message: ConsoleMessage) -> None:
        line = f"{message.type}: {message.text} ({message.location['url']})"
        self.console.append(line)
        if message.type == "error":
            self.faults.append(line)

    def _note_exception(self, error: Error) -> None:
        line = f"exception: {error}"
        self.console.append(line)
        self.faults.append(line)


async def settle(recorders: Sequence[Recorder], test: pytest.Item) -> None:
    """Close the pages of a test. Their screens and consoles are saved when it failed; a fault on a console fails it."""
    faults = [f"{recorder.name}: {fault}" for recorder in recorders for fault in recorder.faults]
    if faults or any(report.failed for report in test.stash.get(REPORTS, {}).values()):
        for recorder in recorders:
            await recorder.save(FAILURES / re.sub(r"\W+", "_", test.name))
    for recorder in recorders:
        await recorder.page.context.close()
    assert not faults, "errors on the console:\n" + "\n".join(faults)

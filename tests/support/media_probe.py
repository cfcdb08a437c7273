"""Whether media flow, told by what a page decoded and shows, not by events."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page

SCRIPT = (Path(__file__).parent / "media_probe.js").read_text(encoding="utf-8")
# The picture of whoever is on the other side; `data-seat-kind` is the clients' own mark.
REMOTE_PICTURE = "video[data-seat-kind]"
# A second of the fake camera, and less energy than one beep of the fake microphone has.
FRAMES = 15
ENERGY = 1e-5


@dataclass(frozen=True, slots=True)
class Flow:
    """What arrived while it was watched: decoded frames, audio energy (of full scale, in seconds), light spread."""

    frames: int
    energy: float
    spread: float


async def media_flow(page: Page, selector: str = REMOTE_PICTURE) -> Flow:
    """Wait until frames are decoded, sound has energy, and the picture on the screen is neither flat nor still.

    Waits as long as the test's own time limit; a call without media ends there.
    """
    await page.wait_for_selector(selector)
    found = await page.evaluate(
        "([selector, wanted]) => window.mediaProbe.flows(selector, wanted)",
        [selector, {"frames": FRAMES, "energy": ENERGY}],
    )
    return Flow(frames=found["frames"], energy=found["energy"], spread=found["spread"])


async def connections_made(page: Page) -> int:
    """How many peer connections the page has ever made."""
    made: int = await page.evaluate("() => window.mediaProbe.made()")
    return made


async def connections_open(page: Page) -> int:
    """How many of them are still open."""
    still: int = await page.evaluate("() => window.mediaProbe.open()")
    return still

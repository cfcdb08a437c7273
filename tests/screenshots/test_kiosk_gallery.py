"""Every screen of the kiosk, looked at without a server: pictures to build/screenshots/kiosk, and rules that hold.

The gallery (`kiosk_client/web/src/gallery.tsx`) renders the real views from made-up states. Each picture's page is
checked for accessibility, cut text, overlapping controls, sideways scrolling, the size of targets and of text, and,
on a standing screen, for controls out of reach.
"""

import mimetypes
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route

from tests.conftest import OpenPage
from tests.support.page_checks import (
    assert_accessible,
    assert_no_cut_text,
    assert_no_horizontal_scroll,
    assert_no_overlap,
)

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "build" / "gallery" / "kiosk"
PICTURES = ROOT / "build" / "screenshots" / "kiosk"
# Nothing listens there: the files are handed to the browser as its answers.
ORIGIN = "https://gallery.test"

Check = Callable[[Page], Awaitable[None]]
EVERYWHERE: tuple[Check, ...] = (
    assert_accessible,
    assert_no_cut_text,
    assert_no_overlap,
    assert_no_horizontal_scroll,
)


@dataclass(frozen=True)
class Screen:
    """A size of window, in CSS pixels, and what the design promises there."""

    name: str
    width: int
    height: int
    smallest_text: int
    # A visitor's arm: on a standing screen nothing above this line has to be pressed.
    reach: int
    # Zoomed, a target is as large on the glass with fewer CSS pixels; eleven letters in a row set its least width,
    # which WCAG 2.5.8 puts at 24.
    scale: float = 1


STANDING = Screen("portrait", 1080, 1920, smallest_text=28, reach=1920 // 5)
LYING = Screen("landscape", 1920, 1080, smallest_text=24, reach=0)
# The same devices zoomed to 200 %: half as many CSS pixels.
STANDING_ZOOMED = Screen("portrait-zoom", 540, 960, smallest_text=28, reach=0, scale=2)
LYING_ZOOMED = Screen("landscape-zoom", 960, 540, smallest_text=24, reach=0, scale=2)

MEASURE = """([smallestText, smallestHeight, smallestWidth, reach]) => {
  const faults = [];
  const scope = document.querySelector('[aria-modal="true"]') ?? document.body;
  const seen = (el) => {
    const box = el.getBoundingClientRect();
    return box.width > 1.5 && box.height > 1.5 && el.checkVisibility({ visibilityProperty: true });
  };
  const name = (el) => `<${el.tagName.toLowerCase()}> "${(el.textContent ?? "").trim().slice(0, 40)}"`;
  for (const el of scope.querySelectorAll("button, a[href], input")) {
    if (!seen(el)) continue;
    const box = el.getBoundingClientRect();
    if (box.height < smallestHeight) faults.push(`${name(el)} is ${box.height} px high`);
    if (box.width < smallestWidth) faults.push(`${name(el)} is ${box.width} px wide`);
    if (box.top < reach) faults.push(`${name(el)} is out of reach, ${box.top} px from the top`);
  }
  for (const el of scope.querySelectorAll("section")) {
    const says = el.textContent.trim() || el.querySelector("svg, video, img");
    if (seen(el) && !says) faults.push("there is an empty box");
  }
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    if (!node.data.trim() || !el || el.closest("script, style, svg") || !seen(el)) continue;
    const size = parseFloat(getComputedStyle(el).fontSize);
    if (size < smallestText) faults.push(`${name(el)} is written in ${size} px`);
  }
  return faults;
}"""

FITS = """() => {
  const main = document.querySelector("main");
  return main.scrollHeight - main.clientHeight;
}"""

# A video that is on the screen shows a frame, fonts are there, and what comes in by a fade has come.
SETTLED = """async () => {
  await document.fonts.ready;
  const playing = (video) =>
    video.srcObject?.getVideoTracks().length
      ? new Promise((done) => video.requestVideoFrameCallback(done))
      : undefined;
  await Promise.all([...document.querySelectorAll("video")].filter((v) => v.checkVisibility()).map(playing));
}"""


@pytest.fixture(scope="session")
def gallery() -> Path:
    """The built gallery: always from the present sources, which takes a second or two."""
    npm = ROOT / ".venv" / "bin" / "npm"
    subprocess.run([npm, "run", "--silent", "gallery", "--workspace", "kiosk_client/web"], cwd=ROOT, check=True)
    return GALLERY


async def _answer(route: Route) -> None:
    path = GALLERY / (route.request.url.removeprefix(ORIGIN).partition("?")[0].lstrip("/") or "gallery.html")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    await route.fulfill(path=path, content_type=kind)


async def _window(open_page: OpenPage, screen: Screen, **options: Any) -> Page:  # noqa: ANN401 - Playwright's own
    recorder = await open_page(
        f"kiosk-{screen.name}",
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.scale,
        reduced_motion="reduce",
        **options,
    )
    page = recorder.page
    await page.route(f"{ORIGIN}/**", _answer)
    return page


async def _all_screens(page: Page) -> list[str]:
    await page.goto(f"{ORIGIN}/gallery.html")
    names = await page.locator("li a").all_inner_texts()
    assert len(names) > 40, names
    return names


async def assert_fits(page: Page) -> None:
    """Demand that everything is on the screen at once: who has never used a kiosk does not scroll."""
    missing = await page.evaluate(FITS)
    assert missing <= 0, f"{missing} px are below the screen"


async def _faults_of(page: Page, screen: Screen, checks: tuple[Check, ...]) -> list[str]:
    faults = []
    for check in checks:
        try:
            await check(page)
        except AssertionError as found:
            faults.append(str(found))
    height, width = (72, 72) if screen.scale == 1 else (44, 24)
    faults += await page.evaluate(MEASURE, [screen.smallest_text, height, width, screen.reach])
    return faults


async def _look(page: Page, screen: Screen, query: str, folder: Path, checks: tuple[Check, ...]) -> list[str]:
    """Take the picture of every screen with this query; return what is wrong with them."""
    faults = []
    for name in await _all_screens(page):
        await page.goto(f"{ORIGIN}/gallery.html?screen={name}&{query}")
        await page.locator("main[data-screen]").wait_for()
        # A browser plays sound, and a video that may have some, only after a touch.
        await page.mouse.click(2, 2)
        await page.evaluate(SETTLED)
        await page.screenshot(path=folder / f"{name}.png", full_page=True)
        faults += [f"{name}: {fault}" for fault in await _faults_of(page, screen, checks)]
    return faults


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("screen", [STANDING, LYING], ids=lambda screen: screen.name)
@pytest.mark.timeout(900)
async def test_every_screen(open_page: OpenPage, screen: Screen, language: str) -> None:
    page = await _window(open_page, screen)
    checks = (*EVERYWHERE, assert_fits)
    faults = await _look(page, screen, f"lang={language}", PICTURES / screen.name / language, checks)
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("manner", ["contrast", "large"])
@pytest.mark.parametrize("screen", [STANDING, LYING], ids=lambda screen: screen.name)
@pytest.mark.timeout(900)
async def test_every_screen_in_high_contrast_and_large_text(open_page: OpenPage, screen: Screen, manner: str) -> None:
    page = await _window(open_page, screen)
    faults = await _look(page, screen, f"lang=fi&{manner}=true", PICTURES / screen.name / manner, EVERYWHERE)
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.usefixtures("gallery")
@pytest.mark.parametrize("screen", [STANDING_ZOOMED, LYING_ZOOMED], ids=lambda screen: screen.name)
@pytest.mark.timeout(900)
async def test_every_screen_at_twice_the_size(open_page: OpenPage, screen: Screen) -> None:
    page = await _window(open_page, screen)
    checks = (assert_no_cut_text, assert_no_overlap, assert_no_horizontal_scroll)
    faults = await _look(page, screen, "lang=fi", PICTURES / screen.name, checks)
    assert not faults, "\n" + "\n".join(faults)

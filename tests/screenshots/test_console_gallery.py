"""Looks at every screen of the console in every language, at the sizes that people have.

The gallery shows each screen without a server, at a fixed time. Here each is checked (accessibility, cut text,
controls that overlap, sideways scrolling) and its picture is left in `build/screenshots/console`. One test is one
language at one size and reports the faults of all its screens together.
"""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import Page
from typing_extensions import override

from tests.support.browser import Recorder, chromium
from tests.support.page_checks import (
    assert_accessible,
    assert_no_cut_text,
    assert_no_horizontal_scroll,
    assert_no_overlap,
)

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "build" / "gallery" / "console"
PICTURES = ROOT / "build" / "screenshots" / "console"

CHECKS = (assert_accessible, assert_no_cut_text, assert_no_overlap, assert_no_horizontal_scroll)

pytestmark = pytest.mark.timeout(420)


@dataclass(frozen=True)
class Size:
    """A window in CSS pixels, and which screens to look at in it; none means all."""

    name: str
    width: int
    height: int
    scale: float = 1
    screens: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fi", "sv", "en")
    counter: bool | None = None
    """Only the advisor's screens, or only the others."""

    def chosen(self, names: list[str]) -> list[str]:
        """Those of the gallery's screens that are looked at in it."""
        wanted = self.screens or tuple(names)
        return [name for name in wanted if self.counter in {None, name.startswith("desk")}]


FEW = (
    "ready",
    "arrived",
    "pausing",
    "media_denied",
    "ringing",
    "ringing_long",
    "ringing_language",
    "ringing_shared",
    "declining",
    "declining_unchosen",
    "declining_conflict",
    "call",
    "call_three",
    "call_ending",
    "wrap_up",
    "wrap_up_nearly",
    "wrap_up_pausing",
    "summary",
    "gone_elsewhere",
    "gone_missed",
    "offline",
    "help",
    "signed_out_demo",
    "superseded",
    "supervisor",
    "supervisor_all",
    "supervisor_why",
    "supervisor_why_failed",
    "supervisor_expert",
    "points",
    "desk",
    "desk_found",
    "desk_written",
    "desk_too_long",
    "desk_not_remote",
    "desk_waiting",
    "desk_trouble",
    "desk_called",
    "desk_after",
    "ringing_note",
    "call_note",
    "wrap_up_chosen",
    "signed_out_refused",
    "ended_in_call",
    "signing_out",
    "terminals",
    "terminals_code_wrong",
    "terminals_compare_replace",
    "terminals_differs",
    "terminals_revoke",
)
WALLS = ("wall", "wall_one", "wall_six", "wall_offline")
SIZES = (
    Size("desk", 1366, 768, counter=False),
    Size("counter", 1366, 768, counter=True),
    Size(
        "large",
        1920,
        1080,
        screens=("ready", "ringing", "call", "wrap_up", "supervisor", "supervisor_all", "desk_written", *WALLS),
    ),
    Size("narrow", 380, 800, screens=FEW),
    # 200 % zoom of the main size, as WCAG 1.4.4 asks.
    Size("zoomed", 683, 384, scale=2, screens=FEW, languages=("fi", "sv")),
)


class _Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests' own report is what counts."""


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of the gallery, built anew and served on loopback."""
    npm = shutil.which("npm") or str(ROOT / ".venv" / "bin" / "npm")
    command = [npm, "run", "--silent", "build:gallery", "--workspace", "agent_console", "--", "--logLevel", "warn"]
    subprocess.run(command, cwd=ROOT, check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(GALLERY)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/gallery.html"
    server.shutdown()
    thread.join()
    server.server_close()


async def _show(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_selector("main")
    await page.evaluate("document.fonts.ready.then(() => undefined)")
    await page.wait_for_function(
        "[...document.querySelectorAll('video')].every((video) => video.readyState >= 2)", timeout=10_000
    )
    # What appears only after 300 ms is to be seen too; what turns for ever is not waited for.
    await page.evaluate(
        """Promise.all(document.getAnimations()
            .filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime))
            .map((each) => each.finished.catch(() => undefined))).then(() => undefined)"""
    )


async def _faults(page: Page) -> list[str]:
    found: list[str] = []
    for check in CHECKS:
        try:
            await check(page)
        except AssertionError as fault:
            found.append(str(fault))
    return found


async def _look_at_all(page: Page, gallery: str, size: Size, language: str) -> list[str]:
    await page.goto(gallery)
    names: list[str] = await page.evaluate("gallery.screens")
    assert set(size.screens) <= set(names), "a screen that is asked for is not in the gallery"
    pictures = PICTURES / size.name / language
    pictures.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    for name in size.chosen(names):
        await _show(page, f"{gallery}?screen={name}&lang={language}")
        await page.screenshot(path=pictures / f"{name}.png", full_page=True)
        faults += [f"{name}: {fault}" for fault in await _faults(page)]
    return faults


@pytest.mark.parametrize(
    ("size", "language"),
    [pytest.param(size, language, id=f"{size.name}-{language}") for size in SIZES for language in size.languages],
)
async def test_every_screen_is_sound(gallery: str, size: Size, language: str) -> None:
    async with chromium("--autoplay-policy=no-user-gesture-required") as browser:
        page = await browser.new_page(
            viewport={"width": size.width, "height": size.height},
            device_scale_factor=size.scale,
            reduced_motion="reduce",
            locale="fi-FI",
        )
        recorder = Recorder(f"console-{size.name}-{language}", page)
        faults = await _look_at_all(page, gallery, size, language)
    assert not faults, "\n".join(faults)
    assert not recorder.faults, "\n".join(recorder.faults)

"""From the expert's press on "accept" to the first picture of the other one in both browsers, through the real product.

    python -m bench.first_frame [--calls 7] [--explain]

A kiosk and a console as they are built, the real server on PostgreSQL and Redis, two Chromiums with fake devices in a
network that has only loopback. Beside it, in the same browsers and in turn with it, two bare pages: a WebSocket relay
that checks nothing, cameras that are warm, and a call that begins with the press itself. The product has to accept once
and for all, tell both ends, and let them join first. Medians of several calls, of the later of the two ends.

`press_to_ringing` is from the customer's last press to the ringing on the expert's screen, beside it a press that the
bare relay passes on. There is no third joiner yet, so its figures are left out.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from playwright.async_api import Browser, Page

from bench._report import report
from bench._servers import Ours, Running, bare, ours
from tests.e2e.conftest import Demo
from tests.e2e.pages import PATIENCE_MS, Console, Kiosk
from tests.support.browser import chromium
from tests.support.demo_configuration import demo_with
from tests.support.namespace import in_loopback_namespace, only_loopback

MARKS: Final = Path(__file__).with_name("_first_frame_marks.js").read_text(encoding="utf-8")
KIOSK_SIZE: Final = {"width": 1080, "height": 1920}
CONSOLE_SIZE: Final = {"width": 1366, "height": 768}
TERMINAL: Final = "mikkeli-kioski"
EXPERT: Final = "kela-asiantuntija-1"
# The first call of each finds nothing warm, and tells of the browsers.
WARMING: Final = 1

Marks = list[tuple[str, float]]


@dataclass
class Measured:
    """What the calls took, in milliseconds, and when what happened at both ends of each."""

    frames: list[float] = field(default_factory=list)
    ringing: list[float] = field(default_factory=list)
    marks: list[tuple[Marks, Marks]] = field(default_factory=list)

    def note(self, caller: Marks, other: Marks) -> None:
        """One call: the marks of the end that accepted, and of the other."""
        begun = at(caller, "keydown")
        self.frames.append(max(at(caller, "frame"), at(other, "frame")) - begun)
        self.marks.append((caller, other))


def at(marks: Marks, what: str) -> float:
    """When it happened first."""
    return next(when for name, when in marks if name == what)


class Product:
    """The kiosk and the console, each in its browser."""

    def __init__(self, server: Ours, customer: Browser, expert: Browser) -> None:
        self._demo = Demo(f"http://localhost:{server.port}", server.ground.database_url)
        self._browsers = (customer, expert)
        self._console: Console | None = None

    async def call(self, measured: Measured) -> None:
        """One call, from the customer's press to the end."""
        console = await self._ready_console()
        page = await marked(self._browsers[0], KIOSK_SIZE)
        kiosk = Kiosk(page)
        await kiosk.open(self._demo, TERMINAL)
        await kiosk.choose_service("Kela", "Asumistuki")
        await clear(page, console.page)
        await kiosk.press("Yhdistä asiantuntijalle")
        await until(console.page, "ringing")
        measured.ringing.append(at(await marks(console.page), "ringing") - last(await marks(page), "click"))
        await clear(page, console.page)
        await console.page.keyboard.press("Enter")
        await asyncio.gather(until(page, "frame"), until(console.page, "frame"))
        measured.note(await marks(console.page), await marks(page))
        await kiosk.press("Lopeta puhelu")
        await page.get_by_role("dialog").get_by_role("button", name="Lopeta puhelu").click(timeout=PATIENCE_MS)
        await console.shows("wrap_up")
        await console.page.locator("[data-stage]").focus()
        await console.page.keyboard.press("Enter")
        await console.shows("nothing")
        await page.context.close()

    async def _ready_console(self) -> Console:
        if self._console is None:
            page = await marked(self._browsers[1], CONSOLE_SIZE)
            self._console = Console(page)
            await self._console.open(self._demo, EXPERT)
            await self._console.make_ready()
        return self._console


class Bare:
    """Two pages that know each other already."""

    def __init__(self, relay: Running, customer: Browser, expert: Browser) -> None:
        self._address = f"http://localhost:{relay.port}/page"
        self._browsers = (customer, expert)

    async def call(self, measured: Measured) -> None:
        """One call."""
        async with (
            self._page(self._browsers[0], KIOSK_SIZE) as near,
            self._page(self._browsers[1], CONSOLE_SIZE) as far,
        ):
            await near.evaluate("() => bare.open('customer', 'expert')")
            await far.evaluate("() => bare.open('expert', 'customer')")
            await asyncio.gather(near.evaluate("() => bare.arm()"), far.evaluate("() => bare.arm()"))
            await near.mouse.click(10, 10)
            await until(far, "ringing")
            measured.ringing.append(at(await marks(far), "ringing") - last(await marks(near), "click"))
            await clear(near, far)
            await far.keyboard.press("Enter")
            await asyncio.gather(until(near, "frame"), until(far, "frame"))
            measured.note(await marks(far), await marks(near))
            await asyncio.gather(near.evaluate("() => bare.close()"), far.evaluate("() => bare.close()"))

    @asynccontextmanager
    async def _page(self, browser: Browser, size: Mapping[str, int]) -> AsyncIterator[Page]:
        page = await marked(browser, size)
        await page.goto(self._address)
        yield page
        await page.context.close()


async def marked(browser: Browser, size: Mapping[str, int]) -> Page:
    """A page that writes down when things happen."""
    context = await browser.new_context(locale="fi-FI", viewport={"width": size["width"], "height": size["height"]})
    page = await context.new_page()
    await page.add_init_script(MARKS)
    return page


async def marks(page: Page) -> Marks:
    """What happened since it was cleared."""
    return [(name, when) for name, when in await page.evaluate("() => benchMarks.all()")]


def last(found: Marks, what: str) -> float:
    """When it happened for the last time."""
    return at(found[::-1], what)


async def clear(*pages: Page) -> None:
    """Forget what happened."""
    await asyncio.gather(*(page.evaluate("() => benchMarks.clear()") for page in pages))


async def until(page: Page, what: str) -> None:
    """Wait until it has happened. Raises TimeoutError with what has happened instead."""
    try:
        await asyncio.wait_for(page.evaluate("(what) => benchMarks.until(what)", what), PATIENCE_MS / 1000)
    except TimeoutError:
        raise TimeoutError(f"{what!r} never came, but {[name for name, _ in await marks(page)]}") from None


async def run(server: Ours, relay: Running, calls: int) -> tuple[Measured, Measured]:
    """The calls of both, in turn."""
    async with chromium() as customer, chromium() as expert:
        product, peer = Product(server, customer, expert), Bare(relay, customer, expert)
        found = Measured(), Measured()
        for number in range(-WARMING, calls):
            into = found if number >= 0 else (Measured(), Measured())
            await peer.call(into[1])
            await product.call(into[0])
            if number >= 0:
                took = [f"{each.frames[-1]:.0f} ms (ringing {each.ringing[-1]:.0f} ms)" for each in into]
                print(f"call {number + 1}: {took[0]}, bare {took[1]}", flush=True)
    return found


def explain(name: str, measured: Measured) -> None:
    """Print when what happened, of the call in the middle."""
    middle = sorted(range(len(measured.frames)), key=lambda each: measured.frames[each])[len(measured.frames) // 2]
    caller, other = measured.marks[middle]
    begun = at(caller, "keydown")
    both = [(when - begun, "expert", what) for what, when in caller]
    both += [(when - begun, "customer", what) for what, when in other]
    print(f"{name}, {measured.frames[middle]:.0f} ms")
    for when, who, what in sorted(both):
        print(f"{when:9.1f}  {who:9}  {what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=7, help="calls of each that count")
    parser.add_argument("--explain", action="store_true", help="tell when what happened in the call in the middle")
    arguments = parser.parse_args()
    if not only_loopback():
        # Browsers gather a candidate for each network card, so the machine's would be measured.
        command = in_loopback_namespace([sys.executable, "-m", "bench.first_frame", *sys.argv[1:]])
        os.execvp(command[0], command)  # noqa: S606  # no shell is what is wanted
    with ours(demo_with(), line_checks_most=4) as server, bare() as relay:
        product, peer = asyncio.run(run(server, relay, arguments.calls))
    if arguments.explain:
        explain("product", product)
        explain("bare", peer)
    figures = {
        "two_party_ms": median(product.frames),
        "bare_two_party_ms": median(peer.frames),
        "press_to_ringing_ms": median(product.ringing),
        "bare_press_to_ringing_ms": median(peer.ringing),
    }
    ratios = {
        "two_party": figures["two_party_ms"] / figures["bare_two_party_ms"],
        "press_to_ringing": figures["press_to_ringing_ms"] / figures["bare_press_to_ringing_ms"],
    }
    report("first-frame", figures, ratios)


if __name__ == "__main__":
    main()

"""What every screen of either client must hold: checks on a page as it stands in the browser.

Each check looks at the whole page, reports everything it finds in one failure, and changes nothing. What
nobody can see (hidden, clipped to a pixel for screen readers alone, behind a modal dialog) is left out.
Lengths are CSS pixels; a difference of up to one pixel is rounding, not a fault. The part that runs in the
page is `page_checks.js`.
"""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

_HERE = Path(__file__).parent
_AXE = _HERE.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def assert_accessible(page: Page) -> None:
    """Demand that axe-core finds nothing against WCAG 2.2 A and AA, nor against its best practices."""
    # Evaluated by the debugging protocol, so a strict content security policy does not stand in the way.
    if not await page.evaluate("typeof axe !== 'undefined'"):
        await page.evaluate(_text(_AXE))
    await _demand_none(page, "accessibility", "accessibility", _AXE_TAGS)


async def assert_no_cut_text(page: Page) -> None:
    """Demand that no text is wider than its box, nor clipped by any box around it."""
    await _demand_none(page, "cutText", "cut text")


async def assert_no_overlap(page: Page) -> None:
    """Demand that no two controls share a place on the screen; in a modal dialog, only its own count."""
    await _demand_none(page, "overlap", "overlapping controls")


async def assert_no_horizontal_scroll(page: Page) -> None:
    """Demand that neither the page nor any part of it has to be scrolled sideways (WCAG 1.4.10)."""
    await _demand_none(page, "horizontalScroll", "sideways scrolling")


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


async def _demand_none(page: Page, check: str, title: str, argument: list[str] | None = None) -> None:
    source = _text(_HERE / "page_checks.js")
    faults = await page.evaluate(f"(argument) => {{ {source}\nreturn pageChecks.{check}(argument); }}", argument)
    assert not faults, f"{title}:\n  " + "\n  ".join(faults)

"""A whole call in two real browsers, on either store: from the kiosk's first button to the record for the bill."""

import re
from datetime import datetime

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Demo, TwoBrowsers
from tests.e2e.pages import PATIENCE_MS, Console, Kiosk
from tests.support.media_probe import media_flow
from tests.support.page_checks import assert_accessible

TIMES = ("requested_at", "offered_at", "accepted_at", "connected_at", "ended_at")


@pytest.mark.timeout(180)
async def test_a_customer_reaches_an_expert_and_leaves_a_record(demo: Demo, two_browsers: TwoBrowsers) -> None:
    """Both see and hear each other, by decoded frames, sound energy and the picture on the screen."""
    kiosk = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    await console.open(demo, "kela-asiantuntija-1")
    await console.make_ready()
    await kiosk.open(demo, "mikkeli-kioski")
    await kiosk.request("Kela", "Asumistuki")

    await console.shows("ringing")
    ringing = console.stage("ringing")
    for told in ("Asumistuki", "Kela", "Mikkelin asiointipiste"):
        await expect(ringing.get_by_text(told).first).to_be_visible()
    why = ringing.get_by_text("Olet juuri nyt vuorossa ainoa, joka voi palvella asiakasta.")
    await expect(why).to_be_visible()
    await assert_accessible(console.page)
    await console.page.keyboard.press("Enter")

    await kiosk.shows("call")
    await console.shows("call")
    for page in (kiosk.page, console.page):
        flow = await media_flow(page)
        assert flow.spread > 50, "the picture on the screen is all of one colour"
    await assert_accessible(kiosk.page)
    await assert_accessible(console.page)
    await two_browsers.keep_picture_of_call(kiosk.page, console.page)

    await kiosk.press("Lopeta puhelu")
    await kiosk.page.get_by_role("dialog").get_by_role("button", name="Lopeta puhelu").click(timeout=PATIENCE_MS)
    await kiosk.shows("goodbye")
    await _finish(console)
    await _ask_why(two_browsers, demo)

    [event] = demo.service_events()
    assert {key: event[key] for key in EXPECTED} == EXPECTED
    times = [datetime.fromisoformat(event[name]) for name in TIMES]
    assert times == sorted(times)
    assert event["staff_pseudonym"] not in {"", "kela-asiantuntija-1"}

    await kiosk.press("Palaa alkuun")
    await kiosk.shows("language")


async def _finish(console: Console) -> None:
    """The expert asks for more time, and then is ready for the next by one key."""
    await console.shows("wrap_up")
    finishing = console.stage("wrap_up")
    latest = await finishing.locator("[data-most]").get_attribute("data-most")
    assert latest is not None
    await assert_accessible(console.page)
    await console.press("Tarvitsen lisää aikaa, +1 min")
    # The demo's ring gives half a minute: more than that can only be what was asked for.
    await expect(finishing.get_by_text(re.compile(r"^1:[0-2]\d$"))).to_be_visible(timeout=PATIENCE_MS)
    await console.page.locator("[data-stage]").focus()
    await console.page.keyboard.press("Enter")
    await console.shows("nothing")
    await expect(console.page.locator("[data-status='ready']")).to_be_visible(timeout=PATIENCE_MS)


async def _ask_why(two_browsers: TwoBrowsers, demo: Demo) -> None:
    """Their supervisor sees whom the call was offered to, and why."""
    page = await two_browsers.expert(viewport={"width": 1366, "height": 768})
    await page.goto(demo.opened_as("staff", "kela-esihenkilo"))
    ring = page.locator("[data-ring='kela']")
    await ring.locator("[data-toggle='detail']").click(timeout=PATIENCE_MS)
    await expect(ring.locator("[data-member='kela-asiantuntija-1'][data-activity='ready']")).to_be_visible()
    await ring.locator("[data-toggle='why']").click()
    offer = ring.locator("[data-offer]").first
    await expect(offer).to_have_attribute("data-outcome", "accepted", timeout=PATIENCE_MS)
    for told in ("Oli jonon ensimmäinen.", "ainoa vapaa ja sopiva"):
        await expect(offer.get_by_text(told)).to_be_visible()
    await assert_accessible(page)


EXPECTED = {
    "provider": "kela",
    "ring": "kela",
    "service": "kela-asumistuki",
    "point": "mikkeli",
    "terminal": "mikkeli-kioski",
    "channel": "kiosk",
    "host": "mikkeli",
    "municipality_code": "491",
    "language": "fi",
    "outcome": "served",
}

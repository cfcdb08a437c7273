"""The expert's side of a visit in a real browser, by keyboard alone: the note, the advisor, the move, the outcome."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import expect

from palvelurinki.domain.situation import IdentityCheck
from palvelurinki.protocol.client import RequestForCustomer
from palvelurinki.protocol.situation import BoardContactView, HandoffPart
from palvelurinki.protocol.views import StaffSnapshot
from tests.e2e.conftest import Demo, TwoBrowsers
from tests.e2e.desk_pages import Desk
from tests.e2e.pages import PATIENCE_MS, Console, Kiosk
from tests.support import scenes
from tests.support.media_probe import media_flow
from tests.support.page_checks import assert_accessible
from tests.support.server import Server
from tests.support.waiting import contact_in, seen

pytestmark = pytest.mark.timeout(180)

DESK, KIOSK, ROOM, EXPERT = "mikkeli-tiski", "mikkeli-kioski", "mikkeli-huone", "kela-asiantuntija-1"
NOTE = HandoffPart(what="Vuokra nousi lokakuussa.", tried="OmaKela on tarkistettu.", wanted="Päätöksen tarkistus.")


@pytest_asyncio.fixture(loop_scope="session")
async def counter(demo: Demo) -> AsyncIterator[tuple[scenes.Console, scenes.Kiosk]]:
    """The advisor and the desk's terminal, as programs."""
    server = Server(urlsplit(demo.address).port or 0)
    server.url = demo.address
    async with AsyncExitStack() as stack:
        advisor = await stack.enter_async_context(server.advisor())
        yield advisor, await stack.enter_async_context(server.terminal(DESK))


async def test_the_expert_reads_the_note_calls_the_advisor_and_writes_down_the_outcome(
    demo: Demo, two_browsers: TwoBrowsers, counter: tuple[scenes.Console, scenes.Kiosk]
) -> None:
    advisor, terminal = counter
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    page = console.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await console.open(demo, EXPERT)
    await console.make_ready()
    contact = (await advisor.request_for_customer(request(DESK))).contact
    assert contact
    await contact_in(terminal, "waiting")
    await terminal.report_line(contact)

    await console.shows("ringing")
    for part in (NOTE.what, NOTE.tried, NOTE.wanted):
        await expect(page.locator("[data-note]").get_by_text(part)).to_be_visible()
    await expect(page.locator("[data-identity='identity_document']")).to_be_visible()
    await expect(page.locator("[data-interpreter='ar']")).to_be_visible()
    await assert_accessible(page)
    await page.keyboard.press("Enter")
    await console.shows("call")

    keys = Desk(page)
    await keys.walks_to(page.get_by_role("button", name="Pyydä neuvoja paikalle"))
    await keys.presses("Enter")
    await seen(advisor, lambda s: called_at(s) == "expert")
    await expect(page.locator("[data-called='expert']")).to_be_visible(timeout=PATIENCE_MS)
    await advisor.attend_contact(contact)
    await expect(page.locator("[data-attending='true']")).to_be_visible(timeout=PATIENCE_MS)
    await assert_accessible(page)
    await keys.walks_to(page.get_by_role("button", name="Kopioi viite"))
    await keys.presses("Enter")
    await expect(page.get_by_text("Viite kopioitu")).to_be_visible(timeout=PATIENCE_MS)
    reference = await page.locator("[data-reference]").first.get_attribute("data-reference")
    assert await page.evaluate("navigator.clipboard.readText()") == reference

    # The outcome is written down while the customer is there still, and shown to the advisor at once.
    await keys.walks_to(page.locator("[data-toggle='conclude']"))
    await keys.presses("Enter")
    await concludes(keys)
    await expect(page.locator("[data-saved='true'][data-concluding='documents_missing']")).to_be_visible()
    await seen(advisor, lambda s: (c := contact_at_desk(s)) is not None and c.conclusion is not None)
    await page.keyboard.press("Alt+l")
    await page.keyboard.press("Enter")
    await seen(advisor, lambda s: (c := contact_at_desk(s)) is not None and c.state == "ended")


async def concludes(keys: Desk) -> None:
    """The first answer has the focus: a number, Tab, a number, and Enter."""
    await expect(keys.page.locator("[data-concluding] input[type=radio]").first).to_be_focused(timeout=PATIENCE_MS)
    await keys.presses("4")
    await keys.presses("Tab")
    await keys.presses("2")
    await assert_accessible(keys.page)
    await keys.presses("Enter")


async def test_a_call_moves_to_the_private_room_and_picture_and_sound_go_on_there(
    demo: Demo, two_browsers: TwoBrowsers
) -> None:
    """By decoded frames and sound energy at both ends; the first terminal keeps nothing of the customer."""
    lobby = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    room = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    await console.open(demo, EXPERT)
    await console.make_ready()
    await room.open(demo, ROOM)
    await lobby.open(demo, KIOSK)
    await lobby.request("Kela", "Asumistuki")
    await console.shows("ringing")
    await console.page.keyboard.press("Enter")
    await lobby.shows("call")
    await media_flow(console.page)

    desk = Desk(await two_browsers.expert(viewport={"width": 420, "height": 900}))
    await desk.open(demo)
    await desk.walks_to(desk.card(KIOSK))
    await desk.presses("Enter")
    await desk.stands("[data-contact-state='in_call']")
    await desk.presses("Alt+s")
    await desk.presses("Enter")
    await room.shows("call")
    await lobby.shows("language")
    await desk.shows(ROOM, "in_call")
    await desk.shows(KIOSK, "free")
    for page in (console.page, room.page):
        flow = await media_flow(page)
        assert flow.spread > 50, "the picture on the screen is all of one colour"
    await expect(console.page.locator("[data-line='connected']")).to_be_visible(timeout=PATIENCE_MS)
    await expect(lobby.page.locator("video[data-seat-kind]")).to_have_count(0)
    assert "Asumistuki" not in await lobby.page.inner_text("body")
    await assert_accessible(console.page)

    await console.page.keyboard.press("Alt+l")
    await console.page.keyboard.press("Enter")
    await console.shows("wrap_up")
    # Enter goes on to the next customer, and saves what was chosen.
    await concludes(Desk(console.page))
    await console.shows("nothing")
    await expect(console.page.locator("[data-status='ready']")).to_be_visible(timeout=PATIENCE_MS)
    [event] = demo.service_events()
    assert (event["terminal"], event["channel"], event["outcome"]) == (ROOM, "private_room", "served")
    assert (event["resolution"], event["follow_ups"]) == ("documents_missing", ["bring_documents"])


def request(terminal: str) -> RequestForCustomer:
    """What an advisor has prepared."""
    return RequestForCustomer(
        id="operation-1",
        terminal=terminal,
        service="kela-asumistuki",
        language="fi",
        handoff=NOTE,
        identity=IdentityCheck.IDENTITY_DOCUMENT,
        interpreter="ar",
    )


def contact_at_desk(snapshot: StaffSnapshot) -> BoardContactView | None:
    """What the point's board says of the desk's terminal."""
    [board] = snapshot.points
    return next(each.contact for each in board.terminals if each.terminal.id == DESK)


def called_at(snapshot: StaffSnapshot) -> str | None:
    """Who asks the advisor to come to the desk's terminal."""
    contact = contact_at_desk(snapshot)
    return contact.called.by if contact is not None and contact.called is not None else None

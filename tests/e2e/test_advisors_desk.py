"""The advisor's desk in a real browser, by keyboard alone, in three languages: from the need to the finishing."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from palvelurinki.adapters.sql.migrate import upgrade
from palvelurinki.domain.situation import FollowUp, LineFault, Resolution
from tests.e2e.conftest import Demo
from tests.e2e.desk_pages import Desk
from tests.e2e.pages import PATIENCE_MS
from tests.support.browser import Recorder, chromium, settle
from tests.support.demo_configuration import demo_with
from tests.support.page_checks import assert_accessible
from tests.support.scenes import Console, Kiosk
from tests.support.server import Ground, Server, ServerCommand
from tests.support.waiting import call_in, contact_in, offer_in, seen

pytestmark = pytest.mark.timeout(150)

DESK, ROOM, KIOSK = "mikkeli-tiski", "mikkeli-huone", "mikkeli-kioski"
ADVISOR, COLLEAGUE, EXPERT = "mikkeli-neuvoja", "mikkeli-neuvoja-2", "kela-asiantuntija-1"
NOTE = "Vuokra nousi lokakuussa."
# What a customer's need becomes under hurried fingers.
MISSPELT = {"fi": "asumistuuki", "sv": "bostadsbidragg", "en": "housing alowance"}
CALLED = {"fi": "Sinua pyydetään", "sv": "Du behövs", "en": "You are needed"}


@dataclass
class Point:
    """A service point with its terminals and an expert, as programs; the advisor's desk is a real browser's."""

    demo: Demo
    desk: Kiosk
    room: Kiosk
    expert: Console
    server: Server


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo, with a second advisor at the point."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'palvelurinki.db'}"
    await upgrade(url)
    ground = Ground(url, None)
    await ground.configure(demo_with(second_advisor))
    server = ServerCommand(ground.settings(), tmp_path / "server.log")
    server.start()
    try:
        yield Demo(server.url.replace("127.0.0.1", "localhost"), url)
    finally:
        server.stop()


def second_advisor(document: dict[str, Any]) -> None:
    """A colleague at the same counter."""
    document["staff"][COLLEAGUE] = {**document["staff"][ADVISOR], "name": "Toinen Mikkeläinen"}


@pytest_asyncio.fixture(loop_scope="session")
async def point(demo: Demo) -> AsyncIterator[Point]:
    """The point, with the desk's own terminal and the private room there; the kiosk is away."""
    server = Server(urlsplit(demo.address).port or 0)
    server.url = demo.address
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(server.terminal(DESK))
        room = await stack.enter_async_context(server.terminal(ROOM))
        expert = await stack.enter_async_context(server.expert(EXPERT))
        yield Point(demo, desk, room, expert, server)


@pytest_asyncio.fixture(loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A browser without camera and microphone: a desk needs none."""
    async with chromium(devices=False) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def page(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Page]:
    """The advisor's window: narrow, for it lives beside other work. An error on its console fails the test."""
    context = await browser.new_context(locale="fi-FI", viewport={"width": 420, "height": 900})
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    recorder = Recorder("desk", await context.new_page())
    yield recorder.page
    await settle([recorder], request.node)


async def connect(desk: Desk, need: str = "vuokra", note: str = NOTE) -> None:
    """From the need to the request, by keyboard."""
    await desk.types(need)
    await desk.finds("kela-asumistuki")
    await desk.presses("Enter")
    await desk.asks_for_note()
    await desk.types(note)
    await desk.presses("Enter")


async def rung(point: Point, kiosk: Kiosk) -> str:
    """The terminal shows that it can call, and the expert is rung; returns the offer."""
    contact = (await contact_in(kiosk, "waiting")).id
    await kiosk.report_line(contact)
    return (await offer_in(point.expert, "ringing")).id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_from_the_need_to_the_ringing_takes_at_most_five_acts(point: Point, page: Page, language: str) -> None:
    desk = Desk(page)
    await desk.open(point.demo, language=language)
    await assert_accessible(page)
    await connect(desk, MISSPELT[language])
    offer = await rung(point, point.desk)
    assert len(desk.acts) <= 5, desk.acts
    view = await seen(point.expert, lambda s: s.offer is not None and s.offer.brief is not None)
    assert view.offer
    assert view.offer.id == offer
    brief = view.offer.brief
    assert brief
    assert brief.handoff
    assert (brief.handoff.what, brief.by_advisor) == (NOTE, True)
    assert view.offer.matter
    assert view.offer.matter.language == language
    await desk.shows(DESK, "offered")
    await assert_accessible(page)
    # The advisor does something else; the expert answers, and the advisor is called.
    call = (await point.expert.accept_offer(offer)).call
    assert call
    await desk.is_called("answered")
    await expect(page).to_have_title(f"☎ {CALLED[language]}", timeout=PATIENCE_MS)
    await assert_accessible(page)


async def test_the_whole_visit_by_keyboard_alone(point: Point, page: Page) -> None:
    """Beside the customer and away again, called by the expert, moved to the private room, finished."""
    desk = Desk(page)
    await desk.open(point.demo)
    await connect(desk)
    call = (await point.expert.accept_offer(await rung(point, point.desk))).call
    assert call
    await call_in(point.desk, "opening")
    await desk.shows(DESK, "in_call")
    await desk.presses("Alt+o")
    await seen(point.desk, lambda s: s.contact is not None and attended(s))
    await desk.stands("[data-attending='attending_me']")
    await desk.presses("Alt+o")
    await desk.stands("[data-attending='nobody']")
    contact = point.desk.snapshot.contact
    assert contact
    await point.expert.call_advisor(contact.id)
    await desk.is_called("expert")
    # To the private room: by one press of the button that the key leads to.
    await desk.presses("Alt+s")
    await desk.presses("Enter")
    await contact_in(point.room, "in_call")
    await seen(point.desk, lambda s: s.contact is None)
    await desk.shows(ROOM, "in_call")
    await desk.shows(DESK, "free")
    await point.expert.leave_call(call)
    await point.expert.conclude_call(call, Resolution.DOCUMENTS_MISSING, [FollowUp.BRING_DOCUMENTS])
    await desk.shows(ROOM, "unfinished")
    await desk.stands("[data-conclusion='documents_missing'] [data-follow-up='bring_documents']")
    await assert_accessible(page)
    await desk.walks_to(page.get_by_role("button", name="Valmis"))
    await desk.presses("Enter")
    await desk.shows(ROOM, "free")
    await expect(desk.search).to_be_focused(timeout=PATIENCE_MS)
    [event] = point.demo.service_events()
    assert (event["resolution"], event["terminal"]) == ("documents_missing", ROOM)


def attended(snapshot: object) -> bool:
    """Whether the terminal shows that the advisor is there."""
    situation = getattr(getattr(snapshot, "contact", None), "situation", None)
    return situation is not None and situation.attending_since is not None


async def test_nothing_typed_is_lost(point: Point, page: Page) -> None:
    """A note that is far too long, every terminal taken, a reload that is thought better of: the words stay."""
    desk = Desk(page)
    await desk.open(point.demo)
    await desk.types("vuokra")
    await desk.finds("kela-asumistuki")
    await desk.presses("Enter")
    await desk.asks_for_note()
    await page.keyboard.insert_text("a" * 10_000)
    await desk.presses("Enter")
    await desk.is_told("too_long")
    field = page.locator("[data-part='what']")
    assert await field.input_value() == "a" * 10_000
    await desk.presses("Control+a")
    await desk.types(NOTE)
    # The customers of others have taken what was free.
    await point.desk.request_contact("kela-elake", "fi")
    await point.room.request_contact("kela-elake", "fi")
    for terminal in (DESK, ROOM):
        await expect(desk.card(terminal)).not_to_have_attribute("data-card-state", "free", timeout=PATIENCE_MS)
    await desk.presses("Enter")
    await desk.is_told("no_terminal")
    assert await field.input_value() == NOTE
    await expect(field).to_be_focused()
    # The browser asks before it forgets: nothing of the note is stored anywhere.
    async with page.expect_event("dialog") as leaving:
        await page.evaluate("setTimeout(() => location.reload(), 0)")
    dialog = await leaving.value
    assert dialog.type == "beforeunload"
    await dialog.dismiss()
    assert await field.input_value() == NOTE
    stored: str = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert NOTE not in stored


async def test_a_terminal_that_cannot_call_is_told_of_and_left_for_another(point: Point, page: Page) -> None:
    desk = Desk(page)
    await desk.open(point.demo)
    await connect(desk)
    contact = (await contact_in(point.desk, "waiting")).id
    await desk.shows(DESK, "checking")
    await point.desk.report_line(contact, [LineFault.CAMERA_MISSING])
    await desk.shows(DESK, "trouble")
    await desk.is_called("line")
    await desk.stands("[data-fault='camera_missing']")
    assert point.expert.snapshot.offer is None
    await assert_accessible(page)
    await desk.presses("Alt+s")
    await desk.presses("Enter")
    await rung(point, point.room)
    await desk.shows(ROOM, "offered")
    # The customer walks away: it is asked once, with what is lost by it.
    await desk.walks_to(page.get_by_role("button", name="Asiakas lähti"))
    await desk.presses("Enter")
    await desk.stands("[data-closing='true']")
    await desk.presses("Tab")
    await desk.presses("Enter")
    await desk.stands("[data-outcome='customer_left'], [data-gone='true'], [data-connect='search']")
    await seen(point.expert, lambda s: s.offer is not None and s.offer.state == "withdrawn")


async def test_the_second_of_two_advisors_is_told_and_sees_the_present_state(point: Point, page: Page) -> None:
    desk = Desk(page)
    line = SlowLine()
    await line.lies_before(page)
    await desk.open(point.demo)
    await connect(desk)
    contact = (await contact_in(point.desk, "waiting")).id
    await desk.shows(DESK, "checking")
    async with point.server.advisor(COLLEAGUE) as colleague:
        await colleague.attend_contact(contact)
        await expect(page.get_by_text("Toinen Mikkeläinen on asiakkaan luona")).to_be_visible(timeout=PATIENCE_MS)
        # The colleague moves it, and this desk has not heard of that yet.
        line.hold()
        await colleague.move_contact(contact, DESK, ROOM)
        await contact_in(point.room, "waiting")
        await point.desk.request_contact("kela-elake", "fi")
        await desk.walks_to(page.locator(f"[data-move-to='{ROOM}']"))
        await desk.presses("Enter")
        line.let_through()
        await desk.is_told("contact.elsewhere")
        await desk.shows(ROOM, "checking")
        await desk.stands(f"[data-contact-panel='{contact}']")
        await assert_accessible(page)
        await colleague.close_contact(contact)
        await desk.stands("[data-gone='true'], [data-outcome='customer_left']")


class SlowLine:
    """A network that lets nothing of the server's through for a while, and loses nothing."""

    def __init__(self) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None

    async def lies_before(self, page: Page) -> None:
        """Before the page is opened."""
        await page.route_web_socket("**/ws/v1", self._connect)

    def hold(self) -> None:
        """From now on nothing comes through."""
        self._held = []

    def let_through(self) -> None:
        """All that was held, and all that follows."""
        held, self._held = self._held or [], None
        for route, message in held:
            route.send(message)

    def _connect(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def arrived(message: str | bytes) -> None:
            if self._held is None:
                route.send(message)
            else:
                self._held.append((route, message))

        server.on_message(arrived)

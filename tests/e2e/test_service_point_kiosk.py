"""The service point as its customers meet it: real browsers, touched and nothing else, in each language."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from palvelurinki.client import Client
from palvelurinki.domain.situation import FollowUp, Resolution
from palvelurinki.protocol.client import RequestForCustomer
from palvelurinki.protocol.situation import BoardContactView, FurtherPart
from palvelurinki.protocol.views import StaffSnapshot
from tests.e2e.conftest import Demo, TwoBrowsers
from tests.e2e.pages import PATIENCE_MS, Console
from tests.e2e.touching import LANGUAGES, LYING, STANDING, Touched, Words, member_of_staff
from tests.support.browser import Recorder, chromium, settle
from tests.support.media_probe import connections_open, media_flow
from tests.support.page_checks import assert_accessible
from tests.support.server_command import demo_on_sqlite
from tests.support.waiting import seen

KIOSK, ROOM = "mikkeli-kioski", "mikkeli-huone"
ADVISOR, EXPERT = "mikkeli-neuvoja", "kela-asiantuntija-1"
HOUSING, MOVING = "kela-asumistuki", "dvv-muutto"
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@asynccontextmanager
async def sqlite_demo(directory: Path) -> AsyncIterator[Demo]:
    """The demo on the store that needs no server of its own."""
    with demo_on_sqlite(directory) as address:
        yield Demo(address, f"sqlite+aiosqlite:///{directory / 'palvelurinki.db'}")


def contact_at(snapshot: StaffSnapshot) -> BoardContactView | None:
    """The kiosk's contact on the point's board."""
    return next(each.contact for point in snapshot.points for each in point.terminals if each.terminal.id == KIOSK)


async def on_board(advisor: Client[StaffSnapshot], state: str, line: str = "proven") -> BoardContactView:
    """The kiosk's, once it and its line are in these states."""

    def there(snapshot: StaffSnapshot) -> bool:
        contact = contact_at(snapshot)
        return contact is not None and (contact.state, contact.line.state) == (state, line)

    contact = contact_at(await seen(advisor, there))
    assert contact
    return contact


def for_customer(language: str, *further: str) -> RequestForCustomer:
    """What the advisor asks for."""
    return RequestForCustomer(
        id=f"request-{language}",
        terminal=KIOSK,
        service=HOUSING,
        language=language,
        further=[FurtherPart(service=each) for each in further],
    )


async def ready_console(demo: Demo, two_browsers: TwoBrowsers) -> Console:
    """An expert who takes calls."""
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    await console.open(demo, EXPERT)
    # Who waits already rings at once.
    await console.press("Olen valmis")
    return console


async def answer(console: Console, *kiosks: Touched) -> None:
    """The expert takes the call, and both ends see and hear each other."""
    await console.shows("ringing")
    await console.page.keyboard.press("Enter")
    for kiosk in kiosks:
        await kiosk.shows("call")
    for page in (*(kiosk.page for kiosk in kiosks), console.page):
        await media_flow(page)


async def nothing_remains(kiosk: Touched, traces: tuple[str, ...]) -> None:
    """Nothing of the customer is on the page, in the address, or in anything that the browser keeps."""
    kept = await kiosk.kept()
    told = str(kept)
    assert not [trace for trace in traces if trace in told], told
    assert (kept["local"], kept["session"], kept["caches"], kept["cookie"], kept["state"]) == ({}, {}, [], "", None)
    assert kept["pictures"] == 0
    assert await connections_open(kiosk.page) == 0


@LANGUAGE
@pytest.mark.timeout(240)
async def test_a_customer_walks_the_whole_path_by_touch(
    language: str, tmp_path: Path, two_browsers: TwoBrowsers
) -> None:
    words = LANGUAGES[language]
    async with sqlite_demo(tmp_path) as demo, member_of_staff(demo, ADVISOR) as advisor:
        kiosk = Touched(await two_browsers.customer(**STANDING), words)
        await kiosk.open(demo, KIOSK)
        length = (await kiosk.kept())["history"]
        await kiosk.ask()
        await kiosk.tells(words.line_ready)
        await on_board(advisor, "waiting")
        await assert_accessible(kiosk.page)
        await _the_advisor_comes(kiosk, advisor, words)

        console = await ready_console(demo, two_browsers)
        # The camera that the customer has shut stays shut when the expert answers.
        await kiosk.touch(words.shut)
        await console.shows("ringing")
        await console.page.keyboard.press("Enter")
        await kiosk.shows("call")
        await kiosk.tells(words.not_seen)
        await expect(console.page.get_by_text("Kamera pois päältä").first).to_be_visible(timeout=PATIENCE_MS)
        await media_flow(kiosk.page)
        await assert_accessible(kiosk.page)
        await kiosk.touch(words.end)
        await kiosk.touch_over(words.end)

        reference = await _the_end(kiosk, console, demo, words)
        await kiosk.touch(words.to_start)
        await kiosk.shows("language")
        await nothing_remains(kiosk, (reference, words.service, words.provider))
        assert (await kiosk.kept())["history"] == length
        [event] = demo.service_events()
        assert (event["outcome"], event["satisfaction"], event["language"]) == ("served", 4, language)


async def _the_advisor_comes(kiosk: Touched, advisor: Client[StaffSnapshot], words: Words) -> None:
    """Asked for by one press, taken back, asked again, and shown while there."""
    contact = (await on_board(advisor, "waiting")).id
    await kiosk.touch(words.help)
    await seen(advisor, lambda s: (c := contact_at(s)) is not None and c.called is not None)
    await assert_accessible(kiosk.page)
    await kiosk.touch_over(words.take_back)
    await seen(advisor, lambda s: (c := contact_at(s)) is not None and c.called is None)
    await kiosk.tells_no_more(words.called)
    await kiosk.touch(words.help)
    await seen(advisor, lambda s: (c := contact_at(s)) is not None and c.called is not None)
    await advisor.attend_contact(contact)
    # What lay over the screen goes by itself when they come.
    await expect(kiosk.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE_MS)
    await kiosk.tells(words.here)
    await advisor.attend_contact(contact, present=False)
    await kiosk.tells_no_more(words.here)


async def _the_end(kiosk: Touched, console: Console, demo: Demo, words: Words) -> str:
    """The reference, what was agreed as it comes, and how it went by one press; returns the reference."""
    await kiosk.shows("goodbye")
    reference = await kiosk.page.locator("main strong").first.inner_text()
    await assert_accessible(kiosk.page)
    await console.page.close()
    async with member_of_staff(demo, EXPERT) as expert:
        assert expert.snapshot.call
        await expert.conclude_call(expert.snapshot.call.id, Resolution.STARTED, [FollowUp.BRING_DOCUMENTS])
    await kiosk.tells(words.settled)
    await kiosk.tells(words.follow_up)
    await kiosk.tells(words.rate_question)
    await kiosk.touch(words.well)
    await kiosk.tells(words.thanks)
    await assert_accessible(kiosk.page)
    return reference


@LANGUAGE
@pytest.mark.timeout(240)
async def test_an_advisor_connects_and_moves_to_the_private_room_in_mid_call(
    language: str, tmp_path: Path, two_browsers: TwoBrowsers
) -> None:
    words = LANGUAGES[language]
    async with sqlite_demo(tmp_path) as demo, member_of_staff(demo, ADVISOR) as advisor:
        kiosk = Touched(await two_browsers.customer(**STANDING), words)
        room = Touched(await two_browsers.customer(**LYING), words)
        await kiosk.open(demo, KIOSK)
        await room.open(demo, ROOM)
        await advisor.request_for_customer(for_customer(language))
        await kiosk.shows("waiting")
        await kiosk.tells(words.connected)
        await kiosk.tells(words.line_ready)
        console = await ready_console(demo, two_browsers)
        await answer(console, kiosk)

        contact = (await on_board(advisor, "in_call")).id
        await advisor.move_contact(contact, KIOSK, ROOM)
        await kiosk.shows("moved")
        await nothing_remains(kiosk, (words.service, words.provider))
        await assert_accessible(kiosk.page)
        await room.shows("call")
        for page in (room.page, console.page):
            await media_flow(page)
        await room.tells(words.service)
        await kiosk.shows("language")
        await room.touch(words.end)
        await room.touch_over(words.end)
        await room.shows("goodbye")
        [event] = demo.service_events()
        assert (event["outcome"], event["terminal"], event["language"]) == ("served", ROOM, language)


@pytest.mark.timeout(180)
async def test_the_next_matter_of_a_visit_follows_by_itself(tmp_path: Path, two_browsers: TwoBrowsers) -> None:
    async with sqlite_demo(tmp_path) as demo, member_of_staff(demo, ADVISOR) as advisor:
        kiosk = Touched(await two_browsers.customer(**STANDING))
        await kiosk.open(demo, KIOSK)
        await advisor.request_for_customer(for_customer("fi", MOVING))
        await kiosk.tells("Seuraavaksi: Digi- ja väestötietovirasto, Muutto")
        console = await ready_console(demo, two_browsers)
        await answer(console, kiosk)
        await console.press("Lopeta puhelu")
        await console.press("Kyllä, lopeta")
        await kiosk.shows("waiting")
        await kiosk.tells("Edellinen asia: Kela, Asumistuki.")
        await kiosk.tells("Palveluneuvoja yhdistää sinut: Digi- ja väestötietovirasto, Muutto")
        # It was shown a moment ago that the terminal can call.
        assert (await on_board(advisor, "waiting")).service.id == MOVING
        await assert_accessible(kiosk.page)


@pytest.mark.timeout(180)
async def test_nobody_is_rung_for_a_terminal_without_camera_and_microphone(
    tmp_path: Path, request: pytest.FixtureRequest, two_browsers: TwoBrowsers
) -> None:
    async with sqlite_demo(tmp_path) as demo, member_of_staff(demo, ADVISOR) as advisor:
        console = await ready_console(demo, two_browsers)
        await expect(console.page.get_by_role("heading", name="Olet valmiina")).to_be_visible(timeout=PATIENCE_MS)
        async with chromium(permission=False) as browser:
            context = await browser.new_context(locale="fi-FI", **STANDING)
            recorder = Recorder("denied", await context.new_page())
            kiosk = Touched(recorder.page)
            await kiosk.open(demo, KIOSK)
            await advisor.request_for_customer(for_customer("fi"))
            await kiosk.tells("Laitteella ei ole lupaa käyttää kameraa.")
            await kiosk.tells("Paikkasi jonossa säilyy. Soitamme asiantuntijalle, kun laite toimii.")
            contact = await on_board(advisor, "waiting", line="failed")
            assert set(contact.line.faults) >= {"camera_denied", "microphone_denied"}
            await assert_accessible(kiosk.page)
            await kiosk.touch("Kutsu palveluneuvoja")
            await seen(advisor, lambda s: (c := contact_at(s)) is not None and c.called is not None)
            await kiosk.touch_over("Sulje")
            await kiosk.touch("Tarkista uudelleen")
            await kiosk.tells("Laitteella ei ole lupaa käyttää kameraa.")
            # The expert has been free and ready all the while.
            assert await console.stage("ringing").count() == 0
            await kiosk.touch("Poistu jonosta")
            await kiosk.touch_over("Poistu jonosta")
            await kiosk.shows("goodbye")
            await settle([recorder], request.node)
        assert demo.service_events() == []

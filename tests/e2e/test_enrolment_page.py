"""A terminal's own key in a real browser: made and kept there, approved by an administrator, lost and copied."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.conftest import OpenPage
from tests.e2e.conftest import Demo, TwoBrowsers
from tests.e2e.pages import PATIENCE_MS, Administrator, Console, Kiosk, shown
from tests.support import media_probe
from tests.support.browser import Recorder
from tests.support.media_probe import media_flow
from tests.support.page_checks import assert_accessible
from tests.support.server_command import demo_on_sqlite

KIOSK = "mikkeli-kioski"
DESK: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "fi-FI"}
STANDING: dict[str, Any] = {"viewport": {"width": 1080, "height": 1920}, "locale": "fi-FI"}
# What the requirements promise for a key that is revoked.
SOON_MS = 5000

# What the page keeps: the key as the browser gives it back, tried for what must not work.
KEPT = """async () => {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("palvelurinki.terminal", 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const key = await new Promise((resolve, reject) => {
    const request = database.transaction("keys").objectStore("keys").get("current");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  database.close();
  const taken = await crypto.subtle.exportKey("jwk", key.privateKey).then(() => true, () => false);
  return { count: key.count, thumbprint: key.thumbprint, extractable: key.privateKey.extractable, taken };
}"""

# A disk's image of an earlier day is put back: the key is the same, its count what it was.
PUT_BACK = """async (count) => {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("palvelurinki.terminal", 1);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await new Promise((resolve, reject) => {
    const transaction = database.transaction("keys", "readwrite");
    const keys = transaction.objectStore("keys");
    const request = keys.get("current");
    request.onsuccess = () => keys.put({ ...request.result, count }, "current");
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
}"""

NO_STORAGE = """Object.defineProperty(globalThis, "indexedDB", {
  get() { throw new DOMException("blocked", "SecurityError"); },
});"""

WRONG_CLOCK = "const real = Date.now; Date.now = () => real() - 90 * 60 * 1000;"


HOLD = """() => {
  const held = () => new Promise((release) => { globalThis.release = release; });
  navigator.locks.request("palvelurinki.terminal_key", held);
}"""

WAITS = """async () => {
  const { pending } = await navigator.locks.query();
  return pending.some((each) => each.name === "palvelurinki.terminal_key");
}"""


def forgive(recorder: Recorder) -> None:
    """Take away what the browser itself notes of a sign-in that is refused, as it is meant to be."""
    recorder.faults[:] = [each for each in recorder.faults if " 401 " not in each]


@pytest.fixture
def sqlite_demo(tmp_path: Path) -> Iterator[Demo]:
    """The demo on SQLite: what is tried here is the browser."""
    with demo_on_sqlite(tmp_path) as address:
        yield Demo(address, "")


class Site:
    """A kiosk that nobody knows and an administrator, each in a browser's context of its own."""

    def __init__(self, demo: Demo, kiosk: Recorder, administrator: Recorder) -> None:
        self.demo = demo
        self.kiosk = Kiosk(kiosk.page)
        self.administrator = Administrator(administrator.page)
        self.recorders = (kiosk, administrator)

    async def open(self) -> None:
        """Open the kiosk as whoever installs it does, by its plain address."""
        await self.kiosk.page.goto(f"{self.demo.address}/kiosk/")
        await self.kiosk.shows("enrolment")
        await self.administrator.open(self.demo)

    async def approve(self) -> str:
        """Approve the kiosk; returns its fingerprint."""
        code, fingerprint = await shown(self.kiosk.page, "code"), await shown(self.kiosk.page, "fingerprint")
        await self.administrator.approve(KIOSK, code, fingerprint)
        await self.kiosk.shows("language")
        return fingerprint

    async def kept(self) -> dict[str, Any]:
        """What the kiosk's browser keeps."""
        found: dict[str, Any] = await self.kiosk.page.evaluate(KEPT)
        return found

    async def sign_in_anew(self) -> None:
        """Load the page without the sign-in, which lasts but minutes."""
        await self.kiosk.page.context.clear_cookies()
        await self.kiosk.reload()


@asynccontextmanager
async def site_of(demo: Demo, open_page: OpenPage) -> AsyncIterator[Site]:
    """The two pages; what is refused on purpose is no fault of theirs."""
    site = Site(demo, await open_page("kiosk", **STANDING), await open_page("administrator", **DESK))
    yield site
    for recorder in site.recorders:
        forgive(recorder)


@pytest.mark.timeout(180)
async def test_a_kiosk_is_enrolled_serves_a_call_and_is_revoked(demo: Demo, two_browsers: TwoBrowsers) -> None:
    """From a browser that nobody knows to a call, and within five seconds out of it again."""
    kiosk = Kiosk(await two_browsers.customer(viewport={"width": 1080, "height": 1920}))
    administrator = Administrator(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    console = Console(await two_browsers.expert(viewport={"width": 1366, "height": 768}))
    await kiosk.page.add_init_script(media_probe.SCRIPT)
    await kiosk.page.goto(f"{demo.address}/kiosk/")
    await kiosk.shows("enrolment")
    await assert_accessible(kiosk.page)

    await administrator.open(demo)
    await administrator.shows(KIOSK, "none")
    code, fingerprint = await shown(kiosk.page, "code"), await shown(kiosk.page, "fingerprint")
    await administrator.approve(KIOSK, code, fingerprint)
    await kiosk.shows("language")
    await expect(administrator.terminal(KIOSK)).to_contain_text(fingerprint)

    await console.open(demo, "kela-asiantuntija-1")
    await console.make_ready()
    await kiosk.request("Kela", "Asumistuki")
    await console.shows("ringing")
    await console.page.keyboard.press("Enter")
    await kiosk.shows("call")
    await media_flow(kiosk.page)

    await administrator.revoke(KIOSK)
    stopped = kiosk.page.locator("[data-screen='key_stopped']")
    await expect(stopped).to_be_visible(timeout=SOON_MS)
    await expect(kiosk.page.get_by_role("heading", name="Laite on poistettu käytöstä")).to_be_visible()
    await assert_accessible(kiosk.page)

    await kiosk.press("Ota laite käyttöön uudelleen")
    await kiosk.shows("enrolment")
    assert await shown(kiosk.page, "fingerprint") != fingerprint
    for recorder in two_browsers.recorders:
        forgive(recorder)


async def test_the_key_stays_in_the_browser_and_signs_in_by_itself(sqlite_demo: Demo, open_page: OpenPage) -> None:
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        await site.approve()
        first = await site.kept()
        assert first["extractable"] is False
        assert first["taken"] is False

        await site.sign_in_anew()
        await site.kiosk.shows("language")
        second = await site.kept()
        assert second["thumbprint"] == first["thumbprint"]
        assert second["count"] > first["count"]


async def test_a_session_outlives_its_sign_in(sqlite_demo: Demo, open_page: OpenPage) -> None:
    """What the page asks for after that signs in first, and nobody notices."""
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        await site.approve()
        page = site.kiosk.page
        await page.context.clear_cookies()
        async with page.expect_response(
            lambda response: response.url.endswith("/terminal/catalogue") and response.ok, timeout=PATIENCE_MS
        ):
            await site.kiosk.press("Suomi")
        await site.kiosk.shows("need")


async def test_the_key_is_changed_when_the_server_asks(sqlite_demo: Demo, open_page: OpenPage) -> None:
    """A month passes in the answer alone. The next key is bound, signs in, and ends the one before."""

    async def a_month_later(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        await route.fulfill(response=answer, json={**told, "rotate_key": True} if answer.ok else told)

    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        fingerprint = await site.approve()
        before = await site.kept()
        await site.kiosk.page.route("**/api/v1/terminal/token", a_month_later, times=1)
        await site.sign_in_anew()
        await site.kiosk.shows("language")
        after = await site.kept()
        assert after["thumbprint"] != before["thumbprint"]
        assert after["count"] == 1
        await site.administrator.shows(KIOSK, "enrolled")
        await expect(site.administrator.terminal(KIOSK)).not_to_contain_text(fingerprint, timeout=PATIENCE_MS)

        await site.sign_in_anew()
        await site.kiosk.shows("language")
        assert (await site.kept())["thumbprint"] == after["thumbprint"]


async def test_two_windows_of_one_browser_are_no_two_holders(sqlite_demo: Demo, open_page: OpenPage) -> None:
    """Both sign in with the one key at the same moment, again and again: one is served, and there is no alarm."""
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        await site.approve()
        other = await site.kiosk.page.context.new_page()
        settled = "[data-screen='language'], [data-screen='superseded']"
        for _ in range(3):
            await site.kiosk.page.context.clear_cookies()
            for page in (other, site.kiosk.page):
                await page.goto(f"{sqlite_demo.address}/kiosk/", wait_until="commit")
            for page in (other, site.kiosk.page):
                await expect(page.locator(settled)).to_be_visible(timeout=PATIENCE_MS)
        await site.administrator.page.reload()
        await site.administrator.shows(KIOSK, "enrolled")
        await expect(site.administrator.page.locator("[data-alarm]")).to_have_count(0)


async def test_a_window_waits_while_another_one_signs_in(sqlite_demo: Demo, open_page: OpenPage) -> None:
    """Or the server would see the counts in another order than they were given in."""
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        await site.approve()
        other = await site.kiosk.page.context.new_page()
        await other.goto(f"{sqlite_demo.address}/favicon.svg")
        await other.evaluate(HOLD)
        tokens: list[str] = []
        site.kiosk.page.on("request", lambda each: tokens.append(each.url) if each.url.endswith("/token") else None)
        await site.sign_in_anew()
        await site.kiosk.page.wait_for_function(WAITS, timeout=PATIENCE_MS)
        assert tokens == []
        await other.evaluate("release()")
        await site.kiosk.shows("language")
        assert len(tokens) == 1


async def test_a_key_that_was_copied_is_found_and_both_are_told(sqlite_demo: Demo, open_page: OpenPage) -> None:
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        fingerprint = await site.approve()
        await site.kiosk.page.evaluate(PUT_BACK, 0)
        await site.sign_in_anew()
        await site.kiosk.shows("key_stopped")
        await expect(
            site.kiosk.page.get_by_role("heading", name="Laite on suljettu turvallisuussyistä")
        ).to_be_visible()
        await site.administrator.shows(KIOSK, "quarantined")
        await expect(site.administrator.page.locator("[data-alarm]")).to_be_visible()
        await assert_accessible(site.administrator.page)

        await site.kiosk.press("Ota laite käyttöön uudelleen")
        await site.kiosk.shows("enrolment")
        assert await site.approve() != fingerprint
        await expect(site.administrator.page.locator("[data-alarm]")).to_have_count(0)


async def test_what_differs_is_not_approved(sqlite_demo: Demo, open_page: OpenPage) -> None:
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        code = await shown(site.kiosk.page, "code")
        await site.administrator.look_up(KIOSK, code)
        page = site.administrator.page
        await page.get_by_role("button", name="Eri tunniste").click()
        await expect(page.get_by_role("heading", name="Laitetta ei hyväksytty")).to_be_visible()
        await page.keyboard.press("Escape")
        await site.administrator.shows(KIOSK, "none")
        await site.kiosk.shows("enrolment")


async def test_a_code_that_is_none_is_said_to_be(sqlite_demo: Demo, open_page: OpenPage) -> None:
    async with site_of(sqlite_demo, open_page) as site:
        await site.open()
        page = site.administrator.page
        await site.administrator.terminal(KIOSK).get_by_role("button").first.click()
        await page.keyboard.type("ABC")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Koodissa on kahdeksan merkkiä.")).to_be_visible()
        await page.keyboard.type("D-EFGH")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Koodia ei löydy, tai se on vanhentunut.")).to_be_visible(timeout=PATIENCE_MS)
        await expect(page.get_by_role("textbox")).to_be_focused()
        site.recorders[1].faults[:] = [each for each in site.recorders[1].faults if " 404 " not in each]


async def test_a_wrong_clock_is_no_obstacle(sqlite_demo: Demo, open_page: OpenPage) -> None:
    async with site_of(sqlite_demo, open_page) as site:
        await site.kiosk.page.add_init_script(WRONG_CLOCK)
        await site.open()
        await site.approve()
        await site.sign_in_anew()
        await site.kiosk.shows("language")


async def test_a_browser_that_keeps_nothing_says_so(sqlite_demo: Demo, open_page: OpenPage) -> None:
    recorder = await open_page("kiosk", **STANDING)
    page: Page = recorder.page
    await page.add_init_script(NO_STORAGE)
    await page.goto(f"{sqlite_demo.address}/kiosk/")
    await Kiosk(page).shows("no_key")
    await expect(page.get_by_text("Selain ei anna sivun tallentaa laitteen avainta.")).to_be_visible()
    await assert_accessible(page)
    forgive(recorder)

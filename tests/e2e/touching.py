"""A customer who touches the kiosk, in each of its languages, and the advisor of their point."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect
from typing_extensions import override

from palvelurinki.client import Client, open_demo
from palvelurinki.protocol.views import StaffSnapshot
from tests.e2e.conftest import Demo
from tests.e2e.pages import PATIENCE_MS, Kiosk
from tests.support.server import PATIENT

STANDING: dict[str, Any] = {"viewport": {"width": 1080, "height": 1920}, "has_touch": True}
LYING: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}, "has_touch": True}


@dataclass(frozen=True, slots=True)
class Words:
    """What is pressed and read in one language."""

    language: str
    by_provider: str
    provider: str
    service: str
    go_on: str
    connect: str
    line_ready: str
    connected: str
    help: str
    called: str
    take_back: str
    here: str
    shut: str
    not_seen: str
    end: str
    rate_question: str
    well: str
    thanks: str
    settled: str
    follow_up: str
    another: str
    to_start: str


FI = Words(
    language="Suomi",
    by_provider="Valitse viranomaisen mukaan",
    provider="Kela",
    service="Asumistuki",
    go_on="Jatka",
    connect="Yhdistä asiantuntijalle",
    line_ready="Laite on tarkistettu ja valmis puheluun.",
    connected="Palveluneuvoja yhdistää sinut: Kela, Asumistuki",
    help="Pyydä apua",
    called="Palveluneuvoja on kutsuttu",
    take_back="Peru kutsu",
    here="Palveluneuvoja on paikalla",
    shut="Sulje kamera",
    not_seen="Kamerasi on kiinni. Asiantuntija ei näe sinua.",
    end="Lopeta puhelu",
    rate_question="Miten asiointi sujui?",
    well="Hyvin",
    thanks="Kiitos vastauksesta!",
    settled="Asiasi käsittely jatkuu viranomaisessa.",
    follow_up="Toimita puuttuvat asiakirjat.",
    another="Minulla on muutakin asiaa",
    to_start="Palaa alkuun",
)
SV = Words(
    language="Svenska",
    by_provider="Välj enligt myndighet",
    provider="FPA",
    service="Bostadsbidrag",
    go_on="Fortsätt",
    connect="Koppla mig till en sakkunnig",
    line_ready="Apparaten är kontrollerad och klar för samtal.",
    connected="Servicerådgivaren kopplar dig: FPA, Bostadsbidrag",
    help="Be om hjälp",
    called="Servicerådgivaren är kallad",
    take_back="Ta tillbaka kallelsen",
    here="Servicerådgivaren är här",
    shut="Stäng kameran",
    not_seen="Din kamera är stängd. Den sakkunniga ser dig inte.",
    end="Avsluta samtalet",
    rate_question="Hur gick det?",
    well="Bra",
    thanks="Tack för svaret!",
    settled="Ditt ärende behandlas vidare hos myndigheten.",
    follow_up="Lämna in de handlingar som saknas.",
    another="Jag har fler ärenden",
    to_start="Till början",
)
EN = Words(
    language="English",
    by_provider="Choose by authority",
    provider="Kela",
    service="Housing allowance",
    go_on="Continue",
    connect="Connect to an expert",
    line_ready="The device has been checked and is ready for the call.",
    connected="The service adviser is connecting you: Kela, Housing allowance",
    help="Ask for help",
    called="The service adviser has been called",
    take_back="Cancel the call",
    here="The service adviser is with you",
    shut="Turn camera off",
    not_seen="Your camera is off. The expert cannot see you.",
    end="End the call",
    rate_question="How did it go?",
    well="Well",
    thanks="Thank you for your answer!",
    settled="The authority goes on handling your matter.",
    follow_up="Hand in the missing documents.",
    another="I have another matter",
    to_start="To the start",
)
LANGUAGES = {"fi": FI, "sv": SV, "en": EN}


class Touched(Kiosk):
    """A kiosk of which nothing but the glass is touched."""

    def __init__(self, page: Page, words: Words = FI) -> None:
        super().__init__(page)
        self.words = words

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """What is called just that, on the screen or in what lies over it."""
        return (within or self.page).get_by_role("button", name=name, exact=True)

    @override
    async def press(self, name: str) -> None:
        """Touch what is called that; a large button says more below its name."""
        beginning = self.page.locator("button").filter(has_text=name)
        await beginning.first.tap(timeout=PATIENCE_MS)

    async def touch(self, name: str, within: Locator | None = None) -> None:
        """Touch what is called just that."""
        await self.button(name, within).tap(timeout=PATIENCE_MS)

    async def touch_over(self, name: str) -> None:
        """Touch what is called just that in what lies over the screen."""
        await self.touch(name, self.page.get_by_role("dialog"))

    async def ask(self) -> None:
        """From the first screen to waiting, in the language of the words."""
        await self.press(self.words.language)
        await self.shows("need")
        await self.touch(self.words.by_provider)
        await self.shows("providers")
        await self.press(self.words.provider)
        await self.shows("services")
        await self.press(self.words.service)
        await self.shows("matter")
        await self.touch(self.words.go_on)
        await self.touch(self.words.connect)
        await self.shows("waiting")

    async def tells(self, text: str) -> None:
        """Wait for a text on the screen."""
        await expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)

    async def tells_no_more(self, text: str) -> None:
        """Wait until a text has gone."""
        await expect(self.page.get_by_text(text)).to_have_count(0, timeout=PATIENCE_MS)

    async def kept(self) -> dict[str, object]:
        """What a later customer, or a look into the browser, would find: on the page and in every store of it."""
        found: dict[str, object] = await self.page.evaluate(KEPT)
        return found


# The key that signs the terminal in lies in a database of its own, which holds nothing of customers.
KEPT = """async () => ({
  page: document.documentElement.outerHTML,
  title: document.title,
  address: location.href,
  history: history.length,
  state: history.state,
  local: { ...localStorage },
  session: { ...sessionStorage },
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(),
  cookie: document.cookie,
  pictures: document.querySelectorAll("video").length,
})"""


@asynccontextmanager
async def member_of_staff(demo: Demo, identifier: str) -> AsyncIterator[Client[StaffSnapshot]]:
    """A member of staff at another screen."""
    secret = await open_demo(demo.address, "staff", identifier)
    async with Client(demo.address, "staff", secret, PATIENT) as client:
        yield client

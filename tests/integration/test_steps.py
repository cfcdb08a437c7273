"""Who is asked, and when: languages, overflow to another ring, and the unit that serves the point."""

from datetime import timedelta
from typing import Any

from palvelurinki.protocol.views import OfferView
from tests.integration.conftest import StartServer
from tests.support.demo_configuration import Change, demo_with, ring
from tests.support.scenes import HOUSING, Console, Kiosk
from tests.support.server import ServerThread
from tests.support.waiting import contact_in, offer_in

SWEDISH, FINNISH = "kela-asiantuntija-1", "kela-asiantuntija-2"
DAY_CARE = "mikkeli-paivahoito"
CRIME = "poliisi-rikosilmoitus"
ALWAYS = {"every_day": ["00:00-24:00"], "closed_on_public_holidays": False}
ASKED_S = 1
AFTER_A_SECOND = [{"language": "required"}, {"after_s": ASKED_S, "language": "any"}]


def waited(offer: OfferView) -> timedelta:
    """How long the contact had waited when it rang."""
    assert offer.matter
    return offer.opened_at - offer.matter.requested_at


async def asked(console: Console) -> OfferView:
    """The offer that rings at the console, with why it does."""
    offer = await offer_in(console, "ringing")
    assert offer.why
    return offer


async def busy(kiosk: Kiosk, expert: Console, service: str, language: str = "fi") -> None:
    """The expert talks with the kiosk."""
    await kiosk.request_contact(service, language)
    await expert.accept_offer((await offer_in(expert, "ringing")).id)
    await contact_in(kiosk, "in_call")


async def test_a_swedish_contact_goes_to_who_speaks_swedish(server: ServerThread) -> None:
    async with (
        server.terminal("parainen-kioski") as kiosk,
        server.expert(FINNISH) as idle_longer,
        server.expert(SWEDISH) as expert,
    ):
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        offer = await asked(expert)
        assert offer.contact == contact
        assert offer.why
        assert (offer.why.on_duty, offer.why.suitable, offer.why.free, offer.why.early) == (2, 1, 1, False)
        assert (offer.why.step.after_s, offer.why.step.language, offer.why.strategy) == (0, "required", "longest_idle")
        assert idle_longer.snapshot.offer is None


async def test_when_nobody_on_duty_speaks_swedish_another_is_asked_at_once(server: ServerThread) -> None:
    async with server.terminal("parainen-kioski") as kiosk, server.expert(FINNISH) as expert:
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        offer = await asked(expert)
        assert offer.contact == contact
        assert offer.why
        assert (offer.why.early, offer.why.step.language, offer.why.step.after_s) == (True, "any", 60)
        assert waited(offer) < timedelta(seconds=60)


async def test_another_is_asked_in_time_when_who_speaks_swedish_is_busy(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", steps=AFTER_A_SECOND)))
    async with (
        server.terminal("mikkeli-kioski") as other_kiosk,
        server.terminal("parainen-kioski") as kiosk,
        server.expert(SWEDISH) as swedish,
    ):
        await busy(other_kiosk, swedish, HOUSING)
        async with server.expert(FINNISH) as expert:
            contact = (await kiosk.request_contact(HOUSING, "sv")).contact
            offer = await asked(expert)
            assert offer.contact == contact
            assert offer.why
            assert (offer.why.early, offer.why.step.language, offer.why.on_duty) == (False, "any", 2)
            assert waited(offer) >= timedelta(seconds=ASKED_S)


async def test_a_changed_language_changes_who_is_asked(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", relax_when_unstaffed=False)))
    async with (
        server.terminal("parainen-kioski") as kiosk,
        server.terminal("mikkeli-kioski") as later,
        server.expert(FINNISH) as expert,
    ):
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        assert contact
        # Somebody else came later and was asked for first: the Swedish contact suits nobody here.
        other = (await later.request_contact(HOUSING, "fi")).contact
        offer = await asked(expert)
        assert offer.contact == other
        assert offer.why
        assert offer.why.ahead == 1
        await later.leave_contact(offer.contact)
        await offer_in(expert, "withdrawn")
        await kiosk.set_language(contact, "fi")
        assert (await asked(expert)).contact == contact


# ---- Overflow ------------------------------------------------------------------------------------------------


async def test_a_ring_without_anybody_on_duty_overflows_at_once(server: ServerThread) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert("mikkeli-asiantuntija-2") as expert:
        contact = (await kiosk.request_contact(DAY_CARE, "fi")).contact
        offer = await asked(expert)
        assert offer.why
        assert offer.matter
        # The contact keeps its ring.
        assert (offer.contact, offer.why.overflow, offer.matter.ring.id) == (contact, True, "mikkeli-palvelut")
        await expert.accept_offer(offer.id)
        assert (await contact_in(kiosk, "in_call")).id == contact


async def test_a_ring_whose_experts_are_busy_overflows_in_time(start_server: StartServer) -> None:
    overflow = [{"ring": "mikkeli-paapiste", "after_s": ASKED_S}]
    server = await start_server(demo_with(ring("mikkeli-palvelut", overflow=overflow)))
    async with (
        server.terminal("mikkeli-tiski") as other_kiosk,
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert("mikkeli-asiantuntija-1") as own,
    ):
        await busy(other_kiosk, own, DAY_CARE)
        async with server.expert("mikkeli-asiantuntija-2") as expert:
            contact = (await kiosk.request_contact(DAY_CARE, "fi")).contact
            offer = await asked(expert)
            assert offer.why
            assert (offer.contact, offer.why.overflow) == (contact, True)
            assert waited(offer) >= timedelta(seconds=ASKED_S)


async def test_the_rings_own_expert_is_asked_before_the_overflows(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert("mikkeli-asiantuntija-2") as idle_longer,
        server.expert("mikkeli-asiantuntija-1") as own,
    ):
        await kiosk.request_contact(DAY_CARE, "fi")
        offer = await asked(own)
        assert offer.why
        assert not offer.why.overflow
        assert idle_longer.snapshot.offer is None


# ---- The unit that serves the point --------------------------------------------------------------------------


async def test_each_point_is_served_by_its_own_unit_first(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("poliisi", hours=ALWAYS)))
    async with (
        server.terminal("mikkeli-kioski") as at_mikkeli,
        server.terminal("kiiminki-kioski") as at_kiiminki,
        server.expert("poliisi-asiantuntija-2") as of_oulu,
        server.expert("poliisi-asiantuntija-1") as of_eastern_finland,
    ):
        mikkeli = (await at_mikkeli.request_contact(CRIME, "fi")).contact
        eastern = await asked(of_eastern_finland)
        assert of_oulu.snapshot.offer is None
        kiiminki = (await at_kiiminki.request_contact(CRIME, "fi")).contact
        oulu = await asked(of_oulu)
        assert (eastern.contact, oulu.contact) == (mikkeli, kiiminki)
        assert eastern.why
        assert (eastern.why.step.unit, eastern.why.suitable, eastern.why.on_duty) == ("serving", 1, 2)


async def test_when_the_units_own_expert_is_busy_another_units_is_asked_in_time(start_server: StartServer) -> None:
    steps = [{"unit": "serving"}, {"after_s": ASKED_S, "unit": "any"}]
    server = await start_server(demo_with(ring("poliisi", hours=ALWAYS, steps=steps)))
    async with (
        server.terminal("mikkeli-tiski") as other_kiosk,
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert("poliisi-asiantuntija-1") as own,
    ):
        await busy(other_kiosk, own, CRIME)
        async with server.expert("poliisi-asiantuntija-2") as other_units:
            await kiosk.request_contact(CRIME, "fi")
            offer = await asked(other_units)
            assert offer.why
            assert (offer.why.early, offer.why.step.unit) == (False, "any")
            assert waited(offer) >= timedelta(seconds=ASKED_S)


# ---- A head start --------------------------------------------------------------------------------------------


def without_head_starts(document: dict[str, Any]) -> None:
    for service in document["services"].values():
        service.pop("head_start_s", None)


def head_start(service: str, seconds: int) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["services"][service]["head_start_s"] = seconds

    return change


async def test_a_head_start_goes_before_those_who_came_a_little_earlier(start_server: StartServer) -> None:
    urgent = "kela-toimeentulotuki"
    server = await start_server(demo_with(without_head_starts, head_start(urgent, 120)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as later,
        server.staff(SWEDISH) as expert,
    ):
        await kiosk.request_contact(HOUSING, "fi")
        overtaking = (await later.request_contact(urgent, "fi")).contact
        await kiosk.until(
            lambda s: s.contact is not None and s.contact.queue is not None and s.contact.queue.place == 2
        )
        await expert.make_ready()
        offer = await asked(expert)
        assert (offer.contact, offer.why and offer.why.ahead) == (overtaking, 0)

"""Why offers were made: for the expert while it rings, for who supervises the ring, and on the command line."""

import asyncio

import httpx2
import pytest

from palvelurinki.client import open_demo
from palvelurinki.client.tickets import COOKIES, Audience
from palvelurinki.domain.offer import DeclineReason
from palvelurinki.protocol.http import ErrorBody, ExplanationView, RingOffers
from tests.support.command_line import run_on
from tests.support.scenes import HOUSING, ringing
from tests.support.server import Ground, ServerThread
from tests.support.waiting import contact_in, offer_in

FIRST, SECOND = "kela-asiantuntija-1", "kela-asiantuntija-2"
OFFERS = "/api/v1/rings/kela/offers"


async def get(server: ServerThread, path: str, *who: tuple[Audience, str]) -> httpx2.Response:
    """What these sign-ins are answered."""
    secrets = [f"{COOKIES[audience]}={await open_demo(server.url, audience, name)}" for audience, name in who]
    async with httpx2.AsyncClient(base_url=server.url) as client:
        return await client.get(path, headers={"cookie": "; ".join(secrets)} if secrets else {})


async def offers_of(server: ServerThread, query: str = "") -> list[ExplanationView]:
    """What Kela's supervisor is told."""
    answer = await get(server, OFFERS + query, ("staff", "kela-esihenkilo"))
    assert answer.status_code == 200, answer.text
    return RingOffers.model_validate_json(answer.content).offers


async def test_the_expert_is_told_why_it_rings_while_it_does(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.expert(FIRST) as expert,
        server.expert(SECOND) as colleague,
    ):
        _, offer = await ringing(kiosk, expert)
        view = await offer_in(expert, "ringing")
        why = view.why
        assert why
        assert (why.strategy, why.on_duty, why.suitable, why.free) == ("longest_idle", 2, 2, 2)
        assert (why.early, why.overflow, why.ahead, why.skill) == (False, False, 0, 1)
        assert why.idle_since <= view.opened_at
        await expert.decline_offer(offer, DeclineReason.OTHER)
        declined = await offer_in(expert, "declined")
        assert (declined.why, declined.matter) == (None, None)
        again = await offer_in(colleague, "ringing")
        assert again.why
        assert (again.why.suitable, again.why.free) == (2, 1)


async def test_the_supervisor_reads_whom_it_rang_and_what_the_others_lacked(server: ServerThread) -> None:
    assert await offers_of(server) == []
    async with (
        server.terminal("parainen-kioski") as kiosk,
        server.terminal("mikkeli-kioski") as other_kiosk,
        server.expert(SECOND) as finnish,
        server.expert(FIRST) as swedish,
    ):
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        offer = (await offer_in(swedish, "ringing")).id
        open_one = (await offers_of(server))[0]
        assert (open_one.offer, open_one.state, open_one.closed_at) == (offer, "open", None)
        assert [(each.staff, each.state) for each in open_one.ringings] == [(FIRST, "ringing")]
        await swedish.decline_offer(offer, DeclineReason.NOT_MY_FIELD)
        await contact_in(kiosk, "waiting")
        await other_kiosk.request_contact(HOUSING, "fi")
        later = (await offer_in(finnish, "ringing")).id

    told = await offers_of(server)
    assert [each.offer for each in told] == [later, offer]
    explained = told[1]
    assert (explained.contact, explained.language, explained.service.id) == (contact, "sv", HOUSING)
    assert (explained.state, explained.replays, explained.early, explained.ahead) == ("declined", True, False, 0)
    assert (explained.strategy, explained.ring_at_once, explained.step.language) == ("longest_idle", 1, "required")
    assert {each.staff: (each.chosen, each.lacks) for each in explained.candidates} == {
        FIRST: (True, []),
        SECOND: (False, ["language"]),
    }
    assert [(each.staff, each.name, each.state, each.reason) for each in explained.ringings] == [
        (FIRST, "Esimerkki Kelanen", "declined", "not_my_field")
    ]
    # The Swedish contact stood before the other: nobody who was free suited it any more.
    assert (told[0].ahead, told[0].replays) == (1, True)
    assert [each.offer for each in await offers_of(server, "?limit=1")] == [later]


async def test_reasons_outlive_a_change_of_the_configuration(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk, server.expert(FIRST) as expert:
        _, offer = await ringing(kiosk, expert)
        await expert.accept_offer(offer)
        await contact_in(kiosk, "in_call")
    async with ground.store() as store, store.reading() as tx:
        assert await tx.explanations.of([(await offers_of(server))[0].offer])  # type: ignore[list-item]
    assert [(each.offer, each.state, each.replays) for each in await offers_of(server)] == [(offer, "accepted", True)]


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        pytest.param((), 401, "sign_in.required", id="nobody"),
        pytest.param((("terminal", "mikkeli-kioski"),), 401, "sign_in.required", id="a terminal"),
        pytest.param((("staff", FIRST),), 403, "access.denied", id="the ring's expert"),
        pytest.param((("staff", "mikkeli-paakayttaja"),), 404, "thing.unknown", id="another organisation's"),
        pytest.param((("staff", "mikkeli-neuvoja"),), 403, "access.denied", id="an advisor"),
        pytest.param((("staff", "tulkki-1"),), 403, "access.denied", id="an interpreter"),
    ],
)
async def test_nobody_else_reads_reasons(
    shared_server: ServerThread, who: tuple[tuple[Audience, str], ...], status: int, code: str
) -> None:
    answer = await get(shared_server, OFFERS, *who)
    assert (answer.status_code, ErrorBody.model_validate_json(answer.content).code) == (status, code)


async def test_another_organisations_ring_is_as_unknown_as_none(shared_server: ServerThread) -> None:
    answers = [
        await get(shared_server, f"/api/v1/rings/{ring}/offers", ("staff", "kela-esihenkilo"))
        for ring in ("dvv", "no-such-ring")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [ErrorBody.model_validate_json(answer.content) for answer in answers]
    assert [body.details for body in bodies] == [{"kind": "ring", "id": "dvv"}, {"kind": "ring", "id": "no-such-ring"}]
    assert {body.code for body in bodies} == {"thing.unknown"}


@pytest.mark.parametrize("limit", ["0", "51", "many"])
async def test_no_more_is_asked_for_than_is_given(shared_server: ServerThread, limit: str) -> None:
    answer = await get(shared_server, f"{OFFERS}?limit={limit}", ("staff", "kela-paakayttaja"))
    assert (answer.status_code, ErrorBody.model_validate_json(answer.content).code) == (422, "request.malformed")


# ---- The command line ----------------------------------------------------------------------------------------


async def test_the_command_line_explains_an_offer_in_words(server: ServerThread, ground: Ground) -> None:
    async with (
        server.terminal("parainen-kioski") as kiosk,
        server.expert(SECOND),
        server.expert(FIRST) as swedish,
    ):
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        offer = (await offer_in(swedish, "ringing")).id
        await swedish.accept_offer(offer)
        await contact_in(kiosk, "in_call")
        told = await asyncio.to_thread(run_on, ground, "explain", offer)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Offer {offer} of contact {contact}, Housing allowance" in told.stdout
    assert "became accepted: Esimerkki Kelanen accepted" in told.stdout
    assert "Nobody stood before it." in told.stdout
    assert "speaks sv, any unit" in told.stdout
    assert "Esimerkki Kelanen: the only one who was free and suited." in told.stdout
    assert "does not speak the language" in told.stdout
    assert "The same inputs give the same choice today." in told.stdout


async def test_the_command_line_says_that_there_is_no_such_offer(shared_ground: Ground) -> None:
    told = await asyncio.to_thread(run_on, shared_ground, "explain", "no-such-offer")
    assert (told.returncode, told.stdout) == (1, "")
    assert "thing.unknown" in told.stderr
    assert "Traceback" not in told.stderr

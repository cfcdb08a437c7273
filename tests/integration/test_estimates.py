"""How long those who wait are told that they will: told, kept up to date, remembered and scored."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application import estimating
from palvelurinki.application.configuration import load_directory
from palvelurinki.application.estimating import Estimator
from palvelurinki.application.work import Context
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import OrganisationId, PointId, RingId, ServiceId, TerminalId
from palvelurinki.protocol.views import EstimateView
from tests.integration.conftest import StartServer
from tests.support.command_line import run_on
from tests.support.demo_configuration import demo_with, ring
from tests.support.forecasting import forecasts_here
from tests.support.scenes import HOUSING, Kiosk, connected
from tests.support.server import Ground, ServerCommand, ServerThread
from tests.support.waiting import WITHIN_S, contact_in, offer_in, ring_of, seen

EXPERT, COLLEAGUE = "kela-asiantuntija-1", "kela-asiantuntija-2"
# The tests do not wait until an estimate is old.
OFTEN = timedelta(seconds=0.5)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "FRESH_FOR", OFTEN)


async def told(kiosk: Kiosk, *, cannot: str | None = None) -> EstimateView:
    """The kiosk's estimate, once it says `cannot`, or a range when that is None."""
    found = await seen(
        kiosk,
        lambda s: (
            s.contact is not None
            and s.contact.queue is not None
            and s.contact.queue.estimate is not None
            and s.contact.queue.estimate.cannot == cannot
        ),
    )
    assert found.contact
    assert found.contact.queue
    assert found.contact.queue.estimate
    return found.contact.queue.estimate


async def test_nobody_on_duty_is_told_and_so_is_that_somebody_came(server: ServerThread) -> None:
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.staff(EXPERT) as expert,
        server.staff("kela-esihenkilo") as supervisor,
    ):
        await kiosk.request_contact(HOUSING, "fi")
        await other_kiosk.request_contact(HOUSING, "fi")
        none = await told(kiosk, cannot="nobody_on_duty")
        assert (none.p50_s, none.p80_s, none.grew) == (None, None, None)
        await seen(
            supervisor,
            lambda s: (
                [each.estimate is not None and each.estimate.cannot for each in ring_of(s).waiting]
                == ["nobody_on_duty"] * 2
            ),
        )

        await expert.make_ready()
        await offer_in(expert, "ringing")
        soon, later = await told(kiosk), await told(other_kiosk)
        assert soon.p50_s is not None
        assert soon.p80_s is not None
        assert later.p50_s is not None
        assert later.p80_s is not None
        assert 0 <= soon.p50_s <= soon.p80_s < later.p50_s <= later.p80_s
        assert none.at < soon.at


async def test_nobody_who_may_take_it_is_told(start_server: StartServer) -> None:
    steps = [{"language": "required"}]
    server = await start_server(demo_with(ring("kela", steps=steps)))
    async with (
        server.terminal("parainen-kioski") as kiosk,
        server.expert(COLLEAGUE),
    ):
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        assert contact
        await told(kiosk, cannot="nobody_can_take")
        await kiosk.set_language(contact, "fi")
        await contact_in(kiosk, "offered")


async def test_a_wait_that_grows_because_a_colleague_left_says_so(start_server: StartServer) -> None:
    server = await start_server(demo_with(ring("kela", wrap_up_s=0)))
    async with AsyncExitStack() as stack:
        kiosks = [
            await stack.enter_async_context(server.terminal(f"{point}-kioski"))
            for point in ("mikkeli", "parainen", "kiiminki", "saarijarvi")
        ]
        experts = [await stack.enter_async_context(server.expert(each)) for each in (EXPERT, COLLEAGUE)]
        for kiosk, expert in zip(kiosks, experts, strict=False):
            await connected(kiosk, expert)
        for kiosk in kiosks[2:]:
            await kiosk.request_contact(HOUSING, "fi")
        before = await told(kiosks[3])
        # Still in a call, but there for nobody after it.
        await experts[1].pause("meeting")
        after = await seen(
            kiosks[3],
            lambda s: (
                s.contact is not None
                and s.contact.queue is not None
                and s.contact.queue.estimate is not None
                and s.contact.queue.estimate.grew is not None
            ),
        )
        assert after.contact
        assert after.contact.queue
        grown = after.contact.queue.estimate
        assert grown
        assert grown.grew
        assert (grown.grew.cause, grown.grew.count) == ("fewer_experts", 1)
        assert before.p50_s is not None
        assert grown.p50_s is not None
        assert grown.p50_s > before.p50_s


@pytest.mark.timeout(180)  # bounded by what is done, which a busy machine does slowly
async def test_what_was_foretold_is_scored_against_what_came(start_server: StartServer, ground: Ground) -> None:
    server = await start_server(demo_with(ring("kela", wrap_up_s=0)))
    async with (
        server.terminal("mikkeli-kioski") as kiosk,
        server.terminal("parainen-kioski") as other_kiosk,
        server.terminal("kiiminki-kioski") as third_kiosk,
        server.staff(EXPERT) as expert,
    ):
        # Waits for nobody, then is answered.
        await kiosk.request_contact(HOUSING, "fi")
        await told(kiosk, cannot="nobody_on_duty")
        await expert.make_ready()
        call = (await expert.accept_offer((await offer_in(expert, "ringing")).id)).call
        assert call
        # Waits behind a call, and is answered when that is over.
        await other_kiosk.request_contact(HOUSING, "fi")
        await told(other_kiosk)
        # Is foretold something, and leaves.
        left = (await third_kiosk.request_contact(HOUSING, "fi")).contact
        assert left
        await told(third_kiosk)
        await third_kiosk.leave_contact(left)
        await expert.leave_call(call)
        await expert.accept_offer((await offer_in(expert, "ringing")).id)
        await contact_in(other_kiosk, "in_call")

        reported, table, nothing = await asyncio.gather(
            asyncio.to_thread(run_on, ground, "estimates", "report", "--json"),
            asyncio.to_thread(run_on, ground, "estimates", "report", "--ring", "kela"),
            asyncio.to_thread(run_on, ground, "estimates", "report", "--ring", "dvv", "--json"),
        )
    assert (reported.returncode, reported.stderr) == (0, "")
    [score] = json.loads(reported.stdout)
    assert (score["ring"], score["contacts"], score["left"], score["unestimated"]) == ("kela", 3, 1, 1)
    assert (score["coverage"]["served"], score["coverage"]["left"]) == (1, 1)
    assert score["predicted"]["estimate"] == 1
    # It was over in a moment, which nobody could foresee.
    assert score["own_errors_s"]["estimate"] > 0
    assert (table.returncode, "Mean absolute error, seconds" in table.stdout) == (0, True)
    assert (nothing.returncode, json.loads(nothing.stdout)) == (0, [])


async def test_the_first_word_is_what_is_scored(server: ServerThread, ground: Ground) -> None:
    async with server.terminal("mikkeli-kioski") as kiosk:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        assert contact
        first = await told(kiosk, cannot="nobody_on_duty")
        found = await seen(
            kiosk,
            lambda s: (
                s.contact is not None
                and s.contact.queue is not None
                and s.contact.queue.estimate is not None
                and s.contact.queue.estimate.at > first.at
            ),
        )
        assert found.contact
        assert found.contact.queue
        assert found.contact.queue.estimate
        await kiosk.leave_contact(contact)
        await contact_in(kiosk, "ended")
    async with ground.store() as store, store.reading() as tx:
        [(foretold, outcome)] = await tx.estimates.outcomes(first.at - timedelta(minutes=1), await tx.now(), None)
    assert (foretold.contact, foretold.p50_s, outcome.left) == (contact, None, True)
    assert foretold.made_at <= first.at < found.contact.queue.estimate.at
    assert outcome.waited_s > 0


# ---- Two nodes -----------------------------------------------------------------------------------------------


async def test_of_two_nodes_one_makes_the_estimate(ground: Ground) -> None:
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(ground.store()) for _ in range(2)]
        estimators = [
            Estimator(await context(each, f"node-{number}"), forecasts_here) for number, each in enumerate(stores)
        ]
        store = stores[0]
        async with store.transaction() as tx:
            await tx.contacts.add(
                Contact(
                    id=ContactId("waiting"),
                    terminal=TerminalId("mikkeli-kioski"),
                    point=PointId("mikkeli"),
                    provider=OrganisationId("kela"),
                    service=ServiceId(HOUSING),
                    ring=RingId("kela"),
                    language="fi",
                    requested_at=await tx.now(),
                )
            )
        # Both look at the same time, and the later one finds it done or under way.
        made = await asyncio.gather(*(each.estimate_waiting() for each in estimators))
        assert sorted(made) == [0, 1]
        async with store.reading() as tx:
            assert [each.cannot for each in (await tx.estimates.of([RingId("kela")])).values()] == ["nobody_on_duty"]


async def context(store: SqlStore, node: str) -> Context:
    """What a node of this name works with."""

    async def nobody(_touched: object) -> None:
        """No other node is told."""

    return Context(
        store=store,
        ids=SystemIds(),
        pseudonyms=HmacPseudonyms("a secret of the test's"),
        node=node,
        directory=await load_directory(store),
        notify=nobody,
    )


async def test_the_same_is_told_at_every_node(two_nodes: tuple[ServerCommand, ServerCommand]) -> None:
    one, other = two_nodes
    async with one.terminal("mikkeli-kioski") as kiosk, other.staff("kela-esihenkilo") as supervisor:
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        at_kiosk = [await told(kiosk, cannot="nobody_on_duty")]
        with kiosk.events() as events:
            board = await seen(
                supervisor, lambda s: bool(ring_of(s).waiting) and ring_of(s).waiting[0].estimate is not None
            )
            [waiting] = ring_of(board).waiting
            assert waiting.estimate
            async with asyncio.timeout(WITHIN_S):
                # Either of them may have been told a newer one by now.
                while waiting.estimate.at > at_kiosk[-1].at:
                    event = await anext(events)
                    if event.type == "contact" and event.contact and (queue := event.contact.queue) and queue.estimate:
                        at_kiosk.append(queue.estimate)
        assert (waiting.contact, waiting.estimate in at_kiosk) == (contact, True)

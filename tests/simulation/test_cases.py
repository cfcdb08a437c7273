"""Histories worth keeping: what chance or thought has found, step by step."""

from datetime import timedelta

from structlog.testing import capture_logs

from palvelurinki.application import calls, connections, contacts, offers, presence, sweeping
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.call import CallId
from palvelurinki.domain.contact import SessionId
from palvelurinki.domain.directory import RingId, ServiceId, StaffId, TerminalId
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.offer import OfferId
from palvelurinki.ports import Deadline
from tests.simulation.world import Asked, Client, World

HOUSING, PENSION = ServiceId("housing"), ServiceId("pension")


def context(world: World) -> Context:
    return world.nodes[-1].context


async def open_all(world: World, *clients: Client) -> None:
    for client in clients:
        await world.open(client, world.nodes[-1])


async def be_ready(world: World, *experts: Client) -> None:
    for client in experts:
        await presence.make_ready(context(world), StaffId(client.principal.id), world.ids.new())
        await world.match(world.nodes[-1])


async def request(world: World, client: Client, service: ServiceId = HOUSING) -> str:
    terminal, operation = TerminalId(client.principal.id), world.ids.new()
    world.presses.asks(str(client.principal), operation, session_of(client))
    answer = await contacts.request_contact(context(world), terminal, session_of(client), operation, service, "fi")
    return answer["contact"]


def session_of(client: Client) -> SessionId:
    assert client.session is not None
    return SessionId(client.session)


async def join(world: World, client: Client, call: CallId) -> None:
    await calls.join_call(context(world), client.principal, world.ids.new(), call, session_of(client))


async def start_call(world: World) -> CallId:
    """The kiosk's customer is in a call with Anna."""
    await open_all(world, world.terminals[0], world.experts[0])
    await be_ready(world, world.experts[0])
    await request(world, world.terminals[0])
    await world.tend()
    (offer,) = (await world.tables()).open_offers()
    answer = await offers.accept_offer(context(world), StaffId("anna"), world.ids.new(), OfferId(offer["id"]))
    return CallId(answer["call"])


async def lose(world: World, client: Client) -> None:
    assert client.token is not None
    await connections.lost(context(world), client.principal, client.token)
    client.connected = False
    await world.tend()


async def test_a_request_carried_out_after_the_loss_was_dealt_with_is_held_and_ends(world: World) -> None:
    kiosk = world.terminals[0]
    await open_all(world, kiosk)
    await lose(world, kiosk)
    contact = await request(world, kiosk)
    await world.tend()
    assert (await world.tables()).contacts[contact]["state"] == "held"
    await world.pass_time(timedelta(seconds=62), timedelta(seconds=1))
    assert (await world.tables()).contacts[contact]["outcome"] == "terminal_lost"


async def test_a_join_carried_out_after_the_loss_was_dealt_with_does_not_cancel_it(world: World) -> None:
    call = await start_call(world)
    kiosk, anna = world.terminals[0], world.experts[0]
    for client in (kiosk, anna):
        await join(world, client, call)
    await lose(world, kiosk)
    await join(world, kiosk, call)
    await world.tend()
    seats = {seat["kind"]: seat["state"] for seat in (await world.tables()).seats_of(call)}
    assert seats == {"terminal": "away", "expert": "joined"}
    await world.pass_time(timedelta(seconds=62), timedelta(seconds=1))
    assert (await world.tables()).calls[call]["state"] == "ended"


async def ringing_at(world: World) -> list[str]:
    return [each["staff"] for each in (await world.tables()).rung()]


async def test_who_comes_on_duty_is_asked_about_a_contact_that_rests(world: World) -> None:
    cecilia, david = world.experts[2:4]
    await open_all(world, world.terminals[0], cecilia, david)
    await be_ready(world, cecilia)
    contact = await request(world, world.terminals[0], PENSION)
    await world.tend()
    (offer,) = (await world.tables()).open_offers()
    await offers.decline_offer(context(world), StaffId("cecilia"), world.ids.new(), OfferId(offer["id"]), "other")
    await world.tend()
    resting = (await world.tables()).contacts[contact]
    assert resting["quiet_until"] is not None
    await be_ready(world, david)
    (offer,) = (await world.tables()).open_offers()
    assert (offer["contact"], await ringing_at(world)) == (contact, ["david"])


async def test_a_lone_expert_who_declines_is_asked_again_only_after_the_retry(world: World) -> None:
    await open_all(world, world.terminals[0], world.experts[0])
    await be_ready(world, world.experts[0])
    await request(world, world.terminals[0])
    await world.tend()
    (offer,) = (await world.tables()).open_offers()
    await offers.decline_offer(context(world), StaffId("anna"), world.ids.new(), OfferId(offer["id"]), "other")
    await world.tend()
    await world.pass_time(timedelta(seconds=29), timedelta(0))
    await world.tend()
    assert not await ringing_at(world)
    await world.pass_time(timedelta(seconds=1.5), timedelta(0))
    await world.tend()
    assert await ringing_at(world) == ["anna"]


async def test_a_dead_nodes_clients_are_lost_after_two_seconds_and_not_before(world: World) -> None:
    call = await start_call(world)
    await join(world, world.terminals[0], call)
    world.bury(world.nodes[0])
    await world.start_node()
    await world.pass_time(timedelta(seconds=1.9), timedelta(0))
    await world.tend()
    assert {seat["state"] for seat in (await world.tables()).seats_of(call)} == {"joined", "joining"}
    await world.pass_time(timedelta(seconds=0.2), timedelta(0))
    await world.tend()
    assert {seat["state"] for seat in (await world.tables()).seats_of(call)} == {"away"}


def _accept(offer: OfferId) -> Asked:
    async def command(context: Context, operation: str) -> Answer:
        return await offers.accept_offer(context, StaffId("anna"), operation, offer)

    return Asked("late", "accepts", command)


async def test_an_accept_after_the_expiry_and_before_the_sweep_is_refused(world: World) -> None:
    await open_all(world, world.terminals[0], world.experts[0])
    await be_ready(world, world.experts[0])
    contact = await request(world, world.terminals[0])
    await world.tend()
    (offer,) = (await world.tables()).open_offers()
    world.clock.at = offer["expires_at"]
    anna = world.experts[0]
    await world.ask(anna, _accept(OfferId(offer["id"])), world.nodes[-1])
    assert "offer.expired" in world.log[-1]
    assert await sweeping.sweep(context(world)) == 1
    assert (await world.tables()).contacts[contact]["state"] == "waiting"


async def test_matching_twice_at_once_makes_one_offer(world: World) -> None:
    await open_all(world, world.terminals[0], world.experts[0])
    await request(world, world.terminals[0])
    await presence.make_ready(context(world), StaffId("anna"), world.ids.new())
    assert await offers.match_ring(context(world), RingId("housing-ring")) == 1
    assert await offers.match_ring(context(world), RingId("housing-ring")) == 0


async def test_a_deadline_that_cannot_be_handled_keeps_no_other_waiting(world: World) -> None:
    await open_all(world, world.terminals[0], world.experts[0])
    await be_ready(world, world.experts[0])
    contact = await request(world, world.terminals[0])
    await world.tend()
    (offer,) = (await world.tables()).open_offers()
    # Nobody ever sets these: they stand for whatever fault of ours makes a handler fail.
    poison = [Deadline(DeadlineKind.CONNECTION_LOST, f"nobody {number}", world.clock.at) for number in range(2)]
    async with context(world).store.transaction() as tx:
        for each in poison:
            await tx.deadlines.set(each)
    world.clock.at = offer["expires_at"]
    with capture_logs() as logs:
        assert await sweeping.sweep(context(world)) == 3
    assert [(line["event"], line["subject"]) for line in logs] == [
        ("sweep.deadline_failed", each.subject) for each in poison
    ]
    tables = await world.tables()
    assert tables.contacts[contact]["state"] == "waiting"
    assert {tables.deadlines[each.kind, each.subject] - world.clock.at for each in poison} == {sweeping.PUT_OFF}


async def test_a_request_rings_at_once_when_somebody_is_free(world: World) -> None:
    await open_all(world, world.terminals[0], world.experts[0])
    await be_ready(world, world.experts[0])
    contact = await request(world, world.terminals[0])
    tables = await world.tables()
    (offer,) = tables.open_offers()
    assert offer["contact"] == contact
    assert tables.contacts[contact]["state"] == "offered"
    assert not list(world.checker.always(tables))


async def test_whoever_is_free_is_for_those_who_wait_before_it_is_for_a_new_request(world: World) -> None:
    await open_all(world, *world.terminals[:2], world.experts[0])
    first = await request(world, world.terminals[0])
    # Nobody has matched them yet.
    await presence.make_ready(context(world), StaffId("anna"), world.ids.new())
    second = await request(world, world.terminals[1])
    tables = await world.tables()
    assert [tables.contacts[each]["state"] for each in (first, second)] == ["waiting", "waiting"]
    await world.tend()
    tables = await world.tables()
    assert [tables.contacts[each]["state"] for each in (first, second)] == ["offered", "waiting"]

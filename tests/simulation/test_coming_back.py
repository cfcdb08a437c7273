"""Coming back while a command of before is still under way, on PostgreSQL: one interleaving each.

The command finds the socket lost, so its contact is held; whoever comes back meanwhile may not see the contact yet.
Whichever is first, a contact whose client is there goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from typing_extensions import override

from palvelurinki.application import connections, contacts, sweeping
from palvelurinki.application.work import Context
from palvelurinki.domain.contact import SessionId
from palvelurinki.domain.directory import ServiceId, TerminalId
from palvelurinki.ports import Transaction
from tests.simulation.crashing import CrashingStore, Ledger
from tests.simulation.world import Client, World
from tests.support.postgres import until_someone_waits


class LingeringStore(CrashingStore):
    """The port `Store`, over a real one: `meanwhile` happens between the last look of a transaction and its commit."""

    def __init__(self, store: CrashingStore, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(store, Ledger())
        self._meanwhile = meanwhile

    @override
    @asynccontextmanager
    async def transaction(self, *, assuming: bool = False) -> AsyncIterator[Transaction]:
        """A transaction of the real store that takes its time."""
        async with super().transaction(assuming=assuming) as tx:
            yield tx
            await self._meanwhile()


@pytest.fixture
async def kiosk(crowd: World) -> Client:
    """A terminal whose socket was lost, which has been dealt with: it had no contact."""
    kiosk = crowd.terminals[0]
    await crowd.open(kiosk, crowd.nodes[0])
    assert kiosk.token is not None
    await connections.lost(crowd.nodes[0].context, kiosk.principal, kiosk.token)
    kiosk.connected = False
    await crowd.tend()
    return kiosk


async def come_back(context: Context, kiosk: Client) -> None:
    assert kiosk.session is not None
    assert kiosk.token is not None
    assert await connections.resumed(context, kiosk.principal, kiosk.session, kiosk.token, "the next token")


async def request(world: World, kiosk: Client) -> None:
    """The terminal's command of before is carried out at its old node."""
    assert kiosk.session is not None
    terminal, session = TerminalId(kiosk.principal.id), SessionId(kiosk.session)
    operation = world.ids.new()
    world.presses.asks(str(kiosk.principal), operation, session)
    await contacts.request_contact(world.nodes[0].context, terminal, session, operation, ServiceId("housing"), "fi")


async def assert_goes_on(world: World, kiosk: Client) -> None:
    await world.tend()
    contact = (await world.tables()).live_of(kiosk.principal.id)
    assert contact is not None
    assert contact["state"] == "waiting"
    assert not world.faults


async def test_who_is_held_up_in_coming_back_finds_what_was_held_meanwhile(
    crowd: World, crowd_url: str, kiosk: Client
) -> None:
    one, two, three = (node.context for node in crowd.nodes)
    async with asyncio.TaskGroup() as tasks, one.store.transaction() as tx:
        await tx.connections.hold(str(kiosk.principal))
        tasks.create_task(come_back(two, kiosk))
        await until_someone_waits(crowd_url)
        await request(crowd, kiosk)
        await sweeping.sweep(three)
        assert [each["state"] for each in (await crowd.tables()).live_contacts()] == ["held"]
    await assert_goes_on(crowd, kiosk)


async def test_a_loss_that_is_dealt_with_waits_for_who_is_coming_back(
    crowd: World, crowd_url: str, kiosk: Client
) -> None:
    _, two, three = (node.context for node in crowd.nodes)
    sweeps: list[asyncio.Task[int]] = []

    async def meanwhile() -> None:
        await request(crowd, kiosk)
        sweeps.append(asyncio.create_task(sweeping.sweep(three)))
        waiting = asyncio.create_task(until_someone_waits(crowd_url))
        # A sweep that waits for nobody has taken the terminal for away.
        await asyncio.wait([waiting, *sweeps], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    await come_back(replace(two, store=LingeringStore(crowd.nodes[1].store, meanwhile)), kiosk)
    assert await asyncio.gather(*sweeps) == [1]
    await assert_goes_on(crowd, kiosk)

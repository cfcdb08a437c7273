"""A client's command acts once, also when nobody knows whether the first try of it was done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from typing_extensions import override

from palvelurinki.adapters.memory.store import MemoryStore
from palvelurinki.adapters.system import HmacPseudonyms, SystemIds
from palvelurinki.application.changes import Changes
from palvelurinki.application.digests import operation_digest
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context, Work, perform, perform_once
from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.errors import Busy, CallEnded, OperationReused
from palvelurinki.domain.presence import miss
from palvelurinki.ports import OutcomeUnknown, Transaction
from tests.unit.domain.routing.pools import NOW, directory, ring

ANNA = StaffId("anna")


class DoubtfulStore(MemoryStore):
    """A database that goes away at each of its first so many commits: after it is done, or before."""

    def __init__(self, *, doubts: int, done: bool) -> None:
        super().__init__(lambda: NOW)
        self._doubts = doubts
        self._done = done

    @override
    @asynccontextmanager
    async def transaction(self, *, assuming: bool = False) -> AsyncIterator[Transaction]:
        """A transaction, of whose end perhaps nobody hears."""
        self._doubts -= 1
        doubtful = self._doubts >= 0
        async with super().transaction(assuming=assuming) as tx:
            yield tx
            if doubtful and not self._done:
                raise OutcomeUnknown
        if doubtful:
            raise OutcomeUnknown


async def _nobody(_changes: Changes) -> None:
    """Tells nobody."""


def _context(store: DoubtfulStore) -> Context:
    return Context(
        store, SystemIds(), HmacPseudonyms("a secret of the test's"), "n", directory(ring("r", ANNA)), _nobody
    )


async def _count(work: Work) -> Answer:
    before = await work.tx.presences.load(ANNA)
    after = miss(before, 100, NOW)
    await work.save_presence(before, after)
    return {"misses": str(after.misses)}


async def _command(store: DoubtfulStore) -> Answer:
    return await perform_once(_context(store), Principal.staff(ANNA), "an operation", "count", _count)


async def _misses(store: DoubtfulStore) -> int:
    async with store.looking() as tx:
        return (await tx.presences.load(ANNA)).misses


@pytest.mark.parametrize("done", [True, False])
async def test_a_command_that_is_in_doubt_is_asked_after_and_done_once(*, done: bool) -> None:
    store = DoubtfulStore(doubts=1, done=done)
    assert await _command(store) == {"misses": "1"}
    assert await _misses(store) == 1


@pytest.mark.parametrize("done", [True, False])
async def test_while_the_doubt_lasts_the_client_is_to_ask_again_and_then_it_is_done_once(*, done: bool) -> None:
    store = DoubtfulStore(doubts=2, done=done)
    with pytest.raises(Busy):
        await _command(store)
    assert await _command(store) == {"misses": "1"}
    assert await _misses(store) == 1


async def test_what_cannot_be_asked_after_stays_in_doubt() -> None:
    store = DoubtfulStore(doubts=1, done=True)
    with pytest.raises(OutcomeUnknown):
        await perform(_context(store), _count)
    assert await _misses(store) == 1


async def test_an_operation_that_was_done_is_not_another_command() -> None:
    store = DoubtfulStore(doubts=0, done=True)
    await _command(store)
    with pytest.raises(OperationReused):
        await perform_once(_context(store), Principal.staff(ANNA), "an operation", "something else", _count)
    assert await _command(store) == {"misses": "1"}
    assert await _misses(store) == 1


async def test_a_command_that_would_be_refused_is_told_that_its_operation_was_done_for_another() -> None:
    store = DoubtfulStore(doubts=0, done=True)
    await _command(store)

    async def refuse(_work: Work) -> Answer:
        raise CallEnded("it has ended")

    with pytest.raises(OperationReused):
        await perform_once(_context(store), Principal.staff(ANNA), "an operation", "leave", refuse)
    with pytest.raises(CallEnded):
        await perform_once(_context(store), Principal.staff(ANNA), "a new operation", "leave", refuse)
    # The same command, which is refused for what it did itself, is told what it did.
    assert await perform_once(_context(store), Principal.staff(ANNA), "an operation", "count", refuse) == {
        "misses": "1"
    }


async def test_what_a_program_of_before_has_done_is_known_by_its_operation_alone() -> None:
    store = DoubtfulStore(doubts=0, done=True)
    async with store.transaction() as tx:
        await tx.operations.record(str(Principal.staff(ANNA)), operation_digest("an operation"), {"misses": "7"})
    assert await _command(store) == {"misses": "7"}

"""The shape of every use case: load, decide, save, in one transaction; then tell whom it concerns.

`perform` runs one, again when another transaction was first, and after the commit hands what changed to
`Context.notify`. Within it, `Work` applies decisions: it saves the contact, writes the events to the outbox and
carries out the effects.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import TypeVar

from palvelurinki.application import entering
from palvelurinki.application.changes import Changes
from palvelurinki.application.choices import Choices
from palvelurinki.application.configuration import directory_in_force
from palvelurinki.application.digests import operation_digest
from palvelurinki.application.principals import Principal
from palvelurinki.application.recollection import NOTHING, Recollection
from palvelurinki.application.repeats import Repeats
from palvelurinki.application.sign_in_ends import PRESENCE_GRACE
from palvelurinki.domain import presence as presences
from palvelurinki.domain.brokering import Decision, decide
from palvelurinki.domain.call import CallId
from palvelurinki.domain.commands import ContactCommand
from palvelurinki.domain.contact import Contact, ContactId
from palvelurinki.domain.directory import Directory, StaffId
from palvelurinki.domain.effects import (
    Claim,
    ClearDeadline,
    CompleteServiceEvent,
    DeadlineKind,
    DropHandoffs,
    Effect,
    Free,
    FreeReason,
    GoOn,
    RecordServiceEvent,
    SetDeadline,
)
from palvelurinki.domain.errors import Busy, Conflict, Refused, StaffBusy, UnknownThing
from palvelurinki.domain.events import ContactEvent, ContactRequested
from palvelurinki.domain.offer import OfferId
from palvelurinki.domain.record import ServiceEventId, service_event
from palvelurinki.domain.situation import FurtherMatter
from palvelurinki.ports import Deadline, Ids, OutcomeUnknown, Pseudonyms, Seals, Store, Transaction

Result = TypeVar("Result")
Answer = dict[str, str]

# A use case that keeps losing to others is given up after this many tries; each loss means that another one won, so
# a larger number only helps where very many fight for one contact.
TRIES = 8


@dataclass(slots=True)
class Context:
    """What every use case is given. `directory` is replaced whole when the configuration changes."""

    store: Store
    ids: Ids
    pseudonyms: Pseudonyms
    node: str
    directory: Directory
    notify: Callable[[Changes], Awaitable[None]]
    # By which this node chains the audit log; None: it leaves that to others.
    seals: Seals | None = None
    # As `store`, over connections that no command is waited for: see `kept_free`.
    upkeep: Store | None = None
    choices: Choices = field(default_factory=Choices)
    # Refusals that were noted of late.
    refused: Repeats = field(default_factory=Repeats)
    # What it remembers of what it has read and written.
    recollection: Recollection = NOTHING
    # How long a member of staff whose console is away stays ready or paused before they count as offline.
    presence_grace: timedelta = PRESENCE_GRACE
    # How long a member of staff stays signed in without doing anything, and whatever they do.
    sign_in_idle: timedelta = timedelta(minutes=30)
    sign_in_most: timedelta = timedelta(hours=10)
    # A node that has not shown life for longer than this is dead, and its connections are lost.
    node_timeout: timedelta = timedelta(seconds=2)

    @property
    def kept_free(self) -> Store:
        """The truth, for what must not wait behind people's commands: signs of life, deadlines, fencing.

        What commands wait for may be that very thing: a lock of a node that died, a deadline.
        """
        return self.store if self.upkeep is None else self.upkeep


@dataclass(slots=True)
class Work:
    """One transaction under way."""

    context: Context
    tx: Transaction
    directory: Directory
    changes: Changes
    # Whether this is a first try, which locks nothing.
    assuming: bool = False
    # Whether it may rest on what the node shows people: not once that has turned out to be of before.
    recalling: bool = False
    # Whom it is to ring, and when it began, by the process's clock.
    chosen: list[StaffId] = field(default_factory=list)
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    events: list[tuple[ContactId, ContactEvent]] = field(default_factory=list)

    async def use_directory_in_force(self) -> None:
        """Take over a revision of the configuration that this node has not been told of yet."""
        if not await self.tx.configurations.is_in_force(self.directory.revision):
            self.directory = self.context.directory = await directory_in_force(self.tx)

    async def load(self, identifier: ContactId, kind: str, asked: str) -> Contact:
        """The contact, locked. Raises UnknownThing naming what was asked for when there is none."""
        return self.known(await self.tx.contacts.load(identifier), kind, asked)

    async def load_own(self, principal: Principal, identifier: ContactId) -> Contact:
        """As `load`, from what the principal is shown when that will do."""
        seen = self._recalled(principal, lambda each: each.id == identifier)
        return seen or await self.load(identifier, "contact", identifier)

    async def load_of_offer(self, principal: Principal, offer: OfferId) -> Contact:
        """The contact to which the offer belongs, likewise."""
        seen = self._recalled(principal, lambda each: each.offer is not None and each.offer.id == offer)
        return seen or self.known(await self.tx.contacts.load_of_offer(offer), "offer", offer)

    async def load_of_call(self, principal: Principal, call: CallId) -> Contact:
        """The contact to which the call belongs, likewise."""
        seen = self._recalled(principal, lambda each: each.call is not None and each.call.id == call)
        return seen or self.known(await self.tx.contacts.load_of_call(call), "call", call)

    def _recalled(self, principal: Principal, wanted: Callable[[Contact], bool]) -> Contact | None:
        shown = self.context.recollection.contacts(principal) if self.recalling else ()
        seen = max(filter(wanted, shown), key=lambda each: each.version, default=None)
        return seen if seen is not None and self.tx.contacts.recall(seen) else None

    async def _load_presence(self, staff: StaffId) -> presences.Presence:
        seen = self.context.recollection.presence(staff) if self.recalling else None
        return seen if seen is not None and self.tx.presences.recall(seen) else await self.tx.presences.load(staff)

    def choose(self, staff: Collection[StaffId]) -> None:
        """These are to be rung, unless this transaction fails."""
        self.chosen.extend(staff)
        self.context.choices.choose(staff)

    def known(self, contact: Contact | None, kind: str, asked: str) -> Contact:
        """The contact. Raises UnknownThing naming what was asked for when there is none."""
        if contact is None:
            raise UnknownThing(kind, asked)
        return contact

    async def decide(self, contact: Contact, command: ContactCommand) -> Decision:
        """Decide, save and carry out. Raises what `domain.brokering.decide` raises."""
        decision = decide(contact, command, await self.tx.now())
        if decision.contact != contact:
            await self.tx.contacts.save(decision.contact)
            self.changes.contact(contact, await self._saved(contact.id))
        await self._follow(decision)
        return decision

    async def add(self, contact: Contact, command: ContactCommand | None) -> None:
        """A new contact, to which the command happens at once."""
        self.events.append((contact.id, ContactRequested(contact.line)))
        decision = None if command is None else decide(contact, command, await self.tx.now())
        added = contact if decision is None else decision.contact
        await self.tx.contacts.add(added)
        self.changes.contact(None, added)
        if decision is not None:
            await self._follow(decision)

    async def write_outbox(self) -> None:
        """Write what happened, and what it is about, so that it is told even when the wake-up is lost.

        The topics stand in the first entry only: one look at each is enough for a transaction.
        """
        work, topics_left = self.changes.work, sorted(self.changes.topics)
        for contact, event in self.events:
            await self.tx.outbox.add(contact, type(event).__name__, _payload(event), topics_left, work)
            topics_left = []
        if topics_left:
            await self.tx.outbox.add(None, "Touched", {}, topics_left, work)

    async def save_presence(self, before: presences.Presence, after: presences.Presence) -> None:
        """Write a person's status when it changed."""
        if after == before:
            return
        await self.tx.presences.save(after)
        self.changes.presence(replace(after, version=after.version + 1), self.directory)
        if after.wrap_up_until == before.wrap_up_until:
            return
        if after.wrap_up_until is not None:
            await self.tx.deadlines.set(Deadline(DeadlineKind.WRAP_UP, after.staff, after.wrap_up_until))
        else:
            await self.tx.deadlines.clear(DeadlineKind.WRAP_UP, after.staff)

    async def _follow(self, decision: Decision) -> None:
        self.events.extend((decision.contact.id, event) for event in decision.events)
        for effect in decision.effects:
            await self._carry_out(effect, decision.contact)

    async def _saved(self, identifier: ContactId) -> Contact:
        # A transaction knows what it holds, and asks nobody.
        return self.known(await self.tx.contacts.load(identifier), "contact", identifier)

    async def _carry_out(self, effect: Effect, contact: Contact) -> None:
        match effect:
            case SetDeadline():
                await self.tx.deadlines.set(Deadline(effect.kind, effect.subject, effect.due))
            case ClearDeadline():
                await self.tx.deadlines.clear(effect.kind, effect.subject)
            case Claim():
                await self.tx.contacts.claim(effect.staff, contact.id)
                self.changes.claimed(effect.staff, self.directory)
            case Free():
                await self.tx.contacts.free(effect.staff, contact.id)
                self.changes.freed(effect.staff, self.directory)
                await self._come_free(effect, contact)
            case RecordServiceEvent():
                await self._record(effect, contact)
            case CompleteServiceEvent():
                await self.tx.service_events.complete(effect.call, effect.afterword)
            case DropHandoffs():
                await self.tx.handoffs.drop(effect.contacts)
            case GoOn():
                await self._go_on(contact, effect.matters)

    async def _go_on(self, ended: Contact, matters: Sequence[FurtherMatter]) -> None:
        # A matter's service is in nobody's use until it begins: it may just be going away.
        await self.use_directory_in_force()
        if not await self.tx.configurations.keep_in_force(self.directory.revision):
            raise Conflict("the configuration has moved on")
        begun, skipped = await entering.next_contact(self.tx, self.directory, ended, matters)
        await self.tx.handoffs.drop([each.contact for each in skipped if each.noted])
        if begun is not None:
            await self.add(begun, None)
            await entering.look_again(self.tx, Principal.terminal(begun.terminal), begun.session)

    async def _come_free(self, effect: Free, contact: Contact) -> None:
        if effect.reason is FreeReason.WITHDRAWN:
            return
        before = await self._load_presence(effect.staff)
        now = await self.tx.now()
        ring = self.directory.rings.get(contact.ring)
        match effect.reason:
            case FreeReason.MISSED:
                after = presences.miss(before, ring.pause_after_misses if ring else 1, now)
            case FreeReason.CALL_OVER if ring is not None:
                length, most = timedelta(seconds=ring.wrap_up_s), timedelta(seconds=ring.wrap_up_most_s)
                after = presences.wrap_up(before, now, length, most)
            case _:
                after = presences.come_free(before, now)
        await self.save_presence(before, after)

    async def _record(self, effect: RecordServiceEvent, contact: Contact) -> None:
        expert = effect.offer.accepted_by
        if expert is None:
            msg = f"call {effect.call.id} ended, but nobody accepted its offer"
            raise ValueError(msg)
        staff = self.directory.staff.get(expert)
        organisation = staff.organisation if staff else contact.provider
        pseudonym = self.context.pseudonyms.of(organisation, expert)
        await self.tx.service_events.add(
            service_event(ServiceEventId(self.context.ids.new()), contact, effect, pseudonym, self.directory)
        )


def _payload(event: ContactEvent) -> dict[str, object]:
    # Not `asdict`, which copies what never changes: an event is plain data.
    return {each.name: getattr(event, each.name) for each in fields(event)}


async def perform(
    context: Context, use_case: Callable[[Work], Awaitable[Result]], store: Store | None = None
) -> Result:
    """Run a use case in one transaction, of this store when one is named, and tell whom it concerns.

    Raises what the use case raises, and Conflict when others were first TRIES times.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return await _attempt(context, use_case, store or context.store, assuming=False)
        except Conflict:
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


async def perform_assuming(
    context: Context, use_case: Callable[[Work], Awaitable[Result]], *, recalling: bool = True
) -> Result:
    """As `perform`, but once, and assuming that nobody comes in between.

    Raises Conflict when somebody did. What it is Refused for may be their doing too: only a transaction that locks
    what it reads can tell. `recalling`: whether it may rest on what the node shows people.
    """
    return await _attempt(context, use_case, context.store, assuming=True, recalling=recalling)


async def _attempt(
    context: Context,
    use_case: Callable[[Work], Awaitable[Result]],
    store: Store,
    *,
    assuming: bool,
    recalling: bool = False,
) -> Result:
    chosen: list[StaffId] = []
    try:
        async with store.transaction(assuming=assuming) as tx:
            work = Work(context, tx, context.directory, Changes(context.ids.new()), assuming, recalling, chosen)
            result = await use_case(work)
            await work.write_outbox()
    except BaseException:
        context.choices.withdraw(chosen)
        raise
    context.choices.commit(chosen, asyncio.get_running_loop().time())
    if work.changes.topics:
        await context.notify(work.changes)
    return result


async def perform_once(
    context: Context,
    principal: Principal,
    operation: str,
    asked: str,
    use_case: Callable[[Work], Awaitable[Answer]],
    *,
    hold_configuration: bool = False,
) -> Answer:
    """Run a client's command. The same operation of the same principal acts once and gets the same answer (I2).

    `asked` says what the command is: raises OperationReused when the operation's id was used for another one. With
    `hold_configuration` no other revision comes into force until it is done.
    """
    tried = False
    remembered = operation_digest(operation)

    async def once(work: Work) -> Answer:
        nonlocal tried
        if hold_configuration:
            await work.tx.configurations.hold()
        # Hardly ever has it been done before, so it is not asked about first: what was done cannot be recorded again,
        # and is then found.
        if tried:
            known = await work.tx.operations.answer(str(principal), remembered, asked)
            if known is not None:
                return known
        tried = True
        answer = await use_case(work)
        await work.tx.operations.record(str(principal), remembered, answer, asked)
        return answer

    try:
        return await _perform_either_way(context, once)
    except OutcomeUnknown as error:
        raise Busy("the database went away; what was done will be found when it is asked again") from error
    except Refused:
        # The operation may have been sent before: whichever came second found the first one's work done, so what it is
        # refused for is its own doing. The first one's answer stands.
        async with context.store.looking() as tx:
            done = await tx.operations.answer(str(principal), remembered, asked)
        if done is None:
            raise
        return done


async def _perform_either_way(context: Context, use_case: Callable[[Work], Awaitable[Answer]]) -> Answer:
    for recalling in (True, False):
        try:
            return await perform_assuming(context, use_case, recalling=recalling)
        except (Conflict, StaffBusy):
            # What it reads next time is true, and whom it finds free.
            continue
        except (Refused, OutcomeUnknown):
            # Whether one that is in doubt was done is asked next.
            break
    return await perform(context, use_case)

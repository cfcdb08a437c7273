"""A world in virtual time around the real use cases and the real store: nodes, clients, a clock, and seeded chance.

One seed gives one history: chance, ids and time come from the world, and one thing happens at a time. A step is one
action of `actions.py`; after each the checker reads the tables, and after each whole sweep it expects more of them.
"""

import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from palvelurinki.adapters.system import HmacPseudonyms
from palvelurinki.application import connections, offers, sweeping
from palvelurinki.application.changes import Changes
from palvelurinki.application.configuration import canonical_json
from palvelurinki.application.digests import operation_digest
from palvelurinki.application.principals import Principal
from palvelurinki.application.work import Answer, Context
from palvelurinki.domain.directory import RingId
from palvelurinki.domain.errors import Refused
from palvelurinki.ports import Store
from tests.simulation.checker import Checker
from tests.simulation.crashing import Crashed, CrashingStore, Ledger
from tests.simulation.faults import SLACK, Fault
from tests.simulation.office import EXPERTS, START, TERMINALS, directory
from tests.simulation.presses import Presses
from tests.simulation.tables import Tables

PRESENCE_GRACE: Final = timedelta(seconds=60)
# A node that still beats is never taken for dead: beats are a second apart at most.
BEAT_EVERY: Final = timedelta(seconds=1)
# How late a sweep may come: within what I3 allows.
MOST_PATIENCE_S: Final = SLACK.total_seconds() - 0.5

Command = Callable[[Context, str], Awaitable[Answer]]


class SeededIds:
    """The port `Ids`: a counter, so that a seed gives the same ids each time."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        """The next number, in a width that sorts."""
        return f"{next(self._numbers):06}"

    def token(self) -> str:
        """As `new`: nobody here guesses secrets."""
        return f"token-{self.new()}"


@dataclass(slots=True)
class Clock:
    """The world's time, which is the store's too. It may be set forward or back, as a machine's clock is."""

    at: datetime = START
    skew: timedelta = timedelta(0)
    """By how much it has been set, in all."""
    set_forward: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.at

    @property
    def true(self) -> datetime:
        """The time by a clock that nobody sets: what passes for a process that counts seconds."""
        return self.at - self.skew

    def jump(self, by: timedelta) -> None:
        """It is set forward, or back."""
        if by > timedelta(0):
            self.set_forward.append((self.at, self.at + by))
        self.at += by
        self.skew += by

    def skipped(self, since: datetime, until: datetime) -> timedelta:
        """How much of the time from `since` to `until` never passed, because the clock was set forward over it."""
        spans = (min(until, after) - max(since, before) for before, after in self.set_forward)
        return sum((span for span in spans if span > timedelta(0)), timedelta(0))


@dataclass(slots=True)
class Node:
    """One server process."""

    name: str
    store: CrashingStore
    context: Context
    to_match: set[str] = field(default_factory=set)
    beat_at: datetime = START
    alive: bool = True
    silent: bool = False
    """Paused, or cut off from the database: it does nothing, and the others take it for dead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that a client sent, and may send again."""

    operation: str
    name: str
    command: Command


@dataclass(slots=True)
class Client:
    """A terminal's or an expert's client. It may be away without anybody knowing yet."""

    principal: Principal
    node: Node | None = None
    session: str | None = None
    former: str | None = None
    """The session before: what was asked in it may still be carried out."""
    token: str | None = None
    """It resumes the session, and names the present socket."""
    connected: bool = False
    unnoticed: bool = False
    """It died without a word, and its node still thinks of it as there."""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)


class World:
    """See the module. `look` reads the tables."""

    def __init__(self, store: Store, look: Callable[[], Awaitable[Tables]], clock: Clock, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = clock
        self.ids = SeededIds()
        self.directory = directory()
        self.presses = Presses()
        self.checker = Checker(self.directory, PRESENCE_GRACE, clock.skipped, self.presses)
        self.ledger = Ledger()
        self.nodes: list[Node] = []
        self.terminals = [Client(Principal.terminal(each)) for each in TERMINALS]
        self.experts = [Client(Principal.staff(each)) for each in EXPERTS]
        # Who holds nothing, and is asked nothing: an advisor acts from wherever they are.
        self.advisor = Client(Principal.staff("doris"))
        self.log: list[str] = []
        self.faults: list[Fault] = []
        self.steps = 0
        # How many of the wake-ups after a commit reach nobody.
        self.lost_wake_ups = 0.0
        self._store = store
        self._look = look
        self._node_names = itertools.count(1)

    @property
    def met(self) -> Counter[str]:
        """How often each trouble was met."""
        return self.ledger.met

    @property
    def clients(self) -> list[Client]:
        """Everybody."""
        return [*self.terminals, *self.experts]

    @property
    def living(self) -> list[Node]:
        """The nodes that run."""
        return [node for node in self.nodes if node.alive and not node.silent]

    def note(self, text: str) -> None:
        """One line of the history."""
        self.log.append(f"{self.steps:4} {self.clock.at - START} {text}")

    async def tables(self) -> Tables:
        """The tables now."""
        return await self._look()

    async def configure(self) -> None:
        """The office comes into force, as revision 1."""
        async with self._store.transaction() as tx:
            await tx.configurations.add(canonical_json(self.directory), "simulation", expected=0)

    async def start_node(self) -> Node:
        """Another server process, which beats before it takes connections."""
        store = CrashingStore(self._store, self.ledger)
        name = f"node-{next(self._node_names)}"
        node = Node(name, store, self._context(name, store))
        node.context.notify = self._notifier(node)
        self.nodes.append(node)
        await self.beat(node)
        return node

    def _notifier(self, node: Node) -> Callable[[Changes], Awaitable[None]]:
        async def notify(changes: Changes) -> None:
            rings = changes.to_match
            if rings and self.chance.random() < self.lost_wake_ups:
                self.met["wake-up lost"] += 1
                return
            node.to_match.update(rings)

        return notify

    def _context(self, name: str, store: Store) -> Context:
        async def unset(_changes: Changes) -> None:
            raise AssertionError("replaced when the node is made")

        return Context(
            store=store,
            ids=self.ids,
            pseudonyms=HmacPseudonyms("a secret of the simulation"),
            node=name,
            directory=self.directory,
            notify=unset,
            presence_grace=PRESENCE_GRACE,
        )

    def bury(self, node: Node) -> None:
        """The node's process is gone, and with it the sockets that it served."""
        node.alive = False
        node.to_match.clear()
        for client in self.clients:
            if client.node is node:
                client.connected = client.unnoticed = False
                # Any other node can take the session over.
                client.node = None

    async def wake(self, node: Node) -> None:
        """A silent node is back."""
        node.silent = False
        await self.beat(node)
        await self.take_back(node)

    async def take_back(self, node: Node) -> None:
        """A node that others took for dead takes back the connections whose sockets it still has."""
        here = [client for client in self.clients if client.node is node and client.connected]
        speaking = await connections.who_speaks(node.context, [str(client.principal) for client in here])
        for client in here:
            known = speaking[str(client.principal)]
            if client.session and client.token and (known.token != client.token or known.lost_at is not None):
                client.connected = await connections.reclaimed(
                    node.context, client.principal, client.session, client.token
                )

    # ---- Clients ---------------------------------------------------------------------------------------------

    async def open(self, client: Client, node: Node) -> None:
        """The client connects with a new session."""
        client.node, client.connected, client.unnoticed = node, False, False
        client.former, client.session, client.token = client.session, self.ids.new(), self.ids.token()
        await connections.opened(node.context, client.principal, client.session, client.token)
        client.connected = True

    async def ask(self, client: Client, asked: Asked, node: Node, *, heard: bool = True) -> None:
        """The client's command is carried out at `node`; its answer, when it was given before, must be the same.

        The client learns nothing of it when the answer is not `heard`.
        """
        key = (str(client.principal), operation_digest(asked.operation))
        done: Answer | None = None
        if asked in client.asked:
            done = (await self.tables()).operations.get(key)
        else:
            client.asked.append(asked)
        try:
            answer = await asked.command(node.context, asked.operation)
        except Refused as refusal:
            self.note(f"  {client.principal} {asked.name} refused: {refusal.code}")
            if done is not None:
                self.fault(Fault("lost", f"{key} was done and is refused with {refusal.code} when it is repeated"))
            return
        if done is not None:
            self.met["command repeated"] += 1
            if answer != done:
                self.fault(Fault("doubled", f"{key} was answered {done} and then {answer}"))
        if not heard:
            self.met["answer lost"] += 1
            self.note(f"  {client.principal} {asked.name}: the answer is lost")
            return
        client.answers[asked.operation] = answer
        self.note(f"  {client.principal} {asked.name} answered {answer}")

    # ---- Time and the nodes' loops ---------------------------------------------------------------------------

    async def beat(self, node: Node) -> None:
        """The node shows life."""
        async with self._store.transaction() as tx:
            await tx.connections.beat(node.name)
        node.beat_at = self.clock.true

    async def pass_time(self, by: timedelta, patience: timedelta) -> None:
        """Time passes. A deadline that falls due on the way is swept at most `patience` after it."""
        until = self.clock.at + by
        while True:
            due = min((await self.tables()).deadlines.values(), default=None)
            if due is None or due + patience > until:
                break
            await self._advance(max(self.clock.at, due + patience))
            await self.tend()
        await self._advance(until)

    async def _advance(self, to: datetime) -> None:
        self.clock.at = to
        for node in self.living:
            if self.clock.true - node.beat_at >= BEAT_EVERY:
                await self.beat(node)
                await self.surviving(node, self.take_back(node))

    async def surviving(self, node: Node, work: Awaitable[None]) -> None:
        """Something that a node does, and may die of; another is started when it was the last."""
        try:
            await work
        except Crashed:
            self.note(f"  {node.name} dies")
            self.bury(node)
            if not self.living:
                await self.start_node()

    async def tend(self) -> None:
        """A node sweeps, looks for dead nodes and matches; when it dies of it, another one does."""
        while True:
            node = self.chance.choice(self.living) if self.living else await self.start_node()
            try:
                await self._tend(node)
            except Crashed:
                self.note(f"  {node.name} dies in its loops")
                self.bury(node)
            else:
                break
        tables = await self.tables()
        self.report(self.checker.always(tables))
        self.report(self.checker.settled(tables, self.clock.at))

    async def _tend(self, node: Node) -> None:
        await sweeping.sweep(node.context)
        if await connections.lose_dead_nodes(node.context):
            await sweeping.sweep(node.context)
        for each in self.living:
            await self.match(each)
        await sweeping.match_waiting(node.context)

    async def match(self, node: Node) -> None:
        """The node matches the rings that its transactions touched."""
        while node.to_match:
            ring = min(node.to_match)
            node.to_match.discard(ring)
            await offers.match_ring(node.context, RingId(ring))

    # ---- Judging ---------------------------------------------------------------------------------------------

    def fault(self, fault: Fault) -> None:
        """Remember a fault, once."""
        if fault not in self.faults:
            self.note(f"FAULT {fault.kind}: {fault.what}")
            self.faults.append(fault)

    def report(self, faults: Iterable[Fault]) -> None:
        """Remember faults."""
        for fault in faults:
            self.fault(fault)

    async def check(self) -> None:
        """Look at the tables after a step: at the invariants, and at what was acknowledged."""
        tables = await self.tables()
        self.report(self.checker.always(tables))
        for client in (*self.clients, self.advisor):
            for operation, answer in client.answers.items():
                self._check_acknowledged(tables, client, operation, answer)

    def _check_acknowledged(self, tables: Tables, client: Client, operation: str, answer: Answer) -> None:
        if tables.operations.get((str(client.principal), operation_digest(operation))) != answer:
            self.fault(Fault("lost", f"{client.principal} was told {answer}, and nobody remembers"))
        contact = answer.get("contact")
        if contact is not None and contact not in tables.contacts:
            self.fault(Fault("lost", f"contact {contact} was acknowledged and is not there"))
        if "call" in answer and answer["call"] not in tables.calls:
            self.fault(Fault("lost", f"call {answer['call']} was acknowledged and is not there"))

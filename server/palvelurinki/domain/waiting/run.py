"""One run of the pool in virtual time, from its present state until nobody of today's waiting contacts waits.

The run does what routing does (domain/routing): whenever an expert is free and a contact waits that they may take, the
first such contact in rank goes to a free expert: whom it prefers, then of the lowest level, then idle longest. Who
leaves takes no expert, but the run still notes when they would have been served: the estimate tells a person how long
it takes if they stay.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import inf, log1p

from palvelurinki.domain.waiting.state import Finishing, Free, InCall, Rung
from palvelurinki.domain.waiting.world import NOWHERE, Event, Happening, Rank, World

HOUR_S = 3600.0
FREE = int(Happening.FREE)


class Run:
    """One run; make it and call `waits` once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._now = 0.0
        self._answer = world.answer
        self._duty = world.duty
        self._idle = 0
        self._idle_order: dict[int, None] = {}
        # Contacts, by number: today's, then those that come.
        self._waits = [inf] * len(world.paths)
        self._left = len(world.paths)
        self._ranks: list[Rank] = list(world.ranks)
        self._paths = list(world.paths)
        self._durations = list(world.durations)
        self._step = [0] * len(world.paths)
        self._where = [NOWHERE] * len(world.paths)
        self._leaves = [
            inf if each.patience is None else each.patience.residual(each.waited_s, world.chance)
            for each in world.state.waiting
        ]
        self._passed: dict[int, int] = {}
        self._resting: set[int] = set()
        # Groups of contacts with the same reach: their masks, the heaps of their ranks, and their numbers by mask.
        self._masks: list[int] = []
        self._heaps: list[list[Rank]] = []
        self._groups: dict[int, int] = {}
        self._events: list[Event] = list(world.timetable)
        self._begin()

    def _begin(self) -> None:
        world = self._world
        rung: dict[int, list[tuple[int, float]]] = {}
        idle: list[tuple[float, int]] = []
        for expert, each in enumerate(world.state.experts):
            match each.doing:
                case Free(idle_s):
                    idle.append((-idle_s, expert))
                case InCall() | Finishing() as busy:
                    self._events.append((self._left_of(busy), FREE, expert, 0))
                case Rung(contact, elapsed):
                    rung.setdefault(contact, []).append((expert, elapsed))
                case _:
                    pass  # their wrap-up's end is in the timetable
        for _, expert in sorted(idle):
            self._come_free(expert)
        for contact, experts in rung.items():
            self._go_on_ringing(contact, experts)
        for number in range(len(self._where)):
            if number not in rung:
                self._enter(number)
        for stream in range(len(world.state.arrivals)):
            self._expect(stream)
        heapify(self._events)

    def _left_of(self, busy: InCall | Finishing) -> float:
        """How long it takes until the expert is free."""
        of, chance = self._world.state.services[busy.service], self._world.chance
        if isinstance(busy, Finishing):
            return of.wrap_up.residual(busy.elapsed_s, chance)
        return of.handling.residual(busy.elapsed_s, chance) + of.wrap_up.draw(chance)

    def waits(self) -> list[float]:
        """How long each waiting contact, in order, waits from now to its acceptance; infinite when it is not served."""
        events, end = self._events, self._world.end
        while self._left and self._now <= end:
            # First all that happens at this moment, then the choice, as routing sees it.
            while events and events[0][0] <= self._now:
                _, what, whom, contact = heappop(events)
                if what == FREE:
                    self._come_free(whom)
                else:
                    self._happen(what, whom, contact)
            if self._idle:
                self._match()
            if not events:
                break
            self._now = events[0][0]
        return self._waits

    def _happen(self, what: int, whom: int, contact: int) -> None:
        bit = 1 << whom
        match what:
            case Happening.BACK:
                self._duty |= bit
                if self._idle & bit:  # from a break one comes back as the last in the order
                    self._come_free(whom)
                self._reconsider()
            case Happening.AWAY:
                self._duty &= ~bit
                self._reconsider()
            case Happening.WIDENED:
                self._step[whom] += 1
                self._move(whom)
            case Happening.LAPSED:
                self._come_free(whom)
                self._passed[contact] = self._passed.get(contact, 0) | bit
                self._enter(contact)
            case Happening.RESTED:
                self._resting.discard(whom)
                self._passed.pop(whom, None)
                self._move(whom)
            case _:
                self._arrive(whom)

    def _come_free(self, expert: int) -> None:
        self._idle |= 1 << expert
        self._idle_order.pop(expert, None)
        self._idle_order[expert] = None

    # ---- Contacts, in groups by reach

    def _enter(self, number: int) -> None:
        """The contact waits in the group of its reach."""
        mask = self._paths[number].reach(self._step[number], self._duty)
        passed = self._passed.get(number, 0)
        if passed:
            on_duty = mask & self._duty
            if on_duty and not on_duty & ~passed and number not in self._resting:
                self._resting.add(number)
                rested = self._now + self._world.state.answering.quiet_s
                heappush(self._events, (rested, Happening.RESTED, number, 0))
            mask &= ~passed
        group = self._groups.get(mask)
        if group is None:
            group = self._groups[mask] = len(self._masks)
            self._masks.append(mask)
            self._heaps.append([])
        if self._where[number] != group:
            self._where[number] = group
            heappush(self._heaps[group], self._ranks[number])

    def _move(self, number: int) -> None:
        if self._where[number] != NOWHERE:
            self._enter(number)

    def _reconsider(self) -> None:
        """Who is on duty has changed, and with it the reach of contacts that relax, or that some have passed by."""
        if self._world.relaxes or self._passed:
            for number in range(len(self._where)):
                self._move(number)

    def _expect(self, stream: int) -> None:
        """The next contact of the stream, if it can matter."""
        rate = self._world.state.arrivals[stream].per_hour
        if rate <= 0:
            return
        comes = self._now - log1p(-self._world.chance.random()) * HOUR_S / rate
        if comes <= self._world.streams_until[stream] and comes <= self._world.end:
            heappush(self._events, (comes, Happening.ARRIVED, stream, 0))

    def _arrive(self, stream: int) -> None:
        world, now = self._world, self._now
        of = world.state.arrivals[stream]
        number = len(self._where)
        path = world.stream_paths[stream]
        self._ranks.append((now - of.head_start_s, number))
        self._paths.append(path)
        self._durations.append(world.stream_durations[stream])
        self._step.append(0)
        self._where.append(NOWHERE)
        self._leaves.append(inf if of.patience is None else now + of.patience.draw(self._world.chance))
        for after in path.after:
            heappush(self._events, (now + after, Happening.WIDENED, number, 0))
        self._enter(number)
        self._expect(stream)

    # ---- Who is offered to whom

    def _match(self) -> None:
        """Offer contacts, in order of rank, until no free expert may take one that waits."""
        where, masks = self._where, self._masks
        free = self._idle & self._duty
        while free:
            first: Rank | None = None
            chosen = 0
            for group, heap in enumerate(self._heaps):
                if not heap or not masks[group] & free:
                    continue
                while heap and where[heap[0][1]] != group:
                    heappop(heap)
                if heap and (first is None or heap[0] < first):
                    first, chosen = heap[0], group
            if first is None:
                return
            heappop(self._heaps[chosen])
            contact = first[1]
            where[contact] = NOWHERE
            if self._leaves[contact] > self._now:
                free ^= 1 << self._offer(contact, masks[chosen] & free)
            else:
                self._note(contact, self._now + (self._answer() if self._answer else 0.0))

    def _offer(self, contact: int, candidates: int) -> int:
        """Ring one of the candidates with the contact: whom."""
        candidates = candidates & self._paths[contact].prefers or candidates
        for level in self._world.levels:
            if candidates & level:
                candidates &= level
                break
        if candidates & (candidates - 1):
            expert = next(each for each in self._idle_order if candidates >> each & 1)
        else:
            expert = candidates.bit_length() - 1
        self._idle ^= 1 << expert
        del self._idle_order[expert]
        answering, now = self._world.state.answering, self._now
        if answering.unanswered and self._world.chance.random() < answering.unanswered:
            lapses = min(now + answering.lapses_s, self._leaves[contact])
            heappush(self._events, (lapses, Happening.LAPSED, expert, contact))
        else:
            self._accept(contact, expert, now + self._answer() if self._answer else now)
        return expert

    def _accept(self, contact: int, expert: int, at: float) -> None:
        if contact < len(self._waits):
            self._note(contact, at)
        if self._leaves[contact] < at:  # left while it rang: the offer is withdrawn at once
            heappush(self._events, (self._leaves[contact], FREE, expert, 0))
            return
        handling, wrap_up = self._durations[contact]
        end = at + handling()
        if wrap_up is not None:
            end += wrap_up()
        heappush(self._events, (end, FREE, expert, 0))

    def _note(self, contact: int, at: float) -> None:
        if contact < len(self._waits):
            self._waits[contact] = at
            self._left -= 1

    def _go_on_ringing(self, contact: int, experts: Sequence[tuple[int, float]]) -> None:
        """What becomes of an offer that rings now, at one expert or several: the first to accept wins."""
        answering, chance = self._world.state.answering, self._world.chance
        accepts: list[tuple[float, int]] = []
        for expert, elapsed in experts:
            answered = (1 - answering.unanswered) * answering.seconds.survival(elapsed)
            # That it has rung so long unanswered makes it likelier that it will not be answered.
            if answering.unanswered == 0 or chance.random() * (answering.unanswered + answered) >= answering.unanswered:
                accepts.append((answering.seconds.residual(elapsed, chance), expert))
        if accepts:
            at, winner = min(accepts)
            self._accept(contact, winner, at)
            self._events += [(at, FREE, expert, 0) for expert, _ in experts if expert != winner]
            return
        lapses = max(0.0, answering.lapses_s - min(elapsed for _, elapsed in experts))
        self._passed[contact] = sum(1 << expert for expert, _ in experts)
        self._events += [(lapses, Happening.LAPSED, expert, contact) for expert, _ in experts[:1]]
        self._events += [(lapses, FREE, expert, 0) for expert, _ in experts[1:]]

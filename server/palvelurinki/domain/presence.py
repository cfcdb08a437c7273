"""Presence: what a member of staff has chosen, and whether their console is there.

    offline → paused (arrived) ⇄ ready; from anywhere → offline when the console has been lost for longer than the grace

What they hold (an offer, a call) is not a state here: it is read from the offers and calls themselves, so it cannot
go stale. That is why "pause after this call" needs nothing of its own: a person may pause while in a call, and stays
paused after it. Wrap-up, the time for finishing after a call, is an instant until which a person who is ready is asked
nothing: when it is past, they are free without anybody having done anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.errors import WrapUpOver
from palvelurinki.domain.machine import Machine


class PresenceState(StrEnum):
    """Whether a person takes calls."""

    OFFLINE = "offline"
    PAUSED = "paused"
    READY = "ready"


class PresenceTrigger(StrEnum):
    """What happens to a presence."""

    ARRIVE = "arrive"
    MAKE_READY = "make_ready"
    PAUSE = "pause"
    LEAVE = "leave"


class ServerPause(StrEnum):
    """Why the server paused somebody. The other reasons are a person's choice from their provider's list."""

    ARRIVED = "arrived"
    MISSED = "missed"


PRESENCE: Machine[PresenceState, PresenceTrigger] = Machine(
    name="presence",
    initial=PresenceState.OFFLINE,
    transitions={
        (PresenceState.OFFLINE, PresenceTrigger.ARRIVE): PresenceState.PAUSED,
        (PresenceState.PAUSED, PresenceTrigger.ARRIVE): PresenceState.PAUSED,
        (PresenceState.READY, PresenceTrigger.ARRIVE): PresenceState.READY,
        (PresenceState.PAUSED, PresenceTrigger.MAKE_READY): PresenceState.READY,
        (PresenceState.READY, PresenceTrigger.MAKE_READY): PresenceState.READY,
        (PresenceState.PAUSED, PresenceTrigger.PAUSE): PresenceState.PAUSED,
        (PresenceState.READY, PresenceTrigger.PAUSE): PresenceState.PAUSED,
        (PresenceState.PAUSED, PresenceTrigger.LEAVE): PresenceState.OFFLINE,
        (PresenceState.READY, PresenceTrigger.LEAVE): PresenceState.OFFLINE,
    },
)


# How much longer a wrap-up gets each time it is extended.
WRAP_UP_EXTENSION = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Presence:
    """A person's status. `reason` is a `ServerPause` or the id of one of their provider's pause reasons.

    `idle_since` orders the ring: who has been free longest is offered first. It is set when they become ready and when
    they come free of a call (its wrap-up included) or an offer that they did not take; an offer that was withdrawn
    does not cost them their place. `misses` counts unanswered offers in a row. `wrap_up_until` is set, with
    `wrap_up_since` and the latest `wrap_up_most`, while they are finishing a call.
    """

    staff: StaffId
    state: PresenceState = PRESENCE.initial
    reason: str | None = None
    since: datetime | None = None
    idle_since: datetime | None = None
    misses: int = 0
    wrap_up_since: datetime | None = None
    wrap_up_until: datetime | None = None
    wrap_up_most: datetime | None = None
    version: int = 0

    def in_wrap_up(self, now: datetime) -> bool:
        """Whether they are finishing a call at the instant `now`."""
        return self.wrap_up_until is not None and now < self.wrap_up_until


def arrive(presence: Presence, now: datetime) -> Presence:
    """The console is there. Who was offline is paused until they say that they are ready; others keep their status."""
    state = PRESENCE.next(presence.state, PresenceTrigger.ARRIVE)
    if state is presence.state:
        return presence
    return replace(presence, state=state, reason=ServerPause.ARRIVED, since=now, misses=0)


def make_ready(presence: Presence, now: datetime) -> Presence:
    """The person takes calls, and needs no more time for finishing the last one.

    Saying so twice changes nothing, and does not cost the place in the order.
    """
    state = PRESENCE.next(presence.state, PresenceTrigger.MAKE_READY)
    if state is presence.state and not presence.in_wrap_up(now):
        return presence
    since = presence.since if state is presence.state else now
    return replace(_finished(presence), state=state, reason=None, since=since, idle_since=now, misses=0)


def pause(presence: Presence, reason: str, now: datetime) -> Presence:
    """The person takes no further calls."""
    state = PRESENCE.next(presence.state, PresenceTrigger.PAUSE)
    if state is presence.state and reason == presence.reason:
        return presence
    return replace(_finished(presence), state=state, reason=reason, since=now, misses=0)


def leave(presence: Presence, now: datetime) -> Presence:
    """The console has been away for longer than the grace."""
    state = PRESENCE.next(presence.state, PresenceTrigger.LEAVE)
    return replace(_finished(presence), state=state, reason=None, since=now, idle_since=None, misses=0)


def come_free(presence: Presence, now: datetime) -> Presence:
    """An offer that the person declined is over: they go to the end of the order."""
    return replace(presence, idle_since=now, misses=0)


def wrap_up(presence: Presence, now: datetime, length: timedelta, most: timedelta) -> Presence:
    """A call of the person is over: who is ready is free after `length`, which they may extend up to `most`."""
    if presence.state is not PresenceState.READY or not length:
        return come_free(presence, now)
    until = now + length
    return replace(
        presence,
        idle_since=until,
        misses=0,
        wrap_up_since=now,
        wrap_up_until=until,
        wrap_up_most=now + max(length, most),
    )


def extend_wrap_up(presence: Presence, now: datetime) -> Presence:
    """The person needs `WRAP_UP_EXTENSION` longer, up to what the ring allows. Raises WrapUpOver when it is past."""
    if presence.wrap_up_until is None or presence.wrap_up_most is None or not presence.in_wrap_up(now):
        raise WrapUpOver("there is no wrap-up to extend")
    until = min(presence.wrap_up_until + WRAP_UP_EXTENSION, presence.wrap_up_most)
    return replace(presence, idle_since=until, wrap_up_until=until)


def end_wrap_up(presence: Presence, now: datetime) -> Presence:
    """The wrap-up has run out; one that was extended meanwhile goes on."""
    return presence if presence.in_wrap_up(now) else _finished(presence)


def miss(presence: Presence, pause_after: int, now: datetime) -> Presence:
    """An offer rang out. After `pause_after` in a row a person who is ready is paused: nobody seems to be there."""
    misses = presence.misses + 1
    if presence.state is PresenceState.READY and misses >= pause_after:
        return pause(presence, ServerPause.MISSED, now)
    return replace(presence, idle_since=now, misses=misses)


def _finished(presence: Presence) -> Presence:
    return replace(presence, wrap_up_since=None, wrap_up_until=None, wrap_up_most=None)

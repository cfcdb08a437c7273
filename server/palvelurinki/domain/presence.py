"""Presence: what a member of staff has chosen, and whether their console is there.

    offline → paused (arrived) ⇄ ready; from anywhere → offline when the console has been lost for longer than the grace

What they hold (an offer, a call) is not a state here: it is read from the offers and calls themselves, so it cannot
go stale. That is why "pause after this call" needs nothing of its own: a person may pause while in a call.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from palvelurinki.domain.directory import StaffId
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


class PauseReason(StrEnum):
    """Why a person is paused. The first two are the server's word, the others the person's choice."""

    ARRIVED = "arrived"
    MISSED = "missed"
    BREAK = "break"
    LUNCH = "lunch"
    OTHER_WORK = "other_work"
    MEETING = "meeting"


ChosenPauseReason: TypeAlias = Literal[
    PauseReason.BREAK, PauseReason.LUNCH, PauseReason.OTHER_WORK, PauseReason.MEETING
]

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


@dataclass(frozen=True, slots=True)
class Presence:
    """A person's status. `idle_since` orders the ring: who has been free longest is offered first.

    It is set when they become ready and when they come free of a call or an offer that they did not take; an offer
    that was withdrawn does not cost them their place. `misses` counts unanswered offers in a row.
    """

    staff: StaffId
    state: PresenceState = PRESENCE.initial
    reason: PauseReason | None = None
    since: datetime | None = None
    idle_since: datetime | None = None
    misses: int = 0
    version: int = 0


def arrive(presence: Presence, now: datetime) -> Presence:
    """The console is there. Who was offline is paused until they say that they are ready; others keep their status."""
    state = PRESENCE.next(presence.state, PresenceTrigger.ARRIVE)
    if state is presence.state:
        return presence
    return replace(presence, state=state, reason=PauseReason.ARRIVED, since=now, misses=0)


def make_ready(presence: Presence, now: datetime) -> Presence:
    """The person takes calls. Saying so twice changes nothing, and does not cost the place in the order."""
    state = PRESENCE.next(presence.state, PresenceTrigger.MAKE_READY)
    if state is presence.state:
        return presence
    return replace(presence, state=state, reason=None, since=now, idle_since=now, misses=0)


def pause(presence: Presence, reason: PauseReason, now: datetime) -> Presence:
    """The person takes no further calls."""
    state = PRESENCE.next(presence.state, PresenceTrigger.PAUSE)
    if state is presence.state and reason is presence.reason:
        return presence
    return replace(presence, state=state, reason=reason, since=now, misses=0)


def leave(presence: Presence, now: datetime) -> Presence:
    """The console has been away for longer than the grace."""
    state = PRESENCE.next(presence.state, PresenceTrigger.LEAVE)
    return replace(presence, state=state, reason=None, since=now, idle_since=None, misses=0)


def come_free(presence: Presence, now: datetime) -> Presence:
    """A call or an offer that the person declined is over: they go to the end of the order."""
    return replace(presence, idle_since=now, misses=0)


def miss(presence: Presence, pause_after: int, now: datetime) -> Presence:
    """An offer rang out. After `pause_after` in a row a person who is ready is paused: nobody seems to be there."""
    misses = presence.misses + 1
    if presence.state is PresenceState.READY and misses >= pause_after:
        return pause(presence, PauseReason.MISSED, now)
    return replace(presence, idle_since=now, misses=misses)

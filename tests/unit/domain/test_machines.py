"""The machines: each transition as it should be, written out here a second time, and nothing else."""

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from palvelurinki.domain.call import CALL, SEAT
from palvelurinki.domain.contact import CONTACT
from palvelurinki.domain.enrolment import KEY
from palvelurinki.domain.errors import TransitionRefused
from palvelurinki.domain.machine import Machine
from palvelurinki.domain.offer import OFFER, RINGING
from palvelurinki.domain.presence import PRESENCE

AnyMachine = Machine[Any, Any]

# Written from the words of the design, not read from the tables: "state + trigger → state".
EXPECTED: dict[str, tuple[AnyMachine, str, str, str]] = {
    "contact": (
        CONTACT,
        "waiting",
        "ended",
        """
        waiting + offer → offered
        waiting + hold → held
        waiting + end → ended
        held + resume → waiting
        held + end → ended
        offered + release → waiting
        offered + accept → in_call
        offered + hold → held
        offered + end → ended
        in_call + end → ended
        """,
    ),
    "offer": (
        OFFER,
        "open",
        "accepted declined expired withdrawn",
        """
        open + accept → accepted
        open + decline → declined
        open + expire → expired
        open + withdraw → withdrawn
        """,
    ),
    "ringing": (
        RINGING,
        "ringing",
        "accepted declined missed withdrawn",
        """
        ringing + accept → accepted
        ringing + decline → declined
        ringing + miss → missed
        ringing + withdraw → withdrawn
        """,
    ),
    "terminal key": (
        KEY,
        "pending",
        "retired revoked quarantined",
        """
        pending + approve → active
        active + succeed → retiring
        retiring + retire → retired
        active + revoke → revoked
        retiring + revoke → revoked
        active + quarantine → quarantined
        retiring + quarantine → quarantined
        """,
    ),
    "call": (
        CALL,
        "opening",
        "ended",
        """
        opening + connect → connected
        opening + end → ended
        connected + end → ended
        """,
    ),
    "seat": (
        SEAT,
        "joining",
        "left",
        """
        joining + join → joined
        joining + lose → away
        joining + leave → left
        joined + join → joined
        joined + lose → away
        joined + leave → left
        away + join → joined
        away + return → joined
        away + leave → left
        """,
    ),
    "presence": (
        PRESENCE,
        "offline",
        "",
        """
        offline + arrive → paused
        paused + arrive → paused
        paused + make_ready → ready
        paused + pause → paused
        paused + leave → offline
        ready + arrive → ready
        ready + make_ready → ready
        ready + pause → paused
        ready + leave → offline
        """,
    ),
}


def written(name: str) -> dict[tuple[str, str], str]:
    lines = (line.strip() for line in EXPECTED[name][3].strip().splitlines())
    parted = (line.replace(" + ", " → ").split(" → ") for line in lines)
    return {(state, trigger): target for state, trigger, target in parted}


def kinds(machine: AnyMachine) -> tuple[type[StrEnum], type[StrEnum]]:
    state, trigger = next(iter(machine.transitions))
    return type(state), type(trigger)


def pairs() -> list[Any]:
    return [
        pytest.param(name, state, trigger, id=f"{name}: {state} + {trigger}")
        for name, (machine, *_) in EXPECTED.items()
        for state, trigger in product(*kinds(machine))
    ]


@pytest.mark.parametrize(("name", "state", "trigger"), pairs())
def test_each_state_and_trigger(name: str, state: StrEnum, trigger: StrEnum) -> None:
    machine = EXPECTED[name][0]
    expected = written(name).get((state.value, trigger.value))
    assert machine.allows(state, trigger) is (expected is not None)
    if expected is not None:
        assert machine.next(state, trigger) == expected
        return
    with pytest.raises(TransitionRefused) as refusal:
        machine.next(state, trigger)
    assert refusal.value.code == "state.refused"
    assert refusal.value.details == {"machine": name, "state": state.value, "trigger": trigger.value}
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("name", EXPECTED)
def test_names_beginnings_and_ends(name: str) -> None:
    machine, initial, final, _ = EXPECTED[name]
    states, _ = kinds(machine)
    assert machine.name == name
    assert machine.initial == initial
    assert {state.value for state in states if machine.is_final(state)} == set(final.split())


@pytest.mark.parametrize("name", EXPECTED)
def test_every_state_is_reachable_and_every_trigger_used(name: str) -> None:
    machine = EXPECTED[name][0]
    states, triggers = kinds(machine)
    reached = {machine.initial}
    for _ in states:
        reached |= {target for (source, _), target in machine.transitions.items() if source in reached}
    assert reached == set(states)
    assert {trigger for _, trigger in machine.transitions} == set(triggers)

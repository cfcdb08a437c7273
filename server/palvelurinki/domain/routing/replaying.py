"""Making a choice again from its grounds, and saying what the others lacked."""

from collections.abc import Mapping

from palvelurinki.domain.directory import StaffId
from palvelurinki.domain.routing.eligibility import fits, misfits, step_by_time, step_in_force
from palvelurinki.domain.routing.model import Candidate, Grounds, Lack
from palvelurinki.domain.routing.strategies import key_of


def replay(grounds: Grounds) -> tuple[StaffId, ...]:
    """Whom the same inputs give now. That it differs from `grounds.chosen` means that the rules of the code changed."""
    step = grounds.policy.steps[step_of(grounds)]
    open_to = (each for each in grounds.candidates if fits(grounds.contact, step, each) and not _away(grounds, each))
    order = sorted(open_to, key=key_of(grounds.policy.strategy))
    return tuple(each.staff for each in order[: grounds.policy.ring_at_once])


def step_of(grounds: Grounds) -> int:
    """The index of the step that was in force, worked out again."""
    waited_s = (grounds.at - grounds.contact.requested_at).total_seconds()
    return step_in_force(
        grounds.policy.steps,
        step_by_time(grounds.policy.steps, waited_s),
        early=grounds.policy.relax_when_unstaffed,
        anybody=lambda step: any(fits(grounds.contact, step, each) for each in grounds.candidates),
    )


def lacks(grounds: Grounds) -> Mapping[StaffId, tuple[Lack, ...]]:
    """What each candidate who was not chosen lacked; nothing means that the strategy put others first."""
    step = grounds.policy.steps[grounds.step]
    return {
        each.staff: (
            *((Lack.NOT_REACHED,) if each.hop is None else ()),
            *misfits(grounds.contact, step, each.languages, each.unit, each.skill, each.level),
            *((Lack.RECUSED,) if each.staff in grounds.contact.recused else ()),
            *((Lack.PASSED_BY,) if each.staff in grounds.contact.passed_by else ()),
            *((Lack.BUSY,) if not each.free else ()),
            *((Lack.TAKEN,) if each.taken else ()),
        )
        for each in grounds.candidates
        if each.staff not in grounds.chosen
    }


def _away(grounds: Grounds, candidate: Candidate) -> bool:
    return not candidate.free or candidate.taken or candidate.staff in grounds.contact.passed_by

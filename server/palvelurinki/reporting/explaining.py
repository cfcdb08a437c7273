"""Why an offer was made as it was, from its stored grounds: for the expert in short, for the supervisor in full."""

from palvelurinki.domain.contact import Contact
from palvelurinki.domain.directory import Directory, LanguageRule, ServiceId, StaffId, Step, UnitId
from palvelurinki.domain.offer import Offer
from palvelurinki.domain.routing import Candidate, Grounds, Lack, lacks, replay, step_of
from palvelurinki.domain.routing.eligibility import step_by_time
from palvelurinki.protocol import http as h
from palvelurinki.protocol import views as v
from palvelurinki.protocol.named import NamedView
from palvelurinki.reporting import wording

# Who lacks only these could take the contact, had they been free or not passed it by.
_NOT_NOW = {Lack.BUSY, Lack.TAKEN, Lack.PASSED_BY}


def choice(grounds: Grounds, staff: StaffId) -> v.ChoiceView | None:
    """Why the offer came to this expert; None when the grounds do not name them."""
    mine = next((each for each in grounds.candidates if each.staff == staff), None)
    if mine is None:
        return None
    lacking = lacks(grounds)
    suitable = [each for each in grounds.candidates if set(lacking.get(each.staff, ())) <= _NOT_NOW]
    return v.ChoiceView(
        strategy=grounds.policy.strategy,
        step=_step(grounds.policy.steps[grounds.step]),
        early=_is_early(grounds),
        language_eased=_is_language_eased(grounds, mine),
        overflow=bool(mine.hop),
        on_duty=len(grounds.candidates),
        suitable=len(suitable),
        free=sum(not lacking.get(each.staff) for each in suitable),
        ahead=grounds.ahead_count,
        skill=mine.skill,
        idle_since=mine.idle_since,
    )


def explanation(directory: Directory, contact: Contact, offer: Offer, grounds: Grounds) -> h.ExplanationView:
    """The offer in full. Things that the configuration no longer has appear under their ids."""
    lacking = lacks(grounds)
    return h.ExplanationView(
        offer=offer.id,
        state=offer.state,
        made_at=offer.opened_at,
        closed_at=offer.closed_at,
        contact=contact.id,
        service=wording.named_or_id(directory.services.get(ServiceId(contact.service)), contact.service),
        ring=wording.named_or_id(directory.rings.get(contact.ring), contact.ring),
        language=grounds.contact.language,
        unit=_unit(directory, grounds.contact.unit),
        requested_at=grounds.contact.requested_at,
        head_start_s=grounds.contact.head_start_s,
        ahead=grounds.ahead_count,
        strategy=grounds.policy.strategy,
        ring_at_once=grounds.policy.ring_at_once,
        step=_step(grounds.policy.steps[grounds.step]),
        early=_is_early(grounds),
        candidates=[_candidate(directory, grounds, each, lacking.get(each.staff, ())) for each in grounds.candidates],
        ringings=[
            h.RingingView(
                staff=each.staff,
                name=_name(directory, each.staff),
                state=each.state,
                reason=each.reason,
                closed_at=each.closed_at,
            )
            for each in offer.ringings
        ],
        replays=replays(grounds),
    )


def replays(grounds: Grounds) -> bool:
    """Whether the stored inputs give the same step and the same choice today."""
    # Somebody chosen may have paused or gone between the choice and the offer: the choice is what is made again.
    return step_of(grounds) == grounds.step and replay(grounds) == grounds.chosen


def _candidate(
    directory: Directory, grounds: Grounds, candidate: Candidate, lacking: tuple[Lack, ...]
) -> h.CandidateView:
    return h.CandidateView(
        staff=candidate.staff,
        name=_name(directory, candidate.staff),
        chosen=candidate.staff in grounds.chosen,
        lacks=list(lacking),
        ring=wording.named_or_id(directory.rings.get(candidate.ring), candidate.ring),
        level=candidate.level,
        skill=candidate.skill,
        languages=list(candidate.languages),
        unit=_unit(directory, candidate.unit),
        idle_since=candidate.idle_since,
        asked_at=candidate.asked_at,
        calls_today=candidate.calls_today,
    )


def _step(step: Step) -> v.StepView:
    return v.StepView(after_s=step.after_s, language=step.language, unit=step.unit, level=step.level, skill=step.skill)


def _is_early(grounds: Grounds) -> bool:
    waited_s = (grounds.at - grounds.contact.requested_at).total_seconds()
    return grounds.step > step_by_time(grounds.policy.steps, waited_s)


def _is_language_eased(grounds: Grounds, candidate: Candidate) -> bool:
    """Whether the candidate does not speak the contact's language, and an earlier step asked for it."""
    if grounds.contact.language in candidate.languages:
        return False
    before, now = grounds.policy.steps[: grounds.step], grounds.policy.steps[grounds.step]
    return now.language is LanguageRule.ANY and any(step.language is LanguageRule.REQUIRED for step in before)


def _unit(directory: Directory, unit: UnitId | None) -> NamedView | None:
    return None if unit is None else wording.named_or_id(directory.units.get(unit), unit)


def _name(directory: Directory, staff: StaffId) -> str:
    person = directory.staff.get(staff)
    return person.name if person is not None else staff

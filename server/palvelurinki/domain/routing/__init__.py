"""Routing: which waiting contact is offered to which expert, and why (R4, R12–R18, R24).

Contacts are served by `rank`; who may take one is `eligibility`; in which order those are asked is `strategies`;
`choosing.route` puts these together for a pool of rings, and `rosters` keeps what contacts share. An expert who has
passed a contact by is not asked again while anyone else on duty may take it; when all have, the contact is quiet for a
time and then everybody may be asked anew, so that a lone expert is not rung in a loop. Whoever comes on duty in the
quiet time has not passed it by, and is asked at once. Each offer carries its `Grounds`, from which `replay` makes the
same choice.
"""

from palvelurinki.domain.routing.choosing import Pool, route
from palvelurinki.domain.routing.eligibility import breadth_of, skill_in
from palvelurinki.domain.routing.model import (
    Candidate,
    Expert,
    Grounds,
    Lack,
    OfferTo,
    Overtaken,
    Policy,
    Quieten,
    Route,
    WaitingContact,
    rank,
)
from palvelurinki.domain.routing.replaying import lacks, replay, step_of

__all__ = [
    "Candidate",
    "Expert",
    "Grounds",
    "Lack",
    "OfferTo",
    "Overtaken",
    "Policy",
    "Pool",
    "Quieten",
    "Route",
    "WaitingContact",
    "breadth_of",
    "lacks",
    "rank",
    "replay",
    "route",
    "skill_in",
    "step_of",
]

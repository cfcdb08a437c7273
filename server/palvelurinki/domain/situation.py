"""The service situation: what the service point knows of a contact besides its matter (R7, R22–R25, R28).

Who asked for it and how long that took to prepare; how (not who) the customer was identified; whether the terminal has
proven that it can call; whether the advisor is beside the customer, or is asked to come; what else the customer has
come for; and how it was concluded. None of it names the customer (I8).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from typing_extensions import override

from palvelurinki.domain.directory import ServiceId, StaffId
from palvelurinki.domain.errors import NoteTooLong

VisitId = NewType("VisitId", str)

NOTE_PART_AT_MOST: Final = 600
"""How many characters a part of a handoff note may have."""
LINE_PROOF_S: Final = 300
"""How long a terminal has to show that it can call, from the request or from the move to it."""
CONCLUDE_WITHIN: Final = timedelta(hours=1)
"""How long after a call its expert may still write down what became of the matter."""
FINISH_WITHIN: Final = timedelta(hours=1)
"""How long after a contact the advisor may still say that all is done."""
UNFINISHED_SHOWN: Final = timedelta(minutes=30)
"""How long after its end a contact that is not finished stays on the point's board."""
RATE_WITHIN: Final = timedelta(minutes=5)
"""How long after a contact the customer may still say how satisfied they are."""


class Line(StrEnum):
    """Whether the contact's terminal has shown that it can call. Nobody is rung for one that has not."""

    UNPROVEN = "unproven"
    """It is being checked, or has not begun to."""
    PROVEN = "proven"
    FAILED = "failed"
    """It was checked and cannot call as it is."""


class LineFault(StrEnum):
    """What keeps a terminal from calling."""

    CAMERA_MISSING = "camera_missing"
    CAMERA_DENIED = "camera_denied"
    CAMERA_DARK = "camera_dark"
    """It gives no pictures."""
    MICROPHONE_MISSING = "microphone_missing"
    MICROPHONE_DENIED = "microphone_denied"
    MICROPHONE_SILENT = "microphone_silent"
    NETWORK = "network"
    RELAY = "relay"
    SLOW = "slow"


class IdentityCheck(StrEnum):
    """How the advisor has established who the customer is; never who it is."""

    NOT_CHECKED = "not_checked"
    IDENTITY_DOCUMENT = "identity_document"
    """A passport or an identity card."""
    DRIVING_LICENCE = "driving_licence"
    STRONG_IDENTIFICATION = "strong_identification"
    """Bank codes, mobile certificate, certificate card."""


class AskedBy(StrEnum):
    """Who asks the advisor to come."""

    CUSTOMER = "customer"
    EXPERT = "expert"


class Resolution(StrEnum):
    """What became of the matter, in the expert's words; the same for all providers, so that they can be compared."""

    SETTLED = "settled"
    STARTED = "started"
    """It goes on at the authority."""
    ADVICE_GIVEN = "advice_given"
    DOCUMENTS_MISSING = "documents_missing"
    WRONG_SERVICE = "wrong_service"
    UNFINISHED = "unfinished"


class FollowUp(StrEnum):
    """What the customer is to do next."""

    BOOK_TIME = "book_time"
    BRING_DOCUMENTS = "bring_documents"
    USE_E_SERVICE = "use_e_service"
    CONTACT_OTHER = "contact_other"
    """Another authority is the one to turn to."""
    WAIT_FOR_DECISION = "wait_for_decision"


@dataclass(frozen=True, slots=True)
class Handoff:
    """The handoff note: what it is about, what has been tried, what is wanted. Kept only while its contact is open."""

    what: str
    tried: str = ""
    wanted: str = ""

    @override
    def __repr__(self) -> str:
        # What people write about people is in no log, whoever prints what it is a part of.
        return "Handoff(...)"


@dataclass(frozen=True, slots=True)
class AdvisorCalled:
    """The advisor is asked to come."""

    by: AskedBy
    at: datetime


@dataclass(frozen=True, slots=True)
class Attending:
    """The advisor is beside the customer."""

    advisor: StaffId
    since: datetime


@dataclass(frozen=True, slots=True)
class FurtherMatter:
    """A matter that the customer has come for too. Its contact begins when the present one has ended, by this id.

    It keeps its place from `asked_at` on. `noted`: it has a handoff note, which is kept under `contact` meanwhile.
    """

    contact: str
    service: ServiceId
    asked_at: datetime
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the expert has written down of a call that is over."""

    resolution: Resolution
    follow_ups: tuple[FollowUp, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """See the module. `visit`: of several contacts one after the other; None: it is the visit's only one so far.

    `asked_by`: the advisor who connected; None: the customer. `prepared_s`: how long they prepared. `interpreter`: into
    which language somebody should interpret. `noted`: there is a handoff note. `line_faults`: while it has failed.
    `finished_at`: when the advisor had done what is done afterwards. `satisfaction`: 1 (poor) to 5 (good).
    """

    visit: VisitId | None = None
    asked_by: StaffId | None = None
    prepared_s: int = 0
    identity: IdentityCheck = IdentityCheck.NOT_CHECKED
    interpreter: str | None = None
    noted: bool = False
    line_faults: tuple[LineFault, ...] = ()
    attending: Attending | None = None
    called: AdvisorCalled | None = None
    further: tuple[FurtherMatter, ...] = ()
    conclusion: Conclusion | None = None
    finished_at: datetime | None = None
    satisfaction: int | None = None


NOTHING_KNOWN = Situation()


def readable(note: Handoff | None) -> Handoff | None:
    """The note without what surrounds its words; None when there are none.

    Raises NoteTooLong: an expert reads it while the call rings. The error does not repeat it.
    """
    if note is None:
        return None
    trimmed = Handoff(note.what.strip(), note.tried.strip(), note.wanted.strip())
    for part in ("what", "tried", "wanted"):
        length = len(getattr(trimmed, part))
        if length > NOTE_PART_AT_MOST:
            raise NoteTooLong(part, length, NOTE_PART_AT_MOST)
    return trimmed if trimmed.what or trimmed.tried or trimmed.wanted else None

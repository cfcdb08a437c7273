"""What a service's instructions say, to advisors and customers."""

from dataclasses import dataclass

from palvelurinki.domain.names import Names


@dataclass(frozen=True, slots=True)
class EService:
    """Where a matter can be settled without an expert. `address`: an https URL."""

    names: Names
    address: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do at the counter after the call."""

    id: str
    names: Names


@dataclass(frozen=True, slots=True)
class Guidance:
    """A service's instructions (R9): e-service first, what to bring, what to look after, what to do afterwards.

    `advice` is the advisor's. `instead`: what to do about a matter that is never settled by video.
    """

    e_service: EService | None = None
    documents: tuple[Names, ...] = ()
    advice: Names | None = None
    tasks: tuple[Task, ...] = ()
    instead: Names | None = None


NO_GUIDANCE = Guidance()

"""What a decision is."""

from dataclasses import dataclass

from palvelurinki.domain.contact import Contact
from palvelurinki.domain.effects import Effect
from palvelurinki.domain.events import ContactEvent


@dataclass(frozen=True, slots=True)
class Decision:
    """The contact as it is to be saved, what happened, and what the caller is to do with it."""

    contact: Contact
    events: tuple[ContactEvent, ...] = ()
    effects: tuple[Effect, ...] = ()

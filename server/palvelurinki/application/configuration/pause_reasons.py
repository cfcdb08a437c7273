"""The reasons for a pause that a provider's experts choose from when the provider names none of its own."""

from typing import Final

from palvelurinki.domain.directory import PauseReason, PauseReasonId
from palvelurinki.domain.names import Names

DEFAULT_PAUSE_REASONS: Final = (
    PauseReason(PauseReasonId("break"), Names("Kahvitauko", "Kaffepaus", "Coffee break")),
    PauseReason(PauseReasonId("lunch"), Names("Lounas", "Lunch", "Lunch")),
    PauseReason(PauseReasonId("other_work"), Names("Muu työ", "Annat arbete", "Other work")),
    PauseReason(PauseReasonId("meeting"), Names("Kokous", "Möte", "Meeting")),
)

# The server's own words for why somebody is paused (`domain.presence`); a provider cannot give them another meaning.
RESERVED_PAUSE_REASONS: Final = frozenset({"arrived", "missed"})

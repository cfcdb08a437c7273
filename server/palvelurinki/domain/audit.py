"""The audit log: who did, or was refused, or was shown what, when and why.

It names people and things by their ids alone: no name, no address, no secret, nothing that a client worded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

Details: TypeAlias = Mapping[str, str | int]


class AuditAct(StrEnum):
    """What was done."""

    SIGN_IN_DONE = "sign_in.done"
    SIGN_IN_REFUSED = "sign_in.refused"
    SIGN_IN_ENDED = "sign_in.ended"
    ACCESS_REFUSED = "access.refused"
    CONTACT_SHOWN = "contact.shown"
    CONTACTS_WATCHED = "contacts.watched"
    OFFERS_EXPLAINED = "offers.explained"
    RECORD_READ = "record.read"
    CONFIGURATION_CHANGED = "configuration.changed"
    CONFIGURATION_READ = "configuration.read"
    TERMINAL_ENROLLED = "terminal.enrolled"
    TERMINAL_KEY_CHANGED = "terminal.key_changed"
    TERMINAL_REVOKED = "terminal.revoked"
    TERMINAL_QUARANTINED = "terminal.quarantined"
    AUDIT_READ = "audit.read"
    DATA_PURGED = "data.purged"


# Actors that are neither staff ("staff:ID"), nor a terminal ("terminal:ID"), nor a command ("command:USER").
NODE: Final = "node"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class AuditNote:
    """One act. `at` is the store's clock; `actor` is a principal, "command:USER", NODE or UNKNOWN.

    `organisation` is whose act it is, when it is an organisation's; `about` names what it concerns ("contact:ID",
    "ring:ID", "terminal:ID") or is empty, and `why` is a word of ours, or an operator's reason.
    """

    at: datetime
    actor: str
    organisation: str | None
    act: AuditAct
    about: str
    why: str
    details: Details = field(default_factory=dict)

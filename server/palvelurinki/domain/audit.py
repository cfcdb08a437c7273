"""The audit log: who did, or was refused, or was shown what, when and why.

It names people and things by their ids alone: no name, no address, no secret, nothing that a client worded.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
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
    AUDIT_RESUMED = "audit.resumed"
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


# What the first row follows.
ORIGIN: Final = "0" * 64
# How a value begins that somebody has put into the database and that is no text; in no note is there such a character.
UNREADABLE: Final = "\0unreadable "


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A note in the chain, in the very words that its hash was made of. `details` is JSON; `at` ISO 8601 in UTC.

    `key` says by which key it was sealed, `previous` is the hash of the row before it, or ORIGIN.
    """

    seq: int
    at: str
    actor: str
    organisation: str | None
    act: str
    about: str
    why: str
    details: str
    key: str
    previous: str
    hash: str

    @property
    def sealed(self) -> str:
        """What its hash is made of: all the rest of it."""
        return sealed_text(
            self.seq,
            self.at,
            self.actor,
            self.organisation,
            self.act,
            self.about,
            self.why,
            self.details,
            self.key,
            self.previous,
        )

    @property
    def is_readable(self) -> bool:
        """Whether all that it says is text."""
        texts = (self.at, self.actor, self.organisation, self.act, self.about, self.why, self.details)
        return not any(each and each.startswith(UNREADABLE) for each in (*texts, self.key, self.previous, self.hash))


class MarkName(StrEnum):
    """Which end of the chain."""

    # The last row that has been removed because its time was over; the first that is kept follows it.
    START = "start"
    # The newest row.
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class AuditMark:
    """An end of the chain, sealed: without the key none can be written that holds.

    Before the first note was chained there is a mark at 0 that nobody has sealed. One that the database has no more
    is at 0 too, and has no hash (`missing`); nor does one say where the end is whose number is none (`unreadable`).
    """

    name: MarkName
    seq: int
    hash: str
    key: str
    seal: str

    @property
    def sealed(self) -> str:
        """What its seal is made of."""
        return sealed_text("mark", self.name.value, self.seq, self.hash, self.key)

    @property
    def is_blank(self) -> bool:
        """Whether it stands where the chain has not begun, and nobody has sealed it."""
        return self.seq == 0 and self.hash == ORIGIN and not self.key and not self.seal

    @property
    def is_missing(self) -> bool:
        """Whether the database has it no more."""
        return not self.hash

    @property
    def tells_end(self) -> bool:
        """Whether it says where the end is, sealed or not."""
        return not self.is_missing and not self.hash.startswith(UNREADABLE)

    @classmethod
    def missing(cls, name: MarkName) -> "AuditMark":
        """Instead of one that is not there."""
        return cls(name, 0, "", "", "")

    @classmethod
    def unreadable(cls, name: MarkName) -> "AuditMark":
        """Instead of one that has no number."""
        return cls(name, 0, UNREADABLE, "", "")


def sealed_text(*parts: object) -> str:
    """Parts as one text of which none can be taken for another: canonical JSON."""
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":"), sort_keys=True, default=repr)


def row_after(previous: str, seq: int, note: AuditNote, key: str) -> AuditRow:
    """The note as the row after the one with the hash `previous`; its own hash is not there yet."""
    return AuditRow(
        seq=seq,
        at=in_words(note.at),
        actor=note.actor,
        organisation=note.organisation,
        act=str(note.act),
        about=note.about,
        why=note.why,
        details=json.dumps(dict(note.details), ensure_ascii=False, separators=(",", ":"), sort_keys=True),
        key=key,
        previous=previous,
        hash="",
    )


def in_words(at: datetime) -> str:
    """The instant as rows have it: in UTC, in microseconds, of one width, so that it sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")

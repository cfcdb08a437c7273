"""Who acts: a terminal or a member of staff. Written "terminal:ID" or "staff:ID" wherever it is stored."""

from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from palvelurinki.domain.commands import Occupant
from palvelurinki.domain.directory import StaffId, TerminalId


class PrincipalKind(StrEnum):
    """What kind of actor."""

    TERMINAL = "terminal"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Principal:
    """An actor by kind and id."""

    kind: PrincipalKind
    id: str

    @classmethod
    def parse(cls, text: str) -> "Principal":
        """Read what `str` wrote. Raises ValueError for anything else."""
        kind, separator, identifier = text.partition(":")
        if not separator or not identifier:
            msg = f"not a principal: {text!r}"
            raise ValueError(msg)
        return cls(PrincipalKind(kind), identifier)

    @classmethod
    def terminal(cls, identifier: str) -> "Principal":
        """The terminal of this id."""
        return cls(PrincipalKind.TERMINAL, identifier)

    @classmethod
    def staff(cls, identifier: str) -> "Principal":
        """The member of staff of this id."""
        return cls(PrincipalKind.STAFF, identifier)

    @property
    def occupant(self) -> Occupant:
        """The same, as the domain names whoever sits in a seat."""
        return TerminalId(self.id) if self.kind is PrincipalKind.TERMINAL else StaffId(self.id)

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

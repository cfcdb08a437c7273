"""What the checker finds, in five kinds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

Kind = Literal["lost", "doubled", "stuck", "early", "late"]
KINDS: Final[tuple[Kind, ...]] = ("lost", "doubled", "stuck", "early", "late")

# I3: whatever falls due is under way at most this much later.
SLACK: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be."""

    kind: Kind
    what: str

"""What the checker finds, in five kinds, and the spans of time in which nothing could work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["lost", "doubled", "stuck", "early", "late"]
KINDS: Final[tuple[Kind, ...]] = ("lost", "doubled", "stuck", "early", "late")

# I3: whatever falls due is under way at most this much later.
SLACK_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be; `at` is when, as far as that can be told."""

    kind: Kind
    what: str
    at: float


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another."""

    begin: float
    end: float


class Spans:
    """Spans of time, perhaps overlapping."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans: list[Span] = []
        for span in sorted(spans, key=lambda each: each.begin):
            if self._spans and span.begin <= self._spans[-1].end:
                self._spans[-1] = Span(self._spans[-1].begin, max(self._spans[-1].end, span.end))
            else:
                self._spans.append(span)

    def outside(self, begin: float, end: float) -> float:
        """How long of the time from `begin` to `end` lies in none of them. Negative when `end` is earlier."""
        if end < begin:
            return end - begin
        inside = sum(max(0.0, min(end, span.end) - max(begin, span.begin)) for span in self._spans)
        return end - begin - inside

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def gaps(self, within: Span) -> Iterator[Span]:
        """What of this span lies in none of them, piece by piece."""
        begin = within.begin
        for span in self._spans:
            if span.begin >= within.end:
                break
            if span.begin > begin:
                yield Span(begin, span.begin)
            begin = max(begin, span.end)
        if begin < within.end:
            yield Span(begin, within.end)

    def total(self) -> float:
        """How long they are together."""
        return sum(span.end - span.begin for span in self._spans)

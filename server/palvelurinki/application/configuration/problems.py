"""What can be wrong with a configuration: findings, and problems, which are findings with their place in the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from palvelurinki.domain.errors import PalvelurinkiError

Path: TypeAlias = tuple[str | int, ...]
"""Where in the document: keys and list positions from the top, such as ("rings", "kela", "members", 0)."""


def meant(word: str, known: Iterable[str]) -> str | None:
    """The one of those that are known of which the word may be a misspelling."""
    return next(iter(get_close_matches(word.lower(), known, 1)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a word that is not known: what may have been meant, if anything is like it."""
    like = meant(word, known)
    return "" if like is None else f"; did you mean {like!r}?"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a path. `code` is stable; `message` is one sentence for whoever wrote the file.

    `at_key` when it is the key itself that is wrong, not what stands under it.
    """

    code: str
    path: Path
    message: str
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with its place in the file; lines and columns count from 1."""

    code: str
    path: Path
    message: str
    line: int
    column: int

    def told(self, filename: str) -> str:
        """The problem on one line, in the form that editors jump to."""
        return f"{filename}:{self.line}:{self.column}: {self.code}: {self.message}"


class ConfigurationRefused(PalvelurinkiError):
    """The configuration has problems, all of which are told at once. Nothing of it was put in force."""

    code = "configuration.refused"

    def __init__(self, filename: str, problems: Sequence[Problem]) -> None:
        super().__init__(f"{filename}: {len(problems)} problems", filename=filename, problems=len(problems))
        self.filename = filename
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))

    def lines(self) -> list[str]:
        """One line for each problem, in the file's order."""
        return [problem.told(self.filename) for problem in self.problems]

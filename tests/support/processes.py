"""Processes that others have started, found where the kernel tells of them."""

from pathlib import Path

PROCESSES = Path("/proc")
# Of what follows the name in `stat`: state, parent.
_PARENT = 1


def children(parent: int, word: str) -> list[int]:
    """The processes that `parent` has started and that run, with this word in their command line."""
    return [
        int(each.name)
        for each in PROCESSES.iterdir()
        if each.name.isdecimal() and _parent_of(each) == parent and word in _command_of(each)
    ]


def _parent_of(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[_PARENT])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _command_of(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []

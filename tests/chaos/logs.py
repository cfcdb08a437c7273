"""What each participant writes down, line by line, before it acts on it: the checker's only source beside the database.

One file a participant, JSON a line. Every entry has `mono` and `wall`: seconds of the participant's own clocks, the
second of which is the database's too, for both read this machine's. Entries of a client:

    asked       op, command, and what was asked        acked       op, contact, call
    refused     op, code                               unanswered  op: whether it was done is not known
    repeated    op, contact, call: the answer to the same message when it was sent once more
    gave_up     op: asked for minutes in a whole world, and never told
    saw         part (contact, call, offer, presence), id, state, and what else the view says
    welcome     session, node, resumed
    dropped     the line was lost, and the client comes back by itself
    away, back  the page or console was closed, and opened again
    ended       code: the session was ended by the server for good

Entries of the driver: `terms` (the rings' times and members), `down` (begin, end, why: nothing could work), `trouble`
(name, begin, end, nodes), `scenario` (name, begin, end), `memory`,
`strangers`, `whole` (from then on nothing is wrong), `drained` (everybody has gone, and every grace with them).
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

Entry: TypeAlias = dict[str, Any]


class Log:
    """One participant's. Each line is handed to the system before `write` returns: it outlives this process."""

    def __init__(self, directory: Path, who: str) -> None:
        self.who = who
        self._file = os.open(directory / f"{who.replace(':', '-')}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        os.close(self._file)

    def write(self, what: str, **fields: object) -> None:
        """One entry."""
        entry = {"mono": time.monotonic(), "wall": time.time(), "who": self.who, "what": what, **fields}
        os.write(self._file, json.dumps(entry).encode() + b"\n")


def read_logs(directory: Path) -> list[Entry]:
    """All entries of all participants, in the order of their time."""
    return sorted((entry for path in directory.glob("*.jsonl") for entry in _entries(path)), key=lambda e: e["wall"])


def _entries(path: Path) -> Iterator[Entry]:
    for line in path.read_text().splitlines():
        entry: Entry = json.loads(line)
        yield entry

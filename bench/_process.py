"""What a process of this machine costs, as the kernel tells it."""

import os
from pathlib import Path
from time import perf_counter

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def memory_kib(pid: int) -> float:
    """Memory that the process has for itself, with its share of what it shares (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1])
    message = f"no PSS of process {pid}"
    raise ValueError(message)


class Cores:
    """How many cores a process has used since this was made."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._began, self._seconds = perf_counter(), _seconds(pid)

    def used(self) -> float:
        """Processor seconds a second."""
        return (_seconds(self._pid) - self._seconds) / (perf_counter() - self._began)


def _seconds(pid: int) -> float:
    # The name of the program stands in brackets and may hold spaces: count from behind it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

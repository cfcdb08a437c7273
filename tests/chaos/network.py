"""Machines that are namespaces, and lines between them that can be cut.

The whole run is in a network namespace of its own (`scripts/in-loopback-namespace`), so two runs never meet and nothing
is left behind: the kernel takes namespaces and lines away with the processes in them, however those end.

A cut line swallows what is sent at either end, as a pulled cable does: no reset, no error, silence. Addresses and
routes stay as they are.
"""

import subprocess
from collections.abc import Sequence
from typing import Final

NETWORK: Final = "10.77.0.0/16"


class Machine:
    """A network namespace, held by a process that does nothing else."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._holder = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", "unshare", "--net"),
                *("sh", "-c", "ip link set lo up && echo up && exec sleep infinity"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "up\n", f"no namespace for {name}"

    @property
    def holder(self) -> int:
        """The process by which the namespace is known."""
        return self._holder.pid

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command that runs `argv` there."""
        return ["nsenter", f"--net=/proc/{self.holder}/ns/net", *argv]

    def remove(self) -> None:
        """The namespace goes, and with it its lines."""
        self._holder.kill()
        self._holder.wait()
        assert self._holder.stdout is not None
        self._holder.stdout.close()


class Line:
    """A line from this namespace to a machine, or between two machines.

    `name` is at most 13 characters; `number` (0 to 255) gives the addresses: 10.77.NUMBER.1 here, .2 there.
    """

    def __init__(self, name: str, number: int, there: Machine, here: Machine | None = None) -> None:
        self.here, self.there = f"10.77.{number}.1", f"10.77.{number}.2"
        self._ends = ((name, here, self.here), (f"{name}-m", there, self.there))
        self.is_cut = False
        _run(["ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}-m", "netns", str(there.holder)])
        if here is not None:
            _run(["ip", "link", "set", name, "netns", str(here.holder)])
        for device, machine, address in self._ends:
            _run(_at(machine, ["ip", "address", "add", f"{address}/30", "dev", device]))
            _run(_at(machine, ["ip", "link", "set", device, "up"]))

    def cut(self) -> None:
        """From now on nothing arrives at either end."""
        if not self.is_cut:
            for device, machine, _ in self._ends:
                _run(_at(machine, ["tc", "qdisc", "add", "dev", device, "root", "blackhole"]))
            self.is_cut = True

    def mend(self) -> None:
        """The line is whole again; what was lost on it is sent again by whoever still wants to."""
        if self.is_cut:
            for device, machine, _ in self._ends:
                _run(_at(machine, ["tc", "qdisc", "delete", "dev", device, "root"]))
            self.is_cut = False


def _at(machine: Machine | None, argv: Sequence[str]) -> list[str]:
    return list(argv) if machine is None else machine.inside(argv)


def _run(argv: Sequence[str]) -> None:
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)

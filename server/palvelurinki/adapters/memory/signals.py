"""Signals on their way, for a node that is alone: they are kept as long as the process lives."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from palvelurinki.ports import SIGNALS_CHANNEL, SIGNALS_KEPT, SIGNALS_SIZE, Bus


class MemorySignals:
    """The port `Signals`, within one process."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._kept: dict[str, dict[str, str]] = {}

    def keep(self, recipient: str, identifier: str, text: str, *, tell: bool = False) -> "asyncio.Future[None]":
        """Keep one; with `tell`, also tell it on the bus, as "RECIPIENT TEXT"."""
        kept = self._kept.setdefault(recipient, {})
        if identifier not in kept and (len(kept) >= SIGNALS_KEPT or _size(kept) + len(text) > SIGNALS_SIZE):
            kept.clear()
        kept.setdefault(identifier, text)
        if tell:
            return asyncio.create_task(self._bus.publish(SIGNALS_CHANNEL, f"{recipient} {text}"), name="telling")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def kept(self, recipient: str) -> Sequence[str]:
        """The texts that are kept for the recipient, oldest first."""
        return list(self._kept.get(recipient, {}).values())

    def acknowledged(self, recipient: str, identifiers: Collection[str]) -> None:
        """These need not be kept any more."""
        kept = self._kept.get(recipient, {})
        for identifier in identifiers:
            kept.pop(identifier, None)
        if not kept:
            self.forget(recipient)

    def forget(self, recipient: str) -> None:
        """Nothing needs to be kept for the recipient: its session has ended."""
        self._kept.pop(recipient, None)

    async def written(self) -> None:
        """It always has been."""

    async def close(self) -> None:
        """Nothing is held."""


def _size(kept: Mapping[str, str]) -> int:
    return sum(map(len, kept.values()))

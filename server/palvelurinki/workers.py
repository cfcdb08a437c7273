"""Processes of ours beside the node: what computes or carries media there holds up no socket here.

A worker is a module that is run as a program. It reads frames from its input and writes frames to its output, each a
message behind its length in four bytes; it ends when its input does, and so with the node that started it, however that
ends.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from typing import Final, Self

LENGTH_BYTES: Final = 4


def framed(message: bytes) -> bytes:
    """The message as it goes over the pipe."""
    return len(message).to_bytes(LENGTH_BYTES, "big") + message


class WorkerGone(OSError):
    """The worker has ended, whatever it was doing."""


class Worker:
    """One worker that runs. Whoever started it ends it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, *arguments: str) -> Self:
        """Run the module. Raises OSError when the machine has no process left to give."""
        command = (sys.executable, "-m", module, *arguments)
        return cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL))

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    async def send(self, message: bytes) -> None:
        """Give it a message. Raises WorkerGone."""
        if self._process.stdin is None:
            raise WorkerGone("the worker has no input")
        try:
            self._process.stdin.write(framed(message))
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise WorkerGone("the worker takes nothing more") from error

    async def receive(self) -> bytes:
        """Wait for its next message. Raises WorkerGone."""
        if self._process.stdout is None:
            raise WorkerGone("the worker has no output")
        try:
            length = int.from_bytes(await self._process.stdout.readexactly(LENGTH_BYTES), "big")
            return await self._process.stdout.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise WorkerGone("the worker has ended") from error

    async def end(self) -> None:
        """End it, whatever it is doing."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

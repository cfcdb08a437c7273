"""A client's line to the server, which a test cuts and mends when it likes."""

import asyncio
from dataclasses import replace

from palvelurinki.client import Client, Options
from palvelurinki.client.snapshot import S
from tests.support.server import PATIENT


class Line:
    """Give `options` to the client. Cut, it stays so until mended: the client waits as it would between attempts."""

    def __init__(self) -> None:
        self._whole = asyncio.Event()
        self._whole.set()
        self.options: Options = replace(PATIENT, pause=self._pause)

    def cut(self, client: Client[S]) -> None:
        """The socket is lost without a word."""
        self._whole.clear()
        client.drop()

    def mend(self) -> None:
        """The client may connect again."""
        self._whole.set()

    async def _pause(self, seconds: float) -> None:
        await self._whole.wait()
        await asyncio.sleep(seconds)

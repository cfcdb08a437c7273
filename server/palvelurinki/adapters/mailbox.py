"""What has arrived for a subscription of a bus and was not read yet: bounded, whoever does not read."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import structlog

# A node reads as fast as wake-ups come, some hundreds a second. With so many unread it has stood still, and what is
# dropped then it finds in the outbox: a bus may lose anything.
MOST: Final = 10_000

log = structlog.get_logger(__name__)


class Mailbox:
    """(channel, text) in order of arrival. Past `most` unread ones, newer ones are dropped until some are read."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._unread: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()
        self._dropping = False

    def put(self, channel: str, text: str) -> None:
        """One more, when there is room."""
        if self._unread.qsize() >= self._most:
            if not self._dropping:
                log.warning("bus.reader_stalls", unread=self._most)
            self._dropping = True
            return
        self._dropping = False
        self._unread.put_nowait((channel, text))

    def close(self) -> None:
        """No more will come; the iteration ends after what is there."""
        self._unread.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[tuple[str, str]]:
        """What has arrived and what will, until closed."""
        while (message := await self._unread.get()) is not None:
            yield message

"""Events as an async iterator."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")


class EventStream(Generic[Item]):
    """What comes from the moment that the stream was opened; keeps all of it until read, so close it when done.

    `async for` ends when the stream or its client is closed, and raises what ended the client for good otherwise.
    """

    def __init__(self, on_close: Callable[["EventStream[Item]"], None]) -> None:
        self._on_close = on_close
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()
        self._error: Exception | None = None

    def __aiter__(self) -> AsyncIterator[Item]:
        return self

    async def __anext__(self) -> Item:
        item = await self._items.get()
        if item is None:
            # Whoever asks again gets the same answer.
            self._items.put_nowait(None)
            raise self._error or StopAsyncIteration
        return item

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the iteration, after what has come."""
        self._on_close(self)
        self.end(None)

    def put(self, item: Item) -> None:
        """One more."""
        self._items.put_nowait(item)

    def end(self, error: Exception | None) -> None:
        """No more will come."""
        self._error = error
        self._items.put_nowait(None)

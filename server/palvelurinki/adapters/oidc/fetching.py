"""Asking an issuer: within bounded time, answers of bounded size, by TLS that is verified, and no redirections."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Final, TypeVar

import httpx2
from typing_extensions import override

from palvelurinki.ports.issuers import IssuerAway

# In all, for one request; a person waits for it, and nobody else does.
WITHIN_S: Final = 8.0
STEP_WITHIN_S: Final = 4.0
ANSWER_MOST: Final = 256 * 1024

Result = TypeVar("Result")


class TooLarge(httpx2.TransportError):
    """The answer is over ANSWER_MOST."""


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > ANSWER_MOST:
                raise TooLarge(f"the answer is over {ANSWER_MOST} bytes")
            yield chunk

    @override
    async def aclose(self) -> None:
        await self._stream.aclose()


class BoundedTransport(httpx2.AsyncHTTPTransport):
    """Gives up on an answer that is too large. None is asked to be compressed, so none grows afterwards."""

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["accept-encoding"] = "identity"
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.TransportError("the answer is compressed, which was not asked for")
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Bounded(response.stream)
        return response


def trust(private_ca: Path | None) -> ssl.SSLContext:
    """The system's certificate authorities, and this one too."""
    context = ssl.create_default_context()
    if private_ca is not None:
        context.load_verify_locations(private_ca)
    return context


async def within(seconds: float, work: Awaitable[Result]) -> Result:
    """The work's result. Raises IssuerAway when it takes longer; then the work is cancelled."""
    # In a task of its own, for on Python 3.11 a timeout around it might lose this one's cancellation.
    doing = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({doing}, timeout=seconds)
        if not done:
            raise IssuerAway(f"no answer within {seconds:g} s")
        return doing.result()
    finally:
        doing.cancel()

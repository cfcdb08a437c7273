"""The process that echoes the media of line checks: `python -m palvelurinki.media.worker [ADDRESS ...]`.

A worker (`palvelurinki.workers`) that does several checks at once. It is given the addresses that it offers; all of the
machine's when there are none. Messages are JSON:

    to it      {"check": n, "offer": sdp, "ice": [{"urls", "username", "credential"}]}    begin one
               {"end": n}                                                                 end it before its time
    from it    {"ready": true}                                                            once
               {"check": n, "answer": sdp} or {"check": n, "fault": the error's class}    what came of the offer
               {"ended": n}                                                               it is over

What is said of an error is its class alone: its text may quote the offer (I8).
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO, Final

from aioice import ice
from aiortc import RTCConfiguration, RTCDataChannel, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from palvelurinki.media.lasting import CONNECT_WITHIN_S, LIFE_S
from palvelurinki.workers import LENGTH_BYTES, framed

# A message of the data channel that is longer is nobody's round trip.
MOST_ECHOED: Final = 1024
CLOSE_WITHIN_S: Final = 2.0
# A TURN server that does not answer must not hold up whoever reaches us without it. Five seconds by itself.
GATHER_WITHIN_S: Final = 1


class Checks:
    """The checks that run, by number."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._running: dict[int, asyncio.Task[None]] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Do what the node says."""
        if "end" in message:
            task = self._running.get(message["end"])
            if task is not None:
                task.cancel()
            return
        number: int = message["check"]
        task = asyncio.create_task(self._check(number, message["offer"], message["ice"]))
        self._running[number] = task
        task.add_done_callback(lambda _: self._over(number))

    def say(self, **message: object) -> None:
        """Tell the node."""
        self._output.write(framed(json.dumps(message).encode()))
        self._output.flush()

    def _over(self, number: int) -> None:
        del self._running[number]
        self.say(ended=number)

    async def _check(self, number: int, offer: str, servers: list[dict[str, Any]]) -> None:
        echo = Echo(servers)
        try:
            try:
                answer = await echo.answer(offer)
            except Exception as error:  # noqa: BLE001  # whatever aiortc makes of a bad offer, its number is legion
                self.say(check=number, fault=type(error).__name__)
                return
            self.say(check=number, answer=answer)
            await echo.over()
        finally:
            await echo.close()


class Echo:
    """One connection with a terminal, which gets back what it sends."""

    def __init__(self, servers: list[dict[str, Any]]) -> None:
        # An empty list, and not none: aiortc would take a public STUN server.
        ice_servers = [RTCIceServer(**{**server, "urls": sorted(server["urls"], key=_later)}) for server in servers]
        self._connection = RTCPeerConnection(RTCConfiguration(ice_servers))
        self._connected = asyncio.Event()
        self._closed = asyncio.Event()
        self._connection.on("connectionstatechange", self._changed)
        self._connection.on("track", self._track)
        self._connection.on("datachannel", self._channel)

    async def answer(self, offer: str) -> str:
        """The answer, with all ways to us. Raises whatever aiortc does of an offer that it cannot take."""
        await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return str(self._connection.localDescription.sdp)

    async def over(self) -> None:
        """Wait until the terminal has gone, or did not come in time, or has been here long enough."""
        await _first(self._connected.wait(), self._closed.wait(), within_s=CONNECT_WITHIN_S)
        if self._connected.is_set():
            await _first(self._closed.wait(), within_s=LIFE_S)

    async def close(self) -> None:
        """Let go of everything."""
        await _first(self._connection.close(), within_s=CLOSE_WITHIN_S)

    def _changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._connected.set()
        elif state in {"failed", "closed"}:
            self._closed.set()

    def _track(self, track: MediaStreamTrack) -> None:
        # The sender takes what comes, so nothing is left to pile up.
        self._connection.addTrack(track)

    def _channel(self, channel: RTCDataChannel) -> None:
        @channel.on("message")
        def echo(message: str | bytes) -> None:
            if len(message) <= MOST_ECHOED and channel.readyState == "open":
                channel.send(message)

        # The terminal closes it when it knows enough.
        channel.on("close", self._closed.set)


def _later(url: str) -> bool:
    """Whether another address of a TURN server is better: aiortc takes the first alone, and UDP delays least."""
    return not url.startswith("turn:") or "transport=tcp" in url


async def _first(*waited: Any, within_s: float) -> None:  # noqa: ANN401  # coroutines, of whatever they give
    """Wait until one of them is done, and no longer than that; what is not done then is given up."""
    tasks = [asyncio.ensure_future(each) for each in waited]
    await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def offer_addresses(addresses: list[str]) -> None:
    """Have aioice offer these, or all of the machine's. It leaves loopback out, which may be all there is."""
    found = ice.get_host_addresses
    # A machine that does not tell its addresses is no fault of who comes with an offer: better no worker.
    found(use_ipv4=True, use_ipv6=True)

    def offered(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001  # aioice's own shape
        return addresses or found(use_ipv4, use_ipv6) or ["127.0.0.1"]

    ice.get_host_addresses = offered
    # It has no other place where this can be said.
    ice.Connection.get_component_candidates.__defaults__ = (GATHER_WITHIN_S,)


async def serve(output: BinaryIO) -> None:
    """Serve until the input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    checks = Checks(output)
    checks.say(ready=True)
    with suppress(asyncio.IncompleteReadError):
        while True:
            length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
            checks.take(json.loads(await reader.readexactly(length)))


def main() -> None:
    """Run as a program."""
    # Whatever a library prints goes elsewhere: what the node reads is ours alone.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    offer_addresses(sys.argv[1:])
    asyncio.run(serve(output))


if __name__ == "__main__":
    main()

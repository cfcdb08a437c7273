"""A terminal's end of a line check, in Python: it sends a tone, a picture that changes, and messages, on loopback."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import numpy as np
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from av import AudioFrame, VideoFrame
from typing_extensions import override

RATE = 48_000
TONE_HZ = 1000
FRAME = RATE // 50
# Of full scale in 16 bits.
LOUD = 8000


class Tone(AudioStreamTrack):
    """A tone, 20 ms at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    @override
    async def recv(self) -> AudioFrame:
        await asyncio.sleep(FRAME / RATE)
        phase = 2 * math.pi * TONE_HZ / RATE * np.arange(self._at, self._at + FRAME)
        frame = AudioFrame.from_ndarray((LOUD * np.sin(phase)).astype(np.int16).reshape(1, -1), layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = self._at, RATE, Fraction(1, RATE)
        self._at += FRAME
        return frame


class Grey(VideoStreamTrack):
    """A small grey picture."""

    @override
    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(np.full((90, 160, 3), 128, np.uint8))
        frame.pts, frame.time_base = pts, time_base
        return frame


class LinePeer:
    """One connection of a terminal with the echo."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration([]))
        self.tracks: dict[str, MediaStreamTrack] = {}
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.open = asyncio.Event()
        self.closed = asyncio.Event()
        self.connection.on("track", lambda track: self.tracks.update({track.kind: track}))
        self.channel: RTCDataChannel = self.connection.createDataChannel("line")
        self.channel.on("open", self.open.set)
        self.channel.on("close", self.closed.set)
        self.channel.on("message", self.heard.put_nowait)

    async def offer(self) -> str:
        """The offer, with all candidates."""
        self.connection.addTrack(Tone())
        self.connection.addTrack(Grey())
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def take(self, answer: str) -> None:
        """Take the answer, and wait until data go through."""
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await self.open.wait()

    async def round_trip(self, message: str) -> str:
        """What comes back for a message."""
        self.channel.send(message)
        return str(await self.heard.get())

    async def loudness_of_tone(self) -> float:
        """Wait until the tone comes back; its share of all that is heard then."""
        while True:
            frame = await self.tracks["audio"].recv()
            assert isinstance(frame, AudioFrame)
            samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0].astype(float)
            if np.abs(samples).max() < LOUD / 4:
                continue
            spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
            at = round(TONE_HZ * len(samples) / frame.sample_rate)
            return float(spectrum[at - 2 : at + 3].sum() / spectrum.sum())

    async def frames(self, number: int) -> Iterator[int]:
        """So many decoded frames, by their width."""
        got = [await self.tracks["video"].recv() for _ in range(number)]
        return iter([each.width for each in got if isinstance(each, VideoFrame)])


@contextmanager
def on_loopback() -> Iterator[None]:
    """Have this end offer loopback alone: aioice leaves it out by itself."""
    with patch("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"]):
        yield


@asynccontextmanager
async def line_peer() -> AsyncIterator[LinePeer]:
    """A peer, closed at the end."""
    with on_loopback():
        peer = LinePeer()
        try:
            yield peer
        finally:
            await peer.connection.close()

"""Measuring: the server and the line to it, the devices, the browser."""

import asyncio
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
from pydantic import ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from palvelurinki.protocol.base import VERSION
from palvelurinki.protocol.client import Hello
from palvelurinki.protocol.http import ReadyView
from palvelurinki.protocol.server import Closing
from palvelurinki_kiosk import chromium, findings
from palvelurinki_kiosk.findings import Finding, Verdict

TIMEOUT_S: Final = 10.0
SAMPLES: Final = 5
# Long enough to be a ticket by its form, and nobody's.
WORTHLESS: Final = "0" * 32
_REACH: Final = "Is the network cable in, and is the address right? Does a firewall let this machine out?"


async def check_all(url: str, now: Callable[[], datetime], root: Path = Path("/")) -> list[Finding]:
    """Check everything; `root` is where the system's files are looked for."""
    return [
        *await check_server(url, now),
        *check_devices(root),
        findings.browser(await browser_version()),
        findings.permission(
            url, secure=chromium.is_secure(url), allowed=chromium.allows_devices(installed_policies(root), url)
        ),
    ]


async def check_server(url: str, now: Callable[[], datetime]) -> list[Finding]:
    """The server, the line, the clock and the socket; when the server is not reached, that is all there is to say."""
    async with httpx2.AsyncClient(base_url=chromium.origin_of(url), timeout=TIMEOUT_S) as http:
        try:
            ready = await http.get("/health/ready")
            samples = [await _timed(http) for _ in range(SAMPLES)]
            asked = now()
            date = (await http.get("/health/live")).headers.get("date")
            answered = now()
        except httpx2.TransportError as error:
            return [Finding("server", Verdict.FAILED, f"not reached: {_why(error)}", _REACH)]
    return [_server(ready), findings.round_trip(samples), _clock(date, asked, answered), await _socket(url)]


def check_devices(root: Path) -> list[Finding]:
    """Cameras and microphones that Linux knows, and whether this user may open them."""
    cameras = {
        root / "dev" / node.name: (node / "name").read_text().strip()
        for node in sorted((root / "sys/class/video4linux").glob("video*"))
        # A camera has further nodes for its metadata; the picture is at index 0.
        if (node / "index").read_text().strip() == "0"
    }
    microphones: dict[Path, str] = {}
    listed = root / "proc/asound/pcm"
    for line in listed.read_text().splitlines() if listed.exists() else ():
        # Such as `00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1`.
        numbers, name, *rest = (part.strip() for part in line.split(":"))
        if any(part.startswith("capture") for part in rest):
            card, place = (int(number) for number in numbers.split("-"))
            microphones[root / f"dev/snd/pcmC{card}D{place}c"] = name
    return [
        findings.device("camera", list(cameras.values()), group="video", usable=_usable(cameras)),
        findings.device("microphone", list(microphones.values()), group="audio", usable=_usable(microphones)),
    ]


def installed_policies(root: Path) -> list[dict[str, object]]:
    """Chromium's managed policies on this machine; files that are no JSON are none to Chromium either."""
    found: list[dict[str, object]] = []
    for file in sorted((root / chromium.POLICIES.relative_to("/")).glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if isinstance(content, dict):
            found.append(content)
    return found


async def browser_version() -> str | None:
    """What Chromium says of itself; None when it is not installed."""
    program = shutil.which(chromium.PROGRAM)
    if program is None:
        return None
    process = await asyncio.create_subprocess_exec(
        program, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await process.communicate()
    return output.decode().strip() if process.returncode == 0 else None


def _usable(nodes: Iterable[Path]) -> bool:
    return all(os.access(node, os.R_OK | os.W_OK) for node in nodes)


async def _timed(http: httpx2.AsyncClient) -> timedelta:
    begun = time.perf_counter()
    await http.get("/health/live")
    return timedelta(seconds=time.perf_counter() - begun)


def _server(ready: httpx2.Response) -> Finding:
    try:
        health = ReadyView.model_validate_json(ready.content)
    except ValidationError:
        found = f"something else answers there, with status {ready.status_code}"
        return Finding("server", Verdict.FAILED, found, "Is this the right address?")
    if ready.status_code != HTTPStatus.OK:
        missing = f"; missing: {', '.join(health.missing)}" if health.missing else ""
        found = f"reached, but it is {health.phase} and takes no work{missing}"
        return Finding("server", Verdict.FAILED, found, "Tell whoever runs the server.")
    if health.bus is False:
        return Finding("server", Verdict.WARNING, "serves without its bus", "Tell whoever runs the server.")
    return Finding("server", Verdict.OK, "reached and well")


def _clock(date: str | None, asked: datetime, answered: datetime) -> Finding:
    if date is None:
        return Finding("clock", Verdict.WARNING, "the server does not tell its time", "Compare it with a watch.")
    # The header's seconds are cut off: on average it is half a second later.
    server = parsedate_to_datetime(date) + timedelta(milliseconds=500)
    return findings.clock(asked + (answered - asked) / 2 - server)


async def _socket(url: str) -> Finding:
    """Say hello with a worthless ticket: whoever is shown out with the right words has come all the way."""
    origin = chromium.origin_of(url)
    parts = urlsplit(origin)
    address = parts._replace(scheme="wss" if parts.scheme == "https" else "ws", path="/ws/v1").geturl()
    hello = Hello(version=VERSION, ticket=WORTHLESS)
    try:
        async with asyncio.timeout(TIMEOUT_S), connect(address, origin=Origin(origin), compression=None) as socket:
            await socket.send(hello.model_dump_json(exclude_none=True))
            return findings.socket(Closing.model_validate_json(await socket.recv()).code)
    except ValidationError:
        return findings.socket("no closing")
    except (OSError, TimeoutError, WebSocketException) as error:
        advice = "Whatever stands in between must let WebSockets pass, and this must be the server's own address."
        return Finding("socket", Verdict.FAILED, f"does not pass: {_why(error)}", advice)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__

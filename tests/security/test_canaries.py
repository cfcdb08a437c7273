"""What people say and who they are is found nowhere afterwards (I8): no table, no key of Redis, no line of the log.

A real server of its own process logs all that it can. Every field of every message and route, as the interface's own
schemas have them, is sent names, identity codes, addresses, telephone numbers, session descriptions and chat, and so
are headers, queries and paths; a whole call is signalled with them in between. Then everything is searched for them, in
plain letters and put away in others.
"""

import asyncio
import json
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx2
import pytest
import redis.asyncio
from sqlalchemy import make_url
from websockets.exceptions import ConnectionClosed

from palvelurinki.client import Client, open_demo
from palvelurinki.client.tickets import Audience, cookie_name
from palvelurinki.protocol.client import CLIENT_COMMAND, Candidate, Description, Hello
from palvelurinki.web.openapi import openapi_document
from tests.support.canaries import CANARIES, dresses, found_in
from tests.support.samples import places, put, sample
from tests.support.scenes import connected
from tests.support.server import Ground, Server
from tests.support.server_process import ServerProcess
from tests.support.waiting import call_in
from tests.support.wire import Wire, raw, ticket_of

KIOSK: Final = "mikkeli-kioski"
EXPERT: Final = "kela-asiantuntija-1"
SUPERVISOR: Final = "kela-esihenkilo"
ADVISOR: Final = "mikkeli-paakayttaja"
KEPT_S: Final = 1
# `bootstrap.SIGNALS_OUTLAST_S`, and a little.
SIGNALS_OUTLAST_S: Final = 16
SYNC: Final = "synchronised-"
# The server with every logger of the process at its most talkative.
PROGRAM: Final = """
import logging
logging.basicConfig(level=1)
from palvelurinki.serving import serve
from palvelurinki.settings import Settings
serve(Settings(), lambda: print("Palvelurinki serves", flush=True), log_level="debug")
"""


class TalkativeServer(Server):
    """A server that logs all that it can, into a file."""

    def __init__(self, ground: Ground, log: Path) -> None:
        settings = ground.settings()
        super().__init__(settings.port)
        self.log = log
        environment = {
            "PALVELURINKI_DATABASE_URL": ground.database_url,
            "PALVELURINKI_REDIS_URL": ground.redis_url,
            "PALVELURINKI_PORT": str(settings.port),
            "PALVELURINKI_DEMO": "true",
            "PALVELURINKI_SECRET": settings.secret.get_secret_value(),
            "PALVELURINKI_SESSION_KEPT_S": str(KEPT_S),
            "PALVELURINKI_MESSAGES_PER_S": "1000000",
            **dict.fromkeys(
                (
                    "PALVELURINKI_REQUESTS_PER_MINUTE",
                    "PALVELURINKI_SIGN_INS_PER_MINUTE",
                    "PALVELURINKI_ENROLMENTS_PER_MINUTE",
                ),
                "1000000",
            ),
        }
        said = [f"{name}={value}" for name, value in environment.items() if value is not None]
        argv = ["env", *said, sys.executable, "-c", PROGRAM]
        self._process = ServerProcess(argv, ready="Palvelurinki serves", log=log)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For as long as the block runs."""
        await asyncio.to_thread(self._process.start)
        try:
            yield
        finally:
            await asyncio.to_thread(self._process.stop)

    async def crash(self) -> None:
        """Killed on the spot; within `running`."""
        await asyncio.to_thread(self._process.stop, signal.SIGKILL)


# ---- What is sent ------------------------------------------------------------------------------------------------


def messages() -> Iterator[dict[str, Any]]:
    """Every message of the protocol with a canary in each of its places in turn, and beside them."""
    schema = CLIENT_COMMAND.json_schema()
    kinds = [schema["$defs"][each["$ref"].rpartition("/")[2]] for each in schema["oneOf"]]
    for kind in kinds:
        whole = sample(kind, schema["$defs"])
        for canary in CANARIES.values():
            for place in places(whole):
                yield put(whole, place, canary)
            yield {**whole, canary: canary}


def frames() -> Iterator[str | bytes]:
    """What is no message at all."""
    for canary in CANARIES.values():
        yield canary
        yield json.dumps(canary)
        yield json.dumps([canary])
        yield f'{{"id": "{canary}", "type": "{canary}"'
        yield canary.encode()


def hellos() -> Iterator[dict[str, Any]]:
    """Every hello likewise."""
    schema = Hello.model_json_schema()
    whole = sample(schema, schema["$defs"])
    for canary in CANARIES.values():
        for place in places(whole):
            yield put(whole, place, canary)
        yield {"type": "hello", "version": 1, "ticket": canary.replace(" ", "_").replace(":", "-") + "-" * 16}


def headers(canary: str) -> dict[str, str]:
    """Where people's addresses and pages stand in a request."""
    return {
        "user-agent": canary,
        "referer": f"https://example.org/?q={canary}",
        "x-forwarded-for": canary,
        "x-real-ip": canary,
        "forwarded": f'for="{canary}"',
        "accept-language": canary,
        "x-request-id": canary,
        "origin": "https://example.org",
    }


def requests() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every route with a canary in each of its parameters and each place of its body in turn."""
    description = openapi_document()
    definitions = description["components"]["schemas"]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody")
            whole = sample(body["content"]["application/json"]["schema"], definitions) if body else None
            for canary in CANARIES.values():
                address = _filled(path, canary)
                query = {each["name"]: canary for each in operation.get("parameters", []) if each["in"] == "query"}
                yield method, address, {"params": {**query, "q": canary}}
                if whole is None:
                    yield method, address, {"content": canary.encode(), "headers": {"content-type": "text/plain"}}
                    continue
                yield method, address, {"content": canary.encode(), "headers": {"content-type": "application/json"}}
                for place in places(whole):
                    yield method, address, {"json": put(whole, place, canary)}
                yield method, address, {"json": {**whole, canary: canary}}
    for canary in CANARIES.values():
        yield "get", f"/{canary}", {}
        yield "get", "/sign-in/start", {"params": {"issuer": canary}}
        yield "get", "/sign-in/callback", {"params": {"code": canary, "state": canary, "error": canary}}
        yield "get", f"/demo/open/staff/{canary}", {}
        yield "get", "/kiosk/", {"params": {"name": canary}}


def _filled(path: str, canary: str) -> str:
    head, bracket, rest = path.partition("{")
    return head + canary + _filled(rest.partition("}")[2], canary) if bracket else head


async def send_requests(server: Server) -> None:
    """By nobody, by a terminal, and by staff."""
    cookies: list[dict[str, str]] = [{}]
    for audience, identifier in (("terminal", KIOSK), ("staff", SUPERVISOR), ("staff", ADVISOR)):
        secret = await open_demo(server.url, _audience(audience), identifier)
        cookies.append({cookie_name(server.url, _audience(audience)): secret})
    kinds = list(CANARIES.values())
    for cookie in cookies:
        async with httpx2.AsyncClient(base_url=server.url, cookies=cookie) as http:
            for number, (method, path, options) in enumerate(requests()):
                carried = {**headers(kinds[number % len(kinds)]), **options.pop("headers", {})}
                if number % 2:
                    # A browser of ours, so that it comes further than to the question of its origin.
                    carried["origin"] = server.url
                await http.request(method, path, headers=carried, **options)


def _audience(text: str) -> Audience:
    return "terminal" if text == "terminal" else "staff"


async def send_frames(server: Server, audience: Audience, identifier: str) -> None:
    """Every message and every nonsense, by sockets that are opened anew when the server has had enough."""
    left: list[str | bytes] = [*(json.dumps(each, ensure_ascii=False) for each in messages()), *frames()]
    while left:
        async with raw(server, ticket := await ticket_of(server, audience, identifier)) as wire:
            await wire.hello(ticket=ticket)
            with suppress(ConnectionClosed):
                while left:
                    await wire.send(left.pop())
                await _synchronise(wire)
    for hello in hellos():
        async with raw(server) as wire:
            with suppress(ConnectionClosed):
                await wire.send(hello)
                await wire.closed()


async def _synchronise(wire: Wire) -> None:
    """Until all that was sent before has been answered."""
    await wire.ask("heartbeat", id=f"{SYNC}1", seq=0)


async def hold_call(server: Server, redis_url: str | None) -> None:
    """A whole call, signalled with the canaries both ways."""
    async with server.terminal(KIOSK) as kiosk, server.expert(EXPERT) as expert:
        call = await connected(kiosk, expert)
        for one, generation in ((kiosk, 1), (expert, 2)):
            await _signal(one, call, generation)
        if redis_url is not None:
            await _signals_are_bounded(redis_url)
        await kiosk.leave_call(call)
        await call_in(expert, "ended")


async def _signal(one: "Client[Any]", call: str, generation: int) -> None:
    view = await call_in(one, "connected")
    to = view.peers[0].seat
    for canary in CANARIES.values():
        sdp = "\r\n".join(["v=0", *CANARIES.values(), canary])
        await one.describe(call, to, generation, Description(type="offer", sdp=sdp))
        await one.suggest(call, to, generation, Candidate(candidate=canary, sdp_mid="0", username_fragment=canary))


# ---- Where it must not be found -------------------------------------------------------------------------------


async def database_of(ground: Ground) -> bytes:
    """All that the database has: of SQLite the file itself, what was deleted in it too."""
    url = make_url(ground.database_url)
    if url.get_backend_name() == "sqlite":
        assert url.database
        rows = "\n".join(sqlite3.connect(url.database).iterdump()).encode()
        return rows + b"".join(path.read_bytes() for path in Path(url.database).parent.glob("palvelurinki.db*"))
    connection = await asyncpg.connect(host=url.query["host"], user=url.username, database=url.database)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert len(tables) > 20
        texts: list[str] = []
        for (table,) in tables:
            rows = await connection.fetch(f'SELECT t::text FROM "{table}" t')  # noqa: S608  # the database's own names
            texts.extend(row[0] for row in rows)
    finally:
        await connection.close()
    return "\n".join(texts).encode()


async def keys_of(redis_url: str) -> Mapping[str, tuple[int, list[str]]]:
    """The keys of Redis that hold a canary: for how many seconds yet, and which."""
    found: dict[str, tuple[int, list[str]]] = {}
    async with redis.asyncio.Redis.from_url(redis_url) as connection:
        async for key in connection.scan_iter():
            dump = await connection.dump(key) or b""
            kind = await connection.type(key)
            told = repr(await connection.xrange(key)).encode() if kind == b"stream" else dump
            canaries = found_in(dump + told.replace(b"\\\\", b"\\"))
            if canaries:
                found[key.decode()] = (await connection.ttl(key), canaries)
    return found


async def _signals_are_bounded(redis_url: str) -> None:
    """While a call is signalled, signals pass through Redis: each key says by itself when it is gone."""
    for key, (seconds, _) in (await keys_of(redis_url)).items():
        assert 0 <= seconds <= KEPT_S + SIGNALS_OUTLAST_S, key


@pytest.mark.timeout(240)
async def test_nothing_that_people_say_or_are_is_found_afterwards(ground: Ground, tmp_path: Path) -> None:
    server = TalkativeServer(ground, tmp_path / "server.log")
    async with server.running():
        await send_requests(server)
        await send_frames(server, "terminal", KIOSK)
        await hold_call(server, ground.redis_url)
        await send_frames(server, "staff", EXPERT)
        await send_frames(server, "staff", SUPERVISOR)
        async with httpx2.AsyncClient(base_url=server.url) as http:
            told = [(await http.get(path)).content for path in ("/health/ready", "/health/live", "/metrics")]
        if ground.redis_url is not None:
            async with asyncio.timeout(KEPT_S + SIGNALS_OUTLAST_S + 10):
                while await keys_of(ground.redis_url):
                    await _signals_are_bounded(ground.redis_url)
    assert found_in(await database_of(ground)) == []
    logged = server.log.read_bytes()
    assert b"DEBUG" in logged, "the server was to log all that it can"
    assert found_in(logged) == []
    assert [found_in(each) for each in told] == [[], [], []]


# ---- That it would be found ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CANARIES)
def test_a_canary_is_found_in_every_dress(kind: str) -> None:
    for dress in dresses(CANARIES[kind]):
        assert found_in(b"before " + dress + b" after"), dress


async def test_a_canary_is_found_wherever_it_is_put(ground: Ground) -> None:
    async with ground.store() as store, store.transaction() as tx:
        await tx.outbox.add(None, "Touched", {"said": CANARIES["chat"]}, ())
    assert any("chat" in found for found in found_in(await database_of(ground)))
    if ground.redis_url is not None:
        async with redis.asyncio.Redis.from_url(ground.redis_url) as connection:
            await connection.xadd("signals:somebody", {"text": json.dumps({"sdp": CANARIES["SDP"]})})
        assert list(await keys_of(ground.redis_url)) == ["signals:somebody"]


def test_every_message_and_route_has_its_canaries() -> None:
    kinds = {each["type"] for each in messages()}
    assert {"request_contact", "signal", "decline_offer", "pause"} <= kinds
    assert any(each["candidate"]["candidate"] == CANARIES["ICE"] for each in messages() if each["type"] == "signal")
    assert sum(CANARIES["name"] in json.dumps(options) for _, _, options in requests() if "json" in options) > 5

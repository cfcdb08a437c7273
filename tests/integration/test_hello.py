"""The first message: who is let in, and with what words the others are shown out."""

from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from palvelurinki.protocol.http import ErrorBody
from tests.support.server import Ground, Server, ServerCommand, ServerThread
from tests.support.wire import raw, ticket_of, wired

TOKEN = "t" * 32


async def refused(server: ServerThread, **fields: object) -> tuple[str, bool]:
    """The code of the closing, and whether it may be resumed; the socket closes with 4000 after it."""
    async with raw(server) as wire:
        closing = await wire.hello(**fields)
        assert closing["type"] == "closing"
        assert await wire.closed() == 4000
        return closing["code"], closing["resumable"]


async def test_a_ticket_opens_a_session(shared_server: ServerThread) -> None:
    async with wired(shared_server, "terminal", "mikkeli-kioski") as (_, welcome):
        assert (welcome["version"], welcome["seq"], welcome["resumed"]) == (1, 0, False)
        assert welcome["heartbeat_s"] == 10
        assert welcome["ice_servers"] == []
        assert welcome["snapshot"]["role"] == "terminal"
        assert welcome["snapshot"]["terminal"]["id"] == "mikkeli-kioski"


async def test_a_ticket_is_used_up(shared_server: ServerThread) -> None:
    ticket = await ticket_of(shared_server, "terminal", "mikkeli-kioski")
    async with raw(shared_server, ticket) as wire:
        assert (await wire.hello(ticket=ticket))["type"] == "welcome"
        assert await refused(shared_server, ticket=ticket) == ("ticket.invalid", False)
        assert (await wire.ask("heartbeat", seq=0))["type"] == "ack"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"ticket": TOKEN}, "ticket.invalid", id="a ticket that never was"),
        pytest.param({"resume": {"token": TOKEN, "last_seq": 0}}, "session.unknown", id="a session that never was"),
        pytest.param({}, "hello.expected", id="neither"),
        pytest.param(
            {"ticket": TOKEN, "resume": {"token": TOKEN, "last_seq": 0}}, "hello.expected", id="ticket and session"
        ),
        pytest.param({"ticket": TOKEN, "version": 2}, "version.unsupported", id="version 2"),
        pytest.param({"ticket": TOKEN, "version": 0}, "version.unsupported", id="version 0"),
        pytest.param({"ticket": TOKEN, "mood": "good"}, "hello.expected", id="a field too many"),
        pytest.param({"ticket": "short"}, "hello.expected", id="a ticket that cannot be one"),
        pytest.param({"resume": {"token": TOKEN, "last_seq": -1}}, "hello.expected", id="a negative number"),
        pytest.param({"type": "heartbeat", "id": "operation-1", "seq": 0}, "hello.expected", id="another message"),
    ],
)
async def test_a_hello_that_is_not_taken(shared_server: ServerThread, fields: dict[str, object], code: str) -> None:
    assert await refused(shared_server, **fields) == (code, False)


@pytest.mark.parametrize("frame", ["", "hello", "[]", b"\x00", "x" * (64 * 1024 + 1)])
async def test_a_first_frame_that_cannot_be_read(shared_server: ServerThread, frame: str | bytes) -> None:
    async with raw(shared_server) as wire:
        await wire.send(frame)
        assert (await wire.receive())["code"] == "hello.expected"
        assert await wire.closed() == 4000


async def test_nobody_waits_for_a_hello_for_ever(shared_server: ServerThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.connection.HELLO_WITHIN_S", 0.1)
    async with raw(shared_server) as wire:
        assert (await wire.receive())["code"] == "hello.timeout"
        assert await wire.closed() == 4000


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1.evil.example:{port}"]
)
async def test_a_foreign_page_gets_no_socket(shared_server: ServerThread, origin: str | None) -> None:
    foreign = None if origin is None else origin.format(port=shared_server.port)
    with pytest.raises(InvalidStatus) as refusal:
        async with raw(shared_server, origin=foreign):
            pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_the_servers_own_pages_get_one(shared_server: ServerThread, host: str) -> None:
    async with raw(shared_server, origin=f"http://{host}:{shared_server.port}") as wire:
        assert (await wire.hello(ticket=TOKEN))["code"] == "ticket.invalid"


# ---- Handshakes that are refused -------------------------------------------------------------------------------


async def shown_out(
    server: Server,
    path: str,
    name: str = "127.0.0.1",
    **connect_options: Any,  # noqa: ANN401  # websockets' own
) -> tuple[int, str]:
    """The status and the code with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(f"ws://{name}:{server.port}{path}", host="127.0.0.1", port=server.port, **connect_options):
            pass
    response = refusal.value.response
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    return response.status_code, ErrorBody.model_validate_json(response.body or b"").code


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
async def test_a_foreign_page_is_told_why(shared_server: ServerThread, origin: str | None) -> None:
    assert await shown_out(shared_server, "/ws/v1", origin=origin) == (403, "origin.refused")


@pytest.mark.parametrize("path", ["/", "/ws/v2", "/kiosk/", "/kiosk/index.html", "/health/live", "/api/v1/rings/kela"])
async def test_no_other_address_is_a_sockets(shared_server: ServerThread, path: str) -> None:
    assert await shown_out(shared_server, path, origin=shared_server.url) == (404, "http.404")


async def test_a_name_that_only_pretends_to_be_here_gets_no_socket(shared_server: ServerThread) -> None:
    told = await shown_out(shared_server, "/ws/v1", "rebound.example", origin=shared_server.url)
    assert told == (400, "host.refused")


async def test_refusals_are_told_once_and_not_whose_they_are(sqlite_ground: Ground, tmp_path: Path) -> None:
    """Whoever likes may be refused as often as they like: the log does not grow, and nobody's address is in it."""
    node = ServerCommand(sqlite_ground.settings(), tmp_path / "node.log")
    node.start()
    try:
        before = node.log.read_text()
        for path, origin in (*[("/ws/v1", "https://evil.example")] * 3, ("/ws/v2", node.url)):
            await shown_out(node, path, origin=origin)
    finally:
        node.stop()
    said = node.log.read_text().removeprefix(before)
    assert "Shutting down" in said
    refused = [line for line in said.splitlines() if "refused" in line]
    assert len(refused) == 1
    assert "code=origin.refused times=1" in refused[0]
    assert "evil.example" not in said
    assert "127.0.0.1" not in said

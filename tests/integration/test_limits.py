"""Limits of one socket and of the node: whoever exceeds them is told and sent away, and nobody else notices."""

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from palvelurinki.client import Client
from palvelurinki.protocol.server import Welcome
from palvelurinki.web.socket.rate import REFUSALS
from tests.integration.conftest import StartServer
from tests.support.scenes import HOUSING
from tests.support.server import ServerThread
from tests.support.waiting import WITHIN_S, contact_in, offer_in
from tests.support.wire import Wire, raw, ticket_of, wired

FIRST = "kela-asiantuntija-1"
TEXT, BINARY, CONTINUATION, PING = 0x1, 0x2, 0x0, 0x9
FIN, RSV1 = 0x80, 0x40


@pytest.fixture
async def wire(shared_server: ServerThread) -> AsyncIterator[Wire]:
    """A terminal's raw socket after its welcome."""
    async with wired(shared_server, "terminal", "mikkeli-kioski") as (wire, _):
        yield wire


def frame(head: int, payload: bytes) -> bytes:
    """A frame as a client sends it, which no client library would make."""
    assert len(payload) < 126
    return struct.pack("!BB4x", head, 0x80 | len(payload)) + payload


# ---- Too many messages ---------------------------------------------------------------------------------------


async def test_who_goes_on_flooding_is_sent_away_for_a_while_and_may_resume(shared_server: ServerThread) -> None:
    async with (
        wired(shared_server, "terminal", "mikkeli-kioski") as (flooding, welcome),
        wired(shared_server, "terminal", "parainen-kioski") as (neighbour, _),
    ):
        for number in range(3 * REFUSALS):
            await flooding.send({"id": f"flood-{number:05}", "type": "heartbeat", "seq": 0})
            if number % 100 == 0:
                assert (await neighbour.ask("heartbeat", seq=0))["type"] == "ack"
        closing = await flooding.next("closing")
        assert (closing["code"], closing["resumable"]) == ("session.flooding", True)
        assert closing["retry_after_s"] > 0
        assert await flooding.closed() == 1008
        refused = [seen for seen in flooding.seen if seen.get("code") == "rate.exceeded"]
        assert REFUSALS <= len(refused) <= REFUSALS + 50
        assert all(seen["re"].startswith("flood-") for seen in refused)
        async with raw(shared_server) as back:
            again = await back.hello(resume={"token": welcome["resume_token"], "last_seq": 0})
            assert (again["type"], again["session"]) == ("welcome", welcome["session"])
            assert (await back.ask("heartbeat", seq=0))["type"] == "ack"
        assert (await neighbour.ask("heartbeat", seq=0))["type"] == "ack"


async def test_a_flood_of_pings_is_a_flood(wire: Wire) -> None:
    for _ in range(3 * REFUSALS):
        wire.socket.transport.write(frame(FIN | PING, b"are you there"))
    assert (await wire.next("closing"))["code"] == "session.flooding"
    assert await wire.closed() == 1008


async def test_the_limit_can_be_set(start_server: StartServer) -> None:
    server = await start_server(messages_per_s=2)
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
        # The hello was one of the eight.
        answers = [await wire.ask("heartbeat", seq=0) for _ in range(9)]
        assert [answer["type"] for answer in answers] == ["ack"] * 7 + ["error"] * 2
        assert answers[-1]["details"] == {"per_second": 2}


# ---- What is no message of this protocol ---------------------------------------------------------------------


async def test_compression_is_not_given_to_who_offers_it(shared_server: ServerThread) -> None:
    async with wired(shared_server, "terminal", "mikkeli-kioski", compression="deflate") as (wire, _):
        assert wire.socket.protocol.extensions == []
        assert (await wire.ask("heartbeat", seq=0))["type"] == "ack"


async def test_a_compressed_frame_closes_the_socket(wire: Wire) -> None:
    wire.socket.transport.write(frame(FIN | RSV1 | TEXT, b"\xab\x56\x2a\x00"))
    assert await wire.closed() == 1002


async def test_text_that_is_none_closes_the_socket(wire: Wire) -> None:
    wire.socket.transport.write(frame(FIN | TEXT, b'{"type": "\xff\xfe"}'))
    assert await wire.closed() == 1007


async def test_a_hello_that_is_no_text_closes_the_socket(shared_server: ServerThread) -> None:
    async with raw(shared_server) as wire:
        wire.socket.transport.write(frame(FIN | TEXT, b"\xff\xfe"))
        assert await wire.closed() == 1007


async def test_a_message_may_come_in_parts_but_not_in_crumbs(wire: Wire) -> None:
    text = b'{"id": "operation-under-test", "type": "heartbeat", "seq": 0}'
    wire.socket.transport.write(
        frame(TEXT, text[:20]) + frame(CONTINUATION, text[20:40]) + frame(FIN | CONTINUATION, text[40:])
    )
    assert (await wire.answer("operation-under-test"))["type"] == "ack"
    # Empty parts count towards no size, so without a limit of their own they would heap up for ever.
    wire.socket.transport.write(frame(TEXT, b"") + 1000 * frame(CONTINUATION, b""))
    assert await wire.closed() == 1008


async def test_messages_that_arrive_together_are_answered_in_order(wire: Wire) -> None:
    texts = [
        b'{"id": "operation-1", "type": "request_contact", "service": "kela-kuutamo", "language": "fi"}',
        b'{"id": "operation-2", "type": "heartbeat", "seq": 0}',
        b'{"id": "operation-3", "type": "leave_contact", "contact": "no-such"}',
        b'{"id": "operation-4", "type": "heartbeat", "seq": 0}',
    ]
    wire.socket.transport.write(b"".join(frame(FIN | TEXT, text) for text in texts))
    answers = [await wire.receive() for _ in texts]
    assert [(answer["re"], answer.get("code", "ack")) for answer in answers] == [
        ("operation-1", "thing.unknown"),
        ("operation-2", "ack"),
        ("operation-3", "thing.unknown"),
        ("operation-4", "ack"),
    ]


async def test_what_follows_the_hello_at_once_is_not_lost(shared_server: ServerThread) -> None:
    ticket = await ticket_of(shared_server, "terminal", "mikkeli-kioski")
    async with raw(shared_server, ticket) as wire:
        await wire.send({"type": "hello", "version": 1, "ticket": ticket})
        await wire.send({"id": "operation-1", "type": "heartbeat", "seq": 0})
        assert (await wire.receive())["type"] == "welcome"
        assert (await wire.answer("operation-1"))["type"] == "ack"


# ---- Too many sockets ----------------------------------------------------------------------------------------


async def full(server: ServerThread) -> None:
    """Another socket is refused, in a way that a proxy understands."""
    with pytest.raises(InvalidStatus) as refusal:
        async with raw(server):
            pass
    assert refusal.value.response.status_code == 503
    assert int(refusal.value.response.headers["retry-after"]) > 0
    assert b"server.full" in (refusal.value.response.body or b"")


async def test_a_node_takes_so_many_sockets_and_no_more(start_server: StartServer) -> None:
    server = await start_server(sockets_most=2)
    async with wired(server, "terminal", "mikkeli-kioski") as (kiosk, _), raw(server) as other:
        await full(server)
        assert (await kiosk.ask("heartbeat", seq=0))["type"] == "ack"
        # It is told why, and its place is free before it reads that.
        await other.send("no hello")
        assert await other.closed() == 4000
        async with wired(server, "staff", FIRST) as (expert, _):
            assert (await expert.ask("make_ready"))["type"] == "ack"
            await full(server)


async def test_who_says_no_hello_takes_no_places_of_those_who_do(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.entrance.UNWELCOMED_MOST", 2)
    server = await start_server()
    async with wired(server, "terminal", "mikkeli-kioski") as (kiosk, _), raw(server), raw(server) as silent:
        await full(server)
        assert (await kiosk.ask("heartbeat", seq=0))["type"] == "ack"
        await silent.hello(ticket="t" * 32)
        assert await silent.closed() == 4000
        async with wired(server, "staff", FIRST):
            pass


# ---- Silence -------------------------------------------------------------------------------------------------


async def test_a_line_on_which_nothing_comes_back_is_cut(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start_server(heartbeat_s=1)
    async with wired(server, "terminal", "mikkeli-kioski") as (dead, _), server.expert(FIRST) as expert:
        contact = (await dead.ask("request_contact", service=HOUSING, language="fi"))["contact"]
        offer = await offer_in(expert, "ringing")
        assert offer.contact == contact
        # As behind a cable that was pulled: what the server sends is neither answered nor refused.
        dead.socket.transport.pause_reading()
        monkeypatch.setattr("palvelurinki.web.socket.line.SILENT_S", 0.5)
        monkeypatch.setattr("palvelurinki.web.socket.line.ANSWER_WITHIN_S", 1.5)
        await offer_in(expert, "withdrawn")
        dead.socket.transport.resume_reading()
        assert await dead.closed() == 1006


async def test_a_line_that_answers_pings_is_kept(start_server: StartServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.rounds.EVERY_S", 0.1)
    monkeypatch.setattr("palvelurinki.web.socket.line.SILENT_S", 0.1)
    monkeypatch.setattr("palvelurinki.web.socket.line.ANSWER_WITHIN_S", 0.5)
    server = await start_server()
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, _):
        pinged = asyncio.Semaphore(0)
        receive = wire.socket.protocol.recv_frame

        def counting(frame: Frame) -> None:
            receive(frame)
            if frame.opcode is Opcode.PING:
                pinged.release()

        wire.socket.protocol.recv_frame = counting  # type: ignore[method-assign]
        async with asyncio.timeout(WITHIN_S):
            for _ in range(4):
                await pinged.acquire()
        assert (await wire.ask("heartbeat", seq=0))["type"] == "ack"


async def test_a_page_that_hangs_is_told_to_come_back(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.connection.SILENT_HEARTBEATS", 0.5)
    server = await start_server(heartbeat_s=1)
    async with server.terminal("mikkeli-kioski") as kiosk, wired(server, "staff", FIRST) as (hung, welcome):
        await hung.ask("make_ready")
        contact = (await kiosk.request_contact(HOUSING, "fi")).contact
        await contact_in(kiosk, "offered")
        # From here on the page says nothing, while its browser answers every ping.
        pongs = [await hung.socket.ping() for _ in range(2)]
        closing = await hung.next("closing")
        assert (closing["code"], closing["resumable"]) == ("session.silent", True)
        async with asyncio.timeout(WITHIN_S):
            assert all([await pong >= 0 for pong in pongs])
        assert await hung.closed() == 4000
        waiting = await contact_in(kiosk, "waiting")
        assert waiting.id == contact
        async with raw(server) as back:
            last = max(seen["seq"] for seen in hung.seen if "seq" in seen)
            again = await back.hello(resume={"token": welcome["resume_token"], "last_seq": last})
            assert (again["type"], again["session"]) == ("welcome", welcome["session"])


async def test_heartbeats_keep_a_page_that_does_nothing_else(
    start_server: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.connection.SILENT_HEARTBEATS", 1.5)
    server = await start_server(heartbeat_s=1)
    async with server.terminal("mikkeli-kioski") as kiosk, wired(server, "staff", FIRST) as (hung, _):
        welcome = kiosk.welcome
        # When the one that does not beat has been sent away, the one that does has outlived the same time.
        assert (await hung.next("closing"))["code"] == "session.silent"
        assert kiosk.online
        assert kiosk.welcome is welcome


async def test_our_client_comes_back_by_itself(start_server: StartServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("palvelurinki.web.socket.connection.SILENT_HEARTBEATS", 0.5)
    monkeypatch.setattr(Client, "_keep", hang)
    server = await start_server(heartbeat_s=1)
    async with server.terminal("mikkeli-kioski") as kiosk:
        first = kiosk.welcome
        assert first
        with kiosk.events() as news:
            async with asyncio.timeout(WITHIN_S):
                again = await anext(each async for each in news if isinstance(each, Welcome))
        assert (again.resumed, again.session) == (True, first.session)


async def test_a_socket_that_goes_before_its_hello_gives_its_place_back(start_server: StartServer) -> None:
    server = await start_server(sockets_most=1)
    async with raw(server) as wire:
        wire.cut()
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                async with wired(server, "terminal", "mikkeli-kioski"):
                    return
            except InvalidStatus:
                # The server has not read yet that the other one is gone.
                continue

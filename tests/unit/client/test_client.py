"""The client against a server that does what the real one does only when something is wrong."""

import asyncio
import socket as socket_module
from dataclasses import replace

import pytest

from palvelurinki.client import (
    Client,
    ClientClosed,
    ClientFailed,
    CommandRefused,
    NotAnswered,
    NotUnderstood,
    Options,
    SessionEnded,
    SignInRefused,
    TicketUnavailable,
)
from palvelurinki.client.asking import AGAIN_AT_LEAST_S
from palvelurinki.protocol.server import ContactChanged
from tests.support.ports import free_port
from tests.unit.client.conftest import CONTACT, EMPTY, REQUEST, TERMINAL, WITHIN_S, Script

# ---- Connecting ----------------------------------------------------------------------------------------------


async def test_it_begins_with_a_ticket_and_has_a_snapshot(script: Script) -> None:
    script.tickets = ["the-ticket-number-1"]
    client = script.client()
    entering = asyncio.create_task(client.__aenter__())
    socket = await script.accept()
    hello = await socket.welcome()
    assert (hello["version"], hello["ticket"]) == (1, "the-ticket-number-1")
    assert "resume" not in hello
    await entering
    assert client.snapshot == TERMINAL
    assert client.online
    await client.close()
    assert await socket.closed() == 1000
    assert isinstance(client.ended, ClientClosed)


async def test_it_waits_for_a_server_that_is_away(script: Script) -> None:
    script.tickets = [TicketUnavailable("away"), TicketUnavailable("away"), TicketUnavailable("away")]
    async with script.connected():
        assert script.waits == [0.25, 0.5, 1.0]


async def test_of_several_addresses_the_next_is_tried_when_one_fails(script: Script) -> None:
    # Nobody listens at the first; the second is the script, and then the first's turn comes again.
    addresses = [f"http://127.0.0.1:{free_port()}", script.url]
    tickets = iter(["ticket-at-the-first", "ticket-at-the-second"])

    async def ticket() -> str:
        return next(tickets)

    client = Client(addresses, "terminal", ticket, script.options)
    entering = asyncio.create_task(client.__aenter__())
    socket = await script.accept()
    hello = await socket.welcome()
    await entering
    assert hello["ticket"] == "ticket-at-the-second"
    assert client.address == script.url.replace("http", "ws") + "/ws/v1"
    await socket.close(code="server.stopping", resumable=True)
    again = await script.accept()
    assert "resume" in await again.welcome(snapshot=None, seq=client.last_seq)
    await client.close()


async def test_a_node_that_takes_connections_and_stands_still_is_left_for_the_next(script: Script) -> None:
    with socket_module.create_server(("127.0.0.1", 0)) as still:
        addresses = [f"http://127.0.0.1:{still.getsockname()[1]}", script.url]
        # Whatever else takes its time, a test waits for; this alone runs out.
        options = replace(script.options, open_within_s=0.2)

        async def ticket() -> str:
            return "ticket-of-sixteen"

        client = Client(addresses, "terminal", ticket, options)
        entering = asyncio.create_task(client.__aenter__())
        await (await script.accept()).welcome()
        await entering
        assert client.address == f"ws{script.url.removeprefix('http')}/ws/v1"
        await client.close()


def test_a_client_without_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        Client([], "terminal", "secret")


async def test_a_refused_sign_in_is_final(script: Script) -> None:
    script.tickets = [SignInRefused("sign_in.required", "sign in first")]
    with pytest.raises(SignInRefused):
        async with script.client():
            pass
    assert script.none_came()


async def test_a_ticket_source_that_fails_is_told_of_with_its_cause(script: Script) -> None:
    script.tickets = [ZeroDivisionError("a fault")]
    with pytest.raises(ClientFailed) as failed:
        async with script.client():
            pass
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("code", ["version.unsupported", "session.superseded"])
async def test_what_the_server_means_for_good_is_final(script: Script, code: str) -> None:
    client = script.client()
    entering = asyncio.create_task(client.__aenter__())
    socket = await script.accept()
    await socket.receive("hello")
    await socket.close(code=code)
    with pytest.raises(SessionEnded) as ended:
        await entering
    assert ended.value.code == code
    with pytest.raises(SessionEnded):
        await client.command(REQUEST)
    assert script.waits == []


@pytest.mark.parametrize(
    "first",
    ["hello", "[]", "{}", '{"type": "ack"}', '{"type": "ack", "re": "x", "server_time": "2026-01-01T00:00:00Z"}'],
)
async def test_a_server_of_another_kind_is_not_understood(script: Script, first: str) -> None:
    entering = asyncio.create_task(script.client().__aenter__())
    socket = await script.accept()
    await socket.receive("hello")
    await socket.send(first)
    with pytest.raises(NotUnderstood):
        await entering


async def test_a_ticket_that_was_too_old_is_replaced(script: Script) -> None:
    script.tickets = ["the-old-ticket-0001", "the-new-ticket-0002"]
    entering = asyncio.create_task(script.client().__aenter__())
    socket = await script.accept()
    await socket.receive("hello")
    await socket.close(code="ticket.invalid")
    again = await script.accept()
    assert (await again.welcome())["ticket"] == "the-new-ticket-0002"
    client = await entering
    assert script.waits == [0.25]
    await client.close()


# ---- Commands ------------------------------------------------------------------------------------------------


async def test_a_command_is_acknowledged_or_refused(script: Script) -> None:
    async with script.connected() as (client, socket):
        first = asyncio.create_task(client.request_contact("kela-asumistuki", "fi"))
        second = asyncio.create_task(client.request_contact("kela-elake", "sv"))
        one, two = await socket.receive("request_contact"), await socket.receive("request_contact")
        assert one["id"] != two["id"]
        await socket.refuse(two["id"], "terminal.busy")
        await socket.ack(one["id"])
        assert (await first).re == one["id"]
        with pytest.raises(CommandRefused) as refused:
            await second
        assert refused.value.code == "terminal.busy"


async def test_an_unanswered_command_is_repeated_with_its_id_and_in_order(script: Script) -> None:
    async with script.connected() as (client, socket):
        commands = [REQUEST.model_copy(update={"id": f"operation-{number}"}) for number in range(3)]
        asked = [asyncio.create_task(client.command(command)) for command in commands]
        for _ in commands:
            await socket.receive("request_contact")
        await socket.ack("operation-1")
        await asked[1]
        socket.socket.transport.abort()
        back = await script.accept()
        await back.welcome(snapshot=None)
        repeated = [await back.receive("request_contact") for _ in range(2)]
        assert [message["id"] for message in repeated] == ["operation-0", "operation-2"]
        for message in repeated:
            await back.ack(message["id"])
        await asyncio.gather(*asked)


async def test_a_command_that_could_not_be_done_just_then_is_repeated_with_its_id(script: Script) -> None:
    async with script.connected() as (client, socket):
        asking = asyncio.create_task(client.command(REQUEST))
        for _ in range(3):
            assert (await socket.receive("request_contact"))["id"] == REQUEST.id
            await socket.refuse(REQUEST.id, "server.busy")
        await socket.receive("request_contact")
        assert script.waits == [AGAIN_AT_LEAST_S + more for more in (0.25, 0.5, 1.0)]
        await socket.ack(REQUEST.id)
        assert (await asking).re == REQUEST.id


async def test_a_command_that_can_never_be_done_is_refused_as_it_was_last(script: Script) -> None:
    script.options = replace(script.options, answer_within_s=0.1, pause=asyncio.sleep)
    async with script.connected() as (client, socket):
        asking = asyncio.create_task(client.command(REQUEST))
        await socket.receive("request_contact")
        await socket.refuse(REQUEST.id, "server.busy")
        with pytest.raises(CommandRefused, match=r"server\.busy"):
            await asking
        # The same may be asked again.
        again = asyncio.create_task(client.command(REQUEST))
        assert (await socket.receive("request_contact"))["id"] == REQUEST.id
        await socket.ack(REQUEST.id)
        await again


async def test_a_command_given_while_disconnected_is_sent_on_return(script: Script) -> None:
    async with script.connected() as (client, socket):
        socket.socket.transport.abort()
        back = await script.accept()
        assert not client.online
        asked = asyncio.create_task(client.command(REQUEST))
        await back.welcome(snapshot=None)
        await back.ack((await back.receive("request_contact"))["id"])
        await asked


async def test_a_command_that_nobody_answers_is_given_up_and_may_be_repeated(script: Script) -> None:
    script.options = Options(answer_within_s=0.05, connect_within_s=WITHIN_S)
    async with script.connected() as (client, socket):
        with pytest.raises(NotAnswered):
            await client.command(REQUEST)
        again = asyncio.create_task(client.command(REQUEST))
        ids = [(await socket.receive("request_contact"))["id"] for _ in range(2)]
        assert ids == [REQUEST.id, REQUEST.id]
        await socket.ack(REQUEST.id)
        assert (await again).re == REQUEST.id


async def test_one_operation_is_asked_once_at_a_time(script: Script) -> None:
    async with script.connected() as (client, _):
        first = asyncio.create_task(client.command(REQUEST))
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="under way"):
            await client.command(REQUEST)
        first.cancel()


# ---- Heartbeats ----------------------------------------------------------------------------------------------


async def test_heartbeats_acknowledge_what_was_taken(script: Script) -> None:
    async with script.connected(heartbeat_s=1) as (_, socket):
        await socket.send(ContactChanged(seq=1, contact=None))
        beat = await socket.receive("heartbeat")
        assert beat["seq"] == 1
        await socket.ack(beat["id"])


async def test_many_events_are_acknowledged_before_their_time(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.client.client.ACKNOWLEDGE_AFTER", 3)
    async with script.connected(heartbeat_s=30) as (_, socket):
        for seq in (1, 2, 3):
            await socket.send(ContactChanged(seq=seq, contact=None))
        assert (await socket.receive("heartbeat"))["seq"] == 3


async def test_a_server_that_answers_no_heartbeat_is_given_up(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.client.client.SILENT_HEARTBEATS", 0.05)
    async with script.connected(heartbeat_s=1) as (client, socket):
        await socket.receive("heartbeat")
        back = await script.accept()
        assert "resume" in await back.welcome(snapshot=None)
        assert client.ended is None


# ---- Streams and waiting -------------------------------------------------------------------------------------


async def test_no_state_in_between_is_passed_over(script: Script) -> None:
    async with script.connected() as (client, socket):
        brief = asyncio.create_task(client.until(lambda seen: seen.contact is None))
        await asyncio.sleep(0)
        await socket.send(ContactChanged(seq=1, contact=None))
        await socket.send(ContactChanged(seq=2, contact=CONTACT))
        await client.until(lambda _: client.last_seq == 2)
        assert (await brief) == EMPTY
        assert client.snapshot == TERMINAL


async def test_each_stream_gets_everything_from_its_opening_to_its_close(script: Script) -> None:
    async with script.connected() as (client, socket):
        early = client.events()
        await socket.send(ContactChanged(seq=1, contact=None))
        await client.until(lambda _: client.last_seq == 1)
        late = client.events()
        await socket.send(ContactChanged(seq=2, contact=CONTACT))
        await client.until(lambda _: client.last_seq == 2)
        early.close()
        await socket.send(ContactChanged(seq=3, contact=None))
        await client.until(lambda _: client.last_seq == 3)
        await client.close()
        assert [event.seq async for event in early if isinstance(event, ContactChanged)] == [1, 2]
        assert [event.seq async for event in late if isinstance(event, ContactChanged)] == [2, 3]


async def test_after_the_close_nothing_waits(script: Script) -> None:
    async with script.connected() as (client, _):
        waiting = asyncio.create_task(client.until(lambda _: False))
        await asyncio.sleep(0)
        await client.close()
        with pytest.raises(ClientClosed):
            await waiting
        with pytest.raises(ClientClosed):
            await client.command(REQUEST)
        assert [event async for event in client.events()] == []

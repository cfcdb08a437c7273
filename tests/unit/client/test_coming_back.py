"""The client comes back: it resumes where it was, and knows when it must not."""

import asyncio

import pytest

from palvelurinki.client import SessionEnded
from palvelurinki.protocol.server import Closing, ContactChanged, SnapshotEvent, Welcome
from tests.unit.client.conftest import CONTACT, EMPTY, REQUEST, TERMINAL, Script


async def test_it_resumes_after_the_last_event(script: Script) -> None:
    async with script.connected() as (client, socket):
        await socket.send(ContactChanged(seq=1, contact=None))
        await client.until(lambda seen: seen.contact is None)
        with client.events() as events:
            socket.socket.transport.abort()
            back = await script.accept()
            assert not client.online
            hello = await back.welcome(resumed=True, snapshot=None, seq=1, resume_token="u" * 16)
            assert hello["resume"] == {"token": "t" * 16, "last_seq": 1}
            assert "ticket" not in hello
            assert isinstance(await anext(events), Welcome)
            assert client.snapshot == EMPTY
            await back.send(ContactChanged(seq=2, contact=CONTACT))
            assert isinstance(await anext(events), ContactChanged)
        assert client.snapshot == TERMINAL


async def test_a_gap_makes_it_resume(script: Script) -> None:
    async with script.connected() as (client, socket):
        await socket.send(ContactChanged(seq=2, contact=None))
        back = await script.accept()
        assert (await back.welcome(snapshot=None, seq=0))["resume"]["last_seq"] == 0
        assert client.snapshot == TERMINAL


async def test_what_comes_again_is_told_once(script: Script) -> None:
    async with script.connected() as (client, socket):
        with client.events() as events:
            for seq, contact in ((1, None), (1, None), (2, CONTACT), (1, None), (3, None)):
                await socket.send(ContactChanged(seq=seq, contact=contact))
            told = [await anext(events) for _ in range(3)]
        assert [event.seq for event in told if isinstance(event, ContactChanged)] == [1, 2, 3]
        assert client.snapshot == EMPTY


async def test_a_snapshot_stands_for_what_was_missed(script: Script) -> None:
    async with script.connected() as (client, socket):
        await socket.send(SnapshotEvent(seq=700, snapshot=EMPTY))
        await socket.send(ContactChanged(seq=701, contact=CONTACT))
        await client.until(lambda seen: client.last_seq == 701 and seen.contact == CONTACT)


async def test_an_event_of_a_newer_server_counts_and_changes_nothing(script: Script) -> None:
    async with script.connected() as (client, socket):
        await socket.send('{"type": "weather", "seq": 1, "weather": "rain"}')
        await socket.send('{"type": "gossip"}')
        await socket.send(ContactChanged(seq=2, contact=None))
        await client.until(lambda seen: seen.contact is None)
        assert client.last_seq == 2


async def test_a_session_that_is_gone_is_begun_anew_at_once(script: Script) -> None:
    async with script.connected() as (client, socket):
        await socket.close(code="server.stopping", resumable=True)
        back = await script.accept()
        assert "resume" in await back.receive("hello")
        waits = list(script.waits)
        await back.close(code="session.unknown")
        anew = await script.accept()
        assert "ticket" in await anew.welcome(snapshot=EMPTY)
        await client.until(lambda seen: seen.contact is None)
        assert script.waits == waits


async def test_it_waits_as_long_as_the_server_asks(script: Script) -> None:
    async with script.connected() as (_, socket):
        await socket.close(code="server.stopping", resumable=True, retry_after_s=7)
        await (await script.accept()).welcome(snapshot=None)
        assert script.waits == [7.25]


@pytest.mark.parametrize(
    ("asked", "waited"), [("3600", 30.0), ("-7", 0.0), ('"soon"', 0.0), ("null", 0.0), ("1e999", 0.0)]
)
async def test_what_it_is_asked_to_wait_is_taken_for_what_it_is_worth(
    script: Script, asked: str, waited: float
) -> None:
    async with script.connected() as (_, socket):
        closing = Closing(code="server.stopping", message="", resumable=True).model_dump_json()
        await socket.send(closing.replace('"retry_after_s":null', f'"retry_after_s":{asked}'))
        await (await script.accept()).welcome(snapshot=None)
        assert script.waits == [waited + 0.25]


async def test_the_waits_grow_until_something_is_answered(script: Script) -> None:
    async with script.connected() as (client, socket):
        socket.socket.transport.abort()
        for _ in range(3):
            failing = await script.accept()
            failing.socket.transport.abort()
        back = await script.accept()
        await back.welcome(snapshot=None)
        assert script.waits == [0.25, 0.5, 1.0, 2.0]
        asked = asyncio.create_task(client.command(REQUEST))
        await back.receive("request_contact")
        await back.ack(REQUEST.id)
        await asked
        back.socket.transport.abort()
        await (await script.accept()).welcome(snapshot=None)
        assert script.waits[4:] == [0.25]


async def test_a_client_that_was_superseded_does_not_come_back(script: Script) -> None:
    async with script.connected() as (client, socket):
        with client.events() as events:
            waiting = asyncio.create_task(client.until(lambda _: False))
            asked = asyncio.create_task(client.command(REQUEST))
            await socket.receive("request_contact")
            await socket.close(code="session.superseded")
            for task in (waiting, asked):
                with pytest.raises(SessionEnded):
                    await task
            with pytest.raises(SessionEnded):
                await anext(events)
        assert script.none_came()
        assert script.waits == []

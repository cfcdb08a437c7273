"""Sessions over sockets that come and go: resuming, replacing, falling behind."""

import asyncio
import socket
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from httpx2 import AsyncClient
from websockets.exceptions import ConnectionClosed

from palvelurinki.application.credentials import digest
from palvelurinki.client import Client, SessionEnded, SignInRefused, open_demo
from palvelurinki.client.tickets import COOKIES
from palvelurinki.protocol.client import Description
from palvelurinki.web.socket.ownership import Ownership
from palvelurinki.web.socket.session import Session
from tests.integration.conftest import StartServer
from tests.support.scenes import HOUSING
from tests.support.server import Ground, ServerThread
from tests.support.waiting import WITHIN_S, call_in, seen
from tests.support.wire import Frame, Wire, raw, wired

FIRST = "kela-asiantuntija-1"
BIG = Description(type="offer", sdp="x" * 47 * 1024)


async def resumed(wire: Wire, token: str, last_seq: int) -> Frame:
    return await wire.hello(resume={"token": token, "last_seq": last_seq})


# ---- Resuming ------------------------------------------------------------------------------------------------


async def test_what_was_missed_comes_again_in_order(server: ServerThread) -> None:
    async with wired(server, "staff", FIRST) as (wire, welcome):
        await wire.ask("make_ready")
        await wire.ask("pause", reason="lunch")
        last = 0
        while wire.seen[-1].get("presence", {}).get("reason") != "lunch":
            last = (await wire.receive()).get("seq", last)
        sent = [frame for frame in wire.seen if "seq" in frame and frame["type"] != "welcome"]
        assert [frame["seq"] for frame in sent] == list(range(1, last + 1))
        wire.cut()
    async with raw(server) as back:
        again = await resumed(back, welcome["resume_token"], 1)
        assert (again["resumed"], again["session"], again["seq"]) == (True, welcome["session"], 1)
        assert again["snapshot"] is None
        assert [await back.receive() for _ in range(last - 1)] == sent[1:]


async def test_what_was_acknowledged_does_not_come_again(server: ServerThread) -> None:
    async with wired(server, "staff", FIRST) as (wire, welcome):
        await wire.ask("make_ready")
        event = next((frame for frame in wire.seen if frame["type"] == "presence"), None) or await wire.next("presence")
        await wire.ask("heartbeat", seq=event["seq"])
        wire.cut()
    async with raw(server) as back:
        # Older than what was acknowledged: those events are gone, so the whole state comes instead.
        await resumed(back, welcome["resume_token"], 0)
        snapshot = await back.next("snapshot")
        assert snapshot["snapshot"]["presence"]["state"] == "ready"


async def test_a_number_that_never_was_brings_a_snapshot(server: ServerThread) -> None:
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, welcome):
        contact = (await wire.ask("request_contact", service=HOUSING, language="fi"))["contact"]
        wire.cut()
    async with raw(server) as back:
        await resumed(back, welcome["resume_token"], 1000)
        event = await back.next("snapshot")
        assert event["snapshot"]["contact"]["id"] == contact
        assert (await back.ask("heartbeat", seq=event["seq"]))["type"] == "ack"


async def test_a_token_is_good_until_the_next_one_is_used(server: ServerThread) -> None:
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, welcome):
        wire.cut()
    first = welcome["resume_token"]
    async with raw(server) as lost:
        # As if this welcome had been lost on the way: the client still has the token before it.
        assert (await resumed(lost, first, 0))["resume_token"] != first
        lost.cut()
    async with raw(server) as back:
        second = (await resumed(back, first, 0))["resume_token"]
        back.cut()
    async with raw(server) as back:
        third = (await resumed(back, second, 0))["resume_token"]
        back.cut()
    assert len({first, second, third}) == 3
    async with raw(server) as thief:
        assert (await resumed(thief, first, 0))["code"] == "session.unknown"
    async with raw(server) as back:
        assert (await resumed(back, third, 0))["type"] == "welcome"


async def test_a_session_resumed_elsewhere_leaves_its_old_socket(server: ServerThread) -> None:
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, welcome), raw(server) as back:
        assert (await resumed(back, welcome["resume_token"], 0))["type"] == "welcome"
        assert await wire.closed() == 4001
        assert (await back.ask("request_contact", service=HOUSING, language="fi"))["type"] == "ack"


async def test_a_session_is_not_kept_for_ever(
    start_server: StartServer, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = threading.Event()
    forget = Ownership.forget

    def forgetting(ownership: Ownership, session: Session) -> None:
        forget(ownership, session)
        forgotten.set()

    monkeypatch.setattr(Ownership, "forget", forgetting)
    server = await start_server(session_kept_s=0.1)
    async with wired(server, "terminal", "mikkeli-kioski") as (wire, welcome):
        wire.cut()
    assert await asyncio.to_thread(forgotten.wait, WITHIN_S)
    async with ground.store() as store, asyncio.timeout(WITHIN_S):
        used, kept = digest(welcome["resume_token"]), timedelta(seconds=0.1)
        while True:
            async with store.reading() as tx:
                if await tx.connections.resumable(used, kept) is None:
                    break
            # The store counts from when it was told of the loss, by its own clock.
            await asyncio.sleep(0.02)
    async with raw(server) as back:
        assert (await resumed(back, welcome["resume_token"], 0))["code"] == "session.unknown"


# ---- Only one speaks for a principal -------------------------------------------------------------------------


async def test_the_newest_connection_wins_and_the_older_is_told(server: ServerThread) -> None:
    async with wired(server, "staff", FIRST) as (older, welcome):
        await older.ask("make_ready")
        async with server.staff(FIRST) as newer:
            closing = await older.next("closing")
            assert (closing["code"], closing["resumable"]) == ("session.superseded", False)
            assert await older.closed() == 4000
            assert newer.snapshot.presence
            assert newer.snapshot.presence.state == "ready"
            async with raw(server) as again:
                assert (await resumed(again, welcome["resume_token"], 0))["code"] == "session.unknown"
            await newer.pause("break")


async def test_the_older_client_stops_by_itself(server: ServerThread) -> None:
    async with server.staff(FIRST) as older, server.staff(FIRST) as newer:
        with pytest.raises(SessionEnded) as ended:
            await older.until(lambda _: False)
        assert ended.value.code == "session.superseded"
        await newer.make_ready()


async def test_signing_out_ends_the_session(server: ServerThread) -> None:
    secret = await open_demo(server.url, "staff", FIRST)
    async with Client(server.url, "staff", secret) as client, AsyncClient() as http:
        answer = await http.post(
            f"{server.url}/api/v1/staff/sign-out",
            headers={"origin": server.url, "cookie": f"{COOKIES['staff']}={secret}"},
        )
        assert (answer.status_code, answer.json()) == (200, {"leave_at": None})
        with pytest.raises(SignInRefused) as ended:
            await asyncio.wait_for(client.until(lambda _: False), WITHIN_S)
        assert ended.value.code == "sign_in.required"


# ---- Falling behind ------------------------------------------------------------------------------------------


async def test_who_never_acknowledges_is_sent_away_and_gets_a_snapshot(
    server: ServerThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.session.LOG_LIMIT", 8)
    async with wired(server, "staff", FIRST) as (slow, welcome):
        # Boards are events too, so it may be sent away before it has said all this.
        with suppress(ConnectionClosed):
            for number in range(9):
                wanted = {"type": "make_ready"} if number % 2 else {"type": "pause", "reason": "break"}
                await slow.send({"id": f"operation-{number:02}", **wanted})
                # Each is an event of its own only when the one before has been sent.
                await slow.next("presence")
        assert await slow.closed() == 4000
        closing = slow.seen[-1]
        assert (closing["type"], closing["code"], closing["resumable"]) == ("closing", "session.slow", True)
        last = max(frame["seq"] for frame in slow.seen if "seq" in frame)
        async with raw(server) as back:
            assert (await resumed(back, welcome["resume_token"], last))["resumed"]
            whole = await back.next("snapshot")
            assert whole["seq"] > last
            await back.ask("heartbeat", seq=whole["seq"])
            await back.ask("pause", reason="lunch")
            while (event := await back.next("presence"))["presence"]["reason"] != "lunch":
                pass
            assert [frame["seq"] for frame in back.seen if "seq" in frame and frame["type"] != "welcome"] == list(
                range(whole["seq"], event["seq"] + 1)
            )


async def test_who_takes_nothing_holds_nobody_up(server: ServerThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki.web.socket.connection.SEND_WITHIN_S", 1.0)
    # A small buffer, so that little has to be sent before the server finds that nothing is taken.
    small = socket.create_connection(("127.0.0.1", server.port))
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    async with server.expert(FIRST) as expert, wired(server, "terminal", "mikkeli-kioski", sock=small) as (kiosk, _):
        await kiosk.ask("request_contact", service=HOUSING, language="fi")
        offer = await seen(expert, lambda s: s.offer is not None)
        assert offer.offer
        call = (await expert.accept_offer(offer.offer.id)).call
        assert call
        await kiosk.ask("join_call", call=call)
        await expert.join_call(call)
        view = await call_in(expert, "opening", lambda view: len(view.peers) == 1)
        # From here on the kiosk reads nothing.
        kiosk.socket.transport.pause_reading()
        for _ in range(190):
            await expert.describe(call, view.peers[0].seat, 2, BIG)
            if (snapshot := expert.snapshot.call) and snapshot.seats[0].state == "away":
                break
        await call_in(expert, "opening", lambda view: view.seats[0].state == "away")
        assert expert.online

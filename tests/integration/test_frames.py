"""Bad frames: each gets an error of its own, the connection goes on, and nobody else notices."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from palvelurinki.protocol.base import FRAME_LIMIT
from palvelurinki.serving import TRANSPORT_FRAME_LIMIT
from tests.support.scenes import HOUSING, Kiosk
from tests.support.server import ServerThread
from tests.support.waiting import WITHIN_S, contact_in
from tests.support.wire import Wire, wired

ID = "operation-under-test"
# So many a connection may send at once after its hello, which counts too.
AT_ONCE = 199


@pytest.fixture
async def neighbour(shared_server: ServerThread) -> AsyncIterator[Kiosk]:
    """Another terminal, which waits in a queue all the while. At the end: the same socket, nothing missed."""
    async with shared_server.terminal("parainen-kioski") as kiosk:
        first_welcome = kiosk.welcome
        contact = (await kiosk.request_contact(HOUSING, "sv")).contact
        assert contact
        waiting = await contact_in(kiosk, "waiting", lambda contact: contact.queue is not None)
        with kiosk.events() as events:
            yield kiosk
            assert (await kiosk.set_language(contact, "fi")).contact == contact
            # Nothing has happened since but that its wait is estimated anew: then comes what it did itself.
            async with asyncio.timeout(WITHIN_S):
                while True:
                    event = await anext(events)
                    assert event.type == "contact"
                    assert event.contact
                    assert event.contact.queue
                    assert waiting.queue
                    assert (event.contact.id, event.contact.queue.place) == (contact, waiting.queue.place)
                    assert event.contact.matter
                    if event.contact.matter.language == "fi":
                        break
        await kiosk.leave_contact(contact)
        assert kiosk.welcome is first_welcome


@pytest.fixture
async def wire(shared_server: ServerThread, neighbour: Kiosk) -> AsyncIterator[Wire]:  # noqa: ARG001
    """A terminal's raw socket after its welcome, beside the neighbour. At the end it still answers."""
    async with wired(shared_server, "terminal", "mikkeli-kioski") as (wire, _):
        yield wire
        if wire.socket.close_code is None:
            async with asyncio.timeout(WITHIN_S):
                # Whoever has just flooded is refused until the bucket has a token again.
                while (answer := await wire.ask("heartbeat", seq=0))["type"] != "ack":
                    assert answer["code"] == "rate.exceeded"


def message(**fields: object) -> str:
    return json.dumps({"id": ID, **fields})


NESTED = "[" * 30_000
NESTED_IN_FIELD = '{"id": ' + "[" * 20_000 + "]" * 20_000 + "}"


@pytest.mark.parametrize(
    ("frame", "code", "answered"),
    [
        pytest.param("hello?", "frame.malformed", None, id="not JSON"),
        pytest.param("", "frame.malformed", None, id="empty"),
        pytest.param("[1, 2]", "frame.malformed", None, id="an array"),
        pytest.param("null", "frame.malformed", None, id="null"),
        pytest.param(NESTED, "frame.malformed", None, id="nested deeply"),
        pytest.param(NESTED_IN_FIELD, "frame.malformed", None, id="nested deeply in a field"),
        pytest.param("1" * 5000, "frame.malformed", None, id="a number of 5000 digits"),
        pytest.param(b'{"type": "heartbeat"}', "frame.malformed", None, id="binary"),
        pytest.param(b"\xff\xfe\x00", "frame.malformed", None, id="binary that is no text"),
        pytest.param(message(type="sing"), "frame.unknown_type", ID, id="unknown type"),
        pytest.param(message(type=7), "frame.unknown_type", ID, id="type is a number"),
        pytest.param(message(), "frame.unknown_type", ID, id="no type"),
        pytest.param(message(type="welcome"), "frame.unknown_type", ID, id="a type of the server's"),
        pytest.param(message(type="hello", version=1), "frame.unknown_type", ID, id="hello again"),
        pytest.param(message(type="request_contact", language="fi"), "frame.malformed", ID, id="a field missing"),
        pytest.param(message(type="heartbeat", seq=0, mood="good"), "frame.malformed", ID, id="a field too many"),
        pytest.param(message(type="heartbeat", seq=-1), "frame.malformed", ID, id="a number out of bounds"),
        pytest.param(message(type="heartbeat", seq=float("nan")), "frame.malformed", ID, id="not a number"),
        pytest.param(message(type="heartbeat", seq="x"), "frame.malformed", ID, id="a text for a number"),
        pytest.param('{"type": "heartbeat", "seq": 0}', "frame.malformed", None, id="no id"),
        pytest.param('{"type": "heartbeat", "seq": 0, "id": 12345678}', "frame.malformed", None, id="id is a number"),
        pytest.param('{"type": "heartbeat", "seq": 0, "id": "short"}', "frame.malformed", "short", id="id too short"),
        pytest.param(message(type="heartbeat", seq=0, id="x" * 65), "frame.malformed", None, id="id too long"),
        pytest.param(
            '{"type": "heartbeat", "seq": 0, "id": "\\ud800-half-a-character"}', "frame.malformed", None, id="surrogate"
        ),
        pytest.param(
            '{"type": "heartbeat", "seq": 0, "id": "operation-under-test", "\\ud800": 1}',
            "frame.malformed",
            ID,
            id="surrogate name",
        ),
        pytest.param(
            message(type="heartbeat", seq=0, **{"x" * 60_000: 1}), "frame.malformed", ID, id="a name of 60,000 letters"
        ),
        pytest.param(message(type="request_contact", service="../x", language="fi"), "frame.malformed", ID, id="path"),
        pytest.param(message(type="pause", reason="../x"), "frame.malformed", ID, id="a reason that is no id"),
    ],
)
async def test_a_bad_frame_gets_its_error(wire: Wire, frame: str | bytes, code: str, answered: str | None) -> None:
    await wire.send(frame)
    error = await wire.receive()
    assert (error["type"], error["code"], error["re"]) == ("error", code, answered)
    assert len(json.dumps(error)) < 2000


async def test_the_error_names_the_field(wire: Wire) -> None:
    await wire.send(message(type="request_contact", language="fi"))
    error = await wire.answer(ID)
    assert error["details"] == {"field": "request_contact.service"}


async def test_a_signal_is_a_description_or_a_candidate(wire: Wire) -> None:
    target = {"call": "call-1", "to": "seat-1", "generation": 1}
    neither = await wire.ask("signal", **target)
    both = await wire.ask(
        "signal", **target, description={"type": "offer", "sdp": "v=0"}, candidate={"candidate": "candidate:1"}
    )
    assert [neither["code"], both["code"]] == ["frame.malformed", "frame.malformed"]


def heartbeat_of(size: int) -> str:
    text = json.dumps({"id": ID, "type": "heartbeat", "seq": 0})
    return text + " " * (size - len(text))


async def test_a_frame_of_the_limit_passes(wire: Wire) -> None:
    await wire.send(heartbeat_of(FRAME_LIMIT))
    assert (await wire.answer(ID))["type"] == "ack"


async def test_a_frame_over_the_limit_is_refused(wire: Wire) -> None:
    await wire.send(heartbeat_of(FRAME_LIMIT + 1))
    error = await wire.receive()
    assert (error["code"], error["re"], error["details"]) == ("frame.too_large", None, {"limit": FRAME_LIMIT})


async def test_the_limit_counts_bytes(wire: Wire) -> None:
    await wire.send(json.dumps("å" * (FRAME_LIMIT // 2), ensure_ascii=False))
    assert (await wire.receive())["code"] == "frame.too_large"


async def test_a_frame_over_the_transports_limit_closes_the_socket(wire: Wire) -> None:
    await wire.send(heartbeat_of(TRANSPORT_FRAME_LIMIT + 1))
    assert await wire.closed() == 1009


async def test_a_flood_is_refused_beyond_the_rate_and_the_connection_goes_on(wire: Wire, neighbour: Kiosk) -> None:
    sent = 400
    answers: list[str] = []

    async def flood() -> None:
        for number in range(sent):
            await wire.send({"id": f"flood-{number:05}", "type": "heartbeat", "seq": 0})

    async def count() -> None:
        while len(answers) < sent:
            frame = await wire.receive()
            answers.append(frame.get("code", "ack"))

    async with asyncio.TaskGroup() as group:
        group.create_task(flood())
        group.create_task(count())
        assert neighbour.snapshot.contact
        contact = neighbour.snapshot.contact.id
        await neighbour.set_language(contact, "en")
    await contact_in(neighbour, "waiting")
    assert answers[:AT_ONCE] == ["ack"] * AT_ONCE
    assert set(answers[AT_ONCE:]) <= {"ack", "rate.exceeded"}
    assert answers.count("rate.exceeded") > 0


async def test_a_flood_of_rubbish_is_refused_too(wire: Wire) -> None:
    for _ in range(300):
        await wire.send("rubbish")
    codes = [(await wire.receive())["code"] for _ in range(300)]
    assert codes[:AT_ONCE] == ["frame.malformed"] * AT_ONCE
    assert "rate.exceeded" in codes

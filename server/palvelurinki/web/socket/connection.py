"""One socket: hello, welcome, then commands in and events out until either side goes.

The reader acts on one message at a time; the writer sends what the session has collected whenever the socket takes
more. Whatever a client sends, it gets an error or an end of its own, and no other socket notices.
"""

import asyncio
import json
from contextlib import suppress
from typing import Final

import structlog
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from palvelurinki.domain.errors import PalvelurinkiError
from palvelurinki.protocol import server as s
from palvelurinki.protocol.base import FRAME_LIMIT, VERSION
from palvelurinki.protocol.client import CLIENT_COMMAND, ClientCommand, Hello, Resume
from palvelurinki.web.ice import IceServers
from palvelurinki.web.socket.commands import carry_out
from palvelurinki.web.socket.errors import (
    Ending,
    FrameTooLarge,
    HelloExpected,
    HelloTimeout,
    SessionSlow,
    UnknownType,
    VersionUnsupported,
    WireError,
)
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.rate import TokenBucket
from palvelurinki.web.socket.session import Session

HELLO_WITHIN_S: Final = 5.0
REPLACED_CLOSE: Final = 4001
OPERATION_ID_LIMIT: Final = 64
NAME_LIMIT: Final = 200
# A client that takes nothing for so long counts as gone: its socket may never say so by itself.
SEND_WITHIN_S: Final = 10.0
# How long a command may go on that was under way when its session ended.
FINISH_WITHIN_S: Final = 2.0

log = structlog.get_logger(__name__)


class Connection:
    """A socket that has been accepted."""

    def __init__(self, websocket: WebSocket, hub: Hub, ice_servers: IceServers, heartbeat_s: int) -> None:
        self._websocket = websocket
        self._acting = False
        self._hub = hub
        self._ice_servers = ice_servers
        self._heartbeat_s = heartbeat_s
        self._sending = asyncio.Lock()
        self._bucket = TokenBucket(asyncio.get_running_loop().time)

    async def serve(self) -> None:
        """Serve the socket until it is closed. Raises nothing that the client caused."""
        try:
            hello = await self._hello()
            async with self._hub.attached(hello) as (session, replaced):
                await self._serve(session, replaced, hello.resume)
        except Ending as ending:
            await self._end(ending)
        except WebSocketDisconnect:
            # The client went before it was served.
            return

    async def _serve(self, session: Session, replaced: asyncio.Event, resume: Resume | None) -> None:
        async with self._sending:
            await self._welcome(session, resume)
        tasks = [
            asyncio.create_task(self._read(session), name="reading"),
            asyncio.create_task(self._write(session, replaced), name="writing"),
            asyncio.create_task(replaced.wait(), name="replaced"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if session.ended is not None and self._acting:
                # The command under way is done and answered first; the client need not wonder what became of it.
                await asyncio.wait({tasks[0]}, timeout=FINISH_WITHIN_S)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Ending):
                await self._end(result)
            elif isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                log.error("socket.failed", session=session.id, exc_info=result)
                await self._close(1011)
        if replaced.is_set():
            await self._close(REPLACED_CLOSE)

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                text = _text(await self._receive())
        except TimeoutError:
            raise HelloTimeout(f"no hello within {HELLO_WITHIN_S:.0f} s") from None
        except WireError as error:
            raise HelloExpected(error.message) from error
        try:
            version = _parse(text).get("version", VERSION)
        except WireError as error:
            raise HelloExpected(error.message) from error
        # The version is looked at first: a client of another one may say its hello in a form that is not known here.
        if version != VERSION:
            raise VersionUnsupported(f"this server speaks version {VERSION}", version=VERSION)
        try:
            hello = Hello.model_validate_json(text)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
            raise HelloExpected(f"the first message must be a hello; look at {where or 'its form'}") from None
        if (hello.ticket is None) == (hello.resume is None):
            raise HelloExpected("a hello has a ticket or a session to resume, one of the two")
        return hello

    async def _welcome(self, session: Session, resume: Resume | None) -> None:
        directory = self._hub.context.directory
        missed = session.missed_since(resume.last_seq, directory) if resume else []
        snapshot = None if resume else session.take_snapshot(directory)
        now = self._hub.node.now()
        await self._send(
            s.Welcome(
                version=VERSION,
                session=session.id,
                resume_token=self._hub.rotate_token(session),
                resumed=resume is not None,
                seq=resume.last_seq if resume else session.seq,
                snapshot=snapshot,
                heartbeat_s=self._heartbeat_s,
                ice_servers=self._ice_servers.for_session(now),
                server_time=now,
            )
        )
        for event in missed:
            await self._send(event)

    async def _read(self, session: Session) -> None:
        while True:
            frame = await self._receive()
            self._acting = True
            await self._reply(await self._act(session, frame))
            self._acting = False
            if session.ended is not None:
                raise session.ended

    async def _act(self, session: Session, frame: str | None) -> s.Ack | s.ErrorMessage:
        operation: str | None = None
        try:
            try:
                parsed = _parse(_text(frame))
                operation = _operation_of(parsed)
            finally:
                # Frames that cannot be read count too: reading and answering them costs as much.
                self._bucket.take()
            command = _command(parsed)
            answer = await carry_out(self._hub, session, command)
            return s.Ack(
                re=command.id,
                contact=answer.get("contact"),
                call=answer.get("call"),
                server_time=self._hub.node.now(),
            )
        except PalvelurinkiError as error:
            return _error(operation, error)
        except Exception:
            # Whatever broke, this client gets an answer and its connection goes on; the cause is in the log.
            log.exception("socket.command_failed", session=session.id)
            return s.ErrorMessage(re=operation, code="internal", message="the server failed at this; try again")

    async def _write(self, session: Session, replaced: asyncio.Event) -> None:
        while True:
            await session.changed.wait()
            async with self._sending:
                if replaced.is_set():
                    # What is new is the next socket's to send: taken here, it would be a gap there.
                    return
                session.changed.clear()
                if session.ended is not None:
                    raise session.ended
                for event in session.collect(self._hub.context.directory):
                    await self._send(event)
            if session.overflowed:
                raise SessionSlow("more events are unacknowledged than are kept")

    async def _receive(self) -> str | None:
        """A frame's text; None for a binary one."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text: str | None = message.get("text")
        return text

    async def _reply(self, message: s.Ack | s.ErrorMessage) -> None:
        async with self._sending:
            await self._send(message)

    async def _send(self, message: s.Welcome | s.Ack | s.ErrorMessage | s.Event | s.Closing) -> None:
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                await self._websocket.send_text(message.model_dump_json())
        except TimeoutError:
            # Its buffers are full and it takes nothing: the session waits for a client that does.
            raise WebSocketDisconnect(1006, f"the client took nothing for {SEND_WITHIN_S:.0f} s") from None

    async def _end(self, ending: Ending) -> None:
        if self._websocket.client_state is not WebSocketState.CONNECTED:
            return
        try:
            await self._send(
                s.Closing(
                    code=ending.code,
                    message=ending.message,
                    resumable=ending.resumable,
                    retry_after_s=ending.retry_after_s,
                )
            )
        except (WebSocketDisconnect, RuntimeError):
            # The client went first: there is nobody to tell.
            return
        await self._close(ending.close_code)

    async def _close(self, code: int) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(TimeoutError):
                async with asyncio.timeout(SEND_WITHIN_S):
                    await self._websocket.close(code)


def _text(frame: str | None) -> str:
    if frame is None:
        raise WireError("frames are JSON text")
    if len(frame.encode()) > FRAME_LIMIT:
        raise FrameTooLarge(f"a frame has at most {FRAME_LIMIT} bytes", limit=FRAME_LIMIT)
    return frame


def _parse(text: str) -> dict[str, object]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        raise WireError("not JSON") from None
    if not isinstance(parsed, dict):
        raise WireError("a message is a JSON object")
    return parsed


def _operation_of(parsed: dict[str, object]) -> str | None:
    operation = parsed.get("id")
    if isinstance(operation, str) and len(operation) <= OPERATION_ID_LIMIT and operation.isascii():
        return operation
    return None


def _command(parsed: dict[str, object]) -> ClientCommand:
    try:
        return CLIENT_COMMAND.validate_python(parsed)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] in {"union_tag_invalid", "union_tag_not_found"}:
            raise UnknownType("no message of this type") from None
        # A field that should not be there is named by the client: any text, of any length, even half a character.
        where = ".".join(str(part) for part in first["loc"]).encode(errors="replace").decode()[:NAME_LIMIT]
        raise WireError(f"{where}: {first['msg']}", field=where) from None


def _error(operation: str | None, error: PalvelurinkiError) -> s.ErrorMessage:
    return s.ErrorMessage(re=operation, code=error.code, message=error.message, details=dict(error.details))

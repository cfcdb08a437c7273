"""One socket: hello, welcome, then commands in and events out until either side goes.

Served by callbacks: what comes is handed over by the line; answers, and what the session has collected when the line
takes more, are written together at the end of the loop's turn. Only a command has a task of its own, and until it is
done nothing more is read, so that a client's commands are carried out in order, one at a time. Signals alone need not
wait for each other: each is handed on at once, and what its answer waits for is only that it is kept. Whatever a client
sends, it gets an error or an end of its own, and no other socket notices.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from functools import partial
from typing import Final

import structlog
from typing_extensions import override

from palvelurinki.application.outage import HINDRANCES
from palvelurinki.application.reach import Standing
from palvelurinki.domain.errors import Busy
from palvelurinki.protocol import server as s
from palvelurinki.protocol.base import VERSION
from palvelurinki.protocol.client import ClientCommand, Heartbeat, Resume, Signal
from palvelurinki.settings import Settings
from palvelurinki.web.ice import IceServers, SessionIce
from palvelurinki.web.socket import messages
from palvelurinki.web.socket.attachment import Attachment
from palvelurinki.web.socket.census import Census
from palvelurinki.web.socket.commands import carry_out, refusal_of, refused, require_allowed, way_of
from palvelurinki.web.socket.errors import (
    Ending,
    HelloTimeout,
    RateExceeded,
    ServerBusy,
    SessionFlooding,
    SessionSilent,
    SessionSlow,
    WireError,
)
from palvelurinki.web.socket.hub import Hub
from palvelurinki.web.socket.line import Line, Listener
from palvelurinki.web.socket.rate import Allowance
from palvelurinki.web.socket.session import Session

HELLO_WITHIN_S: Final = 5.0
NOT_TEXT_CLOSE: Final = 1007
FAILED_CLOSE: Final = 1011
REPLACED_CLOSE: Final = 4001
# A client that takes nothing for so long counts as gone: its socket may never say so by itself.
SEND_WITHIN_S: Final = 10.0
# How long a command may go on that was under way when its session ended.
FINISH_WITHIN_S: Final = 2.0
# A page whose script hangs is still kept alive by its browser, which answers pings. When so many of its heartbeats are
# missing (half of one is for the way) it is told to come back when it can.
SILENT_HEARTBEATS: Final = 3.5
# Signals that may wait at once for being kept.
SIGNALS_MOST: Final = 32

log = structlog.get_logger(__name__)


class Connection(Listener):
    """A socket from its acceptance to its end: `serve` is its course, the rest is called by the line."""

    __slots__ = (
        "_acting",
        "_address",
        "_allowance",
        "_census",
        "_first",
        "_flushing",
        "_heard_at",
        "_hub",
        "_ice",
        "_line",
        "_loop",
        "_out",
        "_over",
        "_relaying",
        "_session",
        "_settings",
        "_stalled",
        "_waiting",
    )

    def __init__(  # `address`: by what the client is counted (`web.limits`)
        self, line: Line, hub: Hub, ice_servers: IceServers, settings: Settings, census: Census, address: str | None
    ) -> None:
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._line = line
        self._hub = hub
        self._ice = SessionIce(ice_servers)
        self._settings = settings
        self._census = census
        self._heard_at = self._loop.time()
        self._allowance = Allowance(settings.messages_per_s, self._heard_at)
        # Until it is welcomed.
        self._first: asyncio.Future[messages.Frame] | None = None
        self._session: tuple[Session, Attachment] | None = None
        # Why it ends: with a closing, with a bare code, or by itself.
        self._over: asyncio.Future[Ending | int | None] = self._loop.create_future()
        self._waiting: deque[messages.Frame] | None = None
        self._acting: asyncio.Task[None] | None = None
        self._relaying = 0
        self._stalled: asyncio.TimerHandle | None = None
        # What is to be written at the end of this turn of the loop.
        self._out: list[bytes] | None = None
        self._flushing = False

    # ---- Its course ------------------------------------------------------------------------------------------

    async def serve(self, shown: Collection[str]) -> None:
        """Serve the socket until it is closed. Raises nothing that the client caused.

        `shown`: the digests of the cookies that came with the handshake.
        """
        self._census.came(self._address)
        self._first = self._loop.create_future()
        try:
            hello = messages.hello_of(await self._first_frame(self._first))
            async with self._hub.attached(hello, shown) as (session, attachment):
                resume = hello.resume
                del hello, shown
                self._welcome(session, attachment, resume)
                self._end(await self._served(session, attachment))
        except Ending as ending:
            self._census.refusals.note(ending.code)
            self._end(ending)
        except UnicodeDecodeError:
            self._end(NOT_TEXT_CLOSE)
        except ConnectionError:
            # The client went before it was served.
            return
        except asyncio.CancelledError:
            # Only the server's own stop cancels this task, and does not wait for what comes of it: uvicorn would write
            # a traceback for each socket.
            return
        except HINDRANCES as hindrance:
            self._hub.node.outage.begins(hindrance)
            self._end(ServerBusy("the database does not answer just now: come back in a moment"))
        except Exception:
            log.exception("socket.failed")
            self._end(FAILED_CLOSE)
        finally:
            self._census.went(self._address, welcomed=self._first is None)

    async def _first_frame(self, first: "asyncio.Future[messages.Frame]") -> messages.Frame:
        self._line.accept(self, self._census.rounds)
        timer = self._loop.call_later(HELLO_WITHIN_S, self._too_late)
        try:
            return await first
        finally:
            timer.cancel()

    def _too_late(self) -> None:
        if self._first is not None and not self._first.done():
            self._first.set_exception(HelloTimeout(f"no hello within {HELLO_WITHIN_S:.0f} s"))

    def _welcome(self, session: Session, attachment: Attachment, resume: Resume | None) -> None:
        directory = self._hub.context.directory
        missed = session.missed_since(resume.last_seq, directory) if resume else []
        snapshot = None if resume else session.take_snapshot(directory)
        now = self._hub.node.now()
        self._write(
            s.Welcome(
                version=VERSION,
                session=session.id,
                resume_token=attachment.token,
                resumed=resume is not None,
                seq=resume.last_seq if resume else session.seq,
                snapshot=snapshot,
                heartbeat_s=self._settings.heartbeat_s,
                ice_servers=self._ice.told(now, session.id),
                server_time=now,
            )
        )
        for event in missed:
            self._send(event)

    async def _served(self, session: Session, attachment: Attachment) -> Ending | int | None:
        self._session = session, attachment
        self._first = None
        self._census.unwelcomed -= 1
        attachment.answered_by(self._rouse)
        self._heard_at = self._loop.time()
        self._go_on()
        try:
            why = await self._over
            if session.ended is not None and self._acting is not None:
                # The command under way is done and answered first; the client need not wonder what became of it.
                await asyncio.wait({self._acting}, timeout=FINISH_WITHIN_S)
            return why
        finally:
            attachment.answered_by(None)
            if self._stalled is not None:
                self._stalled.cancel()
            if self._acting is not None:
                self._acting.cancel()
                await asyncio.gather(self._acting, return_exceptions=True)

    def _stop(self, why: Ending | int | None) -> None:
        if not self._over.done():
            self._over.set_result(why)

    def _end(self, why: Ending | int | None) -> None:
        if isinstance(why, Ending):
            self._write(
                s.Closing(code=why.code, message=why.message, resumable=why.resumable, retry_after_s=why.retry_after_s)
            )
        self._write_out()
        if why is not None:
            self._line.end(why.close_code if isinstance(why, Ending) else why)

    # ---- What comes ------------------------------------------------------------------------------------------

    @override
    def heard(self, frame: messages.Frame) -> None:
        if self._over.done():
            # It is being closed: a flood may still have much on its way.
            return
        self._heard_at = self._loop.time()
        if not self._allowance.admits(self._heard_at):
            self._refuse(frame)
        elif self._first is not None and not self._first.done():
            self._first.set_result(frame)
            self._line.wait()
        elif self._first is not None or self._busy:
            # Cut together with the one that is being dealt with; nothing more is read until that is done.
            if self._waiting is None:
                self._waiting = deque()
            self._waiting.append(frame)
        else:
            self._take(frame)

    @override
    def pinged(self) -> bool:
        admitted = self._allowance.admits(self._loop.time())
        if not admitted and self._allowance.exhausted:
            self._stop(SessionFlooding())
        return admitted

    def _refuse(self, frame: messages.Frame) -> None:
        refusal = RateExceeded("too many messages", per_second=int(self._settings.messages_per_s))
        self._write(messages.error_message(messages.operation_in(frame), refusal))
        if self._allowance.exhausted:
            self._stop(SessionFlooding())

    def _take(self, frame: messages.Frame) -> None:
        if self._session is None or self._over.done():
            return
        session, _ = self._session
        try:
            command = messages.command_of(frame)
        except WireError as error:
            self._write(messages.error_message(messages.operation_of(frame), error))
            return
        except UnicodeDecodeError:
            self._line.fail(NOT_TEXT_CLOSE, "no UTF-8")
            return
        if isinstance(command, Heartbeat):
            self._hub.acknowledge(session, command.seq)
            answer = messages.acknowledgement(command.id, now := self._hub.node.now(), self._ice.due(now))
            if self._out is None:
                # Most sockets are idle, and get nothing else in this turn.
                self._line.write((answer,))
            else:
                self._out.append(answer)
        elif isinstance(command, Signal):
            self._relay(session, command)
        else:
            self._acting = self._loop.create_task(self._act(session, command), name="acting")
        if self._busy:
            self._line.wait()

    @property
    def _busy(self) -> bool:
        return self._acting is not None or self._relaying >= SIGNALS_MOST

    async def _act(self, session: Session, command: ClientCommand) -> None:
        self._write(await self._answer(session, command))
        self._acting = None
        self._go_on()

    async def _answer(self, session: Session, command: ClientCommand) -> s.Ack | s.ErrorMessage:
        if self._hub.node.lookout.standing is not Standing.THERE:
            # It has not answered for seconds, and is asked again by others.
            return messages.error_message(command.id, Busy("the database does not answer just now"))
        try:
            answer = await carry_out(self._hub, session, command)
        except Exception as error:  # noqa: BLE001  (`refusal_of` logs what is none of ours)
            return await refused(self._hub, session, command, error)
        return s.Ack(
            re=command.id, contact=answer.get("contact"), call=answer.get("call"), server_time=self._hub.node.now()
        )

    def _relay(self, session: Session, signal: Signal) -> None:
        try:
            require_allowed(self._hub, session, signal)
            kept = self._hub.relay(signal, *way_of(session, signal))
        except Exception as error:  # noqa: BLE001  (`refusal_of` logs what is none of ours)
            self._write(refusal_of(session, signal, error))
            return
        self._relaying += 1
        # A socket that goes meanwhile is no reason to give up: the signal is for somebody else.
        kept.add_done_callback(partial(self._kept, signal.id))

    def _kept(self, operation: str, _kept: "asyncio.Future[None]") -> None:
        self._send(messages.acknowledgement(operation, self._hub.node.now()))
        self._relaying -= 1
        if self._relaying == SIGNALS_MOST - 1:
            self._go_on()

    def _go_on(self) -> None:
        """Deal with what has come meanwhile, then read on."""
        while self._waiting and not self._busy:
            self._take(self._waiting.popleft())
        if not self._busy and not self._line.full:
            self._waiting = None
            self._line.listen()

    # ---- What goes -------------------------------------------------------------------------------------------

    def _write(self, message: s.Welcome | s.Ack | s.ErrorMessage | s.Closing) -> None:
        self._send(message.model_dump_json().encode())

    def _send(self, text: bytes) -> None:
        if self._out is None:
            self._out = []
        self._out.append(text)
        self._rouse()

    def _rouse(self) -> None:
        """Write what there is, when this turn of the loop has changed all that it will."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self._session is not None and not self._over.done():
            self._look(*self._session)
        self._write_out()

    def _look(self, session: Session, attachment: Attachment) -> None:
        if attachment.replaced:
            # What is new is the next socket's to send: taken here, it would be a gap there.
            self._stop(REPLACED_CLOSE)
        elif session.ended is not None:
            self._stop(session.ended)
        elif attachment.dismissed is not None:
            self._stop(attachment.dismissed)
        elif not self._line.full:
            try:
                fresh = session.collect(self._hub.context.directory)
            except Exception:
                log.exception("socket.failed", session=session.id)
                self._stop(FAILED_CLOSE)
            else:
                if fresh:
                    self._out = [*(self._out or ()), *fresh]
        if session.overflowed:
            self._stop(SessionSlow("more events are unacknowledged than are kept"))

    def _write_out(self) -> None:
        texts, self._out = self._out, None
        if texts:
            self._line.write(texts)

    @override
    def may_not_write(self) -> None:
        # Who does not read is not read from: its answers would only heap up.
        self._line.wait()
        self._stalled = self._loop.call_later(SEND_WITHIN_S, self._line.cut)

    @override
    def may_write(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        self._rouse()
        if self._first is None:
            self._go_on()

    # ---- What does not come ----------------------------------------------------------------------------------

    @override
    def watch(self, now: float) -> None:
        if self._line.read_paused:
            # It may have said something that was not read yet.
            self._heard_at = now
        elif self._session is not None and now - self._heard_at > SILENT_HEARTBEATS * self._settings.heartbeat_s:
            self._stop(SessionSilent("no heartbeat has come for long: come back when you can"))

    @override
    def gone(self) -> None:
        if self._first is not None and not self._first.done():
            self._first.set_exception(ConnectionError("the client went"))
        self._stop(None)

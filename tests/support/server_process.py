"""A server that a test runs: ready when its own log says so, gone with the test run, however that ends.

Nothing here polls or sleeps. A reader thread follows the server's output, so a server that dies while starting is
noticed at once and its last words are in the error. `setpriv` gives a root-started server its own user, and has the
kernel stop it when this process dies before it could.
"""

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

START_LIMIT_S = 20.0
STOP_LIMIT_S = 20.0

# What the reader of the output tells.
_SERVES = "serves"
_ENDED = "ended"


class ServerFailedError(Exception):
    """The server did not start, or did not stop. The message carries the end of its log."""


def as_user(user: str | None, argv: Sequence[str]) -> list[str]:
    """The command as the given user when we are root; anybody else stays who they are."""
    if user is None or os.geteuid() != 0:
        return list(argv)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *argv]


class ServerProcess:
    """One server, which can be started and stopped repeatedly.

    `ready` is a part of the line by which the server says that it serves. `user` is who it runs as when we are root.
    """

    def __init__(self, argv: Sequence[str], *, ready: str, log: Path, user: str | None = None) -> None:
        self._argv = ["setpriv", "--pdeathsig", "TERM", *argv]
        if user is not None and os.geteuid() == 0:
            self._argv = as_user(user, self._argv)
        self._ready = ready
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it and wait until it serves. Raises ServerFailedError when it ends instead, or takes too long."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it without waiting: whoever starts several then waits for each."""
        if self._process is not None:
            message = f"already running: {self._argv}"
            raise RuntimeError(message)
        self._process = subprocess.Popen(
            self._argv,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal is for the tests, which then stop it in order
        )
        assert self._process.stdout is not None
        self._news = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._follow, args=(self._process.stdout, self._news), daemon=True)
        self._reader.start()

    def wait(self) -> None:
        """Wait until it serves. Raises ServerFailedError when it ends instead, or takes too long."""
        try:
            if self._news.get(timeout=START_LIMIT_S) == _SERVES:
                return
            fault = "ended while starting"
        except queue.Empty:
            fault = f"did not say {self._ready!r} within {START_LIMIT_S:.0f} s"
        self.stop(signal.SIGKILL)
        raise ServerFailedError(self._describe(fault))

    @property
    def lines(self) -> int:
        """How many lines it has said since it was made: a mark after which `said` can wait for more."""
        with self._more:
            return len(self._lines)

    def said(self, words: str, within_s: float = START_LIMIT_S, *, after: int = 0) -> str:
        """Wait until it says, or has said `after` so many lines, one with these words; returns that line.

        Without a mark any line counts that it has said since it was made: for what is said once.
        """

        def found() -> str | None:
            return next((line for line in self._lines[after:] if words in line), None)

        with self._more:
            line = self._more.wait_for(found, within_s)
        if line is None:
            raise ServerFailedError(self._describe(f"did not say {words!r} within {within_s:.0f} s"))
        return line

    def send(self, how: signal.Signals) -> None:
        """Send the signal, and go on."""
        assert self._process is not None
        self._process.send_signal(how)

    def ended(self) -> int:
        """Wait until it has ended by itself, or by a signal that was sent; returns its exit code."""
        assert self._process is not None
        code = self._process.wait(timeout=STOP_LIMIT_S)
        self.stop()
        return code

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait until the server is gone; does nothing when it does not run."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(how)
        try:
            process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise ServerFailedError(self._describe(f"did not stop within {STOP_LIMIT_S:.0f} s")) from None
        finally:
            assert self._reader is not None
            self._reader.join()
            assert process.stdout is not None
            process.stdout.close()

    def _follow(self, output: IO[str], news: "queue.SimpleQueue[str]") -> None:
        with self._log.open("a") as log:
            for line in output:
                log.write(line)
                log.flush()
                with self._more:
                    self._lines.append(line)
                    self._more.notify_all()
                if self._ready in line:
                    news.put(_SERVES)
        news.put(_ENDED)

    def _describe(self, fault: str) -> str:
        last_words = "\n".join(self._log.read_text().splitlines()[-20:])
        return f"{Path(self._argv[-1]).name}: {' '.join(self._argv)}\n{fault}:\n{last_words}"

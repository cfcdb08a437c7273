"""Whatever is written to the log, its lines are ours."""

import json
import subprocess
import sys

import pytest

HOSTILE = [
    "one\n2026-01-01T00:00:00Z [info     ] sign_in.done",
    "a\rb",
    "\x1b[2J",
    "bell\x07",
    "line\u2028end",
    "\x9b2J",
]
PROGRAM = """
import json, sys, structlog
from palvelurinki.serving import configure_logging
configure_logging()
for text in json.loads(sys.argv[1]):
    structlog.get_logger("test").info("http.failed", path=text)
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What a program writes that logs them all, up to each end of a line."""
    command = [sys.executable, "-X", "utf8", "-c", PROGRAM, json.dumps(HOSTILE)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\n")


def test_each_is_a_line_and_there_are_no_others(said: list[str]) -> None:
    *lines, rest = said
    assert (len(lines), rest) == (len(HOSTILE), "")


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=map(repr, HOSTILE))
def test_nobody_ends_a_line_of_the_log_or_steers_who_reads_it(said: list[str], number: int) -> None:
    assert said[number].isprintable()
    assert "http.failed" in said[number]

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
structlog.get_logger("test").info("http.failed", path=json.loads(sys.argv[1]))
"""


@pytest.mark.parametrize("text", HOSTILE)
def test_nobody_ends_a_line_of_the_log_or_steers_who_reads_it(text: str) -> None:
    command = [sys.executable, "-X", "utf8", "-c", PROGRAM, json.dumps(text)]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert said.endswith("\n")
    assert said[:-1].isprintable()
    assert "http.failed" in said

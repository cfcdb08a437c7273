"""The server's command line, as an operator uses it beside a running server."""

import os
import subprocess

from tests.support.server import Ground
from tests.support.server_command import COMMAND, store_environment

ENDS_WITHIN_S = 50


def run_on(ground: Ground, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `palvelurinki` with these arguments on the ground's database."""
    environment = {**os.environ, **store_environment(ground.database_url), "COLUMNS": "200"}
    return subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=ENDS_WITHIN_S, check=False
    )

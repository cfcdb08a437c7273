"""The server's command line, as an operator uses it beside a running server."""

import os
import subprocess
from collections.abc import Mapping

from palvelurinki.store_settings import DEMO_SECRET
from tests.support.server import Ground
from tests.support.server_command import COMMAND, store_environment

ENDS_WITHIN_S = 50


# What a command needs besides that checks what the demo's server has sealed.
DEMO_SEALS = {"PALVELURINKI_DEMO": "true", "PALVELURINKI_SECRET": DEMO_SECRET}


def run_on(
    ground: Ground, *arguments: str, settings: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `palvelurinki` with these arguments on the ground's database."""
    environment = {**os.environ, **store_environment(ground.database_url), "COLUMNS": "200", **(settings or {})}
    return subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=ENDS_WITHIN_S, check=False
    )

"""The command line imports a command when it is given, and tells of all of them none the less."""

import pytest
from typer.testing import CliRunner

from palvelurinki.cli import app

COMMANDS = (
    "audit",
    "config",
    "demo",
    "estimates",
    "events",
    "explain",
    "offers",
    "purge",
    "serve",
    "sign-ins",
    "simulate",
    "terminals",
)


def test_all_are_told_with_what_they_do() -> None:
    told = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    rows = {line.split()[1]: line for line in told.splitlines() if line.startswith("│ ") and line[2] not in " -"}
    assert tuple(sorted(rows)) == COMMANDS
    assert "The audit log: who did, was refused or was shown what, and why." in rows["audit"]
    assert "Start a server by the environment's settings" in rows["serve"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_found_by_its_name(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"], prog_name="palvelurinki")
    assert told.exit_code == 0
    assert f"palvelurinki {command}" in told.output


def test_a_slip_is_told_with_the_name_that_was_meant() -> None:
    told = CliRunner().invoke(app, ["evnts"])
    assert told.exit_code == 2
    assert "Did you mean 'events'?" in told.output

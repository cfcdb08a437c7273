"""`palvelurinki-kiosk`: the terminal's program, by command line."""

import asyncio
import json
import logging
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from palvelurinki_kiosk import checks, chromium, findings, supervisor
from palvelurinki_kiosk.findings import Finding, Verdict

app = typer.Typer(help="Looks after a kiosk terminal of Palvelurinki.", no_args_is_help=True)


def _address(url: str) -> str:
    try:
        chromium.origin_of(url)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return url


Address = Annotated[str, typer.Argument(help="The server, such as https://palvelu.example.fi", callback=_address)]
_PROFILE = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "palvelurinki-kiosk"
_STYLES = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


@app.command()
def check(url: Address, *, as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False) -> None:
    """Tell whether this terminal can work with the server, and what to do when not; exit code 1 when not."""
    found = asyncio.run(checks.check_all(url, _now))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
    else:
        Console().print(_table(found))
    raise typer.Exit(1 if findings.failed(found) else 0)


@app.command()
def browser(
    url: Address, profile: Annotated[Path, typer.Option(help="Where the browser keeps its profile")] = _PROFILE
) -> None:
    """Show the page full-screen in Chromium, and start it again whenever it ends. SIGTERM ends both."""
    if os.geteuid() == 0:
        typer.echo("Chromium protects nobody when root runs it: run this as the terminal's own user.", err=True)
        raise typer.Exit(1)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    profile.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(supervisor.until_told_to_stop(supervisor.supervise(chromium.command(url, profile))))
    except FileNotFoundError:
        typer.echo("Chromium is not installed: sudo apt-get install chromium", err=True)
        raise typer.Exit(1) from None


@app.command()
def policy(url: Address) -> None:
    """Print Chromium's managed policy for this server: write it to a file in /etc/chromium/policies/managed."""
    typer.echo(json.dumps(chromium.policy(url), indent=2))


def main() -> None:
    """Run the command line."""
    sys.exit(app())


def _now() -> datetime:
    # The machine's clock is what is being checked.
    return datetime.now(UTC)  # noqa: TID251


def _table(found: list[Finding]) -> Table:
    table = Table(show_edge=False)
    for heading in ("Check", "", "Found", "What to do"):
        table.add_column(heading, overflow="fold")
    for each in found:
        verdict = f"[{_STYLES[each.verdict]}]{each.verdict}[/]"
        table.add_row(each.check, verdict, escape(each.found), escape(each.advice))
    return table

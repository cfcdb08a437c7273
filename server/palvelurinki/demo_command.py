"""`make run`: the demo on SQLite, with an address for each role that opens signed in."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from palvelurinki.application.configuration import apply, load_directory
from palvelurinki.demo import FILENAME, demo_configuration
from palvelurinki.domain.directory import Directory, Role, Staff, Terminal, TerminalKind
from palvelurinki.opening import open_store_from
from palvelurinki.serving import serve
from palvelurinki.settings import DEMO_SECRET, Settings
from palvelurinki.tables import table_console


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen on localhost")] = 8080,
    data: Annotated[Path, typer.Option(help="Where the demo keeps its database")] = Path("build/demo"),
) -> None:
    """Start the demo on SQLite: five service points, their providers, and people of every role."""
    if not run_demo(port, data):
        raise typer.Exit(1)


def run_demo(port: int, data: Path) -> bool:
    """Prepare the demo's data, serve it until a signal comes; returns whether the server had started."""
    console = table_console()
    if _is_taken(port):
        console.print(f"Port {port} is taken: stop what listens there, or say another one: make run PORT={port + 1}")
        return False
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        console.print(f"The demo cannot keep its data in {data}: {error.strerror}. Say another place: --data FOLDER")
        return False
    settings = Settings(
        demo=True,
        port=port,
        database_url=f"sqlite+aiosqlite:///{data.resolve() / 'palvelurinki.db'}",
        secret=SecretStr(DEMO_SECRET),
    )
    with console.status("Preparing the demo's data …"):
        directory = asyncio.run(_prepare(settings))
    return serve(settings, lambda: _announce(console, directory, settings), log_level="warning")


async def _prepare(settings: Settings) -> Directory:
    async with open_store_from(settings, must_exist=False) as store:
        await apply(store, demo_configuration(), FILENAME, applied_by="demo")
        return await load_directory(store)


def _announce(console: Console, directory: Directory, settings: Settings) -> None:
    base = f"http://localhost:{settings.port}/demo/open"
    table = Table(title="The demo is ready. Each address opens signed in, on this machine only.", title_justify="left")
    for heading in ("Who", "Where", "Address"):
        table.add_column(heading, no_wrap=True)
    for terminal in _shown_terminals(directory):
        table.add_row("customer's kiosk", directory.points[terminal.point].names.fi, f"{base}/terminal/{terminal.id}")
    for role, person in _shown_staff(directory):
        organisation = directory.organisations[person.organisation].names.fi
        table.add_row(str(role), organisation, f"{base}/staff/{person.id}")
    console.print(table)
    console.print(
        f"All people and terminals: http://localhost:{settings.port}/console/ when signed out.\n"
        "Two experts at once: open the second in a private window. Stop with Ctrl+C.\n"
        "The record of the calls, from another terminal:"
    )
    command = Path(sys.argv[0])
    shown = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    console.print(f"  PALVELURINKI_DATABASE_URL={settings.database_url} {shown} events list", soft_wrap=True)


def _shown_terminals(directory: Directory) -> list[Terminal]:
    kiosks = [each for each in directory.terminals.values() if each.kind is TerminalKind.KIOSK]
    return kiosks[:2]


def _shown_staff(directory: Directory) -> list[tuple[Role, Staff]]:
    """Two experts and one of every other role, by the order of the configuration."""
    shown: list[tuple[Role, Staff]] = []
    for role in Role:
        people = [person for person in directory.staff.values() if role in person.roles]
        shown.extend((role, person) for person in people[: 2 if role is Role.EXPERT else 1])
    return shown


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

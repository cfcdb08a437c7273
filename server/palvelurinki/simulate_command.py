"""`palvelurinki simulate`: staffing questions, answered by playing days in virtual time with the same core."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from palvelurinki.application.configuration import ConfigurationRefused, decode
from palvelurinki.simulation.estimating import score_estimates
from palvelurinki.simulation.files import write_csv
from palvelurinki.simulation.needed import Need, needs_by_formula, needs_by_simulation
from palvelurinki.simulation.results import Results
from palvelurinki.simulation.running import Progress as Told
from palvelurinki.simulation.running import run_all
from palvelurinki.simulation.scenario import Scenario, read_scenario, shipped_scenario, shipped_scenarios
from palvelurinki.simulation.showing import estimates_table, tables
from palvelurinki.simulation.words import WORDS, Language, Words
from palvelurinki.tables import table_console

# With margins and the experts needed the tables are wider than the others.
TABLE_WIDTH = 170
RUNS_LIMIT = 1000
# Of each run, spread evenly over those who wait.
ESTIMATES = 500
JOBS_LIMIT = 64


def simulate(  # noqa: PLR0913 - one argument an option
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="A scenario in YAML, or the name of a shipped one")
    ] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="Name the shipped scenarios")] = False,
    runs: Annotated[int, typer.Option(min=1, max=RUNS_LIMIT, help="Play it so often; intervals from 2 on")] = 1,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's seed")] = None,
    output: Annotated[
        Path | None, typer.Option(file_okay=False, help="Write results.csv, hours.csv and charts here")
    ] = None,
    experts: Annotated[
        bool, typer.Option("--experts", help="Find by simulation, too, how many experts each hour needs")
    ] = False,
    estimates: Annotated[
        bool, typer.Option("--estimates", help="Make waiting estimates, too, and score them against what came")
    ] = False,
    language: Annotated[Language, typer.Option(help="Of tables and charts")] = Language.EN,
    jobs: Annotated[int, typer.Option(min=1, max=JOBS_LIMIT, help="Runs at the same time, one on each core")] = 1,
) -> None:
    """Play a scenario in virtual time: waits, service level, abandonment, and how many experts each hour needs.

    The same scenario, seed and number of runs give the same results, to the byte.
    """
    if listed:
        for name in shipped_scenarios():
            typer.echo(f"{name}: {shipped_scenario(name).name}")
        return
    if scenario is None:
        typer.echo("Say which scenario: a file, or one of: " + ", ".join(shipped_scenarios()), err=True)
        raise typer.Exit(2)
    words = WORDS[language]
    read = _read(scenario)
    chosen = read if seed is None else replace(read, seed=seed)
    if output is not None:
        _make(output)
    with _progress("Playing") as told:
        results = Results(chosen, run_all(chosen, runs, told, jobs))
    needs = _needs(chosen, by_simulation=experts)
    _show(results, needs, words)
    if estimates:
        with _progress("Estimating") as told:
            scores = score_estimates(chosen, ESTIMATES, runs, jobs, told)
        console = Console(width=max(table_console().width, TABLE_WIDTH))
        console.print()
        console.print(estimates_table(scores, words))
    if output is not None:
        _write(results, needs, output, words)


def _read(scenario: str) -> Scenario:
    file = Path(scenario)
    if not file.exists() and scenario in shipped_scenarios():
        return shipped_scenario(scenario)
    try:
        raw = file.read_bytes()
    except OSError as error:
        typer.echo(f"{scenario}: {error.strerror}. Shipped are: {', '.join(shipped_scenarios())}", err=True)
        raise typer.Exit(1) from error
    try:
        return read_scenario(decode(raw, scenario), scenario)
    except ConfigurationRefused as refused:
        typer.echo("\n".join(refused.lines()), err=True)
        raise typer.Exit(1) from refused


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        typer.echo(f"{folder}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


def _needs(scenario: Scenario, *, by_simulation: bool) -> Sequence[Need]:
    if not by_simulation:
        return needs_by_formula(scenario)
    with _progress("Looking for the experts needed") as told:
        most = 0

        def missing(hours: int) -> None:
            nonlocal most
            most = max(most, hours)
            told(1 - hours / most if most else 1.0)

        return needs_by_simulation(scenario, missing)


def _show(results: Results, needs: Sequence[Need], words: Words) -> None:
    console = Console(width=max(table_console().width, TABLE_WIDTH))
    scenario = results.scenario
    console.print(
        f"{escape(scenario.name)} – {words.seed} {scenario.seed}, {results.runs} {words.runs}, "
        f"{scenario.days} {words.days}, {scenario.first_day}"
    )
    for table in tables(results, needs, words):
        console.print()
        console.print(table)


def _write(results: Results, needs: Sequence[Need], folder: Path, words: Words) -> None:
    try:
        written = list(write_csv(results, needs, folder))
        if find_spec("matplotlib") is None:
            typer.echo("No charts: they need matplotlib (pip install 'palvelurinki[simulation]').", err=True)
        else:
            # Imported here: it is an extra, and takes a second.
            from palvelurinki.simulation.charts import write_charts

            written += write_charts(results, needs, folder, words)
    except OSError as error:
        typer.echo(f"{folder}: {error.strerror}", err=True)
        raise typer.Exit(1) from error
    typer.echo("\n".join(str(path) for path in written))


@contextmanager
def _progress(what: str) -> Iterator[Told]:
    """A bar on a terminal; elsewhere a line for each tenth, and none for what is over at once."""
    if not sys.stderr.isatty():
        said = 0

        def line(share: float) -> None:
            nonlocal said
            if int(share * 10) > said and share < 1:
                said = int(share * 10)
                typer.echo(f"{what}: {said * 10} %", err=True)

        yield line
        return
    columns = (TextColumn(what), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)

"""`palvelurinki config`, as a person at a terminal meets it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from palvelurinki.config_commands import config_app
from palvelurinki.demo import demo_configuration
from palvelurinki.opening import StoreUnavailable
from tests.support.configuration import SMALL, changed


class Terminal:
    """Runs commands in a directory of their own, on a database of their own."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "asetukset.yaml"
        self.file.write_text(SMALL, encoding="utf-8")
        self._environment = {
            "PALVELURINKI_DATABASE_URL": f"sqlite+aiosqlite:///{directory / 'store.db'}",
            "COLUMNS": "160",
        }

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(config_app, [str(each) for each in arguments], env=self._environment)

    def succeed(self, *arguments: str | Path) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        assert result.stderr == ""
        return result.stdout

    def fail(self, *arguments: str | Path) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 1, result.output
        assert result.stdout == ""
        return result.stderr


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_check_needs_no_store_and_counts_what_there_is(terminal: Terminal) -> None:
    assert terminal.succeed("check", terminal.file) == (
        f"{terminal.file} is in order: "
        "organisations 5, units 1, services 2, rings 1, points 2, terminals 3, staff 5, issuers 0\n"
    )
    assert not (terminal.file.parent / "store.db").exists()


@pytest.mark.parametrize("command", ["check", "apply"])
def test_problems_are_told_one_a_line(terminal: Terminal, command: str) -> None:
    text = changed("members: [kela-1, kela-2]", "members: []", changed("[fi, sv]", "[fi, xx]"))
    terminal.file.write_text(text, encoding="utf-8")
    ring, language = terminal.fail(command, terminal.file).splitlines()
    lines = text.splitlines()
    assert ring.startswith(f"{terminal.file}:{lines.index('    members: []') + 1}:5: ring.no_members: ")
    assert language.startswith(f"{terminal.file}:{lines.index('    languages: [fi, xx]') + 1}:21: language.unknown: ")


def test_a_file_that_is_not_utf8(terminal: Terminal) -> None:
    terminal.file.write_bytes(SMALL.encode("utf-16"))
    assert terminal.fail("apply", terminal.file).startswith(f"{terminal.file}:1:1: file.not_utf8: ")


def test_a_file_that_is_not_there(terminal: Terminal) -> None:
    assert terminal.run("apply", terminal.file.with_name("muu.yaml")).exit_code == 2


def test_apply_tells_what_changed(terminal: Terminal) -> None:
    first = terminal.succeed("apply", terminal.file, "--by", "ylläpitäjä")
    assert first.startswith(f"{terminal.file} is in force, as revision 1.\n  organisations: added kela, vero,")
    assert terminal.succeed("apply", terminal.file) == (
        f"{terminal.file} is in force already, as revision 1. Nothing was changed.\n"
    )
    text = changed("  kela-kortti:\n", "  kela-kortti-2:\n", changed("Esimerkkikatu 1", "Esimerkkikatu 11"))
    terminal.file.write_text(text, encoding="utf-8")
    told = "  services: added kela-kortti-2\n  services: removed kela-kortti\n  points: changed mikkeli\n"
    assert terminal.succeed("apply", terminal.file, "--dry-run") == (
        f"{terminal.file} would be revision 2. Nothing was changed.\n{told}"
    )
    assert terminal.succeed("apply", terminal.file) == f"{terminal.file} is in force, as revision 2.\n{told}"


EMPTY = "version: 1\n"


def test_what_removes_everything_must_be_meant(terminal: Terminal) -> None:
    terminal.succeed("apply", terminal.file)
    terminal.file.write_text(EMPTY, encoding="utf-8")
    refused = terminal.fail("apply", terminal.file)
    assert refused.startswith(f"{terminal.file}:1:1: removals.not_allowed: 19 of the 19 things in force would go: ")
    assert "rings kela; points mikkeli, oulu; terminals mikkeli-kioski" in refused
    assert "staff kela-1, kela-2, vero-1, neuvoja and 1 more. " in refused
    assert refused.endswith("apply it with --allow-removals\n")
    dry = terminal.succeed("apply", "--dry-run", terminal.file)
    assert "  rings: removed kela\n" in dry
    assert dry.endswith("would go: to apply it, say --allow-removals.\n")
    applied = terminal.succeed("apply", terminal.file, "--allow-removals")
    assert applied.startswith(f"{terminal.file} is in force, as revision 2.\n")
    assert "--allow-removals" not in applied


def test_half_may_go_unasked(terminal: Terminal) -> None:
    """Of the 19 things of the small configuration 9 may go, and 10 may not."""
    terminal.succeed("apply", terminal.file)
    kept = changed("    ring: kela\n", "", SMALL[: SMALL.index("rings:\n")])
    second, third = (SMALL.index(f"  {staff}:\n") for staff in ("kela-2", "vero-1"))
    nine = f"{kept}staff:\n{SMALL[second:third]}"
    terminal.file.write_text(nine, encoding="utf-8")
    assert "10 of the 19 things" in terminal.fail("apply", terminal.file)
    terminal.file.write_text(nine + SMALL[third : SMALL.index("  neuvoja:\n")], encoding="utf-8")
    assert "--allow-removals" not in terminal.succeed("apply", "--dry-run", terminal.file)
    assert terminal.succeed("apply", terminal.file).startswith(f"{terminal.file} is in force, as revision 2.\n")


def test_what_was_exported_is_in_force_already(terminal: Terminal) -> None:
    terminal.succeed("apply", terminal.file)
    written = terminal.file.with_name("viety.yaml")
    assert terminal.succeed("export", written) == ""
    assert terminal.succeed("export") == written.read_text(encoding="utf-8")
    assert terminal.succeed("apply", written).endswith("in force already, as revision 1. Nothing was changed.\n")


def test_an_export_that_cannot_be_written(terminal: Terminal) -> None:
    terminal.succeed("apply", terminal.file)
    nowhere = terminal.file.parent / "ei-ole" / "viety.yaml"
    assert terminal.fail("export", nowhere) == f"{nowhere}: No such file or directory\n"


@pytest.mark.parametrize("command", ["show", "export"])
def test_without_a_database_none_is_made_by_asking(terminal: Terminal, command: str) -> None:
    assert isinstance(terminal.run(command).exception, StoreUnavailable)
    assert not (terminal.file.parent / "store.db").exists()


@pytest.mark.parametrize("command", ["show", "export"])
def test_without_a_configuration_it_says_how_to_begin(terminal: Terminal, command: str) -> None:
    # A dry run makes the database, and puts nothing in force.
    terminal.succeed("apply", "--dry-run", terminal.file)
    assert terminal.fail(command) == ("No configuration is in force. Begin with: palvelurinki config apply FILE\n")


def test_show_is_a_table_of_what_is_in_force(terminal: Terminal) -> None:
    terminal.file.write_text(demo_configuration(), encoding="utf-8")
    terminal.succeed("apply", terminal.file)
    shown = terminal.succeed("show")
    assert shown.startswith("Revision 1: ")
    rows = {cells[0]: cells for line in shown.splitlines() if "│" in line and (cells := line.replace("│", " ").split())}
    assert rows["kela"][1:] == ["kela", "open", "around", "the", "clock", "kela-asiantuntija-1,", "kela-asiantuntija-2"]
    assert rows["mikkeli"][1:3] == ["mikkeli", "491"]
    assert rows["parainen-neuvoja"][-3:] == ["advisor", "sv,", "fi"]

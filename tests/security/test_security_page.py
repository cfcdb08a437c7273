"""`docs/security.md` is whole, and true as far as can be checked: each row is there, and what is cited exists."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr

from palvelurinki.application import credentials, signing_in, terminal_sign_in
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.enrolment import CODE_LIFE
from palvelurinki.settings import Settings

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "security.md"
BOOK: Final = ROOT / "docs" / "operations.md"
NUMBERS: Final = Path(__file__).with_name("asvs_5_0_0.csv")
# Where a path of the page may begin.
PLACES: Final = (ROOT, ROOT / "server" / "palvelurinki", ROOT / "tests")
PREFIX: Final = "v5.0.0-"
NOT_MET: Final = "**NOT MET**: "
NOT_APPLICABLE: Final = "not applicable: "
NOTHING: Final = "–"
WORDS_MOST: Final = 10
CITED: Final = re.compile(r"`([^`]+)`")
# What looks like a file: it has a folder or one of these endings.
ENDINGS: Final = (".py", ".ts", ".tsx", ".md", ".json", ".conf", ".service", ".lock")
NODES: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    level: str
    what: str
    met_by: str
    shown_by: str


def rows() -> Iterator[Row]:
    for line in PAGE.read_text().splitlines():
        if line.startswith(f"| {PREFIX}"):
            yield Row(*(cell.strip() for cell in line.strip("| ").split(" | ")))


ROWS: Final = tuple(rows())


def section(heading: str) -> str:
    """What stands below a heading of the second level."""
    return PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]


def found(path: str) -> Path | None:
    return next((place / path for place in PLACES if (place / path).exists()), None)


def looks_like_a_path(cited: str) -> bool:
    return ("/" in cited.strip("/") and " " not in cited and not cited.startswith("/")) or cited.endswith(ENDINGS)


@cache
def functions_of(path: Path) -> frozenset[str]:
    return frozenset(each.name for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, NODES))


@cache
def checks() -> frozenset[str]:
    """The parts of `make check`."""
    [listed] = re.findall(r"^checks := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return frozenset(listed.split())


# ---- Rows ------------------------------------------------------------------------------------------------------------


def test_every_requirement_has_one_row_in_order() -> None:
    with NUMBERS.open() as file:
        expected = [(f"{PREFIX}{each['number']}", each["level"]) for each in csv.DictReader(file)]
    assert [(row.number, row.level) for row in ROWS] == expected
    # As many as the standard has of levels 1 and 2.
    levels = [level for _, level in expected]
    assert (levels.count("1"), levels.count("2")) == (70, 183)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_row_says_how_it_stands(row: Row) -> None:
    assert 1 <= len(row.what.split()) <= WORDS_MOST
    if row.met_by.startswith((NOT_MET, NOT_APPLICABLE)):
        assert row.shown_by == NOTHING
        assert len(row.met_by.partition(": ")[2]) > len("why")
        return
    assert "NOT MET" not in row.met_by
    shown = CITED.findall(row.shown_by)
    assert shown
    # Nothing else stands there than what is cited.
    assert not CITED.sub("", row.shown_by).strip(" ,")
    for each in shown:
        path, _, function = each.partition("::")
        if path in checks():
            continue
        file = found(path)
        assert file is not None, each
        assert file.is_relative_to(ROOT / "tests") or path.endswith(".test.ts"), each
        if file.suffix == ".py":
            assert function in functions_of(file) if function else "screenshots" in path, each
            assert not function or function.startswith("test_"), each


def test_what_is_not_met_is_listed_at_the_top() -> None:
    not_met = [row.number for row in ROWS if row.met_by.startswith(NOT_MET)]
    listed = section("What is not met")
    assert re.findall(rf"{PREFIX}[\d.]*\d", listed) == not_met
    assert int(listed.split()[0]) == len(not_met)


def test_what_is_cited_exists() -> None:
    # Notes in code, not blocks of it.
    text = re.sub(r"```.*?```", "", PAGE.read_text(), flags=re.DOTALL)
    cited = {each.partition("::")[0] for each in CITED.findall(text)}
    assert not sorted(each for each in cited if looks_like_a_path(each) and found(each) is None)


def test_the_chapters_that_rows_point_to_are_there() -> None:
    text = PAGE.read_text()
    headings = {line[3:].lower().replace(" ", "-") for line in text.splitlines() if line.startswith("## ")}
    assert not {*re.findall(r"\]\(#([^)]+)\)", text)} - headings
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (PAGE.parent / target).exists(), target


# ---- What requirements want documented -------------------------------------------------------------------------------


def test_every_secret_is_in_the_inventory() -> None:
    keys = section("Keys and secrets")
    secret = [name for name, field in Settings.model_fields.items() if SecretStr.__name__ in str(field.annotation)]
    assert len(secret) >= 4
    assert not [name for name in secret if f"`PALVELURINKI_{name.upper()}`" not in keys]


def test_every_address_that_can_be_set_is_told_of() -> None:
    told = section("Who speaks to whom")
    addresses = {name for name in Settings.model_fields if name.endswith(("_url", "_urls", "_ca", "_certificate"))}
    assert addresses >= {"database_url", "redis_url", "turn_urls"}
    for name in addresses | {"origins", "host", "trusted_proxies"}:
        assert f"`PALVELURINKI_{name.upper()}`" in told, name


def test_every_limit_that_can_be_set_is_in_the_operators_book() -> None:
    limits = [name for name in Settings.model_fields if name.endswith(("_per_minute", "_per_s", "_most", "_address"))]
    assert len(limits) >= 6
    book = BOOK.read_text()
    assert not [name for name in limits if f"_{name.upper()}`" not in book]


def test_every_act_of_the_audit_log_is_in_the_inventory() -> None:
    assert not [act for act in AuditAct if f"`{act}`" not in section("Logs")]


def test_lifetimes_are_those_of_the_code() -> None:
    told = " ".join(section("Sessions").split())
    fields = Settings.model_fields
    for said, seconds in {
        "ends after 30 minutes without": fields["sign_in_idle_s"].default,
        "after 10 hours in any case": fields["sign_in_most_s"].default,
        "a session without its socket is kept 60 seconds": fields["session_kept_s"].default,
        "A terminal's token lasts 5 minutes": terminal_sign_in.TOKEN_LIFE.total_seconds(),
        "A ticket lasts 30 seconds": credentials.TICKET_LIFE.total_seconds(),
        "An attempt to sign in lasts 10 minutes": signing_in.ATTEMPT_LIFE.total_seconds(),
    }.items():
        assert said in told
        [(number, unit)] = re.findall(r"(\d+) (seconds|minutes|hours)", said)
        assert int(number) * {"seconds": 1, "minutes": 60, "hours": 3600}[unit] == seconds, said
    assert f"{CODE_LIFE.total_seconds() / 60:.0f} minutes, once" in section("Keys and secrets")


def test_every_locked_package_has_a_hash() -> None:
    python = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^[\w.\[\]-]+==\S+(?:.*?--hash=sha256:[0-9a-f]{64})", python, re.MULTILINE | re.DOTALL)
    assert len(pinned) == len(re.findall(r"^\S+==", python, re.MULTILINE)) > 0
    for name, package in json.loads((ROOT / "package-lock.json").read_text())["packages"].items():
        ours = not name.startswith("node_modules/") or package.get("link")
        assert ours or package["integrity"].startswith("sha512-"), name

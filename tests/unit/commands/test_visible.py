"""No text steers the terminal on which it is printed, and no reason does."""

import json

import pytest
import typer

from palvelurinki.noting import _reason
from palvelurinki.tables import cell, visible, visible_json

# Escape, bell, delete, a terminal's one-character escape, one that turns the order of writing, half a character.
STEERING = ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\udcff", "\0"]


@pytest.mark.parametrize("char", STEERING)
def test_what_steers_is_escaped(char: str) -> None:
    assert visible(f"Ä{char}[31m").isprintable()
    assert cell(f"Ä{char}[31m").startswith("Ä\\")
    told = visible_json([{"why": f"Ä{char}"}])
    assert all(line.isprintable() for line in told.splitlines())
    assert "Ä" in told
    assert json.loads(told) == [{"why": f"Ä{char}"}]


@pytest.mark.parametrize("char", STEERING)
def test_no_reason_has_a_character_that_nobody_sees(char: str) -> None:
    with pytest.raises(typer.BadParameter):
        _reason(f"INC-7{char}[2J")
    assert _reason(" Ärende  7:\tgäller ") == "Ärende 7: gäller"

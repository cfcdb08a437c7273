"""docs/configuration.md is true: its example is valid, its fields and codes are those of the program."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import palvelurinki.application.configuration as package
from palvelurinki.application.configuration import document, guidance, read, to_directory
from palvelurinki.application.configuration.parts import Part

PAGE = (Path(__file__).resolve().parents[3] / "docs/configuration.md").read_text(encoding="utf-8")
CODE = re.compile(
    r'"((?:file|yaml|field|value|text|timeout|number|id|list|reference|validity|hours|language|organisation|'
    r'guidance|pause_reason|removals|service|ring|step|overflow|point|retention|staff|issuer)\.[a-z0-9_]+)"'
)


def example() -> str:
    return PAGE.partition("```yaml\n")[2].partition("```")[0]


def test_the_walk_through_of_operations_has_a_configuration_that_is_valid() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/operations.md").read_text(encoding="utf-8")
    found, _ = read(dedent(page.partition("```yaml\n")[2].partition("```")[0]), "operations.md")
    directory = to_directory(found, 1)
    assert set(directory.issuers) == {"kela-login"}
    assert '{"kela-login": ' in page
    assert f"terminals approve {next(iter(directory.terminals))} " in page


def codes() -> Iterator[str]:
    for source in Path(*package.__path__).glob("*.py"):
        yield from CODE.findall(source.read_text(encoding="utf-8"))


def test_the_example_is_valid_and_uses_what_is_particular() -> None:
    found, _ = read(example(), "configuration.md")
    assert set(to_directory(found, 1).rings) == {"kela", "kela-support"}


def test_every_field_is_told_of() -> None:
    found = {**vars(document), **vars(guidance)}.values()
    parts = [each for each in found if isinstance(each, type) and issubclass(each, Part)]
    fields = {field for part in parts for field in part.model_fields}
    assert len(fields) > 50
    assert [field for field in sorted(fields) if not re.search(rf"\b{field}\b", PAGE)] == []


def test_every_code_is_told_of_and_no_other() -> None:
    told = set(re.findall(r"`([a-z_]+\.[a-z0-9_]+)`", PAGE.partition("## What is refused")[2]))
    assert told == set(codes())

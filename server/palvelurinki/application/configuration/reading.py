"""From a file's text to a document, or to all that is wrong with it at once, each with its line and column."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from palvelurinki.application.configuration.checks import check
from palvelurinki.application.configuration.document import VERSION, Document
from palvelurinki.application.configuration.faults import fields_at, sentence
from palvelurinki.application.configuration.parts import Part
from palvelurinki.application.configuration.problems import ConfigurationRefused, Finding, did_you_mean, meant
from palvelurinki.application.configuration.source import Source, parse

Shape = TypeVar("Shape", bound=Part)
Check: TypeAlias = Callable[[Shape, Mapping[str, Collection[str]]], list[Finding]]


def read(text: str, filename: str) -> tuple[Document, Source]:
    """The configuration that the YAML `text` holds, and where its parts stand.

    Raises ConfigurationRefused with every problem found.
    """
    return read_as(Document, check, text, filename)


def read_as(shape: type[Shape], cross_check: Check[Shape], text: str, filename: str) -> tuple[Shape, Source]:
    """The document of the given shape that the YAML `text` holds, and where its parts stand.

    A document is a mapping of sections, each a mapping of ids or a value, of which only `version` must be there.
    Raises ConfigurationRefused with every problem found. The cross-checks run on the parts that are well formed even
    when others are not, so that one round of mending is enough.
    """
    source = parse(text, filename)
    try:
        document, findings = _shaped(shape, source.data), []
    except ValidationError as error:
        findings = findings_of(error, shape)
        try:
            document = _shaped(shape, _without(source.data, findings))
        except ValidationError:  # nothing left to cross-check
            document = _shaped(shape, {"version": VERSION})
    findings += cross_check(document, _named(source.data))
    problems = source.problems + [source.place(finding) for finding in findings]
    if problems:
        raise ConfigurationRefused(filename, problems)
    return document, source


def _shaped(shape: type[Shape], data: Mapping[str, JsonValue]) -> Shape:
    # By way of JSON, as stored revisions are read: dates and kinds are then texts in either case.
    return shape.model_validate_json(json.dumps(data))


def findings_of(error: ValidationError, shape: type[BaseModel] = Document) -> list[Finding]:
    """What a part of a document of this shape does not look like, in our codes and words.

    A field that is missing is not told of when another looks like a misspelling of it.
    """
    found = []
    faults = error.errors(include_url=False, include_input=False)
    unknown = [fault["loc"] for fault in faults if fault["type"] == "extra_forbidden"]
    likened = {(*path[:-1], meant(str(path[-1]), fields_at(shape, path[:-1]))) for path in unknown}
    for fault in faults:
        path, kind = fault["loc"], fault["type"]
        match kind:
            case "missing" if path in likened:
                continue
            case "missing":
                finding = Finding("field.missing", path[:-1], f"the field {path[-1]!r} is missing")
            case "extra_forbidden":
                message = f"there is no field {path[-1]!r} here"
                hint = did_you_mean(str(path[-1]), fields_at(shape, path[:-1]))
                finding = Finding("field.unknown", path, message + hint, at_key=True)
            case _:
                at_key = path[-1:] == ("[key]",)
                code = kind if "." in kind else "value.invalid"
                message = sentence(kind, fault.get("ctx", {}), fault["msg"])
                finding = Finding(code, path[:-1] if at_key else path, message, at_key)
        found.append(finding)
    return found


def _without(data: Mapping[str, JsonValue], findings: list[Finding]) -> dict[str, JsonValue]:
    """The data without the entries of the sections, or the whole sections, that are faulty."""
    left = dict(data)
    for path in {finding.path[:2] for finding in findings}:
        match path:
            case (str(section), str(slug)):
                entries = left.get(section)
                if isinstance(entries, dict):
                    left[section] = {key: entry for key, entry in entries.items() if key != slug}
            case (str(section),):
                left.pop(section, None)
            case _:
                pass
    return {**left, "version": VERSION}


def _named(data: Mapping[str, JsonValue]) -> dict[str, frozenset[str]]:
    return {section: frozenset(entries) for section, entries in data.items() if isinstance(entries, dict)}

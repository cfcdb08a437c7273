"""Values made from a JSON schema, and every place in them where a text stands: no new field is ever left out."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str | int, ...]


def sample(schema: Schema, definitions: Schema) -> Any:  # noqa: ANN401  # JSON
    """A value that has every field that the schema knows, the optional ones too."""
    schema = _resolved(schema, definitions)
    for words in ("const", "default"):
        if schema.get(words) is not None:
            return schema[words]
    match "enum" if "enum" in schema else schema.get("type"):
        case "enum":
            return schema["enum"][0]
        case "object":
            return {name: sample(each, definitions) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [sample(schema["items"], definitions)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case _:
            return "fi" if schema.get("pattern") == "^[a-z]{2,3}$" else "sample-text-1"


def places(value: object, here: Place = ()) -> Iterator[Place]:
    """Where texts stand in the value."""
    if isinstance(value, str):
        yield here
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*here, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*here, number))


def put(value: object, place: Place, text: str) -> Any:  # noqa: ANN401  # JSON
    """The value with the text at that place."""
    changed: Any = copy.deepcopy(value)
    within = changed
    for step in place[:-1]:
        within = within[step]
    within[place[-1]] = text
    return changed


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    for words in ("anyOf", "oneOf", "allOf"):
        if words in schema:
            chosen = next(each for each in schema[words] if each.get("type") != "null")
            return _resolved(chosen, definitions)
    return schema

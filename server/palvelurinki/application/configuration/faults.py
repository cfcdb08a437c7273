"""What a part does not look like, in sentences for whoever wrote the file, not in those of a library."""

from collections.abc import Collection, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from palvelurinki.application.configuration.problems import Path

_LIST: Final = "a list is wanted here"
_MAPPING: Final = "a mapping is wanted here"
_TEXT: Final = "a text is wanted here"
_WHOLE: Final = "a whole number is wanted here"
_NUMBER: Final = "a number is wanted here"
_TRUTH: Final = "true or false is wanted here"
_DATE: Final = "a date such as 2026-12-31 is wanted here"

# Pydantic's kinds of errors: https://docs.pydantic.dev/latest/errors/validation_errors/
_SENTENCES: Final = {
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "the number is too large",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "greater_than": "the number must be more than {gt}",
    "greater_than_equal": "the number must be at least {ge}",
    "less_than": "the number must be less than {lt}",
    "less_than_equal": "the number must be at most {le}",
    "enum": "write {expected}",
    "literal_error": "write {expected}",
}


def sentence(kind: str, context: Mapping[str, Any], otherwise: str) -> str:
    """What to say of an error of this kind; `otherwise` for the kinds that have their words already."""
    if kind == "too_short":
        least = context["min_length"]
        return "this needs at least one" if least == 1 else f"this needs at least {least}"
    return _SENTENCES[kind].format(**context) if kind in _SENTENCES else otherwise


def fields_at(shape: type[BaseModel], path: Path) -> Collection[str]:
    """The fields that a document of this shape may have at the path; none where it takes any."""
    kind: object = shape
    for key in path:
        kind = _below(kind, key)
    return kind.model_fields if _is_model(kind) else ()


def _below(kind: object, key: str | int) -> object:
    """What stands under the key of such a thing; None when that is not told."""
    if _is_model(kind):
        field = kind.model_fields.get(str(key))
        return None if field is None else _plain(field.annotation)
    match get_origin(kind), get_args(kind):
        case (origin, (_, value)) if origin is dict:
            return _plain(value)
        case (origin, (item, *_)) if origin in {tuple, list}:
            return _plain(item)
    return None


def _plain(kind: object) -> object:
    """The kind without what is said about it, and without that it may be absent."""
    while (origin := get_origin(kind)) in {Annotated, Union, UnionType}:
        parts = get_args(kind)
        kind = parts[0] if origin is Annotated else next(part for part in parts if part is not NoneType)
    return kind


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return get_origin(kind) is None and isinstance(kind, type) and issubclass(kind, BaseModel)

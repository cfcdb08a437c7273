"""The errors: each code once, the hierarchy as the module's docstring draws it."""

import inspect
import re
from datetime import UTC, datetime

import pytest

from palvelurinki.domain import contact, errors
from palvelurinki.domain.errors import PalvelurinkiError, RingClosed, TransitionRefused, UnknownThing

DRAWN = re.compile(r"^    (?P<branches>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: +(?P<code>\S+\.\S+)$)?")


def defined() -> dict[str, type[PalvelurinkiError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, PalvelurinkiError)
    }


def drawing() -> dict[str, tuple[str | None, str | None]]:
    """Each name of the docstring's tree: (its parent, its code when one stands beside it)."""
    found: dict[str, tuple[str | None, str | None]] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = DRAWN.match(line)
        if match is None:
            continue
        depth = len(match["branches"]) // 4
        del path[depth:]
        found[match["name"]] = (path[-1] if path else None, match["code"])
        path.append(match["name"])
    return found


def test_the_docstring_draws_all_errors_and_their_parents() -> None:
    tree = drawing()
    assert tree.keys() == defined().keys()
    for name, error in defined().items():
        parent = tree[name][0]
        assert parent == (None if error is PalvelurinkiError else error.__bases__[0].__name__), name


def test_the_docstring_tells_each_code() -> None:
    for name, (_, code) in drawing().items():
        if code is not None and not code.startswith("<"):
            assert defined()[name].code == code


def test_each_code_is_used_once_and_is_its_own() -> None:
    codes = [error.code for error in defined().values()]
    assert len(set(codes)) == len(codes)
    assert all("code" in vars(error) for error in defined().values())


def test_codes_are_words_that_clients_can_look_up() -> None:
    for error in defined().values():
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", error.code)


def test_details_are_json_values() -> None:
    opens_at = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert RingClosed("ring", opens_at, closing=True).details == {
        "ring": "ring",
        "opens_at": "2026-03-02T07:00:00+00:00",
        "closing": True,
    }
    assert RingClosed("ring", None).details == {"ring": "ring", "opens_at": None, "closing": False}
    assert UnknownThing("offer", "o1").details == {"kind": "offer", "id": "o1"}
    refused = TransitionRefused("contact", contact.ContactState.ENDED, contact.ContactTrigger.END)
    assert [type(value) for value in refused.details.values()] == [str, str, str]


def test_an_error_carries_its_message() -> None:
    with pytest.raises(UnknownThing, match="no offer 'o1'"):
        raise UnknownThing("offer", "o1")

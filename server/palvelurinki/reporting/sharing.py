"""Views that are the same for many: a board is made once for all who see it, as long as nothing in it changes."""

from collections.abc import Callable, Hashable
from operator import is_
from typing import Any, TypeVar

View = TypeVar("View")


class Shared:
    """The latest view of each kind, with what it was made from."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[tuple[object, ...], Any]] = {}

    def view(self, key: Hashable, made_from: tuple[object, ...], make: Callable[[], View]) -> View:
        """The view of this key, made anew when it was not made from these very objects."""
        known = self._made.get(key)
        if known is not None and len(known[0]) == len(made_from) and all(map(is_, known[0], made_from)):
            found: View = known[1]
            return found
        view = make()
        self._made[key] = made_from, view
        return view

"""Views that are the same for many: a board is made once for all who see it, as long as nothing in it changes."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

View = TypeVar("View")


class Shared:
    """The latest view of each kind, with what it was made from."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[tuple[object, ...], Any]] = {}

    def view(self, key: Hashable, made_from: tuple[object, ...], make: Callable[[], View]) -> View:
        """The view of this key, made anew when it was not made from these very objects."""
        known = self._made.get(key)
        if known is not None and all(one is other for one, other in zip(known[0], made_from, strict=True)):
            found: View = known[1]
            return found
        view = make()
        self._made[key] = made_from, view
        return view

"""The demo's configuration with what a test wants otherwise: shorter times, other hours, other members."""

from collections.abc import Callable
from typing import Any

import yaml

from palvelurinki.demo import demo_configuration

Change = Callable[[dict[str, Any]], None]


def demo_with(*changes: Change) -> str:
    """The demo's document after the changes, as text."""
    document = yaml.safe_load(demo_configuration())
    for change in changes:
        change(document)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def ring(identifier: str, **settings: object) -> Change:
    """Settings of one ring."""

    def change(document: dict[str, Any]) -> None:
        document["rings"][identifier].update(settings)

    return change

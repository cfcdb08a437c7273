"""The demo's configuration: five pilot points, their authorities and made-up staff, in a file for `config apply`."""

from importlib.resources import files
from typing import Final

FILENAME: Final = "demo.yaml"


def demo_configuration() -> str:
    """The text of the demo's YAML."""
    return files(__package__).joinpath(FILENAME).read_text(encoding="utf-8")

"""The protocol's examples, by class."""

from typing import TypeVar

from palvelurinki.protocol.base import WireModel
from palvelurinki.protocol.examples import EXAMPLES

Model = TypeVar("Model", bound=WireModel)


def example(kind: type[Model]) -> Model:
    """The first example of this class."""
    return next(each for each in EXAMPLES if isinstance(each, kind))

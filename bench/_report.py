"""How every benchmark ends: one line of JSON that programs read."""

import json
from collections.abc import Mapping


def report(name: str, figures: Mapping[str, float], ratios: Mapping[str, float]) -> None:
    """Print the last line: figures in the units that their names say, ratios to a limit or a peer of the same run."""
    print(json.dumps({"name": name, "figures": rounded(figures), "ratios": rounded(ratios)}))


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    """To four significant digits: more would be noise."""
    return {key: float(f"{value:.4g}") for key, value in values.items()}

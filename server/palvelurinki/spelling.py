"""Settings that are not there: a slip of the pen in a name would leave a default in force, unseen."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

PREFIX: Final = "PALVELURINKI_"


def misspelt(names: Iterable[str], fields: Iterable[str]) -> list[str]:
    """What is wrong with names of the environment that begin as ours and set none of the fields: a sentence each."""
    known = [f"{PREFIX}{field.upper()}" for field in fields]
    told = []
    for name in sorted(names):
        # Settings are read in capitals and in small letters alike.
        if not name.upper().startswith(PREFIX) or name.upper() in known:
            continue
        nearest = get_close_matches(name.upper(), known, n=1, cutoff=0)
        told.append(f"there is no setting {name}: take it away, or did you mean {nearest[0]}?")
    return told

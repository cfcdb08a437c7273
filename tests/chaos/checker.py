"""The checker of I1 to I5. It reads the database's rows and the participants' logs, and nothing of the server's code.

A fault is of one of five kinds:

    lost      something that was acknowledged, or was there, is not, or was taken away by nobody
    doubled   something happened twice, or two hold what one may hold, or somebody is blamed for what was not theirs
    stuck     something that nothing will move on
    early     a time was not waited for
    late      something went on more than 2 s past its time
"""

from collections import Counter
from collections.abc import Collection

from tests.chaos.attention import attention
from tests.chaos.claims import claims
from tests.chaos.ends import ends
from tests.chaos.faults import KINDS, Fault
from tests.chaos.moments import moments
from tests.chaos.promises import promises
from tests.chaos.record import Evidence
from tests.chaos.sights import sights


def check(evidence: Evidence) -> list[Fault]:
    """All faults, in the order of their time."""
    found = [*claims(evidence), *promises(evidence), *moments(evidence), *ends(evidence)]
    found += [*sights(evidence), *attention(evidence)]
    return sorted(found, key=lambda fault: fault.at)


def told(faults: Collection[Fault]) -> str:
    """The one line by which a run is judged."""
    count = Counter(fault.kind for fault in faults)
    return ", ".join(f"{kind} {count[kind]}" for kind in KINDS)

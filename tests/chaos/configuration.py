"""The demo's configuration with times so short that a trouble outlasts them, and enough experts to keep calls going.

The checker is told these times (`TERMS`); it knows nothing else of the configuration.
"""

from typing import Any, Final

from tests.support.demo_configuration import demo_with, ring

TERMINALS: Final = [
    f"{point}-{kind}"
    for point in ("mikkeli", "kiiminki", "parainen", "saarijarvi", "pelkosenniemi")
    for kind in ("kioski", "tiski", "huone")
]
EXPERTS: Final = {
    "kela": [f"kela-asiantuntija-{number}" for number in range(1, 6)],
    "dvv": [f"dvv-asiantuntija-{number}" for number in range(1, 5)],
}
# Supervisors of the ring "kela": everything that happens there is told to them, so they are the most to send to.
ONLOOKERS: Final = [f"katsoja-{number:03}" for number in range(1, 251)]
SERVICES: Final = {"kela": ["kela-asumistuki", "kela-elake"], "dvv": ["dvv-muutto", "dvv-nimi"]}
LANGUAGES: Final = ["fi", "sv", "en"]

# Seconds, by ring.
TERMS: Final[dict[str, dict[str, float]]] = {
    "kela": {"offer_timeout_s": 4, "grace_s": 5, "retry_after_s": 2, "wrap_up_s": 0},
    # An offer of this ring rings at two experts at once.
    "dvv": {"offer_timeout_s": 3, "grace_s": 5, "retry_after_s": 2, "wrap_up_s": 1},
}


def chaos_configuration() -> str:
    """The document, as text."""
    anyone = [{"language": "any"}]
    changes = [
        ring(name, members=EXPERTS[name], steps=anyone, pause_after_misses=3, wrap_up_most_s=60, **terms)
        for name, terms in TERMS.items()
    ]
    return demo_with(_more_people, *changes, ring("kela", strategy="longest_idle"), ring("dvv", ring_at_once=2))


def _more_people(document: dict[str, Any]) -> None:
    for onlooker in ONLOOKERS:
        document["staff"][onlooker] = {
            "organisation": "kela",
            "name": f"Koe {onlooker.capitalize()}",
            "roles": ["supervisor"],
        }
    for name, experts in EXPERTS.items():
        for number, expert in enumerate(experts, start=1):
            document["staff"][expert] = {
                "organisation": name,
                "name": f"Koe {name.upper()} {number}",
                "roles": ["expert"],
                "languages": ["fi", "sv", "en"],
            }

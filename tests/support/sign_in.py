"""The demo with an issuer at which Kela's staff sign in, and people who are known there."""

from collections.abc import Mapping
from typing import Any, Final

from tests.support.demo_configuration import Change, demo_with
from tests.support.oidc_provider import client

EXPERT: Final = "kela-asiantuntija-1"
SUPERVISOR: Final = "kela-esihenkilo"
MANY: Final = "kela-paakayttaja"
# Who they are at the issuer. One is known to nobody here; roles are what the second issuer grants by.
ACCOUNTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "subject-of-the-expert": {"realm_access": {"roles": ["ring-expert", "something-else"]}},
    "subject-of-the-supervisor": {"realm_access": {"roles": ["ring-supervisor"]}},
    "subject-of-many": {"realm_access": {"roles": ["ring-expert", "ring-supervisor"]}},
    "subject-of-nobody": {},
}
SECRET: Final = "the-throwaway-secret-of-a-throwaway-client"


def clients(origin: str) -> list[dict[str, Any]]:
    """What the issuer knows of us."""
    back, after = f"{origin}/sign-in/callback", f"{origin}/console/"
    return [client("plain", back, after=after), client("claiming", back, SECRET, after=after)]


def issuers(url: str, *, other_url: str | None = None) -> Change:
    """Two issuers of Kela's: `kela-id`, without roles; `kela-roles`, which grants them, and has a secret for us."""
    names = {"fi": "Kelan tunnus", "sv": "FPA-konto", "en": "Kela account"}

    def change(document: dict[str, Any]) -> None:
        document["issuers"] = {
            "kela-id": {"organisation": "kela", "names": names, "issuer": url, "client_id": "plain"},
            "kela-roles": {
                "organisation": "kela",
                "names": names,
                "issuer": other_url or url,
                "client_id": "claiming",
                "roles_claim": "realm_access.roles",
                "roles": {"ring-expert": "expert", "ring-supervisor": "supervisor"},
            },
        }
        staff = document["staff"]
        for slug, subject in ((EXPERT, "expert"), (SUPERVISOR, "supervisor"), (MANY, "many")):
            who = f"subject-of-{subject}" if subject == "many" else f"subject-of-the-{subject}"
            staff[slug]["subjects"] = {"kela-id": who, "kela-roles": who}

    return change


def demo_with_issuer(url: str, *changes: Change, other_url: str | None = None) -> str:
    """The demo's document with them."""
    return demo_with(issuers(url, other_url=other_url), *changes)

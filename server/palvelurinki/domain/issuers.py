"""What is made of what an issuer says of a person. Its claims are JSON, and nothing about them is taken for granted."""

from collections.abc import Mapping
from typing import Any

from palvelurinki.domain.directory import Issuer, Role


def person_of(issuer: Issuer, claims: Mapping[str, Any]) -> str | None:
    """By what the configuration knows the person; None when the claims do not say."""
    value = claims.get(issuer.person_claim)
    return value if isinstance(value, str) and value else None


def granted_by(issuer: Issuer, claims: Mapping[str, Any]) -> frozenset[Role] | None:
    """The roles that the claims grant; None when it is not for this issuer to grant any."""
    if issuer.roles_claim is None:
        return None
    value = _at(claims, issuer.roles_claim)
    said = value if isinstance(value, list) else [value]
    return frozenset(issuer.roles[each] for each in said if isinstance(each, str) and each in issuer.roles)


def _at(claims: Mapping[str, Any], path: str) -> object:
    # A claim whose own name has a dot in it comes first.
    if path in claims:
        return claims[path]
    value: object = claims
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value

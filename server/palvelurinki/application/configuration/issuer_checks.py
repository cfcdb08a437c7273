"""What issuers, and the people who are known at them, must be to the rest of a configuration.

Codes, all stable:

    issuer.openid_missing        the scopes do not ask for openid, without which nobody says who has signed in
    issuer.roles_missing         a claim that grants roles, and no word on which value grants what
    issuer.roles_without_claim   values that grant roles, and no claim in which they stand
    issuer.role_not_of_organisation
    issuer.in_use                two issuers with the same address and the same client
    staff.issuer_of_other_organisation
    staff.subject_in_use         two people are the same one at an issuer
    staff.roles_missing          neither the configuration nor an issuer that grants roles says what the person may be
"""

from collections.abc import Iterator

from palvelurinki.application.configuration.document import IssuerPart
from palvelurinki.application.configuration.known import KIND_OF_ROLE, Known
from palvelurinki.application.configuration.problems import Finding, Path


def check_issuers(known: Known) -> Iterator[Finding]:
    """Every finding about issuers and who is known at them."""
    clients: dict[tuple[str, str], str] = {}
    for slug, issuer in known.document.issuers.items():
        path = ("issuers", slug)
        yield from known.reference("organisations", issuer.organisation, (*path, "organisation"))
        yield from _of_roles(known, issuer, path)
        if "openid" not in issuer.scopes:
            message = "write openid among the scopes: without it nobody says who has signed in"
            yield Finding("issuer.openid_missing", (*path, "scopes"), message)
        other = clients.setdefault((issuer.issuer, issuer.client_id), slug)
        if other != slug:
            yield Finding("issuer.in_use", (*path, "issuer"), f"{other} is this issuer with this client_id already")
    yield from _staff(known)


def _of_roles(known: Known, issuer: IssuerPart, path: Path) -> Iterator[Finding]:
    if issuer.roles_claim is not None and not issuer.roles:
        message = f"say under roles which values of {issuer.roles_claim} grant which role"
        yield Finding("issuer.roles_missing", (*path, "roles_claim"), message)
    if issuer.roles_claim is None and issuer.roles:
        message = "name the claim in which these values stand as roles_claim"
        yield Finding("issuer.roles_without_claim", (*path, "roles"), message)
    for value, role in issuer.roles.items():
        kind = KIND_OF_ROLE.get(role)
        if kind is not None and not known.may_be(kind, issuer.organisation):
            message = f"the role {role} is for staff of another kind of organisation than {issuer.organisation}"
            yield Finding("issuer.role_not_of_organisation", (*path, "roles", value), message)


def _staff(known: Known) -> Iterator[Finding]:
    subjects: dict[tuple[str, str], str] = {}
    for slug, person in known.document.staff.items():
        for issuer, subject in person.subjects.items():
            path = ("staff", slug, "subjects", issuer)
            yield from known.reference("issuers", issuer, path, at_key=True)
            part = known.document.issuers.get(issuer)
            if part is not None and known.differ(part.organisation, person.organisation):
                message = f"issuer {issuer} is of {part.organisation}, the person of {person.organisation}"
                yield Finding("staff.issuer_of_other_organisation", path, message, at_key=True)
            other = subjects.setdefault((issuer, subject), slug)
            if other != slug:
                yield Finding("staff.subject_in_use", path, f"{other} is known by this at {issuer} already")
        if person.roles is None and known.is_whole("issuers") and not known.document.roles_of(person):
            message = "name the person's roles, or an issuer among the subjects that grants some"
            yield Finding("staff.roles_missing", ("staff", slug), message)

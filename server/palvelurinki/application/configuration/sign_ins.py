"""A new revision ends the sign-ins that it gives no ground for any more: in the transaction that puts it in force."""

from collections.abc import Iterator
from dataclasses import replace

from palvelurinki.application.principals import Principal
from palvelurinki.application.sign_in_ends import PRESENCE_GRACE, Why, lock, note_ends
from palvelurinki.domain.audit import NODE
from palvelurinki.domain.directory import Directory, Issuer, Staff
from palvelurinki.domain.names import Names
from palvelurinki.ports import Transaction


async def end_sign_ins(tx: Transaction, before: Directory, after: Directory) -> None:
    """End those of people who are gone, have lost a role, or are known otherwise at an issuer that is not what it was.

    Their sockets are closed by whoever holds them: every node looks at all its sessions for a new revision.
    """
    people = [Principal.staff(each.id) for each in _affected(before, after)]
    await lock(tx, people)
    for person in people:
        ended = await tx.credentials.end_sign_ins_of(str(person))
        await note_ends(tx, before, ended, Why.CONFIGURATION, PRESENCE_GRACE, NODE)


def _affected(before: Directory, after: Directory) -> Iterator[Staff]:
    same = {
        slug
        for slug, issuer in before.issuers.items()
        if slug in after.issuers and _nameless(issuer) == _nameless(after.issuers[slug])
    }
    for slug, person in before.staff.items():
        now = after.staff.get(slug)
        if (
            now is None
            or now.organisation != person.organisation
            or not person.roles <= now.roles
            or any(issuer not in same or now.subjects.get(issuer) != who for issuer, who in person.subjects.items())
        ):
            yield person


def _nameless(issuer: Issuer) -> Issuer:
    # What it is called on the page is no matter for who has signed in there.
    return replace(issuer, names=_NO_NAMES)


_NO_NAMES = Names("", "", "")

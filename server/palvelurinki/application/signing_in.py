"""Signing in at an issuer: the browser is sent there, comes back with a code, and is then who the issuer says it is.

The browser takes one secret along, in a cookie. What the issuer is asked to repeat (`nonce`) and what the code is worth
nothing without (`verifier`) are derived from it and from the attempt's `state`, so that neither is kept anywhere: the
store has digests of both secrets, by which an attempt is found once (docs/decisions/0020).
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from palvelurinki.application import credentials, signing_out
from palvelurinki.application.callers import caller_of
from palvelurinki.application.principals import Principal
from palvelurinki.application.sign_in_ends import Why
from palvelurinki.application.work import Context
from palvelurinki.domain.audit import UNKNOWN, AuditAct
from palvelurinki.domain.directory import Issuer, IssuerId
from palvelurinki.domain.errors import (
    SignInCancelled,
    SignInNoRole,
    SignInRefused,
    SignInUnavailable,
    SignInUnknownPerson,
    UnknownThing,
)
from palvelurinki.domain.issuers import granted_by, person_of
from palvelurinki.ports import Attempt, Issuers
from palvelurinki.ports.issuers import Asked, Claims, IssuerAway, NotVouchedFor, Returned

ATTEMPT_LIFE: Final = timedelta(minutes=10)
# What an issuer says when the person has turned back, and when it cannot just now: RFC 6749 4.1.2.1, OIDC 3.1.2.6.
_TURNED_BACK: Final = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
_NOT_NOW: Final = frozenset({"server_error", "temporarily_unavailable"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what it is to show when it comes back."""

    address: str
    browser: str


async def start(context: Context, issuers: Issuers, issuer_id: str, redirect_uri: str) -> Departure:
    """Send a browser to an issuer. Raises UnknownThing, SignInUnavailable."""
    issuer = context.directory.issuers.get(IssuerId(issuer_id))
    if issuer is None:
        raise UnknownThing("issuer", issuer_id)
    state, browser = context.ids.token(), context.ids.token()
    try:
        address = await issuers.address(issuer, _asked(state, browser, redirect_uri))
    except IssuerAway as away:
        log.warning("sign_in.unavailable", issuer=issuer.id, why=str(away))
        raise SignInUnavailable("the issuer is not reached", issuer.id) from away
    async with context.store.transaction() as tx:
        expires_at = await tx.now() + ATTEMPT_LIFE
        await tx.credentials.add_attempt(
            Attempt(credentials.digest(state), credentials.digest(browser), issuer.id, expires_at)
        )
    return Departure(address, browser)


async def finish(
    context: Context,
    issuers: Issuers,
    state: str,
    browser: str,
    returned: Returned,
    redirect_uri: str,
    before: str | None = None,
) -> str:
    """The secret that signs the browser in which has come back. `before` is the one that it had until now, if any.

    Raises SignInRefused, SignInUnknownPerson, SignInNoRole, SignInCancelled, SignInUnavailable. Each is noted that
    comes of an attempt that was begun here: what anybody may send without one would fill the audit log.
    """
    issuer = await _used(context, state, browser)
    try:
        claims = await _claims(context, issuers, issuer, _asked(state, browser, redirect_uri), returned)
        return await _let_in(context, issuer, claims, before)
    except SignInRefused as refused:
        # By its code, and a few words of ours: nothing that came from outside.
        log.warning("sign_in.refused", code=refused.code, issuer=refused.issuer, why=refused.why)
        async with context.store.transaction() as tx:
            known = context.directory.issuers.get(IssuerId(refused.issuer))
            await tx.audit.note(
                UNKNOWN,
                AuditAct.SIGN_IN_REFUSED,
                about=f"issuer:{known.id}" if known else "",
                why=refused.code,
                organisation=known.organisation if known else None,
                details={"why": refused.why},
            )
        raise


async def _used(context: Context, state: str, browser: str) -> Issuer:
    async with context.store.transaction() as tx:
        attempt = await tx.credentials.use_attempt(credentials.digest(state), credentials.digest(browser))
    if attempt is None:
        raise SignInRefused("attempt unknown")
    issuer = context.directory.issuers.get(IssuerId(attempt.issuer))
    if issuer is None:
        raise SignInRefused("issuer gone")
    return issuer


async def _claims(context: Context, issuers: Issuers, issuer: Issuer, asked: Asked, returned: Returned) -> Claims:
    if returned.error is not None and returned.issuer in {None, issuer.url}:
        if returned.error in _TURNED_BACK:
            raise SignInCancelled("cancelled", issuer.id)
        if returned.error in _NOT_NOW:
            raise SignInUnavailable("the issuer cannot just now", issuer.id)
        raise SignInRefused("refused by the issuer", issuer.id)
    try:
        async with context.store.looking() as tx:
            now = await tx.now()
        return await issuers.claims(issuer, asked, returned, now)
    except IssuerAway as away:
        raise SignInUnavailable(str(away), issuer.id) from away
    except NotVouchedFor as error:
        raise SignInRefused(str(error), issuer.id) from error


async def _let_in(context: Context, issuer: Issuer, claims: Claims, before: str | None) -> str:
    who = person_of(issuer, claims)
    staff = context.directory.staff_by_subject.get((issuer.id, who)) if who is not None else None
    person = context.directory.staff.get(staff) if staff is not None else None
    if person is None or person.organisation != issuer.organisation:
        raise SignInUnknownPerson("person unknown", issuer.id)
    principal, granted = Principal.staff(person.id), granted_by(issuer, claims)
    if not caller_of(context.directory, principal, granted).parties:
        raise SignInNoRole("no role", issuer.id)
    secret = context.ids.token()

    if before is not None:
        await _end_before(context, before)
    async with context.store.transaction() as tx:
        await credentials.begin(context, tx, principal, secret, why="issuer", granted=granted, issuer=issuer.id)
    return secret


async def _end_before(context: Context, secret: str) -> None:
    # Another person's perhaps: nobody but this browser knows the secret, and it forgets it now.
    async with context.store.looking() as tx:
        found = await tx.credentials.sign_in(credentials.digest(secret))
    if found is not None:
        await signing_out.sign_out(context, credentials.signed_in_by(found), Why.ANEW)


def _asked(state: str, browser: str, redirect_uri: str) -> Asked:
    return Asked(
        redirect_uri=redirect_uri,
        state=state,
        nonce=_derived(browser, state, "nonce"),
        verifier=_derived(browser, state, "verifier"),
    )


def _derived(browser: str, state: str, what: str) -> str:
    drawn = hmac.digest(browser.encode(), f"{what} of {state}".encode(), "sha256")
    return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()

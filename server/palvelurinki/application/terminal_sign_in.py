"""A terminal signs in by its key, and changes the key.

Signing in, the counter is judged and written in one transaction that holds the terminal's keys: of two holders of a key
one comes first, and the other is found. Then neither is believed any more: all keys of the terminal are quarantined.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from palvelurinki.application.credentials import digest
from palvelurinki.application.digests import operation_digest
from palvelurinki.application.enrolment import end_keys, require_not_over, require_proof
from palvelurinki.application.principals import Principal
from palvelurinki.application.terminal_access import note
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain import assertions
from palvelurinki.domain.assertions import Claims
from palvelurinki.domain.audit import UNKNOWN, AuditAct
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import (
    KeyState,
    KeyTrigger,
    Sighting,
    TerminalKey,
    Use,
    sighting,
    successor,
)
from palvelurinki.domain.errors import (
    AssertionExpired,
    AssertionInvalid,
    PalvelurinkiError,
    TerminalNotEnrolled,
    TerminalQuarantined,
    TerminalRevoked,
    Unauthenticated,
)
from palvelurinki.ports import KeyTokens, SignIn

TOKEN_LIFE: Final = timedelta(minutes=5)
# A terminal signs in every few minutes for as long as it is on: that it is back after so long is worth a note.
AWAY: Final = timedelta(minutes=15)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TerminalSignedIn:
    """Which terminal it is, the secret by which it is that for TOKEN_LIFE, and whether it is to change its key."""

    principal: Principal
    secret: str
    rotate_key: bool


class _Alarm:
    """Two hold the key; what follows from that has been written."""


async def sign_in(context: Context, tokens: KeyTokens, assertion: str, audiences: Collection[str]) -> TerminalSignedIn:
    """Sign the terminal in whose key has signed the assertion.

    Raises TerminalNotEnrolled, TerminalRevoked, TerminalQuarantined, AssertionInvalid, AssertionExpired. Which of the
    first three is told to the key's holder alone.
    """
    thumbprint = tokens.thumbprint_in(assertion)
    async with context.store.looking() as tx:
        key = await tx.terminal_keys.get(thumbprint)
    if key is None:
        # Nobody's key: it waits to be approved, and asks every few seconds whether it was.
        raise TerminalNotEnrolled("no terminal has this key yet")
    return await _signed_in_as(context, tokens, assertion, audiences, key)


async def change_key(
    context: Context,
    tokens: KeyTokens,
    terminal: TerminalId,
    coordinates: tuple[str, str],
    proofs: tuple[str, str],
    audiences: Collection[str],
) -> None:
    """The terminal, which is signed in, binds its next key. The one before is good until that has signed in.

    `proofs`: the next key's own, and what a key that is good has signed to say that it follows. Repeated, it does
    nothing more. Raises AssertionInvalid, AssertionExpired, TerminalNotEnrolled for a terminal that
    has no key to change.
    """
    fresh = tokens.key(*coordinates)
    proof, change = proofs
    claims = tokens.claims(proof, fresh, assertions.PROOF_TYPE)
    said_by = tokens.thumbprint_in(change)

    async def use_case(work: Work) -> None:
        await work.tx.terminal_keys.hold(terminal)
        await require_proof(work, claims, fresh, audiences)
        good = {key.state: key for key in await work.tx.terminal_keys.of([terminal]) if key.is_good}
        active = good.get(KeyState.ACTIVE)
        if active is None:
            raise TerminalNotEnrolled("there is no key to be changed: have one approved")
        present = next((key.key for key in good.values() if key.key.thumbprint == said_by), None)
        if present is None:
            raise AssertionInvalid("a key of this terminal is to say which key is its next")
        said = tokens.claims(change, present, assertions.CHANGE_TYPE)
        await require_proof(work, said, present, audiences)
        if said.successor != fresh.thumbprint:
            raise AssertionInvalid("the present key says that another one is its next")
        if active.key == fresh:
            return
        if await work.tx.terminal_keys.get(fresh.thumbprint) is not None:
            raise AssertionInvalid("this key was bound before")
        now = await work.tx.now()
        # A key that has never signed in was lost with the answer: the one before it goes on.
        after = KeyTrigger.REVOKE if KeyState.RETIRING in good else KeyTrigger.SUCCEED
        await work.tx.terminal_keys.save(active.after(after, now))
        await work.tx.terminal_keys.add(successor(active, fresh, now))
        await note(work, f"terminal:{terminal}", AuditAct.TERMINAL_KEY_CHANGED, terminal)

    await perform(context, use_case)


async def _signed_in_as(
    context: Context, tokens: KeyTokens, assertion: str, audiences: Collection[str], key: TerminalKey
) -> TerminalSignedIn:
    """Sign in as the terminal whose key this is said to be. What is refused is noted, and raised after the commit."""

    async def use_case(work: Work) -> TerminalSignedIn | PalvelurinkiError | _Alarm:
        actor = UNKNOWN
        try:
            claims = tokens.claims(assertion, key.key, assertions.SIGN_IN_TYPE)
            actor = f"terminal:{key.terminal}"
            return await _judged(work, key, claims, audiences)
        except (AssertionInvalid, AssertionExpired) as refusal:
            await note(work, actor, AuditAct.SIGN_IN_REFUSED, key.terminal, refusal.code)
            return refusal
        except Unauthenticated as refusal:
            # That the key's time is over was noted when it was; its holder may go on asking for days.
            return refusal

    told = await perform(context, use_case)
    if isinstance(told, _Alarm):
        log.warning("terminal.key_held_twice", terminal=key.terminal)
        raise TerminalQuarantined("two have held this key: make another one, and have it approved")
    if isinstance(told, PalvelurinkiError):
        raise told
    return told


async def _judged(
    work: Work, asked: TerminalKey, claims: Claims, audiences: Collection[str]
) -> TerminalSignedIn | _Alarm:
    keys, terminal, thumbprint = work.tx.terminal_keys, asked.terminal, asked.key.thumbprint
    await keys.hold(terminal)
    key = await keys.get(thumbprint)
    if key is None or terminal not in work.directory.terminals:
        raise TerminalRevoked("the configuration has no such terminal any more")
    if key.state is not KeyState.RETIRED:
        require_not_over(key)
    now = await work.tx.now()
    assertions.check(claims, thumbprint, audiences, now)
    if claims.count is None:
        raise AssertionInvalid("the assertion has no count")
    use = Use(claims.count, claims.issued_at)
    recent = await keys.uses(thumbprint)
    if not await keys.add_use(thumbprint, operation_digest(claims.identifier), use, now + assertions.KEPT):
        raise AssertionInvalid("the assertion was used before")
    if key.state is KeyState.RETIRED:
        return await _seen_after_its_time(work, key, use)
    match sighting(key, use, recent):
        case Sighting.LATE:
            raise AssertionExpired("one that was made later was there before", now)
        case Sighting.HELD_TWICE:
            return await _quarantine(work, terminal)
        case Sighting.NEXT:
            return await _sign_in(work, key, use)


async def _sign_in(work: Work, key: TerminalKey, use: Use) -> TerminalSignedIn:
    keys, now, secret = work.tx.terminal_keys, await work.tx.now(), work.context.ids.token()
    principal = Principal.terminal(key.terminal)
    await keys.save(key.used(use, now))
    if key.used_at is None:
        # The next key works: the one before it is needed no longer.
        for each in await keys.of([key.terminal]):
            if each.state is KeyState.RETIRING and key.state is KeyState.ACTIVE:
                await keys.save(each.after(KeyTrigger.RETIRE, now))
    if key.used_at is None or now - key.used_at > AWAY:
        await note(work, str(principal), AuditAct.SIGN_IN_DONE, key.terminal, "key")
    until = now + TOKEN_LIFE
    await work.tx.credentials.add_sign_in(SignIn(digest(secret), str(principal), now, until, until))
    return TerminalSignedIn(principal, secret, key.is_to_be_changed(now))


async def _seen_after_its_time(work: Work, retired: TerminalKey, use: Use) -> _Alarm:
    """Whoever has changed a key uses the one before no more: somebody else has changed it, or uses it.

    Raises TerminalRevoked for what was merely late, or is of an enrolment before the present one.
    """
    of_same = [key for key in await work.tx.terminal_keys.of([retired.terminal]) if key.is_good]
    late = retired.ended_at is None or use.made_at <= retired.ended_at
    if late or not any(key.enrolled_at == retired.enrolled_at for key in of_same):
        raise TerminalRevoked("this key is good no longer: make another one, and have it approved")
    return await _quarantine(work, retired.terminal)


async def _quarantine(work: Work, terminal: TerminalId) -> _Alarm:
    good = [key for key in await work.tx.terminal_keys.of([terminal]) if key.is_good]
    await end_keys(work, good, KeyTrigger.QUARANTINE)
    await note(work, f"terminal:{terminal}", AuditAct.TERMINAL_QUARANTINED, terminal, "key_held_twice")
    return _Alarm()

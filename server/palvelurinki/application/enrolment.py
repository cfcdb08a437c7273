"""Terminal enrolment: a key asks with a code, an administrator approves it for a place, or revokes it.

Each is one transaction that holds the terminal's keys, so whatever else happens to them comes before it or after it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from palvelurinki.application.credentials import digest
from palvelurinki.application.digests import operation_digest
from palvelurinki.application.terminal_access import end_access, note
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain import assertions
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import (
    CODE_LIFE,
    KEY,
    REQUESTS_MOST,
    EnrolmentRequest,
    KeyState,
    KeyTrigger,
    PublicKey,
    TerminalKey,
    Use,
    approved,
    code_of,
    fingerprint,
    is_fingerprint,
    read_code,
)
from palvelurinki.domain.errors import (
    AssertionInvalid,
    TerminalQuarantined,
    TerminalRevoked,
    UnknownEnrolment,
    UnknownThing,
)
from palvelurinki.ports import KeyTokens

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Approval:
    """The key that was approved; `replaced`: the terminal had another one, which was revoked by that."""

    key: TerminalKey
    replaced: bool


async def ask(
    context: Context, tokens: KeyTokens, coordinates: tuple[str, str], proof: str, audiences: Collection[str]
) -> tuple[str, str]:
    """A terminal asks for its key to be approved; returns the code, good once and for CODE_LIFE, and the fingerprint.

    Raises AssertionInvalid, AssertionExpired; TerminalRevoked and TerminalQuarantined for a key whose time is over,
    TransitionRefused for one that is good.
    """
    key = tokens.key(*coordinates)
    claims = tokens.claims(proof, key, assertions.PROOF_TYPE)

    async def use_case(work: Work) -> str:
        code = code_of(context.ids.token())
        now = await work.tx.now()
        await require_proof(work, claims, key, audiences)
        known = await work.tx.terminal_keys.get(key.thumbprint)
        if known is not None:
            require_not_over(known)
            KEY.next(known.state, KeyTrigger.APPROVE)
        await work.tx.enrolments.add(EnrolmentRequest(key, digest(code), now, now + CODE_LIFE), REQUESTS_MOST)
        return code

    return await perform(context, use_case), fingerprint(key.thumbprint)


async def look_up(context: Context, code: str) -> EnrolmentRequest:
    """What stands behind a code, as somebody has typed it. Raises UnknownEnrolment."""
    async with context.store.looking() as tx:
        found = await tx.enrolments.find(_digest_of(code))
    return _known(found)


async def approve(context: Context, actor: str, terminal: TerminalId, code: str, shown: str) -> Approval:
    """The key behind the code is the terminal's from now on, if `shown` is its fingerprint. `actor`: who says so.

    A key that was good until then is revoked by that. Repeated, it gets the same answer. Raises UnknownEnrolment,
    UnknownThing for no terminal.
    """

    async def use_case(work: Work) -> Approval:
        await work.use_directory_in_force()
        _require_place(work, terminal)
        await work.tx.terminal_keys.hold(terminal)
        good = [key for key in await work.tx.terminal_keys.of([terminal]) if key.is_good]
        found = await work.tx.enrolments.find(_digest_of(code))
        if found is None:
            # Somebody was first, perhaps the asker themselves, whose answer was lost.
            same = [each for each in good if is_fingerprint(shown, each.key.thumbprint)]
            return Approval(_known(same[0] if same else None), replaced=False)
        if not is_fingerprint(shown, found.key.thumbprint):
            raise UnknownEnrolment("the code is another key's")
        request = _known(await work.tx.enrolments.take(found.code, found.key.thumbprint))
        if await work.tx.terminal_keys.get(request.key.thumbprint) is not None:
            raise UnknownEnrolment("the key was bound meanwhile")
        if good:
            await end_keys(work, good, KeyTrigger.REVOKE)
            await note(work, actor, AuditAct.TERMINAL_REVOKED, terminal, "replaced")
        key = approved(request, terminal, actor, await work.tx.now())
        await work.tx.terminal_keys.add(key)
        await note(work, actor, AuditAct.TERMINAL_ENROLLED, terminal, details=_told(key))
        return Approval(key, replaced=bool(good))

    return await perform(context, use_case)


async def revoke(context: Context, actor: str, terminal: TerminalId) -> bool:
    """No key of the terminal is good any more, and nobody is signed in as it; False when none was good.

    Raises UnknownThing for no terminal.
    """

    async def use_case(work: Work) -> bool:
        await work.use_directory_in_force()
        _require_place(work, terminal)
        await work.tx.terminal_keys.hold(terminal)
        good = [key for key in await work.tx.terminal_keys.of([terminal]) if key.is_good]
        await end_keys(work, good, KeyTrigger.REVOKE)
        if good:
            await note(work, actor, AuditAct.TERMINAL_REVOKED, terminal, "revoked", _told(good[0]))
        else:
            # One that somebody has opened in the demo, without a key.
            await end_access(work, terminal)
        return bool(good)

    return await perform(context, use_case)


async def end_keys(work: Work, good: Collection[TerminalKey], trigger: KeyTrigger) -> None:
    """These keys of one terminal are good no longer, and whoever is signed in as it is so no longer."""
    now = await work.tx.now()
    for key in good:
        await work.tx.terminal_keys.save(key.after(trigger, now))
    for terminal in {key.terminal for key in good}:
        await end_access(work, terminal)


async def require_proof(work: Work, claims: assertions.Claims, key: PublicKey, audiences: Collection[str]) -> None:
    """The claims are those of a proof of this key, for one of the audiences, of now, and not used before.

    Raises AssertionInvalid, AssertionExpired.
    """
    now = await work.tx.now()
    assertions.check(claims, key.thumbprint, audiences, now)
    use, named = Use(0, claims.issued_at), operation_digest(claims.identifier)
    if not await work.tx.terminal_keys.add_use(key.thumbprint, named, use, now + assertions.KEPT):
        raise AssertionInvalid("the proof was used before")


def require_not_over(key: TerminalKey) -> None:
    """Raises TerminalQuarantined, TerminalRevoked for a key whose time is over."""
    if key.state is KeyState.QUARANTINED:
        raise TerminalQuarantined("two have held this key: make another one, and have it approved")
    if not key.is_good:
        raise TerminalRevoked("this key is good no longer: make another one, and have it approved")


def _known(found: Found | None) -> Found:
    if found is None:
        raise UnknownEnrolment("no terminal waits with this code")
    return found


def _digest_of(code: str) -> str:
    read = read_code(code)
    if read is None:
        raise UnknownEnrolment("this is no code: it has eight letters and digits")
    return digest(read)


def _require_place(work: Work, terminal: TerminalId) -> None:
    if terminal not in work.directory.terminals:
        raise UnknownThing("terminal", terminal)


def _told(key: TerminalKey) -> dict[str, str | int]:
    return {"fingerprint": fingerprint(key.key.thumbprint)}

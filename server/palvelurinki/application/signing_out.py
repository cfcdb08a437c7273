"""Ending sign-ins: of this browser, of all browsers, and those that nobody has used for too long."""

from collections.abc import Awaitable, Callable, Sequence

from palvelurinki.application import connections, sign_in_ends
from palvelurinki.application.credentials import SignedIn
from palvelurinki.application.principals import Principal
from palvelurinki.application.sign_in_ends import Why
from palvelurinki.application.work import Context, Work, perform
from palvelurinki.domain.audit import NODE
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline, SignIn


async def sign_out(context: Context, signed_in: SignedIn, why: Why = Why.SIGNED_OUT) -> SignIn | None:
    """This browser is signed out; returns the sign-in that ended, if it had not before."""

    async def end(work: Work) -> Sequence[SignIn]:
        ended = await work.tx.credentials.end_sign_in(signed_in.sign_in)
        return [] if ended is None else [ended]

    return next(iter(await _end(context, signed_in.principal, end, why)), None)


async def sign_out_everywhere(
    context: Context, principal: Principal, why: Why = Why.EVERYWHERE, actor: str | None = None
) -> Sequence[SignIn]:
    """All the principal's browsers are signed out; returns the sign-ins that ended."""
    return await _end(context, principal, lambda work: work.tx.credentials.end_sign_ins_of(str(principal)), why, actor)


async def end_unused(work: Work, principal: Principal) -> None:
    """End the principal's sign-ins whose time is up, and come back when the next one's is, unless it is used."""
    await sign_in_ends.lock(work.tx, [principal])
    ended = await work.tx.credentials.end_expired_sign_ins_of(str(principal))
    for each in ended:
        why = Why.IDLE if each.expires_at < each.ends_at else Why.TOO_LONG
        await _followed(work, [each], why, NODE)
    left = await work.tx.credentials.sign_ins_of(str(principal))
    if left:
        due = min(each.expires_at for each in left)
        await work.tx.deadlines.set(Deadline(DeadlineKind.SIGN_IN_END, str(principal), due))


async def _end(
    context: Context,
    principal: Principal,
    end: Callable[[Work], Awaitable[Sequence[SignIn]]],
    why: Why,
    actor: str | None = None,
) -> Sequence[SignIn]:
    async def use_case(work: Work) -> Sequence[SignIn]:
        await sign_in_ends.lock(work.tx, [principal])
        ended = await end(work)
        await _followed(work, ended, why, actor)
        return ended

    return await perform(context, use_case)


async def _followed(work: Work, ended: Sequence[SignIn], why: Why, actor: str | None) -> None:
    grace = work.context.presence_grace
    for principal in await sign_in_ends.note_ends(work.tx, work.directory, ended, why, grace, actor):
        connections.touch(work, principal)

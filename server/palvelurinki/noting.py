"""What the commands that look at people's data share: each look is noted, with who looked and why."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

import typer

from palvelurinki.domain.audit import AuditAct, Details
from palvelurinki.opening import open_store_from
from palvelurinki.ports import Store, Transaction
from palvelurinki.store_settings import StoreSettings

WHY_LENGTH: Final = 200


def _reason(text: str) -> str:
    """The reason on one line. Raises BadParameter."""
    reason = " ".join(text.split())
    if not reason.isprintable():
        raise typer.BadParameter("say why in letters, figures and marks: there is a character in it that nobody sees")
    if not 0 < len(reason) <= WHY_LENGTH:
        raise typer.BadParameter(f"say why in 1 to {WHY_LENGTH} characters, such as the number of the matter")
    return reason


WHY_HELP: Final = "Why, for the audit log, such as the number of the matter; nobody's name"
Why = Annotated[str, typer.Option("--why", help=WHY_HELP, callback=_reason)]


def _reason_if_any(text: str) -> str:
    return _reason(text) if text else ""


WhyIfAny = Annotated[str, typer.Option("--why", help=WHY_HELP, callback=_reason_if_any)]


def user() -> str:
    """The system's user who gives the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unnamed"


def actor() -> str:
    """The same, as the audit log names them."""
    return f"command:{user()}"


@asynccontextmanager
async def reading_noted(
    act: AuditAct, about: str, why: str, details: Details | None = None
) -> AsyncIterator[Transaction]:
    """What is there, to be read once the look has been noted: a look that cannot be noted shows nothing."""
    async with open_store_from(StoreSettings()) as store:
        await note(store, act, about, why, details)
        async with store.reading() as tx:
            yield tx


async def note(store: Store, act: AuditAct, about: str, why: str, details: Details | None = None) -> None:
    """Note what the command does, by the system's user."""
    async with store.transaction() as tx:
        await tx.audit.note(actor(), act, about, why, details=details)

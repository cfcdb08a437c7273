"""`palvelurinki purge`: remove now what is past its time, or tell what would go."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from palvelurinki.application.configuration import load_directory
from palvelurinki.application.purging import over, purge
from palvelurinki.domain.retention import Kept, Retention
from palvelurinki.noting import WhyIfAny, actor
from palvelurinki.opening import open_store_from, seals_of
from palvelurinki.store_settings import SecretSettings, StoreSettings


def purge_data(
    why: WhyIfAny = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would go, and remove nothing")] = False,
) -> None:
    """Remove what is past its time by the configuration's retention, as a node does by itself once a day.

    How much of what was removed, by whom and why, is noted in the audit log.
    """
    if dry_run:
        retention, counts = asyncio.run(_over())
        typer.echo("\n".join([*_told(retention, counts), "Nothing was removed."]))
        return
    if not why:
        raise typer.BadParameter("say why, or --dry-run", param_hint="'--why'")
    retention, counts = asyncio.run(_purge(why))
    typer.echo("\n".join([*_told(retention, counts), "Removed."]))


async def _over() -> tuple[Retention, Mapping[Kept, int]]:
    async with open_store_from(StoreSettings()) as store:
        retention = (await load_directory(store)).retention
        return retention, await over(store, retention)


async def _purge(why: str) -> tuple[Retention, Mapping[Kept, int]]:
    # The audit log's new beginning is sealed with the server's secret.
    settings = SecretSettings()
    async with open_store_from(settings) as store:
        retention = (await load_directory(store)).retention
        return retention, await purge(store, retention, seals_of(settings), actor(), why)


def _told(retention: Retention, counts: Mapping[Kept, int]) -> list[str]:
    return [f"{kind.value}: {counts.get(kind, 0)} older than {retention.of(kind).days} days" for kind in Kept]

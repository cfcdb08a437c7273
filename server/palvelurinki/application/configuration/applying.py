"""Putting a configuration in force, and loading the one that is.

One transaction reads the revision in force, compares, makes sure that nothing in use goes away, stores the new
revision and tells the nodes through the outbox. Whatever fails, the old revision stays in force whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from palvelurinki.application.configuration.conversion import canonical_json, from_json, to_directory
from palvelurinki.application.configuration.document import Document
from palvelurinki.application.configuration.problems import ConfigurationRefused, Finding, Path
from palvelurinki.application.configuration.reading import read
from palvelurinki.application.configuration.sign_ins import end_sign_ins
from palvelurinki.application.configuration.source import Source
from palvelurinki.application.topics import CONFIGURATION
from palvelurinki.domain.audit import AuditAct
from palvelurinki.domain.directory import Directory, StaffId, TerminalId
from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import Store, Transaction

EVENT: Final = "configuration.applied"

KINDS: Final = ("organisations", "units", "services", "rings", "points", "terminals", "staff", "issuers")

# Another revision may come between; what was read is then read again. Nobody applies configurations in a loop.
_ATTEMPTS: Final = 3

# A refusal names the first few of what would go; a dry run names all.
_TOLD_OF_A_KIND: Final = 4


@dataclass(frozen=True, slots=True)
class Changes:
    """The ids of one kind that differ between two revisions."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Applied:
    """What an application did. `revision` is the one in force after it; a dry run leaves it as it was.

    `is_new` is false when the document equals what is in force already. `changes` holds only kinds with changes; it
    is empty also when nothing but the order of things changed. `is_sweeping`: more than half of what was in force goes.
    """

    revision: int
    is_new: bool
    changes: Mapping[str, Changes]
    directory: Directory
    is_sweeping: bool = False


async def apply(
    store: Store, text: str, filename: str, *, applied_by: str, dry_run: bool = False, allow_removals: bool = True
) -> Applied:
    """Put the configuration in `text` in force; with `dry_run`, tell what that would do and do nothing.

    Without `allow_removals`, one that would remove more than half of what is in force is refused: it is more often the
    wrong file than a wish. A dry run tells of it.
    Raises ConfigurationRefused with every problem, and Conflict when others keep applying theirs at the same time.
    """
    document, source = read(text, filename)
    attempt = 1
    while True:
        try:
            return await _apply_once(
                store,
                document,
                source,
                filename,
                applied_by=applied_by,
                dry_run=dry_run,
                allow_removals=allow_removals,
            )
        except Conflict:
            if attempt == _ATTEMPTS:
                raise
            attempt += 1


async def load_directory(store: Store) -> Directory:
    """The configuration in force; an empty directory of revision 0 when none has been applied yet."""
    async with store.reading() as tx:
        return await directory_in_force(tx)


def differences(before: Directory, after: Directory) -> dict[str, Changes]:
    """What differs, by kind; kinds without a difference are absent."""
    found: dict[str, Changes] = {}
    for kind in KINDS:
        old: Mapping[str, object] = getattr(before, kind)
        new: Mapping[str, object] = getattr(after, kind)
        changes = Changes(
            added=tuple(slug for slug in new if slug not in old),
            changed=tuple(slug for slug in new if slug in old and new[slug] != old[slug]),
            removed=tuple(slug for slug in old if slug not in new),
        )
        if changes:
            found[kind] = changes
    return found


async def _apply_once(
    store: Store,
    document: Document,
    source: Source,
    filename: str,
    *,
    applied_by: str,
    dry_run: bool,
    allow_removals: bool,
) -> Applied:
    async with store.reading() if dry_run else store.transaction() as tx:
        if not dry_run:
            # Whoever is just putting something to use that is going away comes first, and is then found in use.
            await tx.configurations.hold(alone=True)
        before = await directory_in_force(tx)
        after = to_directory(document, before.revision)
        text = canonical_json(after)
        if before.revision and text == canonical_json(before):
            return Applied(before.revision, is_new=False, changes={}, directory=before)
        changes = differences(before, after)
        findings = await _in_use(tx, before, changes)
        sweeping = _removes_most(before, changes)
        if sweeping and not (allow_removals or dry_run):
            findings.append(_sweeping(before, changes))
        if findings:
            raise ConfigurationRefused(filename, [source.place(finding) for finding in findings])
        if dry_run:
            return Applied(before.revision, is_new=True, changes=changes, directory=after, is_sweeping=sweeping)
        revision = await tx.configurations.add(text, applied_by, before.revision)
        await end_sign_ins(tx, before, after)
        await tx.outbox.add(None, EVENT, {"revision": revision}, (CONFIGURATION,))
        counts = {kind: len(change.added + change.changed + change.removed) for kind, change in changes.items()}
        about = f"configuration:{revision}"
        await tx.audit.note(f"command:{applied_by}", AuditAct.CONFIGURATION_CHANGED, about, "apply", details=counts)
    return Applied(
        revision, is_new=True, changes=changes, directory=to_directory(document, revision), is_sweeping=sweeping
    )


async def directory_in_force(tx: Transaction) -> Directory:
    """What a transaction sees as in force; an empty directory of revision 0 when nothing is."""
    latest = await tx.configurations.latest()
    if latest is None:
        return Directory(revision=0)
    return to_directory(from_json(latest.document), latest.revision)


def _removes_most(before: Directory, changes: Mapping[str, Changes]) -> bool:
    """Whether more than half of what is in force goes away, of all kinds together."""
    return 2 * sum(len(change.removed) for change in changes.values()) > _count(before)


def _sweeping(before: Directory, changes: Mapping[str, Changes]) -> Finding:
    removed = {kind: change.removed for kind, change in changes.items() if change.removed}
    told = "; ".join(f"{kind} {_first_few(slugs)}" for kind, slugs in removed.items())
    message = (
        f"{sum(map(len, removed.values()))} of the {_count(before)} things in force would go: {told}. "
        "--dry-run shows them all; if they are to go, apply it with --allow-removals"
    )
    return Finding("removals.not_allowed", (), message)


def _first_few(slugs: Sequence[str]) -> str:
    more = len(slugs) - _TOLD_OF_A_KIND
    return ", ".join(slugs[:_TOLD_OF_A_KIND]) + (f" and {more} more" if more > 0 else "")


def _count(directory: Directory) -> int:
    return sum(len(getattr(directory, kind)) for kind in KINDS)


async def _in_use(tx: Transaction, before: Directory, changes: Mapping[str, Changes]) -> list[Finding]:
    """A finding for each thing that goes away although a live contact refers to it."""
    removed = {kind: change.removed for kind, change in changes.items() if change.removed}
    if not removed:
        return []
    # Every contact has a terminal, so this is every live contact there is.
    live = await tx.contacts.live_at(before.terminals.keys())
    used: dict[str, set[str]] = {
        "services": {contact.service for contact in live},
        "rings": {contact.ring for contact in live},
        "points": {contact.point for contact in live},
        "terminals": {contact.terminal for contact in live},
        "staff": {
            slug for slug in removed.get("staff", ()) if await tx.contacts.live_of_staff(StaffId(slug)) is not None
        },
    }
    return [
        Finding(
            "reference.in_use", _path(kind, slug, before), f"{slug!r} is gone from {kind}, but a contact is using it"
        )
        for kind, slugs in removed.items()
        for slug in slugs
        if slug in used.get(kind, ())
    ]


def _path(kind: str, slug: str, before: Directory) -> Path:
    """Where the thing would stand, had it not gone away."""
    if kind == "terminals":
        return ("points", before.terminals[TerminalId(slug)].point, "terminals", slug)
    return (kind, slug)

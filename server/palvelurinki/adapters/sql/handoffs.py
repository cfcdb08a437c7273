"""The handoff notes: written and destroyed with what is decided of their contacts, and read by who is shown them."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Executable, bindparam, delete, exists, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.situation_tables import handoff
from palvelurinki.adapters.sql.situations import situation_of
from palvelurinki.adapters.sql.statements import Prepared, Wording
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.situation import Handoff

_PARTS: Final = ("what", "tried", "wanted")
_open = exists().where(t.contact.c.id == handoff.c.contact, t.live_contact)


def _keep(wording: Wording) -> Executable:
    statement = wording.insert(handoff)
    told = {part: statement.excluded[part] for part in _PARTS}
    return statement.on_conflict_do_update(index_elements=[handoff.c.contact], set_=told)


_KEEP: Final = Prepared(_keep)
_OF: Final = Prepared(lambda wording: select(handoff).where(wording.is_one_of(handoff.c.contact, "contacts")))
_DROP: Final = delete(handoff).where(handoff.c.contact == bindparam("of"))
_WITHOUT_CONTACT: Final = select(handoff.c.contact).where(~_open)
_TO_COME: Final = select(t.contact.c.situation).where(t.live_contact, t.contact.c.situation.is_not(None))
# Its contact may have begun since it was found without one.
_DROP_ORPHANS: Final = Prepared(
    lambda wording: delete(handoff).where(wording.is_one_of(handoff.c.contact, "contacts"), ~_open)
)


class SqlHandoffs:
    """The port `Handoffs`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def keep(self, contact: str, note: Handoff) -> None:
        """The note of the contact; it takes the place of the one that there was."""
        parts = {"what": note.what, "tried": note.tried, "wanted": note.wanted}
        self._unit.put(_KEEP, {"contact": contact, **parts}, row=("handoff", contact))

    async def of(self, contacts: Collection[str]) -> Mapping[str, Handoff]:
        """The notes of these; who has none is absent."""
        rows = await self._unit.rows(_OF, {"contacts": sorted(contacts)}) if contacts else ()
        return {row["contact"]: Handoff(*(row[part] for part in _PARTS)) for row in rows}

    async def drop(self, contacts: Collection[str]) -> None:
        """Destroy the notes of these; that there is none is no error."""
        for each in sorted(contacts):
            self._unit.put(_DROP, {"of": each}, row=("handoff", each))

    async def drop_orphans(self) -> int:
        """Destroy those whose contact has ended, and is not to come either; returns how many there were."""
        found = {row["contact"] for row in await self._unit.rows(_WITHOUT_CONTACT)}
        if not found:
            return 0
        # Asked afterwards: what was to come when the notes were read has begun, or is still to come.
        live = await self._unit.rows(_TO_COME)
        to_come = {each.contact for row in live for each in situation_of(row["situation"]).further}
        return await self._unit.change(_DROP_ORPHANS, {"contacts": sorted(found - to_come)}) if found - to_come else 0

"""Which step of the migrations a schema is at, and which is the newest, told without Alembic.

It takes longer to import than all else that a command needs, and most who open a store find nothing to migrate.
"""

from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, make_url, select

import palvelurinki

# Alembic's own table, which it makes and keeps.
STEP = select(Table("alembic_version", MetaData(), Column("version_num", String)).c.version_num)


class NewerSchema(Exception):
    """The schema is at a step that this program does not have."""


def migrations() -> Path:
    """Where the steps are: inside the installed package, or at the top of the source tree.

    Raises FileNotFoundError when they are in neither place.
    """
    package = Path(palvelurinki.__file__).parent
    for place in (package / "migrations", package.parent.parent / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise FileNotFoundError(f"the migrations are neither in {package} nor at the top of its source tree")


def newest_step() -> str:
    """The last of the steps that this program has: their files are called by their numbers."""
    return max(step.name for step in (migrations() / "versions").glob("[0-9]*.py")).partition("_")[0]


def is_there(url: str) -> bool:
    """Whether there is a database to be asked: to look into an SQLite file that is missing would make it."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()

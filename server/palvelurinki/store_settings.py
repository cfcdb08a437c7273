"""What commands are set by: where the store is, and with which secret the server seals.

Apart from the server's own settings, so that a command imports nothing that only a server needs.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import ArgumentError

from palvelurinki.production import SECRET_LEAST, former_secret_fault, secret_fault

# The demo's only: a production start refuses it.
DEMO_SECRET = "demo-secret-that-only-a-loopback-demo-may-use"  # noqa: S105  (public on purpose, and refused elsewhere)

LAST_PORT: Final = 65535
# What may follow the question mark of PostgreSQL's address: the rest is set by the driver itself.
_POSTGRESQL_OPTIONS: Final = frozenset(
    {"database", "direct_tls", "gsslib", "host", "krbsrvname", "passfile", "password", "port", "service", "servicefile"}
    | {"ssl", "target_session_attrs", "user"}
)


def _database_address(text: str) -> str:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError(
            "this address cannot be read: write postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE with a port that "
            "is a number, or sqlite+aiosqlite:///FILE; special characters of a password as in %40 for @"
        ) from error
    match url.get_backend_name():
        case "sqlite":
            return text
        case "postgresql":
            _check_postgresql(url)
            return text
        case _:
            raise ValueError("no such database is supported: write postgresql+asyncpg://… or sqlite+aiosqlite:///FILE")


# What SQLAlchemy makes of an address; it has left this without types.
_options_of: Final[Callable[[URL], tuple[object, dict[str, Any]]]] = PGDialect_asyncpg().create_connect_args  # type: ignore[no-untyped-call]


def _check_postgresql(url: URL) -> None:
    try:
        _, options = _options_of(url.set(drivername="postgresql+asyncpg"))
    except (ArgumentError, ValueError) as error:
        raise ValueError("a port after the question mark of this address is no number: write port=5432") from error
    unknown = sorted(options.keys() - _POSTGRESQL_OPTIONS)
    if unknown:
        known = ", ".join(sorted(_POSTGRESQL_OPTIONS))
        raise ValueError(f"take {', '.join(unknown)} out of this address: only {known} may be said there")
    ports = options.get("port", url.port)
    if any(not 0 < port <= LAST_PORT for port in (ports if isinstance(ports, list) else [ports]) if port is not None):
        raise ValueError(f"the port in this address is none: write a number from 1 to {LAST_PORT}")


class StoreSettings(BaseSettings):
    """What the command line needs to reach the store."""

    model_config = SettingsConfigDict(env_prefix="PALVELURINKI_", extra="forbid", frozen=True)

    database_url: Annotated[str, AfterValidator(_database_address)] = "sqlite+aiosqlite:///palvelurinki.db"
    """SQLAlchemy's address of the truth: `postgresql+asyncpg://…` or `sqlite+aiosqlite:///FILE` (one node only)."""


def _secret_by_default(settings: dict[str, Any]) -> SecretStr:
    """What `make run` seals with, for commands beside it; nothing outside the demo."""
    return SecretStr(DEMO_SECRET if settings.get("demo") else "")


class SecretSettings(StoreSettings):
    """What the command line needs to check what the server has sealed."""

    demo: bool = False
    """Built-in people who are signed in by an address; on loopback only."""
    secret: Annotated[SecretStr, Field(default_factory=_secret_by_default)]
    """At least 32 characters; staff pseudonyms and the seals of the audit log are derived from it. The demo has one."""
    former_secrets: tuple[SecretStr, ...] = ()
    """Secrets that the server had before, the oldest first: what was sealed by them can still be checked."""

    @model_validator(mode="after")
    def _check_secret(self) -> Self:
        secret = self.secret.get_secret_value()
        fault = "it is the demo's, which everybody knows" if secret == DEMO_SECRET else secret_fault(secret)
        if fault is not None and not (self.demo and secret):
            msg = f"set PALVELURINKI_SECRET to at least {SECRET_LEAST} random characters: {fault}"
            raise ValueError(msg)
        if self.secret in self.former_secrets or len(set(self.former_secrets)) < len(self.former_secrets):
            msg = "PALVELURINKI_FORMER_SECRETS must have each secret once, and not the one that is in use"
            raise ValueError(msg)
        faults = [fault for each in self.former_secrets if (fault := former_secret_fault(each.get_secret_value()))]
        if faults and not self.demo:
            raise ValueError(f"PALVELURINKI_FORMER_SECRETS: {faults[0]}")
        return self

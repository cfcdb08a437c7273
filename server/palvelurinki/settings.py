"""Settings, from the environment: `PALVELURINKI_` and the field's name in capitals."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# The demo's only: a production start refuses it.
DEMO_SECRET = "demo-secret-that-only-a-loopback-demo-may-use"  # noqa: S105  (public on purpose, and refused elsewhere)


class StoreSettings(BaseSettings):
    """What the command line needs to reach the store."""

    model_config = SettingsConfigDict(env_prefix="PALVELURINKI_", extra="forbid", frozen=True)

    database_url: str = "sqlite+aiosqlite:///palvelurinki.db"
    """SQLAlchemy's address of the truth: `postgresql+asyncpg://…` or `sqlite+aiosqlite:///FILE` (one node only)."""


class Settings(StoreSettings):
    """All that can be set. `docs/operations.md` lists them."""

    redis_url: str | None = None
    """`redis://…`, `unix://…`; without it the node is alone and wake-ups stay within the process."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    origins: tuple[str, ...] = ()
    """Origins of the pages that may open a socket or send a form, such as `https://palvelu.example.fi`. Empty: the
    loopback addresses of `port` only."""
    secret: SecretStr = SecretStr("")
    """At least 32 characters; staff pseudonyms and later credentials are derived from it."""
    demo: bool = False
    """Built-in people who are signed in by an address; on loopback only."""
    turn_urls: tuple[str, ...] = ()
    """`turn:host:port?transport=udp` and the like."""
    turn_secret: SecretStr | None = None
    """coturn's `static-auth-secret`."""
    static_dir: Path = Path(__file__).parent / "web" / "static"
    heartbeat_s: Annotated[int, Field(ge=1, le=60)] = 10
    session_kept_s: Annotated[float, Field(gt=0, le=600)] = 60
    """How long a session is kept for its client to resume."""
    messages_per_s: Annotated[float, Field(ge=1, le=1_000_000)] = 50
    """How many messages a second one connection may send in the long run, and four times as many at once."""
    sockets_most: Annotated[int, Field(ge=1)] = 20_000
    """How many sockets this node takes; fewer when the process may not open so many files."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.demo and self.host not in {"127.0.0.1", "::1", "localhost"}:
            msg = "the demo's built-in people exist on loopback only: set PALVELURINKI_HOST to 127.0.0.1"
            raise ValueError(msg)
        secret = self.secret.get_secret_value()
        if not self.demo and (len(secret) < 32 or secret == DEMO_SECRET):  # noqa: PLR2004  (said in the message)
            msg = "set PALVELURINKI_SECRET to at least 32 random characters"
            raise ValueError(msg)
        if self.turn_urls and self.turn_secret is None:
            msg = "PALVELURINKI_TURN_URLS needs PALVELURINKI_TURN_SECRET"
            raise ValueError(msg)
        return self

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins in force."""
        if self.origins:
            return frozenset(self.origins)
        return frozenset(f"http://{host}:{self.port}" for host in ("localhost", "127.0.0.1", "[::1]"))

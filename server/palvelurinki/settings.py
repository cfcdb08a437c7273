"""Settings, from the environment: `PALVELURINKI_` and the field's name in capitals.

What no start can be made with is refused here, in a sentence that says what to do and repeats no address: there may be
a password in it.
"""

from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from redis import RedisError
from redis.asyncio import Redis

from palvelurinki.certificates import certificate_fault, key_fault
from palvelurinki.production import (
    demo_origin_fault,
    origin_fault,
    proxies_fault,
    secret_fault,
    turn_fault,
)
from palvelurinki.store_settings import DEMO_SECRET, LAST_PORT, SecretSettings, StoreSettings

__all__ = ["DEMO_SECRET", "SecretSettings", "Settings", "StoreSettings"]


def _redis_address(text: str | None) -> str | None:
    if text is None:
        return None
    how = "write redis://HOST:PORT/NUMBER, rediss:// for TLS, or unix://FILE"
    try:
        connection = Redis.from_url(text).connection_pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py has left it so
    except (ValueError, TypeError, RedisError) as error:
        raise ValueError(f"this is no address of a Redis ({_of_redis(error)}): {how}") from error
    path = text.partition("://")[2].partition("?")[0].partition("/")[2]
    if text.startswith("unix:"):
        if not connection.path:
            raise ValueError(f"this address names no file: {how}")
    elif path and not path.strip("/").isdecimal():
        raise ValueError(f"what follows the slash of this address is no number of a database: {how}")
    return text


def _of_redis(error: Exception) -> str:
    """What redis-py says of an address; it quotes a part of it at most, and never the password's."""
    match error:
        case TypeError():
            return "it has an option that Redis does not know"
        case _ if "scheme" in str(error):
            return "it begins with none of redis://, rediss://, unix://"
        case _ if "ort " in str(error):
            return f"its port is no number from 1 to {LAST_PORT}"
        case _:
            return "a part of it cannot be read"


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError("this is no address or network: write 10.0.0.7 or 10.0.0.0/24") from error
    if fault := proxies_fault(network):
        raise ValueError(fault)
    return str(network)


def _certificates(file: Path | None) -> Path | None:
    if file is not None and (fault := certificate_fault(file)):
        raise ValueError(f"{fault}: write the path of a file of certificates")
    return file


class Settings(SecretSettings):
    """All that can be set. `docs/operations.md` lists them."""

    redis_url: Annotated[str | None, AfterValidator(_redis_address)] = None
    """`redis://…`, `unix://…`; without it the node is alone and wake-ups stay within the process."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=LAST_PORT)] = 8080
    origins: tuple[str, ...] = ()
    """Origins of the pages that may open a socket or send a form, such as `https://palvelu.example.fi`. Empty: the
    loopback addresses of `port` only."""
    turn_urls: tuple[str, ...] = ()
    """`turn:host:port?transport=udp` and the like."""
    turn_secret: SecretStr | None = None
    """coturn's `static-auth-secret`."""
    static_dir: Path = Path(__file__).parent / "web" / "static"
    heartbeat_s: Annotated[int, Field(ge=1, le=60)] = 10
    session_kept_s: Annotated[float, Field(gt=0, le=600)] = 60
    """How long a session is kept for its client to resume."""
    issuer_secrets: Annotated[dict[str, SecretStr], Field(default_factory=dict)]
    """Our client's secret at each issuer of the configuration that gives us one, by the issuer's id."""
    issuer_ca: Annotated[Path | None, AfterValidator(_certificates)] = None
    """A file of certificate authorities that vouch for issuers, beside the system's."""
    sign_in_idle_s: Annotated[float, Field(gt=0, le=86_400)] = 30 * 60
    """How long a member of staff stays signed in without a console that is open."""
    sign_in_most_s: Annotated[float, Field(gt=0, le=86_400)] = 10 * 60 * 60
    """How long a member of staff stays signed in at the most."""
    messages_per_s: Annotated[float, Field(ge=1, le=1_000_000)] = 50
    """How many messages a second one connection may send in the long run, and four times as many at once."""
    sockets_most: Annotated[int, Field(ge=1)] = 20_000
    """How many sockets this node takes; fewer when the process may not open so many files."""
    tls_certificate: Annotated[Path | None, AfterValidator(_certificates)] = None
    """The node ends TLS itself: the file of its certificate with those that vouch for it, in PEM."""
    tls_key: Path | None = None
    """The file of the certificate's key, in PEM, without a password."""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ("127.0.0.0/8", "::1/128")
    """Addresses or networks of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    sockets_per_address: Annotated[int, Field(ge=1)] = 2000
    """How many sockets this node takes from one address of a client."""
    requests_per_minute: Annotated[int, Field(ge=1)] = 6000
    """How many requests, and how many handshakes of sockets, one address may send in a minute."""
    sign_ins_per_minute: Annotated[int, Field(ge=1)] = 60
    """How many times in a minute staff may begin or end signing in from one address."""
    enrolments_per_minute: Annotated[int, Field(ge=1)] = 20
    """How many times in a minute one address may ask for an enrolment, or try an enrolment's code."""

    line_checks_most: Annotated[int, Field(ge=0, le=8)] = 4
    """How many terminals may prove their lines at this node at once; with 0 there is no echo, and no process for it."""
    line_check_addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    """Addresses of this machine at which terminals reach the echo; all that it has when empty."""
    line_checks_per_minute: Annotated[int, Field(ge=1)] = 12
    """How many times in a minute one terminal may prove its line."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.turn_urls and self.turn_secret is None:
            msg = "PALVELURINKI_TURN_URLS needs PALVELURINKI_TURN_SECRET"
            raise ValueError(msg)
        if (self.tls_certificate is None) != (self.tls_key is None):
            msg = "set both PALVELURINKI_TLS_CERTIFICATE and PALVELURINKI_TLS_KEY, or none of them"
            raise ValueError(msg)
        if self.tls_certificate is not None and self.tls_key is not None:
            fault = key_fault(self.tls_certificate, self.tls_key)
            if fault is not None:
                raise ValueError(f"PALVELURINKI_TLS_KEY: {fault}")
        if self.demo:
            self._check_demo()
        else:
            self._check_production()
        return self

    def _check_demo(self) -> None:
        if self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("the demo's built-in people exist on loopback only: set PALVELURINKI_HOST to 127.0.0.1")
        faults = [fault for each in self.origins if (fault := demo_origin_fault(each))]
        if faults:
            raise ValueError(f"PALVELURINKI_ORIGINS: {faults[0]}")

    def _check_production(self) -> None:
        if not self.origins:
            raise ValueError('set PALVELURINKI_ORIGINS to where people reach this service, such as ["https://NAME"]')
        faults = [f"PALVELURINKI_ORIGINS: {fault}" for each in self.origins if (fault := origin_fault(each))]
        faults += [f"PALVELURINKI_TURN_URLS: {fault}" for each in self.turn_urls if (fault := turn_fault(each))]
        if self.turn_secret is not None and (fault := secret_fault(self.turn_secret.get_secret_value())):
            faults.append(f"PALVELURINKI_TURN_SECRET: {fault}; write the same into coturn's static-auth-secret")
        if faults:
            raise ValueError(faults[0])

    @property
    def secure(self) -> bool:
        """Whether clients are served by https alone, and cookies too: always but in the demo."""
        return not self.demo

    @property
    def address(self) -> str:
        """Where it listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_certificate else 'http'}://{host}:{self.port}"

    @property
    def behind_tls(self) -> bool:
        """Whether browsers come by TLS alone: cookies are then for TLS alone too."""
        return bool(self.origins) and all(origin.startswith("https://") for origin in self.origins)

    @property
    def origin(self) -> str:
        """The one to which people come back from elsewhere."""
        return self.origins[0] if self.origins else f"http://localhost:{self.port}"

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins in force."""
        if self.origins:
            return frozenset(self.origins)
        return frozenset(f"http://{host}:{self.port}" for host in ("localhost", "127.0.0.1", "[::1]"))

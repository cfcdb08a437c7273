"""The line to PostgreSQL over a network: by TLS, from a server whose certificate is vouched for, when that is asked."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception

import pytest

from palvelurinki.adapters.sql.store import SqlStore
from tests.support.certificate import certify
from tests.support.ports import free_port
from tests.support.postgres import SUPERUSER, Postgres

WHERE = "127.0.0.1"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Path]]:
    """Where a cluster takes TLS and nothing else from the network, and the certificate that it has."""
    with tempfile.TemporaryDirectory(prefix="palvelurinki-pg-tls-") as text:
        directory = Path(text)
        directory.chmod(0o755)
        certificate = certify(directory, addresses=(WHERE,))
        home = directory / "cluster"
        home.mkdir()
        if os.geteuid() == 0:
            for each in (home, certificate, directory / "key.pem"):
                shutil.chown(each, SUPERUSER, SUPERUSER)
        cluster, port = Postgres(home, durable=False, network=f"{WHERE}/32"), free_port()
        data = home / "data"
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"port = {port}\nssl = on\n")
            settings.write(f"ssl_cert_file = '{certificate}'\nssl_key_file = '{directory}/key.pem'\n")
        rules = data / "pg_hba.conf"
        rules.write_text(f"hostssl all all {WHERE}/32 trust\n")
        cluster.start()
        yield f"postgresql+asyncpg://{SUPERUSER}@{WHERE}:{port}/postgres", certificate
        cluster.stop()


async def in_use(url: str) -> None:
    """Look into the store there once."""
    store = SqlStore(url)
    try:
        async with store.reading() as tx:
            await tx.now()
    finally:
        await store.close()


async def test_a_server_whose_certificate_is_vouched_for(
    served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, certificate = served
    monkeypatch.setenv("PGSSLROOTCERT", str(certificate))
    await in_use(f"{url}?ssl=verify-full")


@pytest.mark.parametrize("how", ["disable", "verify-full"])
async def test_neither_without_tls_nor_to_a_stranger(
    served: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    """`disable`: the server takes none. `verify-full`: it is another one than the one that is vouched for."""
    url, _ = served
    monkeypatch.setenv("PGSSLROOTCERT", str(certify(tmp_path, addresses=(WHERE,))))
    with pytest.raises(Exception) as refused:  # noqa: PT011  # which of them, its cause tells
        await in_use(f"{url}?ssl={how}")
    told = "".join(format_exception(refused.value))
    assert ("no encryption" if how == "disable" else "CERTIFICATE_VERIFY_FAILED") in told

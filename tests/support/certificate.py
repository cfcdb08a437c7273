"""A throwaway certificate, which vouches for itself: whoever is to trust it is given it."""

import subprocess
from collections.abc import Collection
from pathlib import Path


def certify(directory: Path, names: Collection[str] = ("localhost",), addresses: Collection[str] = ()) -> Path:
    """Make `fullchain.pem` (returned) and `key.pem` there, good for these names and addresses for two days."""
    certificate = directory / "fullchain.pem"
    known = ",".join([*(f"DNS:{name}" for name in names), *(f"IP:{address}" for address in addresses)])
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=localhost", "-addext", f"subjectAltName={known}", "-days", "2"),
            *("-keyout", str(directory / "key.pem"), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate

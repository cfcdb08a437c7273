"""Files of certificates and keys, looked at before anything is begun: what is wrong with them, a sentence each."""

import ssl
from pathlib import Path


def certificate_fault(file: Path) -> str | None:
    """What is wrong with a file of certificates: of authorities, or of a server and those that vouch for it."""
    if fault := _reading_fault(file):
        return fault
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(file)
    except ssl.SSLError:
        return f"{file} holds no certificate in PEM"
    return None if context.cert_store_stats()["x509"] else f"{file} holds no certificate, only lists of revoked ones"


def key_fault(certificate: Path, key: Path) -> str | None:
    """What is wrong with the file of a key, for the certificate of another file that is in order."""
    if fault := _reading_fault(key):
        return fault
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # An empty password: without any OpenSSL would ask for one at the terminal, and wait.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        reason = error.reason or ""
        if "MISMATCH" in reason:
            return f"the key in {key} is not that of the certificate in {certificate}"
        if "TOO_SMALL" in reason or "TOO_WEAK" in reason:
            return f"the certificate in {certificate} is too weak: have one made of P-256, or RSA of 3072 bits"
        return f"{key} holds no key in PEM that can be read without a password"
    return None


def _reading_fault(file: Path) -> str | None:
    try:
        file.open("rb").close()
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    return None

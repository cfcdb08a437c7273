"""What is kept in the stead of words that a client chose: I8 leaves no room for what it may have put there."""

import hashlib


def operation_digest(operation: str) -> str:
    """The name by which a client's operation is remembered: 32 hexadecimal digits, the same each time."""
    return hashlib.sha256(operation.encode()).hexdigest()[:32]

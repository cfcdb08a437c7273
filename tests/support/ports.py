"""Ports on loopback."""

import socket


def free_port() -> int:
    """A loopback port that is free for TCP and UDP just now.

    Another program may take it before the caller does; use it at once, and prefer Unix sockets where there is a choice.
    """
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

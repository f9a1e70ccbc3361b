"""The machine that this runs on: who sits at it, and which addresses only they can reach."""

import getpass
import ipaddress
import socket


def whoami() -> str:
    """Return the name of this shell's user, or of the machine where the user has none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return socket.gethostname()


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own and nobody else's way to it."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"

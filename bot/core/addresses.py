"""Addresses that a webhook may be sent to: public ones, and no way around that.

``ipaddress.is_global`` is not enough: it lets through multicast, addresses that hold a private one inside, and the few
public-looking ones at which clouds answer their own machines.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST = 2000  # characters of a URL
_ODD = re.compile(r"[0-9.]+|0x[0-9a-fx.]*", re.IGNORECASE)  # 2130706433 and 0x7f.1 are spellings of 127.0.0.1

# https://www.iana.org/assignments/iana-ipv4-special-registry and the one for IPv6
_NOT_V4 = [
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("168.63.129.16/32"),  # Azure answers its machines here
]
_UNICAST = IPv6Network("2000::/3")
_NOT_V6 = [
    IPv6Network("2001::/23"),  # protocol assignments, with Teredo
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside
    IPv6Network("3fff::/20"),  # documentation
]
_NAT64 = IPv6Network("64:ff9b::/96")


def why_not_address(address: str) -> str | None:
    """Return why nothing may be sent to an IP address, or None when it is public."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return f"{address} is no IP address"
    inner = _inside(ip)
    return None if _public(inner) else f"{address} is not a public address"


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    try:
        return _inside(ip_address(address.partition("%")[0])).is_loopback
    except ValueError:
        return False


def why_not_url(url: str, *, loopback: bool = False) -> str | None:
    """Return why a URL cannot be an endpoint, or None. *loopback* allows http:// to this machine, for trying out."""
    parts = _split(url)
    if parts is None or len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        return "it is no URL. Write it in full, such as https://partner.example/hooks"
    if parts.username is not None or parts.password is not None:
        return "it holds a password. Leave that out: our signature proves who sends"
    if parts.fragment:
        return "it holds a #fragment, which is never sent. Leave that out"
    local = loopback and (parts.hostname == "localhost" or is_loopback(parts.hostname or ""))
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        return "it does not begin with https://"
    if parts.hostname and _is_address(parts.hostname):
        return None if local else why_not_address(parts.hostname)
    if _ODD.fullmatch(parts.hostname or ""):
        return "its host is a number. Write its name"
    return None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and (parts.port is None or parts.port) else None
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _inside(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, where a machine would be reached under it."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip


def _public(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_V4)
    return ip in _UNICAST and not any(ip in network for network in _NOT_V6)

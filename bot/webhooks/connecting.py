"""Connections to partners: to public addresses only, checked as each socket is made.

A URL says nothing about where it leads: its name may resolve to a private address, or to a public one now and to a
private one a moment later, and spellings such as http://2130706433 never meet a resolver. All of them end in a socket.
"""

import socket

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.core.addresses import is_loopback, why_not_address

CONNECT = 10  # seconds until a connection stands
TIMEOUT = 20  # seconds for all of it
AGENT = "firstfive-webhooks/1"

AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


class NotPublic(OSError):
    """An endpoint leads to an address that nothing may be sent to."""


def session(*, loopback: bool, resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """Return a session that reaches public addresses, and this machine if *loopback*. No cookies, no proxies."""

    def guarded(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, place = info
        address = str(place[0])
        why = None if loopback and is_loopback(address) else why_not_address(address)
        if why:
            raise NotPublic(why)
        return socket.socket(family, kind, protocol)

    connector = aiohttp.TCPConnector(socket_factory=guarded, resolver=resolver, limit=0, keepalive_timeout=60)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT, sock_connect=CONNECT),
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
        auto_decompress=False,
    )

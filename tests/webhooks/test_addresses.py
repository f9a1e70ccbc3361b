"""Where webhooks may go: to public addresses, however the others are spelled, resolved, or promised by a redirect."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.core.addresses import is_loopback, why_not_address, why_not_url
from bot.errors import Refused
from bot.flows.partner_page import Standing
from bot.flows.register_endpoint import Wishes, add_partner, register_endpoint
from tests.fakes.receiver import Receiver
from tests.home import Home
from tests.webhooks.office import an_office

HIDDEN = {
    "this machine": ["127.0.0.1", "127.8.9.1", "0.0.0.0", "::1", "::"],
    "private networks": ["10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "fd00::1", "fc00::7", "fec0::1"],
    "link-local": ["169.254.1.1", "fe80::1", "fe80::1%eth0"],
    "metadata": ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254"],
    "mapped into IPv6": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"],
    "behind a translator": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1"],
    "tunnelled": ["2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::1", "::127.0.0.1", "::5efe:10.0.0.1"],
    "not for hosts": ["224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "ff02::1"],
    "for protocols and documents": [
        "192.0.0.9",
        "192.88.99.1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "2001:db8::1",
    ],
}
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "192.0.1.1"),
    *("2606:4700::1111", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"),
]
# Spellings of this machine and of a metadata service that no parser of ours sees as an address.
SPELLINGS = ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.1", "0x7f.1", "2852039166", "0", "localhost"]


class Names(AbstractResolver):
    """Resolves every name as told, each time to the next address."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._addresses[min(self.asked, len(self._addresses) - 1)]
        self.asked += 1
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        return None


@pytest.mark.parametrize("address", [one for several in HIDDEN.values() for one in several])  # more than forty
def test_a_hidden_address_is_refused(address: str) -> None:
    assert why_not_address(address) == f"{address} is not a public address"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not_refused(address: str) -> None:
    assert why_not_address(address) is None
    assert not is_loopback(address)


async def attempt(home: Home, url: str, resolver: AbstractResolver | None = None, *, loopback: bool = False) -> str:
    """Register a URL behind the back of the check at registration, deliver, and return the reason why not."""
    async with an_office(home, loopback=loopback, resolver=resolver) as office:
        await office.register("https://partner.example/hooks", delays=())
        await home.sql("UPDATE endpoint SET url = :url", url=url)
        await home.open()
        await office.send()
        (delivery,) = await office.deliveries()
        assert delivery.standing is Standing.FAILED
        return delivery.effect.reason or ""


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_this_machine_is_connected_to(small_home: Home, receiver: Receiver, host: str) -> None:
    reason = await attempt(small_home, receiver.url(host=host))
    assert "is not a public address" in reason or "cannot connect" in reason or "leads nowhere" in reason, reason
    assert receiver.received == []


async def test_a_literal_address_is_checked_although_no_resolver_sees_it(small_home: Home, receiver: Receiver) -> None:
    reason = await attempt(small_home, receiver.url(), Names("93.184.215.14"))
    assert reason == "cannot connect: 127.0.0.1 is not a public address"
    assert receiver.received == []


async def test_a_name_is_checked_each_time_it_resolves(small_home: Home, receiver: Receiver) -> None:
    """It leads to the partner when it is first asked, and to a metadata service when the retry asks again."""
    names, home = Names("127.0.0.1", "169.254.169.254"), small_home
    async with an_office(home, resolver=names) as office:
        await office.register("https://partner.example/hooks", delays=(60,))
        await home.sql("UPDATE endpoint SET url = :url", url=f"http://partner.example:{receiver.port}/hooks")
        receiver.status, receiver.headers = 503, {"Connection": "close"}
        await home.open()
        await office.send()
        assert len(receiver.received) == 1
        await office.courier.close()
        await office.courier.open()  # what was looked up is forgotten
        home.clock.pass_(seconds=60)
        await office.send()
        (delivery,) = await office.deliveries()
    assert names.asked == 2
    assert delivery.effect.reason == "cannot connect: 169.254.169.254 is not a public address"
    assert len(receiver.received) == 1


async def test_a_redirect_to_a_hidden_address_leads_nowhere(small_home: Home, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "http://169.254.169.254/latest/meta-data/"}
    reason = await attempt(small_home, receiver.url(), loopback=True)
    assert reason == "answered 302, and redirects are not followed"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://partner.example/hooks", "https://"),
        ("ftp://partner.example/hooks", "https://"),
        ("https://10.0.0.1/hooks", "not a public address"),
        ("https://[::ffff:10.0.0.1]/hooks", "not a public address"),
        ("https://169.254.169.254/latest", "not a public address"),
        ("https://user:pw@partner.example/hooks", "password"),
        ("https://partner.example/hooks#part", "#fragment"),
        ("https:///hooks", "no URL"),
        ("https://partner.example:99999/", "no URL"),
        ("https://partner.example/a b", "no URL"),
        ("https://pärtner.example/", "no URL"),
        ("partner.example/hooks", "no URL"),
        ("https://[::1/hooks", "no URL"),
        ("https://2130706433/hooks", "a number"),
        ("https://0x7f.1/hooks", "a number"),
        ("http://127.0.0.1/hooks", "https://"),
    ],
)
async def test_an_url_that_cannot_be_an_endpoint_is_refused_with_the_reason(
    small_home: Home, url: str, why: str
) -> None:
    await small_home.do(add_partner, small_home.request(), "Acme")
    with pytest.raises(Refused, match=why):
        await small_home.do(register_endpoint, small_home.request(), "Acme", url, Wishes())


@pytest.mark.parametrize(
    "url",
    [
        "https://partner.example/hooks",
        "https://partner.example:8443/h?x=1",
        "https://8.8.8.8/h",
        "https://xn--prtner-bua.example/",
    ],
)
def test_an_https_url_can_be_an_endpoint(url: str) -> None:
    assert why_not_url(url) is None


def test_http_to_this_machine_is_for_trying_out_alone() -> None:
    for url in ("http://127.0.0.1:9000/hooks", "http://localhost:9000/", "http://[::1]:9000/"):
        assert why_not_url(url, loopback=True) is None
        assert why_not_url(url)
    for url in ("http://partner.example/", "http://10.0.0.1/", "http://127.0.0.1.partner.example/"):
        assert why_not_url(url, loopback=True), url

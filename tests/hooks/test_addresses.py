"""Which addresses are called, and that no spelling or name leads to an inner network."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from accounts.hooks import addresses
from accounts.hooks.addresses import AddressRefused, check, is_public, read, resolve

INNER = [
    *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1"),
    *("192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "fc00::1"),
    *("fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "2002:808:808::"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "3fff::1", "5f00::1"),
]
OUTER = ["8.8.8.8", "1.1.1.1", "113.160.0.1", "2001:4860:4860::8888", "2400:cb00:2048:1::1"]


@pytest.mark.parametrize("address", INNER)
def test_inner_address_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTER)
def test_outer_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A resolver that knows these names alone."""
    known: dict[str, list[str]] = {}

    def lookup(host: str, port: int) -> list[str]:
        if host not in known:
            raise socket.gaierror(host)
        return known[host]

    monkeypatch.setattr(addresses, "lookup", lookup)
    return known


REFUSED = [
    "",
    "receiver.example.vn",
    "http://receiver.example.vn/",
    "ftp://receiver.example.vn/",
    "https://",
    "https:///path",
    "https://user@receiver.example.vn/",
    "https://user:word@receiver.example.vn/",
    "https://receiver.example.vn@127.0.0.1/",
    "https://receiver.example.vn/#part",
    "https://receiver.example.vn:8443/",
    "https://receiver.example.vn:443x/",
    "https://receiver.example.vn\\@127.0.0.1/",
    "https://receiver.example.vn/ path",
    "https://receiver.example.vn/\r\nX: y",
    "https://receiver.example.vn\t/",
    "https://ｒeceiver.example.vn/",
    "https://receiver%2eexample.vn/",
    "https://-bad.example.vn/",
    "https://a..b.vn/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://" + "a" * 500,
]


@pytest.mark.parametrize("text", REFUSED)
def test_read_refuses(text: str, names: dict[str, list[str]]) -> None:
    with pytest.raises(AddressRefused):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        *("https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/"),
        *("https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[64:ff9b::a00:1]/"),
    ],
)
def test_check_refuses_an_inner_address_written_as_a_number(text: str, names: dict[str, list[str]]) -> None:
    read(text)
    with pytest.raises(AddressRefused):
        check(text)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "portal.internal", "a.localhost"])
def test_check_refuses_a_name_that_leads_inside(name: str, names: dict[str, list[str]]) -> None:
    names[name.lower()] = ["127.0.0.1", "::1"]
    with pytest.raises(AddressRefused):
        check(f"https://{name}/")


def test_one_inner_address_among_several_is_enough_to_refuse(names: dict[str, list[str]]) -> None:
    names["mixed.example.vn"] = ["8.8.8.8", "10.0.0.1"]
    with pytest.raises(AddressRefused):
        check("https://mixed.example.vn/")


def test_words_do_not_tell_an_inner_name_from_none(names: dict[str, list[str]]) -> None:
    names["inner.example.vn"] = ["10.0.0.1"]
    said = []
    for name in ("inner.example.vn", "nobody.example.vn"):
        with pytest.raises(AddressRefused) as refused:
            check(f"https://{name}/")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_address_with_a_zone_is_refused(names: dict[str, list[str]]) -> None:
    names["zone.example.vn"] = ["2001:4860::1%eth0"]
    with pytest.raises(AddressRefused):
        check("https://zone.example.vn/")


def test_public_name_is_taken_apart(names: dict[str, list[str]]) -> None:
    names["receiver.example.vn"] = ["8.8.8.8", "2001:4860:4860::8888"]
    target = check("https://Receiver.example.vn/portal?key=1")
    assert (target.host, target.port, target.path) == ("receiver.example.vn", 443, "/portal?key=1")
    assert target.host_header == "receiver.example.vn"
    assert resolve(target) == ["8.8.8.8", "2001:4860:4860::8888"]


def test_administrator_opens_networks_ports_and_http(names: dict[str, list[str]], settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = ["10.20.0.0/16", "fd00:20::/32"]
    settings.WEBHOOK_PORTS = [443, 8080]
    settings.WEBHOOK_ALLOW_HTTP = True
    names["inner.example.vn"] = ["10.20.0.1", "fd00:20::1", "::ffff:10.20.0.1"]
    target = check("http://inner.example.vn:8080")
    assert (target.is_secure, target.host_header, target.path) == (False, "inner.example.vn:8080", "/")
    names["inner.example.vn"] = ["10.21.0.1"]
    with pytest.raises(AddressRefused):
        check("http://inner.example.vn:8080")

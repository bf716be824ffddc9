"""Which addresses may be called: public servers, and networks that the administrator allowed.

Every address that a name leads to is checked, and the connection then goes to one of the checked addresses:
a name that leads elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = IPv4Address | IPv6Address
LONGEST = 500
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MOST_TRIED = 4

# Written out, for what Python calls global differs between its versions.
_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_OPEN_6 = IPv6Network("2000::/3")
# In that range: Teredo and other protocols, documentation, 6to4.
_CLOSED_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


class AddressRefused(ValueError):  # noqa: N818 (told to people in words)
    """The address is not called; the message says why."""


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    is_secure: bool
    host: str
    port: int
    path: str
    """With its query."""

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.is_secure else 80) else f"{name}:{self.port}"


def read(text: str) -> Target:
    """Take an address apart. Raises AddressRefused for one that is never called, wherever it leads."""
    # Browsers and libraries drop or mend such characters each in their own way.
    if not text or len(text) > LONGEST or not text.isascii() or re.search(r"[\x00-\x20\x7f\\]", text):
        raise AddressRefused(_("Write an address of at most 500 letters, digits and signs, without blanks."))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressRefused(_("This is no address.")) from None
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOK_ALLOW_HTTP):
        raise AddressRefused(_("The address begins with https://."))
    if "@" in parts.netloc or "#" in text:
        raise AddressRefused(_("The address holds neither a user nor a password nor “#”."))
    port = (443 if parts.scheme == "https" else 80) if port is None else port
    if port not in settings.WEBHOOK_PORTS:
        raise AddressRefused(
            _("Port %(port)s is not called; these are: %(ports)s.")
            % {"port": port, "ports": ", ".join(map(str, settings.WEBHOOK_PORTS))}
        )
    path = parts.path or "/"
    return Target(
        parts.scheme == "https",
        _host(parts.netloc, parts.hostname or ""),
        port,
        f"{path}?{parts.query}" if parts.query else path,
    )


def _host(netloc: str, host: str) -> str:
    """The host in small letters: a name, or an IP address in its one usual spelling."""
    if netloc.startswith("["):
        try:
            address = IPv6Address(host)
        except ValueError:
            raise AddressRefused(_("This is no address.")) from None
        if address.scope_id is not None:
            raise AddressRefused(_("This is no address."))
        return str(address)
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise AddressRefused(_("This is no address."))
    # 2130706433, 0x7f.1 and 0177.0.0.1 are other spellings of 127.0.0.1.
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise AddressRefused(_("This is no address.")) from None
    return host


def lookup(host: str, port: int) -> list[str]:
    """What the name leads to; raises OSError where it leads nowhere."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def resolve(target: Target) -> list[str]:
    """The IP addresses to connect to, all of them checked. Raises AddressRefused.

    The words for a name that leads nowhere and for one that leads inside are the same, so that nobody learns
    the names of an inner network.
    """
    try:
        found = [ip_address(target.host)]
    except ValueError:
        try:
            found = [ip_address(each) for each in lookup(target.host, target.port)]
        except (OSError, ValueError):  # ValueError: an address with a zone, such as fe80::1%eth0
            found = []
    if not found or not all(is_allowed(each) for each in found):
        raise AddressRefused(_("The address does not lead to a public server."))
    return [str(each) for each in found[:_MOST_TRIED]]


def check(text: str) -> Target:
    """An address that may be called now. Raises AddressRefused."""
    target = read(text)
    resolve(target)
    return target


def is_allowed(address: Address) -> bool:
    """Whether a connection may go there."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if any(each in network for network in allowed_networks() for each in (address, inner) if each):
        return True
    return is_public(address)


def is_public(address: Address) -> bool:
    """Neither private, shared, local, multicast, reserved nor a way to write an IPv4 address in IPv6."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _CLOSED_4)
    return (
        address.is_global
        and address in _OPEN_6
        and address.scope_id is None
        and not any(address in network for network in _CLOSED_6)
    )


def api_address(resource: str, pk: int) -> str:
    """Where partner systems read an object; the resource is named in the plural, as in addresses."""
    return f"{str(settings.PORTAL_URL).rstrip('/')}/api/v1/{resource}/{pk}/"


def allowed_networks() -> Sequence[IPv4Network | IPv6Network]:
    return [ip_network(each) for each in settings.WEBHOOK_ALLOWED_NETWORKS]

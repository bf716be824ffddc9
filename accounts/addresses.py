"""Where a request comes from, and the ranges a client may call from."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_RANGES = 50
_TRUSTED_HOPS = BaseThrottle()


def address_of(request: Request) -> Address | None:
    """The caller's address as the proxies that settings trust tell it; None where it is no address.

    The same reading of `X-Forwarded-For` that counts calls of the calculator: the last TRUSTED_PROXIES
    entries were written by our own proxies, and whatever the caller wrote before them is not believed.
    """
    return _parsed(_TRUSTED_HOPS.get_ident(request) or "")


def _parsed(text: str) -> Address | None:
    host = text.strip()
    if host.startswith("["):  # some proxies write the port as well: [2001:db8::1]:443, 192.0.2.1:443
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    # A socket that takes both kinds shows IPv4 callers as ::ffff:192.0.2.1.
    return getattr(found, "ipv4_mapped", None) or found


def parse_ranges(text: str) -> str:
    """The ranges as they are kept, from what somebody typed with blanks, commas or lines between them.

    Raises ValidationError that names each range that cannot be used.
    """
    kept: dict[Network, None] = {}
    problems = []
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            kept[_network(word)] = None
        except ValueError as problem:
            problems.append(str(problem))
    if problems:
        raise ValidationError(problems)
    if len(kept) > MOST_RANGES:
        raise ValidationError(_("At most %(most)s ranges.") % {"most": MOST_RANGES})
    return " ".join(_shown(each) for each in kept)


def _network(word: str) -> Network:
    try:
        made = ipaddress.ip_network(word, strict=False)
    except ValueError:
        words = _("“%(word)s” is not an address range. Write it like 10.1.0.0/16 or 2001:db8::/32.")
        raise ValueError(words % {"word": word[:60]}) from None
    if "/" in word and str(made.network_address) != str(ipaddress.ip_interface(word).ip):
        words = _("“%(word)s” is an address within a range. Did you mean %(range)s?")
        raise ValueError(words % {"word": word, "range": made})
    if made.prefixlen == 0:
        words = _("“%(word)s” allows every address. Leave the ranges empty for that.")
        raise ValueError(words % {"word": word})
    return made


def _shown(network: Network) -> str:
    """A range of one address is written as the address."""
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)


@lru_cache(maxsize=512)
def _networks(kept: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(each) for each in kept.split())


def is_allowed(address: Address | None, kept: str) -> bool:
    """Whether a client with these ranges may call from there; from anywhere where it has none."""
    if not kept:
        return True
    return address is not None and any(address in each for each in _networks(kept))

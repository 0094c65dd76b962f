"""From which network address a request comes, past the installation's own proxies and no others.

Each proxy of ours appends whom it saw to ``X-Forwarded-For``; what stands further left was written
by the caller and counts for nothing. Behind a proxy the connection's own address is the proxy's,
and a limit that counted it would lock out the whole city at once.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from django.conf import settings

# Whoever has IPv6 has 2^64 addresses: the network is what one subscriber gets (RFC 6177).
_SUBSCRIBER_BITS: Final = 64


def client_address(request: Any) -> str:
    """Return the caller's address as limits count it; of IPv6 the subscriber's network."""
    told = _told(request)
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _SUBSCRIBER_BITS), strict=False))


def _told(request: Any) -> str:
    connected = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    seen = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies == 0 or len(seen) < proxies:
        return connected
    return seen[-proxies] or connected

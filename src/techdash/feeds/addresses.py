"""Which network addresses are private, so that a public page can't send us into the user's own network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64 (RFC 6052): an IPv4 address in the last 32 bits


def is_private_address(address: str) -> bool:
    """Whether an IP address is anything but a public unicast one.

    Loopback, RFC 1918, link-local, shared (RFC 6598), unique local, multicast and reserved ones are; an IPv4
    address inside an IPv6 one counts for itself. What is no IP address at all is not private.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    return found.is_multicast or not found.is_global


def is_private_host(host: str) -> bool:
    """Whether a URL's host is private to see, without asking the DNS: an address in any spelling, localhost.

    ``2130706433``, ``0x7f.1`` and ``127.1`` reach loopback as well as ``127.0.0.1`` does.
    """
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return is_private_address(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, UnicodeError):
        return is_private_address(host)


def is_loopback_host(host: str) -> bool:
    """Whether a host is this machine itself."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_key(url: str) -> str:
    """The server of a URL, ``host:port`` in lower case, by which politeness is counted; "" for no server."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    return f"{parts.hostname.rstrip('.')}:{port}" if parts.hostname else ""

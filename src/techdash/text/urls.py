"""Addresses on the web: which may be opened, how a relative one resolves, when two are the same page."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

_LONGEST = 2048

# What most links look like: nothing to encode, nothing to doubt.
_PLAIN = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
    r"(?:[/?](?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)
_FORBIDDEN = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_SHAPE = re.compile(r"(?i:(https?)):/{2}([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\]")
_FILE = re.compile(
    r"(?!//)[^\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff:?#\\<>\"]+"
    r"\.(?:md|markdown|html?|txt)(?:#[^\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff]*)?",
    re.IGNORECASE,
)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SLASHES = re.compile(r"/{2,}")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED_ESCAPES = {
    f"%{ord(char):02X}": char for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
}

_TRACKING = re.compile(
    r"utm_.*|_hs(?:enc|mi)|(?:fb|g|dc|y|tt|tw|msclk|li_fat_|vero_|ig_)(?:cl)?id|[gw]braid|mc_[ce]id|igshi?d?"
    r"|ref|ref_src|ref_url|referrer|spm|share_token|source_id",
    re.IGNORECASE,
)
# Hosts that serve the same pages under another name.
_SAME_SITE = {
    "blog.recsys-frontier.com": "recsys-frontier.com",
    "export.arxiv.org": "arxiv.org",
    "m.youtube.com": "youtube.com",
    "music.youtube.com": "youtube.com",
    "mobile.twitter.com": "x.com",
    "twitter.com": "x.com",
}
# What most addresses look like to :func:`canonical`: nothing in them to be changed but both ends.
_USUAL = re.compile(
    r"https?://(?:www\.)*([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)((?:/[A-Za-z0-9._~:@!$&'()*+,;=-]+)*)/?"
)
_WWW = re.compile(r"^(?:www\.)+(?=.)")
_UNUSUAL = frozenset(("arxiv.org", "youtube.com", "youtu.be", *_SAME_SITE))
_ARXIV = re.compile(r"/(?:abs|pdf|html)/((?:[a-z.-]+/)?[0-9.]+?)(?:v[0-9]+)?(?:\.pdf)?", re.IGNORECASE)
_YOUTU_BE = re.compile(r"/([A-Za-z0-9_-]{11})")
_YOUTUBE = re.compile(r"/(?:embed|live|shorts|v)/([A-Za-z0-9_-]{11})")


def web_link(url: str) -> str | None:
    """The URL as it may be stored and opened, or None.

    Absolute http or https, a host, no control or white space, at most 2,048 bytes, everything outside
    RFC 3986 percent-encoded, an international host in its ASCII form (RFC 3490).
    """
    if len(url) > _LONGEST:
        return None
    if _PLAIN.fullmatch(url):
        return url
    if _FORBIDDEN.search(url):
        return None
    shape = _SHAPE.fullmatch(url)
    if shape is None:
        return None
    scheme, authority, path, query, fragment = shape.groups("")
    user, at, place = authority.rpartition("@")
    ascii_place = _ascii_host(place)
    if ascii_place is None:
        return None
    try:
        link = (
            f"{scheme.lower()}://{_encoded(user, '')}{at}{ascii_place}"
            f"{_encoded(path, '/')}{_encoded(query, '/?')}{fragment[:1]}{_encoded(fragment[1:], '/?')}"
        )
    except UnicodeEncodeError:  # a lone surrogate
        return None
    return link if len(link) <= _LONGEST else None


def resolve(base: str, link: str) -> str | None:
    """The link seen from ``base`` (RFC 3986, 5.2), as :func:`web_link` gives it.

    White space at the ends, and tabs and newlines inside, count for nothing; a space inside is encoded: that
    is how browsers read an ``href``.
    """
    link = link.strip()
    if len(link) > _LONGEST:
        return None
    if not link.startswith(("http://", "https://")):
        try:
            link = urljoin(base, link)
        except ValueError:  # "http://[" and its kin
            return None
    if _PLAIN.fullmatch(link):
        return link if len(link) <= _LONGEST else None
    for char in "\t\n\r":
        link = link.replace(char, "")
    return web_link(link.replace(" ", "%20"))


def file_link(link: str) -> str | None:
    """A link from one file of a folder to a text beside it, as it is written; None for any other.

    For pages that have no address: what such a link leads to is looked up, never opened.
    """
    return link if len(link) <= _LONGEST and _FILE.fullmatch(link) else None


def canonical(url: str) -> str:
    """A key that is equal for two addresses of one page; not an address to open. Idempotent.

    https, the host in lower case without ``www.``, no default port, no tracking parameters, no fragment,
    single slashes, none at the end; arXiv's and YouTube's several addresses become one. What is no web link
    is given back stripped.
    """
    url = url.strip()
    usual = _USUAL.fullmatch(url)
    if usual and len(url) <= _LONGEST and usual[1] not in _UNUSUAL:
        return f"https://{usual[1]}{usual[2]}"
    shape = _SHAPE.fullmatch(web_link(url) or "")
    if shape is None:
        return url
    _, authority, path, query, _ = shape.groups("")
    place = authority.rpartition("@")[2].lower()
    name, _, port = place.partition(":") if not place.startswith("[") else (place, "", "")
    name = _WWW.sub("", name.rstrip("."))
    name = _SAME_SITE.get(name, name)
    if port and port not in ("80", "443"):
        name = f"{name}:{port}"
    path = _SLASHES.sub("/", _ESCAPE.sub(_normal_escape, path)).rstrip("/")
    query = _ESCAPE.sub(_normal_escape, query[1:])
    parameters = [part for part in query.split("&") if part and not _is_tracking(part)]
    if name == "arxiv.org" and (paper := _ARXIV.fullmatch(path)):
        path, parameters = f"/abs/{paper[1]}", []
    elif name == "youtu.be" and (video := _YOUTU_BE.fullmatch(path)):
        name, path, parameters = "youtube.com", "/watch", [f"v={video[1]}"]
    elif name == "youtube.com":
        if video := _YOUTUBE.fullmatch(path):
            path, parameters = "/watch", [f"v={video[1]}"]
        elif path == "/watch":
            parameters = [part for part in parameters if part.startswith("v=")]
    return f"https://{name}{path}" + ("?" + "&".join(parameters) if parameters else "")


def without_user(url: str) -> str:
    """The URL without a user's name and password: as it may be shown, and links be resolved against it."""
    if "@" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://user:password@[" and its kin
        return url.rpartition("@")[2]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def host(url: str) -> str:
    """The host of a URL in lower case, without port; empty where there is none."""
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


def _encoded(part: str, more: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=f"{more}%:@!$&'()*+,;=?" if more else "%:!$&'()*+,;=")


def _ascii_host(place: str) -> str | None:
    name, _, port = place, "", ""
    if not place.endswith("]"):
        head, colon, tail = place.rpartition(":")
        if colon:
            name, port = head, tail
    if port and not (port.isascii() and port.isdigit() and int(port) <= 65535):
        return None
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if not _HOST.fullmatch(name):
        return None
    return f"{name}:{port}" if port else name


def _normal_escape(escape: re.Match[str]) -> str:
    upper = escape[0].upper()
    return _UNRESERVED_ESCAPES.get(upper, upper)


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return bool(_TRACKING.fullmatch(name)) or (name == "source" and value.startswith("rss"))

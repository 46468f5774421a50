"""From a document's bytes to its text: which encoding it is in, whatever its labels say."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# Labels that are common in the wild and unknown to Python (WHATWG Encoding Standard, 4.2).
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "gb-2312": "gb18030",
    "gb-2312-80": "gb18030",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "windows-949": "cp949",
    "ks-c-5601": "cp949",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-mac-roman": "mac_roman",
    "dos-874": "cp874",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
}
# What a label of the left means in practice (WHATWG): the wider encoding that servers really send.
_WIDENED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "utf-8-sig": "utf-8",
}
# Only these decode text into text; Python also knows "zlib", "idna" and "undefined" as encodings.
_TRUSTED = re.compile(
    r"utf-8|utf-(?:16|32)(?:-[lb]e)?|gb18030|big5hkscs|cp\d{3,4}|euc_jp|iso2022_(?:jp|kr)|iso8859-\d+"
    r"|koi8-[rtu]|mac-\w+"
)
_XML_LABEL = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_HTML_LABEL = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Markup in an encoding of two or four bytes a character, without a byte order mark (XML 1.0, F.1).
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
# "<?xm" in EBCDIC, of which the label then says which one it is (XML 1.0, F.1).
_EBCDIC_START = bytes.fromhex("4c6fa794")
# A hundredth of bad bytes is damage; more is another encoding.
_TOLERATED = 0.01
_SAMPLE = 65_536


def decode(body: bytes, http_label: str = "") -> str:
    """The text of a document; what can't be decoded becomes U+FFFD. Never raises.

    In this order: byte order mark, valid UTF-8, the document's own label, the server's label, damaged
    UTF-8, and then whichever encoding makes the most ordinary text. Labels mean what the WHATWG Encoding
    Standard says: ``gb2312`` is GB 18030, ``latin-1`` is windows-1252. A byte order mark is not in the text.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    start = body[:64].lstrip(b" \t\r\n")
    for pattern, name in _WIDE_STARTS:
        if start.startswith(pattern) or body.startswith(pattern):
            return body.decode(name, "replace").removeprefix("\ufeff")
    if body.startswith(_EBCDIC_START):
        head = body[:1024].decode("cp037").encode("ascii", "replace")
        return body.decode(next(iter(_labels(head, http_label)), "cp037"), "replace")
    labels = _labels(body, http_label)
    if b"\x1b" in body:
        # ISO 2022 writes Japanese in seven bits, which are valid UTF-8 of no meaning.
        for name in labels:
            if name.startswith("iso2022"):
                return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in labels:
        if name not in ("utf-8", "utf-16", "utf-32") and not name.startswith(("utf-16-", "utf-32-")):
            text = body.decode(name, "replace")
            if text.count("\ufffd") <= _TOLERATED * _high_bytes(body):
                return text
    return _guess(body)


def _labels(body: bytes, http_label: str) -> list[str]:
    """Python's names of the encodings that the document and the server claim, without those it can't mean."""
    head = body[:1024]
    found = [
        match[1].decode("ascii") for match in (_XML_LABEL.search(head), _HTML_LABEL.search(head)) if match
    ]
    return [name for label in (*found, http_label) if (name := codec(label))]


def codec(label: str) -> str:
    """Python's name for an encoding label as it is used on the web; empty where it is none for text."""
    label = label.strip().strip("\"'").lower().replace("_", "-")
    name = _ALIASES.get(label)
    if name is None:
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):
            return ""
    name = _WIDENED.get(name, name)
    return name if _TRUSTED.fullmatch(name) else ""


def _high_bytes(body: bytes) -> int:
    return len(body) - len(body.translate(None, bytes(range(0x80, 0x100))))


def _guess(body: bytes) -> str:
    """Text that is not valid UTF-8 and has no label that fits it."""
    utf8 = body.decode("utf-8", "replace")
    bad = utf8.count("\ufffd")
    good = sum(char > "\x7f" for char in utf8) - bad
    if good > bad and bad <= _TOLERATED * len(body):
        return utf8
    best, best_score = "", 0.5
    sample = body[:_SAMPLE]
    for name, ordinary, frequent in _candidates():
        score = _score(sample, name, ordinary, frequent)
        if score > best_score:
            best, best_score = name, score
    return body.decode(best, "replace") if best else utf8


def _score(sample: bytes, name: str, ordinary: re.Pattern[str], frequent: str) -> float:
    """How much of what is not ASCII would be everyday text in that encoding; frequent words count twice."""
    try:
        # Incremental, so that a sample cut inside a character is no error.
        text = codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    foreign = _FOREIGN.findall(text)
    if not foreign:
        return 0.0
    return (len(ordinary.findall(text)) + sum(char in frequent for char in foreign)) / len(foreign)


_FOREIGN = re.compile("[^\x00-\x7f]")


@lru_cache(maxsize=1)
def _candidates() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Encodings that carry no label often enough to be guessed: everyday characters, the most frequent ones.

    In this order, as the earlier wins a tie: Chinese first, for the readers this is made for.
    """
    marks = "—‘’“”…、。《》！（），：；？"
    kana = "\u3041-\u3093\u30a1-\u30fc"
    japanese = re.compile(f"[{kana}{_first_level('euc_jp', range(0xB0, 0xD0))}{marks}]")
    # Small letters in company; a Western text has its accents one at a time, between letters of ASCII.
    cyrillic = re.compile("[а-яёєії](?=[а-яёєії])|(?<=[А-Яа-яёєії])[а-яёєії]")
    western = re.compile("(?<![^\x00-\x7f])[\u2013-\u2026\u20ac\u2122\u0152\u0153\xa0-\xfe](?![^\x00-\x7f])")
    return (
        (
            "gb18030",
            re.compile(f"[{_first_level('gb2312', range(0xB0, 0xD8))}{marks}]"),
            "的一是在不了有和人这中大为上个国我以要他",
        ),
        (
            "big5hkscs",
            re.compile(f"[{_first_level('big5', range(0xA4, 0xC7))}{marks}]"),
            "的一是在不了有和人這中大為上個國我以要他",
        ),
        ("cp932", japanese, "のにはをたがでてとしれさいるうなかも"),
        ("euc_jp", japanese, "のにはをたがでてとしれさいるうなかも"),
        ("cp949", re.compile("[\uac00-\ud7a3]"), "이다에의는을를가고하은한지로서도기사인"),
        ("koi8-r", cyrillic, ""),
        ("cp1251", cyrillic, ""),
        ("cp1252", western, ""),
    )


def _first_level(name: str, rows: range) -> str:
    """The characters in everyday use: the first level of a national standard."""
    return "".join(bytes((row, cell)).decode(name, "ignore") for row in rows for cell in range(0xA1, 0xFF))

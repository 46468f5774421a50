"""Keeps secrets out of all that is shown of a set-up: what may be a value is left out, not looked at.

A secret has no form that could be told for certain. So values of variables and headers never come here;
of addresses only scheme and host are kept, of commands what stands before the first option; and what looks
like a key in any other text is left out as well.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from techdash.text.clean import one_line

HIDDEN = "…"
LONGEST = 400
_LONGEST_NAME = 100
# Longer texts are cut before they are looked through.
_MOST = 4_000

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>]+")
_TELLING_NAME = (
    r"[\w.-]*(?:token|secret|passw(?:or)?d|passwd|pwd|passphrase|api[_-]?key|apikey|access[_-]?key|private[_-]?key"
    r"|authorization|credential|cookie|bearer|signature)[\w.-]*"
)
_NAMED = re.compile(
    rf"({_TELLING_NAME})([\"']?\s*[:=]\s*)(?:(?:bearer|basic|token)\s+)?[^\s,;]+", re.IGNORECASE
)
_OPTION = re.compile(rf"(--?{_TELLING_NAME})(\s+)[^\s,;]+", re.IGNORECASE)
_SCHEME = re.compile(r"\b(bearer|basic)\s+[^\s,;\"']+", re.IGNORECASE)
_ASSIGNED = re.compile(r"\b([A-Z][A-Z0-9_]{2,})=(?:\"[^\"]*\"?|'[^']*'?|[^\s]+)")
_USER_AT = re.compile(r"[^\s/@:]+:[^\s/@]+@(?=[\w.-])")
_KNOWN = re.compile(
    r"(?:sk-|sk_|pk_|rk_|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|xox[a-z]-|xapp-|npm_|hf_|pypi-|AKIA|ASIA|AIza"
    r"|ya29\.|eyJ|SG\.|dop_v1_|key-|whsec_)[A-Za-z0-9_.=/+-]{6,}"
)
_UUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_RUN = re.compile(r"[A-Za-z0-9+=]{16,}")
_WORDS_IN_ONE = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_PLAIN_WORD = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*|\.{1,2})?[A-Za-z0-9@._*/~-]*(?::\*)?")
_PASSWORD = re.compile(r"[A-Za-z]+\d[A-Za-z0-9]*|\d+[A-Za-z][A-Za-z0-9]*")
_LONG_OPTION = re.compile(r"--[a-z][a-z-]*")
_SHORT_OPTION = re.compile(r"-[A-Za-z]")
_TELLING = re.compile(_TELLING_NAME + r"|auth|login|export|set|env", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,80}")


def shown_text(text: str, longest: int = LONGEST) -> str:
    """A text in one clean line without what may be secret in it."""
    text = one_line(text[:_MOST])
    text = _ADDRESS.sub(lambda found: shown_address(found[0]), text)
    text = _USER_AT.sub(HIDDEN + "@", text)
    text = _ASSIGNED.sub(rf"\1={HIDDEN}", text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _OPTION.sub(rf"\1\2{HIDDEN}", text)
    text = _SCHEME.sub(rf"\1 {HIDDEN}", text)
    text = _UUID.sub(HIDDEN, _KNOWN.sub(HIDDEN, text))
    text = _RUN.sub(lambda found: HIDDEN if _is_mixed(found[0]) else found[0], text)
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def shown_name(text: str) -> str:
    """A name, short; of an empty one a sign that there is none."""
    return shown_text(text, _LONGEST_NAME) or HIDDEN


def shown_address(address: str) -> str:
    """Scheme and host of an address: paths, queries and users may all be keys."""
    try:
        parts = urlsplit(one_line(address))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return HIDDEN
    if not host or _looks_secret(host):
        return HIDDEN
    rest = f"/{HIDDEN}" if parts.path.strip("/") or parts.query or parts.fragment else ""
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{rest}"


def shown_command(command: str) -> str:
    """The words of a command that name it: options stay by name, what follows one is left out.

    So is what follows a path, a word like ``login``, a word with digits in it and what is no plain word.
    """
    shown: list[str] = []
    hiding = False
    for word in one_line(command[:_MOST]).split():
        piece, ends = (word, hiding) if word == "*" else _piece(word, not shown, hiding)
        hiding = hiding or ends
        if piece != HIDDEN or not shown or shown[-1] != HIDDEN:
            shown.append(piece)
    text = " ".join(shown)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _piece(word: str, is_first: bool, hiding: bool) -> tuple[str, bool]:
    """What is shown of one word of a command, and whether values begin after it."""
    name, equals, _ = word.partition("=")
    if equals and not hiding and _VARIABLE.fullmatch(name):
        return f"{name}={HIDDEN}", bool(set("'\"`$(") & set(word))
    if word.startswith("-"):
        option = _LONG_OPTION.match(word) or (None if hiding else _SHORT_OPTION.match(word))
        if option is None or _looks_secret(option[0]):
            return HIDDEN, True
        return option[0] + HIDDEN * (option.end() < len(word)), True
    if hiding or _looks_secret(word) or not _PLAIN_WORD.fullmatch(word):
        return HIDDEN, True
    if not is_first and _PASSWORD.fullmatch(word):
        return HIDDEN, True
    return word, "/" in word or (not is_first and _TELLING.fullmatch(word) is not None)


def shown_variables(names: object) -> str:
    """The names of variables, without their values."""
    return _listed(names, _VARIABLE)


def shown_headers(names: object) -> str:
    """The names of headers, without their values."""
    return _listed(names, _HEADER)


def _listed(names: object, form: re.Pattern[str]) -> str:
    given = list(names)[:20] if isinstance(names, dict | list) else []
    shown = [name for name in given if isinstance(name, str) and form.fullmatch(name)]
    return ", ".join(name for name in shown if not _looks_secret(name))


def _looks_secret(text: str) -> bool:
    return shown_text(text) != text


def _is_mixed(run: str) -> bool:
    """Whether a long run of letters and digits is no word, nor words one after the other (``PreToolUse``)."""
    if any(char.isdigit() for char in run):
        return True
    words = _WORDS_IN_ONE.findall(run)
    return "".join(words) != run or len(words) > len(run) // 3

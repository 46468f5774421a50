"""Which addresses are those of one text in two languages, told by the mark that sites put into them."""

from __future__ import annotations

import re

_TAGS = {"en": "en", "english": "en", "zh": "zh", "cn": "zh", "chinese": "zh"}
_TAG = r"(en|zh|cn)(?:[-_](?:us|gb|cn|hans|hant|tw|hk|sg))?"
_FOLDER = re.compile(rf"(?:{_TAG}|(english|chinese))", re.IGNORECASE)
_SUFFIX = re.compile(rf"(?<=.)[-_.]{_TAG}$", re.IGNORECASE)
_PARAMETER = re.compile(rf"(?:lang|language|locale|hl)={_TAG}", re.IGNORECASE)
_PARTS = re.compile(r"((?:https?://[^/?]*)?)([^?]*)(\??.*)", re.DOTALL)


def unmarked(address: str) -> tuple[str, str]:
    """An address or a path without its language, and that language: ``en``, ``zh`` or empty.

    The mark is a folder (``/en/x``), the end of the name (``x-en``, Hugo's ``x.en.md``) or a parameter
    (``?lang=en``); one is taken away. An address that names no page gives an empty one.
    """
    shape = _PARTS.fullmatch(address)
    if shape is None or not (shape[2].strip("/") or shape[3]):
        return "", ""
    host, path, query = shape.groups()
    folders = path.split("/")
    for at, folder in enumerate(folders[:-1]):
        if found := _FOLDER.fullmatch(folder):
            rest = "/".join(folders[:at] + folders[at + 1 :])
            return host + rest + query, _TAGS[(found[1] or found[2]).lower()]
    stem, dot, ending = folders[-1].rpartition(".")
    if not stem or _is_language(ending):
        stem, dot, ending = folders[-1], "", ""
    if found := _SUFFIX.search(stem):
        name = stem[: found.start()] + dot + ending
        return host + "/".join([*folders[:-1], name]) + query, _TAGS[found[1].lower()]
    parameters = query[1:].split("&") if query else []
    for parameter in parameters:
        if found := _PARAMETER.fullmatch(parameter):
            rest = "&".join(other for other in parameters if other != parameter)
            return host + path + (f"?{rest}" if rest else ""), _TAGS[found[1].lower()]
    return address, ""


def _is_language(ending: str) -> bool:
    """Whether what follows the last dot of a name is a language and no file type."""
    return _FOLDER.fullmatch(ending) is not None

"""What of a language model's answer is accepted: of the given, in the language asked for, plain and short.

Each check gives a reason in a few words, or "" where there is nothing against the text. They cannot tell
whether a sentence is true; they can tell that it brings nothing along that was not given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from techdash.editions.aliases import HEADLINES, WEAK
from techdash.editions.briefs import ADDRESS, LEAD_CELLS, SUMMARY_CELLS, Brief
from techdash.editions.features import Names, names_with, text_terms
from techdash.text.cells import width
from techdash.text.clean import one_line
from techdash.text.reading import language as language_of

_SHORTEST_LEAD = 40
_SHORTEST_SUMMARY = 12
_MARKUP = re.compile(r"</?[a-zA-Z!]|&\w+;|&#|[`*_#~|]{2}|\[|\]|^[#>*|-]|`|[{}\\]|\$(?!\d)")
_DOTTED = re.compile(r"\w[\w-]*(?:\.[a-zA-Z][\w-]*)+")
_HANDLE = re.compile(r"(?<!\w)[@#]\w+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:['’-][A-Za-zÀ-ɏ0-9]+)*")
_BEGINNING = re.compile(r"(?:^|[.!?:;。！？：；“\"(（]\s*)$")
# What models say instead of an answer, and to whom.
_TALK = re.compile(
    r"(?:\b(?:i['’]m|i am|i can(?:not|['’]t)?|sorry|as an ai|language model|system prompt|instructions?)\b"
    r"|抱歉|对不起|作为(?:一个)?人工智能|语言模型|系统提示|指令|我(?:无法|不能|是))",
    re.IGNORECASE,
)
# Names of the field itself, which a sentence may use of anything here.
_COMMON = frozenset(("ai", "llm", "llms", "api", "apis", "gpu", "gpus"))


def fault_of_lead(text: str, brief: Brief, names: Names | None = None) -> str:
    """Why a lead is not taken; it has to speak of two stories at least."""
    fault = _fault(text, brief.given.values(), brief.language, _SHORTEST_LEAD, LEAD_CELLS, names)
    if fault:
        return fault
    said = _terms(text, names)
    told = sum(bool(said & _terms(given, names)) for given in brief.given.values())
    return "" if told >= 2 else "is not about what was given"


def fault_of_summary(text: str, given: str, brief: Brief, names: Names | None = None) -> str:
    """Why a summary of the story ``given`` is not taken."""
    fault = _fault(text, [given], brief.language, _SHORTEST_SUMMARY, SUMMARY_CELLS, names)
    if fault:
        return fault
    # Of a text in another language perhaps nothing can be found again, where it names nobody.
    is_foreign = language_of(given) != brief.language
    if not is_foreign and not _terms(text, names) & _terms(given, names):
        return "is not about what was given"
    return ""


def _fault(
    text: str, given: Iterable[str], language: str, shortest: int, longest: int, names: Names | None
) -> str:
    source = " ".join(given)
    if one_line(text) != text:
        return "has control characters or several lines"
    if not shortest <= width(text) <= longest:
        return "is too long" if width(text) > longest else "is too short"
    if ADDRESS.search(text) or _HANDLE.search(text):
        return "has an address in it"
    if _MARKUP.search(text):
        return "has markup in it"
    if language_of(text) != language:
        return "is in another language"
    if _TALK.search(text):
        return "speaks of itself"
    if foreign := _foreign(text, source, names):
        return f"names {foreign[:40]!r}, which was not given"
    return ""


def _foreign(text: str, source: str, names: Names | None) -> str:
    """The first number, dotted name or proper name that is not in the source; names by either language."""
    folded = source.casefold()
    numbers = {number.replace(",", "") for number in _NUMBER.findall(source)}
    for number in _NUMBER.findall(text):
        if number.replace(",", "") not in numbers:
            return str(number)
    for dotted in _DOTTED.findall(text):
        if dotted.casefold() not in folded:
            return str(dotted)
    known = _terms(source, names)
    is_chinese = language_of(text) == "zh"
    for found in _WORD.finditer(text):
        word = re.sub(r"['’]s$", "", found[0])
        is_name = (not word[1:].islower() and len(word) > 1) or _is_in_tables(word, names)
        if word[0].isupper() and not _BEGINNING.search(text[: found.start()]):
            is_name = len(word) > 1
        if (is_name or (is_chinese and len(word) > 1)) and not _is_known(word, folded, known, names):
            return word
    return ""


def _is_in_tables(word: str, names: Names | None) -> bool:
    """Whether a word with a capital letter is a name that is known, so that it is one at a beginning too."""
    return word[0].isupper() and not _known_names(names or names_with(())).isdisjoint(_terms(word, names))


@lru_cache(maxsize=4)
def _known_names(names: Names) -> frozenset[str]:
    usual = {term for word in HEADLINES for term in text_terms(word, names)}
    return frozenset({*names.words, *names.words.values(), *names.han.values()} - usual - WEAK)


def _is_known(word: str, folded: str, known: set[str], names: Names | None) -> bool:
    plain = word.casefold()
    if plain in _COMMON or re.search(rf"(?<![a-z0-9]){re.escape(plain)}", folded):
        return True
    terms = _terms(word, names)
    return bool(terms) and terms <= known


def _terms(text: str, names: Names | None) -> set[str]:
    """The terms of a whole text: its sentences one by one, for only the start of each is looked at."""
    parts = re.split(r"(?<=[.!?。！？；;])\s*|(?<=[，,、:：])\s*", text)
    return {term for part in parts for term in text_terms(part, names)}

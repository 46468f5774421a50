"""The counts that the lead of an edition states, and whether the lead was cut short by its source."""

from __future__ import annotations

import re

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "a single": 1,
}  # fmt: skip
_HAN_DIGITS = "零一二三四五六七八九"

_NUMBER = r"(?<![\w.$€£¥-])(?:\d{1,3}(?:,\d{3})+|\d{1,5})(?![\w%]|[.,]\d)"
_HAN_NUMBER = r"(?:(?<![\d.])\d{1,5}|[一二两三四五六七八九十]{1,3})"

# What is counted, by the noun that ends the phrase. The first kind that fits wins.
_ENGLISH: tuple[tuple[str, str], ...] = (
    ("featured", r"featured|featured (?:articles?|stories|story|reads?|pieces?|picks?)|editor'?s? picks?"),
    ("github", r"(?:github|trending|open[- ]source)(?:[ -][a-z-]+){0,3}|repos(?:itor(?:y|ies))?|repo"),
    ("social", r"(?:[a-z-]+ ){0,2}(?:tweets?|posts?|threads?)"),
    ("podcast", r"(?:[a-z-]+ ){0,1}(?:podcasts?(?: episodes?)?|episodes?)"),
    ("paper", r"(?:[a-z-]+ ){0,2}(?:papers?|preprints?)"),
    ("article", r"(?:[a-z-]+ ){0,2}(?:articles?|stories|story|essays?)"),
)
_CHINESE: tuple[tuple[str, str], ...] = (
    ("featured", r"(?:篇|条|个)?(?:精选|重点|头条)(?:文章|内容|阅读)?"),
    ("github", r"(?:个|款|项)?\s*(?:热门|趋势)?\s*(?:GitHub|Github|github|开源)[^，。；、（(\d]{0,8}"),
    ("social", r"(?:条|则|篇)?\s*(?:KOL|大\s*V|关注者)?\s*(?:的)?\s*(?:推文|动态|推特|帖子|社交)"),
    ("podcast", r"(?:期|集|档|个|条)?\s*播客"),
    ("paper", r"篇\s*(?:[^，。；、（(\d]{0,4})论文"),
    ("article", r"篇\s*(?:[^，。；、（(\d精选]{0,4})(?:文章|资讯|报道|博文)"),
)
_ENGLISH_COUNT = re.compile(
    rf"(?P<number>{_NUMBER}|\b(?:{'|'.join(_WORDS)})\b)\s+(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _ENGLISH)
    + r")\b",
    re.IGNORECASE,
)
_CHINESE_COUNT = re.compile(
    rf"(?P<number>{_HAN_NUMBER})\s*(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _CHINESE) + ")"
)
_CHINESE_FEATURED = re.compile(rf"精选\s*(?P<number>{_HAN_NUMBER})\s*(?:篇|条|个)")

# A sentence that counts what the edition holds, not what some article is about.
_ABOUT_THE_EDITION = re.compile(
    r"\b(?:cover(?:s|ed|ing)?|includ(?:es?|ing)|brings?|collect(?:s|ed)|rounds? up|draws? on|features"
    r"|today's (?:report|edition|issue|digest|briefing)|this (?:issue|week's issue|edition|report|digest))\b"
    r"|收录|涵盖|覆盖|汇总|整理|精选|本期|今日|今天|本周|共有|共\s*\d",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


def stated(lead: str) -> dict[str, int] | None:
    """The counts a lead states, by section kind (``featured`` among them), or None where it states none.

    A number counts where its sentence speaks of the edition ("Today's report covers …", 「本期收录……」) or
    counts two kinds of things; so a study of 300 papers is no count. The first statement of a kind holds.
    """
    found: dict[str, int] = {}
    for sentence in _SENTENCE_END.split(lead):
        here = _counts(sentence)
        if len(here) > 1 or (here and _ABOUT_THE_EDITION.search(sentence)):
            for kind, number in here.items():
                found.setdefault(kind, number)
    return found or None


def is_cut(lead: str) -> bool:
    """Whether a lead stops in mid-sentence, as list pages cut theirs at 300 characters."""
    text = lead.rstrip().rstrip("\"'”’」』）)]*_")
    return bool(text) and (text[-1] not in ".!?。！？：:" or text.endswith(("..", "。。")))


def _counts(sentence: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in (*_ENGLISH_COUNT.finditer(sentence), *_CHINESE_COUNT.finditer(sentence)):
        if match.lastgroup is not None:
            found.setdefault(match.lastgroup, _value(match["number"]))
    if featured := _CHINESE_FEATURED.search(sentence):
        found.setdefault("featured", _value(featured["number"]))
    return found


def _value(number: str) -> int:
    digits = number.replace(",", "")
    if digits.isdecimal():
        return int(digits)
    if number.lower() in _WORDS:
        return _WORDS[number.lower()]
    tens, ten, ones = number.replace("两", "二").rpartition("十")
    if not ten:
        return max(_HAN_DIGITS.find(ones[:1]), 0)
    return (_HAN_DIGITS.find(tens) if tens else 1) * 10 + (_HAN_DIGITS.find(ones) if ones else 0)

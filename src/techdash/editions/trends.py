"""Trends: the terms of a day's titles that rise against the two weeks before, in English and Chinese.

Of the entries of a day (papers aside: arXiv alone would decide) n have a term; on the days before, mu a day.
What rises has z = (n - mu) / sqrt(mu + 1) >= 2, n >= 3 and two sources. On a day with more entries than usual
mu is what so many usually have, so that a new source makes no trend of everything it writes about.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from techdash.editions.features import features
from techdash.models.editions import DayEntry, Trend

DAYS_BEFORE = 14
VOLUME = ""
"""The term of :func:`counts` that every entry has."""

_SHOWN = 3
_FEWEST = 3
_FEWEST_SOURCES = 2
_RISES = 2.0
_FEWEST_DAYS = 5  # with entries, of the fourteen: before that nothing is usual
_WEEK = 7
_SAME = 0.6  # of the entries of the smaller one: two terms are of one story
_LABEL_SHARE = 0.8
_LONGEST_LATIN = 4
_LONGEST_HAN = 8

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# "GPT-5.5", "C++", "3.1", "DeepSeek-V4"; then runs of Han characters.
_TOKEN = re.compile(rf"(?P<latin>[A-Za-z0-9]+(?:[.+/&-][A-Za-z0-9]+)*\+{{0,2}})|(?P<han>[{_HAN}]+)")
_NAMES_SOMETHING = re.compile(rf"[^\W\d_#@].*[^\W_]|[{_HAN}]{{2}}")
# What stands in headlines of every kind.
_EVERYDAY = """
above access across add again against ago ahead aim ai amid analysis announce announcement another
any app apps around ask available away back bad beat become before begin behind best better beyond
big billion bring build built business buy call case change chat check claim come coming company
could cut daily data day deal deep demo deploy design developer different digest discover drop early
easy edition end every everything expand explain face fall fast feature few final find first fix
fund funding future gain generation get give go good great grow growth guide hand hard help here
high hit hold how huge human idea impact improve inside interview introduce issue job join journey
jump just keep key kill know land large last late latest launch lead learn leave less lesson let
level life line list live local long look lose low major make maker making many market may mean meet
million mind model monday month more most move much name near need new news next no note now number
offer old one online open over own part partner past pay people plan platform play podcast point
post power preview price problem product program project push put question raise ready real reason
record release report research result reveal review right rise risk run safe save say scale see sell
send series service set share ship show side sign simple size small smart software solve some source
speed stand start startup state stop story strategy study sue support system take talk team tech
technology tell test thing think thread time tip today tool top track train try tuesday turn two
unveil update use user using version via video view want war warn watch way wednesday week weekend
weekly win without wonder work worker world worst write wrong year yes yesterday thursday friday
saturday sunday january february march april june july august september october november december
发布 推出 宣布 推荐 怎么 为何 最新 全球 首次 首个 公司 表示 中国 正式 上线 今日 今天 日报 周刊 周报
一个 一款 一种 使用 支持 实现 基于 通过 进行 开始 成为 关于 介绍 教程 指南 更新 版本 消息 新闻 报道
分享 问题 没有 已经 还是 多少 背后 时代 未来 技术 产品 工具 功能 项目 人工 工智 智能 能力 系统 平台
服务 数据 用户 美国 曝光 获得 完成 亿美 美元 亿元 万元 人民 融资 据悉 回应 计划 预计 增长 提升 模型
开源
"""

_THINGS = frozenset(("智能", "模型", "系统", "平台", "技术", "工具", "能力"))


def counts(rows: Iterable[DayEntry]) -> dict[str, int]:
    """How many of a day's entries have each term, and under :data:`VOLUME` how many there are."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.kind != "paper":
            found.update(terms(row))
            found[VOLUME] += 1
    return dict(found)


def rising(rows: Iterable[DayEntry], before: Sequence[Mapping[str, int]]) -> tuple[Trend, ...]:
    """The terms that rise most, at most three, none of the same story as another.

    ``before``: the :func:`counts` of the days before, oldest first, empty for a day without entries. The same
    for the same rows in whatever order.
    """
    usual_days = [day for day in before if day.get(VOLUME)]
    if len(usual_days) < _FEWEST_DAYS:
        return ()
    counted = sorted((row for row in rows if row.kind != "paper"), key=lambda row: row.id)
    having: dict[str, list[DayEntry]] = {}
    for row in counted:
        for term in terms(row):
            having.setdefault(term, []).append(row)
    busier = max(1.0, len(counted) * len(usual_days) / sum(day[VOLUME] for day in usual_days))
    found: list[tuple[float, int, str]] = []
    for term, some in having.items():
        if len(some) >= _FEWEST and len({row.source_id for row in some}) >= _FEWEST_SOURCES:
            expected = _mean(term, usual_days) * busier
            rise = (len(some) - expected) / math.sqrt(expected + 1)
            if rise >= _RISES:
                found.append((rise, len(some), term))
    found.sort(key=lambda it: (-it[0], -it[1], -len(it[2]), it[2]))
    chosen: list[tuple[str, set[int]]] = []
    for _, _, term in found:
        ids = {row.id for row in having[term]}
        if not any(_are_one(ids, others) for _, others in chosen):
            chosen.append((term, ids))
            if len(chosen) == _SHOWN:
                break
    return tuple(_trend(term, having[term], before, usual_days) for term, _ in chosen)


@lru_cache(maxsize=8_192)
def _terms(title: str, source_title: str) -> frozenset[str]:
    return frozenset(filter(_names_something, features(title, source_title).title))


@lru_cache(maxsize=32_768)
def _names_something(term: str) -> bool:
    return bool(_NAMES_SOMETHING.match(term)) and term not in _everyday()


def terms(row: DayEntry) -> frozenset[str]:
    """The terms of an entry's title that name something: words, names with their versions, Han pairs."""
    return _terms(row.title, row.source_title)


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    return frozenset().union(*(features(word).title for word in _EVERYDAY.split()))


def _trend(
    term: str,
    rows: Sequence[DayEntry],
    before: Sequence[Mapping[str, int]],
    usual_days: Sequence[Mapping[str, int]],
) -> Trend:
    return Trend(
        term=_label(term, [row.title for row in rows]),
        today=len(rows),
        usual=round(_mean(term, usual_days), 1),
        entry_ids=tuple(row.id for row in rows),
        sources=len({row.source_id for row in rows}),
        week=(*(day.get(term, 0) for day in before[-(_WEEK - 1) :]), len(rows)),
    )


def _mean(term: str, days: Sequence[Mapping[str, int]]) -> float:
    return sum(day.get(term, 0) for day in days) / len(days)


def _are_one(some: Collection[int], others: Collection[int]) -> bool:
    return len(set(some) & set(others)) >= _SAME * min(len(some), len(others))


# -- what a trend is called


def _label(term: str, titles: Sequence[str]) -> str:
    """The longest words around a term that most of its titles share, as most of them write it."""
    having: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for title in titles:
        of_title = {key: text for run in _runs(title) for key, text in _spans(run)}
        having.update(of_title.keys())
        for key, text in of_title.items():
            written.setdefault(key, Counter())[text] += 1
    most = [key for key, count in having.items() if count >= _LABEL_SHARE * len(titles)]
    for some in (sorted(most, key=lambda key: (-_size(key), key)), _by_use(having)):
        for key in some:
            text = min(written[key].items(), key=lambda it: (-it[1], it[0]))[0]
            if term in features(text).title:
                return text
    return term


def _size(key: str) -> int:
    return len(key.split()) if key.isascii() else len(key)


def _by_use(having: Mapping[str, int]) -> list[str]:
    """Single words and short Han names, those that most titles have first."""
    short = [key for key in having if (" " not in key if key.isascii() else len(key) <= 4)]
    return sorted(short, key=lambda key: (-having[key], len(key), key))


def _runs(title: str) -> Iterator[list[str] | str]:
    """The runs of Latin words (as written) that only spaces part, and of Han characters."""
    words: list[str] = []
    end = 0
    title = unicodedata.normalize("NFKC", title)
    for match in _TOKEN.finditer(title):
        if words and (match["han"] or title[end : match.start()].strip(" ")):
            yield words
            words = []
        end = match.end()
        if match["han"]:
            yield match["han"]
        else:
            words.append(match["latin"])
    if words:
        yield words


def _spans(run: list[str] | str) -> Iterator[tuple[str, str]]:
    """Parts of a run: in one form for all ways to write it, and as written; none ends in an everyday word."""
    if isinstance(run, str):
        for start in range(len(run) - 1):
            for end in range(start + 2, min(len(run), start + _LONGEST_HAN) + 1):
                if _is_whole_han(run, start, end):
                    yield run[start:end], run[start:end]
        return
    keys = [word.casefold() for word in run]
    tells = [bool(_word_terms(key)) for key in keys]
    for start, key in enumerate(keys):
        for end in range(start + 1, min(len(keys), start + _LONGEST_LATIN) + 1):
            if tells[start] and (tells[end - 1] or key[0].isdigit() or keys[end - 1][0].isdigit()):
                yield " ".join(keys[start:end]), " ".join(run[start:end])


@lru_cache(maxsize=8_192)
def _word_terms(word: str) -> frozenset[str]:
    return _terms(word, "")


def _is_whole_han(run: str, start: int, end: int) -> bool:
    """Whether a part of a run begins and ends with pairs that name something, or ends in a thing."""
    last = run[end - 2 : end]
    return bool(_word_terms(run[start : start + 2]) and (last in _THINGS or _word_terms(last)))

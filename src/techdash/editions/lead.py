"""The lead of a composed edition, from a template, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from techdash.models.editions import Trend

# Kind, English for one and for more, the Chinese measure word with its noun.
_NOUNS: tuple[tuple[str, str, str, str], ...] = (
    ("article", "article", "articles", "篇文章"),
    ("social", "post", "posts", "条动态"),
    ("github", "repository", "repositories", "个项目"),
    ("podcast", "episode", "episodes", "期播客"),
    ("paper", "paper", "papers", "篇论文"),
)


def english(sources: int, counts: dict[str, int], papers: int, trend: Sequence[Trend] = ()) -> str:
    """ "14 sources: 21 articles (5 featured), 30 of 412 papers. Rising: agents (6 sources), CUDA (4)."

    ``counts`` are of stories, each counted once; ``papers`` are all of the day, of which some are shown.
    """
    parts: list[str] = []
    for kind, one, many, _ in _NOUNS:
        if number := counts.get(kind, 0):
            said = f"{number} of {papers}" if kind == "paper" and papers > number else f"{number}"
            parts.append(f"{said} {one if said == '1' else many}")
            if kind == "article" and counts.get("featured"):
                parts[-1] += f" ({counts['featured']} featured)"
    muted = [f"{counts['muted']} muted"] if counts.get("muted") else []
    lead = f"{sources} {'source' if sources == 1 else 'sources'}: {', '.join(parts + muted)}."
    rising = [
        f"{it.term} ({it.sources}{' sources' if number == 0 else ''})" for number, it in enumerate(trend)
    ]
    return f"{lead} Rising: {', '.join(rising)}." if rising else lead


def without_rising(lead: str) -> str:
    """A lead from the template without its last sentence: what rises is said apart."""
    for word in (" Rising: ", "升温："):
        if word in lead:
            return lead.rpartition(word)[0]
    return lead


def chinese(sources: int, counts: dict[str, int], papers: int, trend: Sequence[Trend] = ()) -> str:
    """ "14 个来源：21 篇文章（5 篇精选）、26 条动态、1 期播客。升温：智能体（6 个来源）。" """
    parts: list[str] = []
    for kind, _, _, noun in _NOUNS:
        if number := counts.get(kind, 0):
            said = f"{papers} 篇论文中的 {number} 篇" if kind == "paper" and papers > number else ""
            parts.append(said or f"{number} {noun}")
            if kind == "article" and counts.get("featured"):
                parts[-1] += f"（{counts['featured']} 篇精选）"
    if counts.get("muted"):
        parts.append(f"{counts['muted']} 条已静音")
    lead = f"{sources} 个来源：{'、'.join(parts)}。"
    rising = [
        f"{it.term}（{it.sources} 个{'来源' if number == 0 else ''}）" for number, it in enumerate(trend)
    ]
    return f"{lead}升温：{'、'.join(rising)}。" if rising else lead

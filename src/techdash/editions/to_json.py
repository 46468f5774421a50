"""An edition as plain values for programs: keys are added to, never renamed."""

from __future__ import annotations

from typing import Any

from techdash.editions.printed import COUNTED
from techdash.models.editions import Draft, Edition, Other


def as_json(edition: Edition) -> dict[str, Any]:
    """An edition whole."""
    return {
        "id": edition.id,
        "source": edition.source_title,
        "title": edition.title,
        "url": edition.url,
        "lead": edition.lead,
        "written": _written(edition.draft),
        "composed": edition.composed,
        "counts": {name: edition.counts.get(name, 0) for name in COUNTED},
        "stated_counts": edition.stated_counts,
        "trend": [
            {"term": trend.term, "today": trend.today, "usual": trend.usual} for trend in edition.trend
        ],
        "sections": [
            {
                "kind": section.kind,
                "title": section.title,
                "prose": section.prose,
                "items": [
                    {
                        "title": item.title,
                        "url": item.url,
                        "who": item.who,
                        "summary": item.summary,
                        "written": _written(item.draft),
                        "featured": item.featured,
                        "score": item.score,
                        "parts": item.parts,
                        "muted": item.muted,
                        "also_in": [
                            {"source": other.source, "title": other.title, "url": other.url}
                            for other in item.also_in
                        ],
                        "entry": item.entry_id,
                        "other_language": _other(item.other),
                    }
                    for item in section.items
                ],
            }
            for section in edition.sections
        ],
    }


def _other(other: Other | None) -> dict[str, str | int] | None:
    """The same essay in the other language."""
    if other is None:
        return None
    return {"language": other.language, "title": other.title, "url": other.url, "entry": other.entry_id}


def _written(draft: Draft | None) -> dict[str, str] | None:
    """What a model wrote in place of the lead or the summary, which stay what they are."""
    return None if draft is None else {"text": draft.text, "model": draft.model, "language": draft.language}

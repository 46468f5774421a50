"""The reader's own tags as they are typed and kept: words in lower case, without blanks."""

from __future__ import annotations

import unicodedata

from techdash.text.clean import clean

LONGEST = 40
"""Characters that are kept of a tag."""
MOST = 30
"""Tags that an entry may have."""
_BETWEEN = ",，、;；"


def tag(word: str) -> str:
    """A word as the tag it is kept as; empty where nothing is left of it."""
    folded = unicodedata.normalize("NFKC", clean(word)).casefold()
    # without the blanks that some signs fold to, what stood beside them may become one character
    joined = unicodedata.normalize("NFKC", "".join(folded.split()).lstrip("#")[:LONGEST])
    return "".join(joined.casefold().split())


def parse(line: str) -> tuple[str, ...]:
    """The tags of a line, between blanks or commas, each once and in order; ``#`` before one is let go."""
    for char in _BETWEEN:
        line = line.replace(char, " ")
    return tuple(sorted({name for word in line.split() if (name := tag(word))})[:MOST])

"""Every figure: what is measured, beside what, what it must be, where we are going, and by which function."""

from __future__ import annotations

from functools import partial

from tests.bench import cards, keys, memory, reading, refresh, start, stored
from tests.bench.figures import Measure, Row
from tests.bench.inside import DEAR

_HELLO = "bare Textual hello"
_NEWSBOAT = "newsboat, 8 threads"

TABLE: tuple[tuple[Measure, tuple[Row, ...]], ...] = (
    (start.live_digest, (Row("S2", "exec to the live digest, 100,000 entries", _HELLO, 1.25, 1.05),)),
    (
        start.live_digest_of_fewer,
        (Row("S2-10k", "exec to the live digest, 10,000 entries", _HELLO, 1.25, 1.05),),
    ),
    (
        start.beside_newsboat,
        (Row("S2b-10k", "exec to the live digest, 10,000 entries", "newsboat with as many", 0.15, 0.12),),
    ),
    (
        start.beside_newsboat_with_many,
        (Row("S2b-100k", "exec to the live digest, 100,000 entries", "newsboat with as many", 0.015, 0.012),),
    ),
    (start.live_digest_of_a_million, (Row("S3", "S2 at 1,000,000 entries", "S2 at 1,000", 1.1, 1.0),)),
    (start.quitting, (Row("S4", "quit key to exit, 100,000 entries", "hello's", 1.0, 0.5),)),
    (start.version, (Row("S5-version", "techdash --version", "python -c pass", 3, 2),)),
    (start.cheat, (Row("S5-cheat", "techdash cheat clear", "python -c pass", 8, 5),)),
    (memory.of_reading, (Row("M1", "RSS after 200 pages, an essay, narrowing", "hello's RSS", 1.6, 1.4),)),
    (memory.with_a_million, (Row("M2", "M1, 70 pages, at 1,000,000 entries", "at 1,000", 1.1, 1.0),)),
    (
        refresh.cold,
        (
            Row("R1 wall", "cold refresh, 200 feeds x 50, until all can be read", _NEWSBOAT, 0.7, 0.40),
            Row("R1 cpu", "the same: CPU", _NEWSBOAT, 0.7, 0.35),
            Row("R1 whole wall", "the same, until their days are composed too", _NEWSBOAT),
            Row("R1 whole cpu", "the same: CPU", _NEWSBOAT),
            Row("R6", "the same: peak RSS", _NEWSBOAT, 3, 1.5),
        ),
    ),
    (
        refresh.unchanged,
        (
            Row("R2 wall", "refresh, all 304", _NEWSBOAT, 0.30, 0.15),
            Row("R2 cpu", "the same: CPU", _NEWSBOAT, 0.35, 0.12),
        ),
    ),
    (
        refresh.changed,
        (
            Row("R4 wall", "refresh, 40 of 200 changed", _NEWSBOAT, 0.35, 0.15),
            Row("R4 cpu", "the same: CPU", _NEWSBOAT, 0.40, 0.15),
        ),
    ),
    (
        refresh.arrivals,
        (Row("R7", "a feed's answer to its entry on the open screen, p95", "–", 100, 50, "ms"),),
    ),
    (
        keys.down,
        (
            Row("K1", "down key in a list of 100,000, p95", "OptionList with 10,000", 0.5, 0.35),
            Row("K1 first", "the same to the first byte", unit="ms"),
            Row("K1 rest", "the same to the last byte", unit="ms"),
        ),
    ),
    (
        keys.page_of_list,
        (
            Row("K2 list", "page key in a list of 100,000, p95", "a frame", 16, 12, "ms"),
            Row("K2 list first", "the same to the first byte", unit="ms"),
        ),
    ),
    (
        keys.page_of_text,
        (
            Row("K2 text", "page key in a text of 1 MB, p95", "a frame", 16, 12, "ms"),
            Row("K2 text first", "the same to the first byte", unit="ms"),
        ),
    ),
    (
        partial(keys.page_beside, "less"),
        (
            Row("K2 text less", "page key in a text of 1 MB, p95", "less, plain text"),
            Row("K2 less alone", "less's page key in it, p95", unit="ms"),
        ),
    ),
    (
        partial(keys.page_beside, "glow"),
        (
            Row("K2 text glow", "page key in a text of 1 MB, p95", "glow -p"),
            Row("K2 glow alone", "glow's page key in it, p95", unit="ms"),
        ),
    ),
    (
        keys.down_while_refreshing,
        (
            Row("K3", "down key while 200 feeds are refreshed, p95", "idle, same window", 1.5, 1.15),
            Row("K3 key", "the same by itself", unit="ms"),
            Row("K3 keys", "keys pressed meanwhile", unit=""),
            Row("K3 lost", "keys without effect, idle or busy", must=0, unit=""),
        ),
    ),
    (
        keys.another_day_of_a_week,
        (
            Row("K4-week", "[ and ]: another day painted, p95, one week of editions", "–", 30, 16, "ms"),
            Row("K4-week first", "the same to the first byte", unit="ms"),
        ),
    ),
    (
        keys.another_day_of_five_years,
        (
            Row("K4-years", "[ and ]: another day painted, p95, five years of editions", "–", 30, 16, "ms"),
            Row("K4-years first", "the same to the first byte", unit="ms"),
        ),
    ),
    (
        cards.finding,
        (
            Row("C1", "finding among 5,000 cards, a letter typed, p95", "–", 10, 3, "ms"),
            Row("C1 most", "the same: the longest", unit="ms"),
            Row("C1 index", "making 5,000 cards ready, off the loop", "–", 500, 300, "ms"),
        ),
    ),
    (
        cards.typing,
        (
            Row("C2", "letter typed to 5,000 cards narrowed and painted, p95", "–", 50, 30, "ms"),
            Row("C2 down", "the same", "down key in an OptionList with 10,000"),
            Row("C2 first", "the same to the first byte", unit="ms"),
        ),
    ),
    (reading.first_screen, (Row("D1", "exec to the first screen of a 1 MB essay", "hello", 1.6, 1.3),)),
    (reading.key_to_text, (Row("D1 key", "Enter to the text of 1 MB, window open", "–", 60, 30, "ms"),)),
    (
        partial(reading.first_screen_beside, "less"),
        (Row("D1 less", "exec to the first screen of a 1 MB essay", "less, plain text"),),
    ),
    (
        partial(reading.first_screen_beside, "glow"),
        (Row("D1 glow", "exec to the first screen of a 1 MB essay", "glow -p"),),
    ),
    (
        reading.sizes,
        (
            Row("D2 1MB", "exec to the first screen, 1 MB", "10 KB", 1.3, 1.1),
            Row("D2 10MB", "exec to the first screen, 10 MB", "10 KB", 1.6, 1.2),
            Row("D2 key 1MB", "Enter to the text, 1 MB", "10 KB"),
            Row("D2 key 10MB", "Enter to the text, 10 MB", "10 KB"),
        ),
    ),
    (reading.essay, (Row("D3", "Enter to the first screen of 100 KB", "Textual's Markdown", 0.25, 0.15),)),
    (
        reading.resized,
        (
            Row("D4", "resize of a 100 KB text", "Textual's Markdown", 0.06, 0.03),
            Row("D4 alone", "the same by itself", unit="ms"),
            Row("D4 lost", "resizes that lost the sentence at the top", must=0, unit=""),
        ),
    ),
    (memory.with_a_text, (Row("D5", "RSS with 1 MB open", "hello's RSS", 1.6, 1.35),)),
    (
        reading.loop_while_laid_out,
        (Row("D6 text", "worst stall of the loop while 5 MB is laid out", "–", 50, 16, "ms"),),
    ),
    (
        refresh.loop_while_refreshed,
        (Row("D6 feeds", "worst stall of the loop while 500 feeds are refreshed", "–", 50, 16, "ms"),),
    ),
    (
        stored.lists,
        tuple(
            Row(f"W2 {name}", f"{name}: the query at 1,000,000 entries", "at 1,000", 2, 1.2)
            for name in stored.QUERIES
        ),
    ),
    (
        stored.composing,
        (
            Row("E1 day", "compose a day of 3,000 entries", "–", 1, 0.3, "s"),
            Row("E1 month", "recompose 30 such days", "–", 15, 5, "s"),
        ),
    ),
    (
        stored.telling,
        (
            Row("E2 precision", "of the pairs joined in the labelled headlines, 0.9 or more", unit=""),
            Row("E2 recall", "of the pairs that are one story, 0.7 or more", unit=""),
            Row("E2 across", "recall of the pairs in two languages, 0.7 or more", unit=""),
            Row("E2 time", "features and stories of the labelled headlines", unit="ms"),
        ),
    ),
    (
        start.imports,
        (
            Row("I1", "modules loaded at the live frame", "hello's", 1.25, 1.15),
            *(
                Row(f"I1 {name}", f"{name} loaded at the live frame (1: yes)", "–", 0, unit="")
                for name in DEAR
            ),
        ),
    ),
)

SLOW: frozenset[Measure] = frozenset({start.beside_newsboat_with_many})
"""Measured only with ``--slow``."""

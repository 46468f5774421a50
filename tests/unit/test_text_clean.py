"""Rule T-1: what never gets past the boundary, and what must."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.text import clean as trust
from techdash.text.clean import clean, is_clean, one_line

FORBIDDEN = [
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x200E,
    0x200F,
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x2070),
    *range(0xFFF9, 0xFFFC),
    0xFEFF,
    0xE0001,
    *range(0xE0020, 0xE0080),
]
PAYLOADS = {
    "OSC 52": "\x1b]52;c;aGk=\x07",
    "OSC 52, C1": "\x9d52;c;aGk=\x9c",
    "CSI": "\x1b[2J",
    "C1 CSI": "\x9b2J",
    "DCS": "\x1bP$q q\x1b\\",
    "APC": "\x1b_x\x1b\\",
    "overwriting": "safe\rEVIL",
    "bidi": "\u202egpj.exe\u2066",
    "tags": "x\U000e0068\U000e0069",
}
INTACT = {
    "family": "👨‍👩‍👧‍👦",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "keycap": "1\ufe0f\u20e3",
    "Persian": "می‌خواهم",
    "Hindi": "क्षत्रिय हिन्दी",
    "Hebrew": "שָׁלוֹם עולם",
    "Arabic": "السَّلَامُ عَلَيْكُمْ",
    "Chinese": "一切始于归一化层带来的尺度不变性：把参数乘以任意正数，输出不变。",
    "Vietnamese": "Tiếng Việt e\u0302\u0301",
    "layout": "a\tb\nc",
    "stranger": "a\u00ad\u200b\u2060b",
}


@pytest.mark.parametrize("code", FORBIDDEN, ids=hex)
def test_forbidden_character_is_deleted_wherever_it_stands(code: int) -> None:
    char = chr(code)
    assert clean(f"{char}a{char}b{char}") == "ab"
    assert not is_clean(f"a{char}")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_payload_is_inert(payload: str) -> None:
    left = clean(payload)
    assert not set(map(ord, left)) & set(FORBIDDEN)
    assert is_clean(left)


@pytest.mark.parametrize("text", INTACT.values(), ids=INTACT.keys())
def test_honest_text_is_untouched(text: str) -> None:
    assert clean(text) == text
    assert is_clean(text)


def test_nothing_wrong_gives_the_same_object() -> None:
    text = f"{clean.__name__} text 中文"
    assert clean(text) is text


def test_lone_surrogate_is_replaced_and_a_pair_is_joined() -> None:
    assert clean("a\ud800b\udfff") == "a\ufffdb\ufffd"
    assert clean("\ud83d\ude00") == "😀"


def test_tag_characters_stay_only_right_after_a_black_flag() -> None:
    assert clean("🏴\U000e0067x\U000e0067") == "🏴\U000e0067x"


@pytest.mark.parametrize("joiner", ["", "\u200d", "\u200c", "\u2060"])
def test_a_base_keeps_eight_marks(joiner: str) -> None:
    tower = "a" + f"\u0301{joiner}" * 300 + "b\u0301"
    left = clean(tower)
    assert left.count("\u0301") == 9
    assert left.endswith("b\u0301")


def test_marks_are_counted_anew_after_each_base() -> None:
    text = "".join(base + "\u0301" * 8 for base in "אבגד")
    assert clean(text) == text


def test_one_line_folds_every_kind_of_white_space() -> None:
    assert one_line("  a\r\n\tb\u2028c\x85d\xa0 \x00 e \u3000") == "a b c d e"


@given(st.text(st.characters(), max_size=60))
@settings(deadline=None, max_examples=300)
def test_cleaning_is_final_and_takes_only_what_it_must(text: str) -> None:
    left = clean(text)
    assert clean(left) == left
    assert is_clean(left)
    assert is_clean(text) == (left == text)
    assert not set(map(ord, left)) & set(FORBIDDEN) - set(range(0xE0020, 0xE0080))
    left.encode()
    if not any(ord(char) in FORBIDDEN or unicodedata.category(char)[0] in "MC" for char in text):
        assert left == text


SUSPECTS = st.sampled_from(
    ["\x1b", "\x85", "\u061c", "\u200e", "\u2028", "\u202e", "\u2069", "\ufeff", "\ufffb", "\U000e0041"]
)
ORDINARY = st.sampled_from(
    ["a", " ", "\n", "\t", "\xa0", "\u3000", "字", "é", "\u0301", "\u0301" * 9, "\u200d"]
)


def cleaned_slowly(text: str) -> str:
    """What the three expressions alone make of a text, with nothing accepted unseen."""
    if trust._SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = trust._TAGS.sub(r"\1", trust._DELETED.sub("", text))
    return trust._maybe_stack().sub(trust._without_tall_stacks, text)


@given(
    st.one_of(
        st.text(st.characters(), max_size=60),
        st.lists(st.one_of(ORDINARY, SUSPECTS), max_size=40).map("".join),
    )
)
@settings(deadline=None, max_examples=500)
def test_what_is_accepted_at_sight_needs_no_cleaning(text: str) -> None:
    slowly = cleaned_slowly(text)
    assert clean(text) == slowly
    assert one_line(text) == " ".join(cleaned_slowly(" ".join(text.split())).split())


def test_every_forbidden_character_is_seen() -> None:
    for code in (*FORBIDDEN, *range(0xD800, 0xE000)):
        assert clean(f"word {chr(code)} 字") != f"word {chr(code)} 字", hex(code)
        assert one_line(f"word{chr(code)}字") != f"word{chr(code)}字", hex(code)

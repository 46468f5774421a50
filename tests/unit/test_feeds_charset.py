"""P-6, P13 to P18: the encoding of a document, whatever its labels say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdash.feeds.charset import codec, decode

ZH = "推荐系统的三个误解：把相关当成因果，把点击当成喜欢，这是不对的。"
ZH_TW = "推薦系統的三個誤解：把相關當成因果，這是不對的，我們在這裡說明。"
JA = "推薦システムの三つの誤解について、この記事では説明します。①～"
KO = "추천 시스템에 대한 세 가지 오해를 이 글에서 설명합니다. 똠방각하"
RU = "Три заблуждения о рекомендательных системах, и почему они опасны."
EN = "It’s a “smart” feed – naïve café"


def feed(text: str, label: str = "") -> str:
    declared = f' encoding="{label}"' if label else ""
    return f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><title>{text}</title></channel></rss>'


MATRIX = [
    # text, bytes in, XML label, HTTP label
    (ZH, "utf-8", "", ""),
    (ZH, "utf-8", "utf-8", "gbk"),
    (ZH, "utf-8", "gb2312", ""),
    (ZH, "utf-8", "utf-16", ""),
    (ZH, "utf-8-sig", "", ""),
    (ZH, "utf-8-sig", "gbk", "big5"),
    (ZH, "utf-16", "utf-16", ""),
    (ZH, "utf-16", "utf-8", ""),
    (ZH, "utf-16-le", "utf-16", ""),
    (ZH, "utf-16-be", "", ""),
    (ZH, "utf-16-le", "utf-8", "utf-8"),
    (ZH, "utf-32", "", ""),
    (ZH, "utf-32-be", "", ""),
    (ZH, "gb18030", "gb2312", ""),
    (ZH + "㐀𠀀", "gb18030", "GB2312", ""),
    (ZH, "gbk", "gbk", ""),
    (ZH + "𠮷", "gb18030", "gb18030", ""),
    (ZH, "gbk", "", "gbk"),
    (ZH, "gbk", "utf-8", "utf-8"),
    (ZH, "gbk", "", ""),
    (ZH_TW, "big5", "big5", ""),
    (ZH_TW + "冇", "big5hkscs", "big5", ""),
    (ZH_TW, "big5", "utf-8", ""),
    (JA, "cp932", "shift_jis", ""),
    (JA, "cp932", "x-sjis", ""),
    (JA, "cp932", "", ""),
    (JA.replace("①～", ""), "euc_jp", "euc-jp", ""),
    (JA.replace("①～", ""), "euc_jp", "", ""),
    (JA.replace("①～", ""), "iso2022_jp", "iso-2022-jp", ""),
    (KO, "cp949", "euc-kr", ""),
    (KO, "cp949", "ks_c_5601-1987", ""),
    (KO, "cp949", "", ""),
    (RU, "koi8-r", "koi8-r", ""),
    (RU, "koi8-r", "", ""),
    (RU, "cp1251", "windows-1251", ""),
    (RU, "cp1251", "", "windows-1251"),
    (RU, "cp1251", "utf-8", ""),
    (EN, "cp1252", "iso-8859-1", ""),
    (EN, "cp1252", "us-ascii", ""),
    (EN, "cp1252", "utf-8", ""),
    (EN, "cp1252", "", "latin-1"),
    ("naïve café", "cp850", "ibm850", ""),
    ("naïve café", "mac-roman", "macintosh", ""),
    ("naïve café [!]", "cp037", "ebcdic-cp-us", ""),
    ("naïve café [!]", "cp500", "cp500", ""),
]


@pytest.mark.parametrize(("text", "encoding", "label", "http"), MATRIX)
def test_every_code_point_is_right(text: str, encoding: str, label: str, http: str) -> None:
    assert decode(feed(text, label).encode(encoding), http) == feed(text, label)


@pytest.mark.parametrize(
    "label",
    ["punycode", "undefined", "zlib_codec", "idna", "x-nonsense", "utf-7", "rot13", "hex", "unicode_escape"],
)
def test_a_label_that_is_no_text_encoding_is_ignored(label: str) -> None:
    assert decode(feed(ZH, label).encode()) == feed(ZH, label)
    assert codec(label) == ""


def test_one_bad_byte_costs_one_character() -> None:
    body = feed(ZH + "坏" + ZH, "utf-8").encode().replace("坏".encode(), b"\xff")
    assert decode(body) == feed(f"{ZH}\ufffd{ZH}", "utf-8")
    assert decode(feed("nothing but A坏B").encode().replace("坏".encode(), b"\xff")) == feed(
        "nothing but A\ufffdB"
    )


def test_a_cut_character_under_the_right_label_costs_one_character() -> None:
    body = feed(f"{ZH * 3}切</title><title>{ZH}", "gb2312").encode("gb18030")
    cut = "切".encode("gb18030")
    assert decode(body.replace(cut, b"\xff")).count("\ufffd") == 1


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_give_text(body: bytes, label: str) -> None:
    assert isinstance(decode(body, label), str)
    assert isinstance(decode(b'<?xml version="1.0" encoding="gbk"?>' + body, label), str)

"""Rule P-9 and its neighbours: which links may be stored, how they resolve, which are one page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.text.urls import canonical, file_link, host, resolve, web_link

REFUSED = [
    "",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "vbscript:x",
    "--version",
    "-x",
    "ftp://a/b",
    "http:",
    "http://",
    "http:///x",
    "http://[",
    "http://[::1",
    "http://a:99999/",
    "http://a:b/",
    "//a/b",
    "/a",
    " http://a/",
    "http://a/\n",
    "http://a/x y",
    "http://a\x1b]0;x\x07/",
    "http://a/\u202e",
    "http://a b/",
    "http://a/\x85",
    "http://é\u0301..x/",
    "http://a/\ud800",
    "http://a/" + "x" * 2048,
    "http://a/" + "中" * 700,
    "http://-x/",
]
TAKEN = {
    "http://a/b": "http://a/b",
    "HTTPS://Example.COM/A": "https://Example.COM/A",
    "https://例子.cn/路径?q=中#片": "https://xn--fsqu00a.cn/%E8%B7%AF%E5%BE%84?q=%E4%B8%AD#%E7%89%87",
    "http://[::1]:80/x": "http://[::1]:80/x",
    'http://a/"<>\\^`{|}': "http://a/%22%3C%3E%5C%5E%60%7B%7C%7D",
    "http://a/%zz%20": "http://a/%25zz%20",
    "http://a/[x]#a#b": "http://a/%5Bx%5D#a%23b",
    "http://h/$(id);'": "http://h/$(id);'",
    "https://u:p@h:8080/": "https://u:p@h:8080/",
}
RESOLVED = [
    ("https://a.org/x/y", "z", "https://a.org/x/z"),
    ("https://a.org/x/y", "../z?q#f", "https://a.org/z?q#f"),
    ("https://a.org/x/y", "//cdn.org/i.png", "https://cdn.org/i.png"),
    ("https://a.org/x/y", "/中文 图.png", "https://a.org/%E4%B8%AD%E6%96%87%20%E5%9B%BE.png"),
    ("https://a.org/x/y", "\n https://b.org/\tc \n", "https://b.org/c"),
    ("https://a.org/x/y", "javascript:alert(1)", None),
    ("https://a.org/x/y", "java\nscript:alert(1)", None),
    ("https://a.org/x/y", "http://[", None),
    ("http://[", "z", None),
    ("", "z", None),
    ("", "https://b.org/", "https://b.org/"),
    ("file:///home/x", "etc", None),
]
SAME = [
    [
        "https://www.a.org/x/",
        "http://a.org/x",
        "https://A.ORG:443//x#part",
        "http://a.org:80/x?utm_source=q&ref=hn",
    ],
    ["https://a.org/x?b=1&fbclid=2", "https://a.org/x?b=1"],
    ["https://a.org/%e4%b8%ad%41", "https://a.org/中A"],
    [
        "https://arxiv.org/abs/2401.01234",
        "http://arxiv.org/pdf/2401.01234v2",
        "https://www.arxiv.org/pdf/2401.01234v3.pdf",
        "https://export.arxiv.org/html/2401.01234v1",
    ],
    ["https://arxiv.org/abs/hep-th/9901001", "https://arxiv.org/pdf/hep-th/9901001v1.pdf"],
    [
        "https://youtu.be/dQw4w9WgXcQ?si=x",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s",
        "https://m.youtube.com/watch?list=1&v=dQw4w9WgXcQ",
        "https://www.youtube.com/embed/dQw4w9WgXcQ",
    ],
    [
        "https://blog.recsys-frontier.com/article/ai-daily-2026-05-12",
        "https://www.recsys-frontier.com//article/ai-daily-2026-05-12/",
        "https://recsys-frontier.com/article/ai-daily-2026-05-12",
    ],
]
DIFFERENT = [
    ("https://a.org/x", "https://a.org/X"),
    ("https://a.org/?page=1", "https://a.org/?page=2"),
    ("https://a.org/", "https://b.org/"),
    ("https://a.org:8080/", "https://a.org/"),
    ("https://a.org/?reference=1", "https://a.org/"),
    ("https://arxiv.org/abs/2401.01234", "https://arxiv.org/abs/2401.01235"),
]


@pytest.mark.parametrize("url", REFUSED, ids=lambda url: ascii(url)[:30])
def test_refused(url: str) -> None:
    assert web_link(url) is None


@pytest.mark.parametrize(("url", "link"), TAKEN.items(), ids=map(ascii, TAKEN))
def test_taken_in_its_safe_form(url: str, link: str) -> None:
    assert web_link(url) == link
    assert web_link(link) == link


@pytest.mark.parametrize(("base", "link", "absolute"), RESOLVED)
def test_resolved(base: str, link: str, absolute: str | None) -> None:
    assert resolve(base, link) == absolute


@pytest.mark.parametrize("urls", SAME, ids=lambda urls: urls[0])
def test_addresses_of_one_page_have_one_key(urls: list[str]) -> None:
    assert len(set(map(canonical, urls))) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_of_two_pages_have_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(
    st.one_of(
        st.text(max_size=40),
        st.builds(
            "{}://{}{}/{}?{}#{}".format,
            st.sampled_from(["http", "HTTPS", "ftp"]),
            st.sampled_from(["www.", "www.www.", "", "m."]),
            st.sampled_from(
                ["a.org", "arxiv.org", "youtube.com", "youtu.be", "a.org.", "A.org:80", "[::1]:443"]
            ),
            st.text("ab/%2Ff中vV1.pdf ?=&", max_size=20),
            st.text("ab=&%utm_v;", max_size=12),
            st.text(max_size=4),
        ),
    )
)
@settings(deadline=None, max_examples=400)
def test_links_are_safe_and_keys_final(url: str) -> None:
    link = web_link(url)
    if link is not None:
        assert link.isascii()
        assert link.startswith(("http://", "https://"))
        assert not any(char <= " " or char in '"<>\\^`{|}\x7f' for char in link)
        assert web_link(link) == link
    key = canonical(url)
    assert canonical(key) == key


@given(
    st.builds(
        "{}://{}{}/{}".format,
        st.sampled_from(["http", "https"]),
        st.sampled_from(["", "www.", "www.www.", "m."]),
        st.sampled_from(
            ["a.org", "www", "b-1.a.org", "twitter.com", "arxiv.org", "youtu.be", "A.org", "a.org:80"]
        ),
        st.text("ab/%2FfV1.~:@!-", max_size=16),
    )
)
@settings(deadline=None, max_examples=300)
def test_a_usual_address_has_the_key_that_it_has_by_the_long_way(url: str) -> None:
    assert canonical(url) == canonical(f"{url}#part")


def test_host() -> None:
    assert host("https://WWW.A.org:8080/x") == "www.a.org"
    assert host("not a url") == ""
    assert host("http://[") == ""


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        ("b.md", True),
        ("../deep/另一篇.html#节", True),
        ("/from/the%20folder.txt", True),
        ("first one.md", False),
        ("//host/b.md", False),
        ("javascript:x.md", False),
        ("file:///etc/b.txt", False),
        ("C:\\b.md", False),
        ("b.md?x=1", False),
        ("b.png", False),
        ("--version", False),
        ("b\u202e.md", False),
        ("a/" * 2000 + "b.md", False),
    ],
)
def test_a_link_between_files_names_a_text_and_nothing_else(link: str, is_one: bool) -> None:
    assert file_link(link) == (link if is_one else None)

"""Which addresses are private, in every spelling."""

from __future__ import annotations

import pytest

from techdash.feeds.addresses import host_key, is_loopback_host, is_private_address, is_private_host


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fe80::1%25eth0]",
        "[fd00::1]",
        "224.0.0.1",
        "[ff02::1]",
        "0.0.0.0",
        "[::]",
        "255.255.255.255",
        "[2002:7f00:1::]",
    ],
)
def test_h15_private_in_every_spelling(host: str) -> None:
    assert is_private_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "1.1.1.1",
        "[2606:4700::1111]",
        "16843009",
        "localhost.example.org",
        "",
        "[::ffff:1.1.1.1]",
        "\udc80",
    ],
)
def test_public_hosts_and_names(host: str) -> None:
    assert not is_private_host(host)


def test_a_name_is_no_address() -> None:
    assert not is_private_address("example.org")


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.5", True), ("[::1]", True), ("localhost", True), ("10.0.0.1", False)]
)
def test_this_machine(host: str, own: bool) -> None:
    assert is_loopback_host(host) is own


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://E.org/a", "e.org:80"),
        ("https://e.org./a", "e.org:443"),
        ("http://u:p@e.org:8080/", "e.org:8080"),
        ("http://[::1]:99/", "::1:99"),
        ("http://e.org:99999/", ""),
        ("/path", ""),
    ],
)
def test_the_server_of_a_url(url: str, key: str) -> None:
    assert host_key(url) == key

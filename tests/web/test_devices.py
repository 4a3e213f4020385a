"""Browsers in words: the account page names them to people."""

import pytest

from vekha.web.devices import device

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{CHROME} Safari/537.36", "Chrome, Windows"),
        (f"{CHROME} YaBrowser/24.6.0.0 Safari/537.36", "Яндекс Браузер, Windows"),
        (f"{CHROME} Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 9; SM-A105F) Chrome/99.0 Mobile Safari/537.36", "Chrome, Android"),
        ("", "неизвестный браузер"),
        ("curl/8", "неизвестный браузер"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, words: str) -> None:
    assert device(agent) == words

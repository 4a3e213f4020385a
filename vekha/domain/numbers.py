"""Forms of document numbers: «42», «42-ОД», «63/1», «14-а», written as a pattern with a place for the serial number.

A number is text for ever; only the journal knows the serial behind it (DOMAIN.md §8.7).
"""

import re
from collections.abc import Iterator

from vekha.domain.errors import Problem, problem

PLACES = ("serial", "year", "yy")
LONGEST = 30
_PLACE = re.compile(r"\{([^{}]*)\}")
_ALLOWED = re.compile(r"[0-9A-Za-zА-Яа-яЁё/ .()№_-]*")


def pattern_problems(pattern: str) -> Iterator[Problem]:
    """Everything that keeps `pattern` from being the form of a journal's numbers."""
    places: list[str] = _PLACE.findall(pattern)
    for each in dict.fromkeys(places):
        if each not in PLACES:
            yield problem("journal.unknown_place", "pattern", place=each, pattern=pattern)
    if places.count("serial") != 1:
        yield problem("journal.no_serial", "pattern", pattern=pattern)
    rest = _PLACE.sub("", pattern)
    if not _ALLOWED.fullmatch(rest):
        signs = "".join(dict.fromkeys(sign for sign in rest if not _ALLOWED.fullmatch(sign)))
        yield problem("journal.bad_signs", "pattern", signs=signs)
    if len(pattern) > LONGEST or pattern != pattern.strip():
        yield problem("journal.pattern_length", "pattern", longest=LONGEST)
    if re.search(r"\d\{serial\}|\{serial\}(?:\d|\{y)|\{y\w+\}\{serial\}", pattern):
        yield problem("journal.serial_runs_on", "pattern", pattern=pattern)


def filled(pattern: str, serial: int, year: int) -> str:
    """The number with this serial. The pattern is an institution's text: it is filled word by word, never as code."""
    return pattern.replace("{serial}", str(serial)).replace("{year}", str(year)).replace("{yy}", f"{year % 100:02}")


def serial_of(pattern: str, number: str, year: int) -> int | None:
    """The serial behind a number written in this form; None for a number of any other form."""
    before, _, after = filled(pattern.replace("{serial}", "\0"), 0, year).partition("\0")
    found = re.fullmatch(re.escape(before) + r"([1-9]\d{0,8})" + re.escape(after), number.strip())
    return int(found[1]) if found else None

"""The catalogue of errors, the core's and the plugins': every code with its words, for a page and for tests."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vekha.texts import LANGUAGE

CORE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `exit_code` is what the command line answers with: 1 refused, 2 wrong use (`exit = 2` in the table)."""

    code: str
    message: str
    remedy: str
    when: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Family:
    """One file of errors; its title is the first sentence of the comment on top."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def families(folders: Iterable[Path] = (CORE,)) -> Iterator[Family]:
    """Every family of these folders of texts, by name."""
    for folder in folders:
        for path in sorted((folder / LANGUAGE / "errors").glob("*.toml")):
            words = path.read_text(encoding="utf-8")
            title = words.partition("\n")[0].removeprefix("#").partition(".")[0].strip()
            yield Family(path.stem, title, tuple(_entries(path.stem, words)))


def _entries(family: str, words: str) -> Iterator[Entry]:
    for name, table in tomllib.loads(words).items():
        yield Entry(f"{family}.{name}", table["message"], table["remedy"], table["when"], table.get("exit", 1))


def error_codes(folders: Iterable[Path] = (CORE,)) -> tuple[str, ...]:
    return tuple(entry.code for family in families(folders) for entry in family.entries)

"""Everything a user reads, apart from the code: TOML files in a folder for each language.

A key walks folders, a file and its tables: «errors.deadline.blank.message» is the text `message` in the table `[blank]`
of `ru/errors/deadline.toml`. Adding a language is adding a folder. A plugin brings its own texts in its folder `texts/`
of the same build (`add_folder`); the core's come first, so a plugin cannot change them.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGE = "ru"
_FOLDERS: list[Path] = [Path(__file__).parent]


def add_folder(folder: Path) -> None:
    """Texts of a plugin; nothing happens when they are there already."""
    if folder not in _FOLDERS:
        _FOLDERS.append(folder)
        section.cache_clear()


@cache
def section(key: str, language: str = LANGUAGE) -> dict[str, Any]:
    """The table under `key`; raises KeyError when there is none, which is a mistake of ours."""
    for folder in _FOLDERS:
        found = _find(folder / language, key.split("."))
        if found is not None:
            return found
    raise KeyError(key)


def _find(place: Path, parts: list[str]) -> dict[str, Any] | None:
    for depth, part in enumerate(parts):
        source = place / f"{part}.toml"
        if source.is_file():
            node: Any = _read(source)
            for name in parts[depth + 1 :]:
                node = node.get(name)
                if node is None:
                    return None
            return node
        place /= part
    return None


@cache
def _read(source: Path) -> dict[str, Any]:
    return tomllib.loads(source.read_text(encoding="utf-8"))


def text(key: str, /, **params: object) -> str:
    """The text under `key` with `{name}` filled in. Raises KeyError: a missing text is our own mistake."""
    parent, _, name = key.rpartition(".")
    template: str = section(parent)[name]
    return template.format_map(params) if params else template


def plural(number: int, one: str, few: str, many: str) -> str:
    """The Russian form for `number`: 1 мероприятие, 2 мероприятия, 5 мероприятий."""
    if number % 100 in range(11, 15):
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(number % 10, many)

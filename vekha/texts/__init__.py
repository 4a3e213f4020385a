"""Everything a user reads, apart from the code: TOML files in a folder for each language.

A key walks folders, a file and its tables: «errors.deadline.blank.message» is the text `message` in the table `[blank]`
of `ru/errors/deadline.toml`. Adding a language is adding a folder.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGE = "ru"


@cache
def section(key: str, language: str = LANGUAGE) -> dict[str, Any]:
    """The table under `key`; raises KeyError when there is none, which is a mistake of ours."""
    place = resources.files(__package__).joinpath(language)
    parts = key.split(".")
    for depth, part in enumerate(parts):
        source = place.joinpath(f"{part}.toml")
        if source.is_file():
            node: Any = _read(f"{language}/{'/'.join(parts[: depth + 1])}.toml")
            for name in parts[depth + 1 :]:
                node = node[name]
            return node
        place = place.joinpath(part)
    raise KeyError(key)


@cache
def _read(path: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(path).read_text(encoding="utf-8"))


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

"""The catalogue of errors: every code with its words, as `docs/errors.md` and the tests read it."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

from vekha.texts import LANGUAGE, section


def families() -> tuple[str, ...]:
    """The files of `errors/`, sorted: «access», «activity» …"""
    folder = resources.files(__package__).joinpath(LANGUAGE, "errors")
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def entries() -> Iterator[tuple[str, dict[str, Any]]]:
    """(code, its table) for every error there is."""
    for family in families():
        for name, table in section(f"errors.{family}").items():
            yield f"{family}.{name}", table


def error_codes() -> tuple[str, ...]:
    return tuple(code for code, _ in entries())

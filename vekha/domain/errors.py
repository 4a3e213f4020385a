"""Refusals a user can read: a stable code, what happened, where, and what to do.

The words live in `vekha/texts/ru/errors/`, a file for each family and a table for each code; `docs/errors.md` is made
from them. A refusal carries every problem at once, so that nobody mends a file line by line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from errno import errorcode
from typing import Any

from vekha.texts import section, text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `code` names a file and a table of `texts/ru/errors/` («deadline.blank»); `where` is a `file:line`, a field or
    a command's argument; `params` fill the placeholders of the message and the remedy.
    """

    code: str
    where: str = ""
    params: tuple[tuple[str, object], ...] = ()

    @property
    def message(self) -> str:
        return text(f"errors.{self.code}.message", **dict(self.params))

    @property
    def remedy(self) -> str:
        return text(f"errors.{self.code}.remedy", **dict(self.params))

    def as_dict(self) -> dict[str, str]:
        """The shape that `--json` promises: code, message, where, remedy."""
        return {"code": self.code, "message": self.message, "where": self.where, "remedy": self.remedy}

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}. {self.remedy}" if self.remedy else f"{place}{self.message}."


def problem(code: str, /, where: str = "", **params: object) -> Problem:
    """A Problem whose code stands in `texts/ru/errors/`; raises KeyError for any other (a mistake of ours)."""
    section(f"errors.{code}")
    return Problem(code, where, tuple(params.items()))


def why(error: OSError) -> str:
    """Why the machine could not do it, in Russian; its own words for what hardly ever happens."""
    known = section("machine")
    return str(known.get(errorcode.get(error.errno or 0, ""), error.strerror or error))


class VekhaError(Exception):
    """A refusal with every problem at once; the command line exits with 1."""

    exit_code = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(each) for each in self.problems))

    def as_dict(self) -> dict[str, Any]:
        return {"problems": [each.as_dict() for each in self.problems]}


class WrongUseError(VekhaError):
    """A command or call that makes no sense as written; the command line exits with 2."""

    exit_code = 2


def refuse(problems: Iterable[Problem]) -> None:
    """Raises VekhaError when there is at least one problem."""
    found = tuple(problems)
    if found:
        raise VekhaError(found)

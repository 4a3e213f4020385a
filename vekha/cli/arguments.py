"""Arguments and options that several commands share, and the reading of dates."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vekha.domain.errors import Problem, VekhaError, WrongUseError, problem, why
from vekha.texts import text


def about(name: str) -> str:
    """The help of an argument or option: `cli/help.toml`, table `[arguments]`."""
    return text(f"cli.help.arguments.{name}")


def _metavar(name: str) -> str:
    return text(f"cli.help.metavars.{name}")


def argument(name: str, metavar: str | None = None, **rest: Any) -> Any:
    return typer.Argument(metavar=_metavar(metavar or name), help=about(name), **rest)


def option(flag: str, name: str, metavar: str | None = None, **rest: Any) -> Any:
    return typer.Option(flag, metavar=_metavar(metavar or name), help=about(name), **rest)


def switch(flag: str, name: str) -> Any:
    return typer.Option(flag, help=about(name))


Programme = Annotated[str, argument("programme")]
Stage = Annotated[str, argument("stage")]
Activity = Annotated[str, argument("activity")]
Institution = Annotated[str, argument("institution")]
Campaign = Annotated[str, argument("campaign")]
FormCode = Annotated[str, argument("form")]
Person = Annotated[str, argument("person")]
Pair = Annotated[str, argument("pair")]
Reason = Annotated[str, option("--reason", "reason", "text")]
OptionalReason = Annotated[str, option("--reason", "early_reason", "text")]
Wait = Annotated[bool, switch("--wait", "wait")]
On = Annotated[str | None, option("--on", "on", "date")]
OnlyStage = Annotated[str | None, option("--stage", "only_stage", "stage")]
OnlyActivity = Annotated[str | None, option("--activity", "only_activity", "activity")]
Subject = Annotated[str | None, option("--subject", "subject", "code")]
Role = Annotated[str, option("--role", "person_role", "role")]


def date_of(value: str, where: str) -> dt.date:
    """A day as people write it («10.09.2026») or ISO. Raises WrongUseError cli.bad_date."""
    for shape in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(value.strip(), shape).date()  # noqa: DTZ007 — a calendar day has no zone
        except ValueError:
            continue
    raise WrongUseError(problem("cli.bad_date", where, value=value))


def dates_of(given: Mapping[str, str]) -> list[dt.date]:
    """Several days by their options; whatever is wrong is said at once. Raises WrongUseError cli.bad_date."""
    days, problems = list[dt.date](), list[Problem]()
    for where, value in given.items():
        try:
            days.append(date_of(value, where))
        except WrongUseError as refusal:
            problems += refusal.problems
    if problems:
        raise WrongUseError(problems)
    return days


def date_or(value: str | None, default: dt.date, where: str = "--on") -> dt.date:
    return date_of(value, where) if value else default


def content_of(path: Path) -> bytes:
    """The bytes of a file the user names. Raises VekhaError file.not_found or cli.unreadable_file."""
    try:
        return path.read_bytes()
    except FileNotFoundError as reason:
        raise VekhaError(problem("file.not_found", path=str(path))) from reason
    except OSError as reason:
        raise VekhaError(problem("cli.unreadable_file", str(path), detail=why(reason))) from reason


def text_of(path: Path) -> str:
    """The text of a file in UTF-8. Raises VekhaError cli.not_utf8 and those of `content_of`."""
    try:
        return content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise VekhaError(problem("cli.not_utf8", str(path))) from reason


def write_file(path: Path, content: bytes) -> None:
    """Raises VekhaError cli.cannot_write."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as reason:
        raise unwritable(path, reason) from reason


def unwritable(path: Path, reason: OSError) -> VekhaError:
    return VekhaError(problem("cli.cannot_write", path=str(path), detail=why(reason)))

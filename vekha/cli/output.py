"""Everything a command prints: tables, dates, JSON, progress, problems. One place, so that all look alike.

On a terminal: colours and bars (rich). Anywhere else, or with NO_COLOR: plain lines that a script can cut.
"""

import datetime as dt
import json
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar

from vekha.cli.state import options
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.texts import plural, text

T = TypeVar("T")

WIDE = 10_000  # columns of an output that nobody looks at in a window


def words(key: str, /, **params: object) -> str:
    """A text of `cli/output.toml`."""
    return text(f"cli.output.{key}", **params)


def count(number: int, key: str) -> str:
    """«5 этапов»: the number with its noun (three forms under `cli.output.nouns`)."""
    return f"{number} {plural(number, *(words(f'nouns.{key}.{form}') for form in ('one', 'few', 'many')))}"


def day(value: dt.date | str | None) -> str:
    """«10.09.2026», or a dash."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value)
    return f"{value:%d.%m.%Y}" if value else "—"


def moment(value: dt.datetime) -> str:
    """An instant on the clock of this machine."""
    return f"{value.astimezone():%d.%m.%Y %H:%M}"


# --- results ----------------------------------------------------------------------------------------------------------


def as_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))  # noqa: T201


def _plain(value: object) -> object:
    if isinstance(value, Problem):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def line(message: str = "") -> None:
    """A line of an answer to a person; nothing with `--json`."""
    if not options.json:
        print(message)  # noqa: T201


def answer(data: object, message: str) -> None:
    """What a command that changes something says: a sentence, or its JSON."""
    if options.json:
        as_json(data)
    else:
        line(message)


def warn(message: str) -> None:
    """A remark beside the answer: on the error stream, so that JSON stays JSON; after what has been said already, also
    where both go into one pipe."""
    sys.stdout.flush()
    print(message, file=sys.stderr)  # noqa: T201


def listing(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], empty: str) -> None:
    """A list as a table with these columns (key → key of its title), or as JSON with everything."""
    if options.json:
        as_json(list(rows))
    elif rows:
        table(
            [words(f"columns.{title}") for title in columns.values()], [[row[key] for key in columns] for row in rows]
        )
    else:
        line(empty)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their titles."""
    from rich import box  # noqa: PLC0415 — 60 ms, for tables only
    from rich.table import Table  # noqa: PLC0415

    out = _console()
    made = Table(box=box.SIMPLE_HEAD if out.is_terminal else None, pad_edge=False, show_edge=False)
    for title in titles:
        made.add_column(title, overflow="fold")
    for row in rows:
        made.add_row(*(_cell(each) for each in row))
    if out.is_terminal:
        out.print(made)
        return
    with out.capture() as captured:
        out.print(made)
    for each in captured.get().splitlines():
        line(each.rstrip())


def _cell(value: object) -> Any:
    match value:
        case None | "":
            return "—"
        case dt.datetime():
            return moment(value)
        case dt.date():
            return day(value)
        case bool():
            return words("yes") if value else words("no")
        case object(plain=str()):
            return value  # a coloured text of rich
        case _:
            return str(value)


def _console(*, stderr: bool = False) -> Any:
    from rich.console import Console  # noqa: PLC0415

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDE
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the error stream, moved on by the function it gives; nothing where nobody looks."""
    if not sys.stderr.isatty() or options.json:
        yield lambda _steps: None
        return
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=_console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=total)
        yield lambda steps: shown.advance(task, steps)


def progress(items: Collection[T], title: str) -> Iterator[T]:
    """The items, with a bar while they are gone through."""
    with bar(title, len(items)) as advance:
        for each in items:
            yield each
            advance(1)


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Says what is going on while it takes a second or more and has no countable steps."""
    if options.json:
        yield
    elif sys.stderr.isatty():
        with _console(stderr=True).status(title):
            yield
    else:
        warn(title)
        yield


# --- refusals ---------------------------------------------------------------------------------------------------------


def show_problems(problems: Sequence[Problem]) -> None:
    """Every problem with its place, remedy and code: JSON on the output, or words on the error stream."""
    if options.json:
        as_json({"problems": [each.as_dict() for each in problems]})
        return
    if len(problems) > 1:
        warn(words("refused", problems=count(len(problems), "problem")))
    for number, each in enumerate(problems, 1):
        mark = f"{number}. " if len(problems) > 1 else ""
        warn(f"{mark}{f'{each.where}: ' if each.where else ''}{_sentence(each.message, each.where)} [{each.code}]")
        if each.remedy:
            warn(f"{' ' * len(mark)}→ {each.remedy}.")


def _sentence(message: str, where: str) -> str:
    """A message stands after its place in small letters, and with a capital where it begins the line."""
    return message if where else message[:1].upper() + message[1:]


def unexpected(error: Exception) -> VekhaError:
    """A fault of ours as a refusal: the traceback goes to the log, its place to the reader."""
    if isinstance(error, OSError) and error.errno == 28:  # ENOSPC
        return VekhaError(problem("file.disk_full"))
    kind = type(error).__name__
    try:
        log = _log(error)
    except OSError:
        return VekhaError(problem("cli.unexpected_unlogged", kind=kind, detail=str(error)))
    return VekhaError(problem("cli.unexpected", kind=kind, log=str(log)))


def _log(error: Exception) -> Any:
    from vekha.settings import Settings  # noqa: PLC0415

    folder = Settings().home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "vekha.log"
    told = "".join(traceback.format_exception(error))
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"{dt.datetime.now(dt.UTC).isoformat()} {sys.argv[1:]}\n{told}\n")
    return log


def show_warnings(problems: Iterable[Problem], most: int | None = None) -> None:
    """What deserves a look but stops nothing, on the error stream; what one remedy heals is told together, at most so
    many of it."""
    alike: dict[str, list[Problem]] = {}
    for each in problems:
        alike.setdefault(each.remedy, []).append(each)
    for remedy, found in alike.items():
        if not remedy or len(found) == 1:
            for each in found:
                warn(words("warning", problem=each))
            continue
        for each in found[:most]:
            place = f"{each.where}: " if each.where else ""
            warn(words("warning", problem=f"{place}{each.message}."))
        if len(found) > len(found[:most]):
            warn(words("more_warnings", count=len(found) - len(found[:most])))
        warn(f"→ {remedy}.")

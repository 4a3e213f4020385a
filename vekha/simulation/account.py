"""The account of the year on the terminal: a bar for each institution, a line for each stage that closes, a table."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from vekha.domain.programme import SETTLED
from vekha.services.process.programmes import Loaded
from vekha.simulation.journey import Journey
from vekha.texts import text

if TYPE_CHECKING:
    from vekha.simulation.demo import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One stage of one programme: planned and actual."""

    code: str
    number: int
    title: str
    opens: dt.date
    due: dt.date
    opened_on: dt.date | None
    closed_on: dt.date | None
    days_late: int
    documents: int


class Account:
    """Tells the story as it goes; on something that is no terminal, in plain lines."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(quiet=quiet, highlight=False)
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[done]}"))
        self._bars = Progress(*columns, console=self._console, transient=True)
        self._tasks: dict[str, TaskID] = {}
        self._day = dt.date.min

    def begin(self, folder: Path) -> None:
        self._console.print(f"[bold]{text('demo.title')}[/bold]")
        self.say(text("demo.folder", folder=folder))

    def say(self, words: str) -> None:
        self._bars.console.print(escape(words), soft_wrap=True)

    def add(self, journey: Journey, loaded: Loaded) -> None:
        """A bar that counts the programme's activities."""
        total = len(loaded.now.activities)
        title = escape(journey.cast.short_title)
        self._tasks[journey.programme] = self._bars.add_task(title, total=total, done=f"0/{total}")
        if self._console.is_terminal:
            self._bars.start()

    def day(self, day: dt.date) -> None:
        self._day = day

    def progress(self, journey: Journey, loaded: Loaded) -> None:
        done = sum(each.state in SETTLED for each in loaded.now.activities.values())
        total = len(loaded.now.activities)
        self._bars.update(self._tasks[journey.programme], completed=done, done=f"{done}/{total}  {self._day:%d.%m.%Y}")

    def closed(self, journey: Journey, line: StageLine) -> None:
        words = text(
            "demo.closed",
            date=f"{line.closed_on or self._day:%d.%m.%Y}",
            institution=journey.cast.short_title,
            number=line.number,
            stage=line.title,
            documents=line.documents,
        )
        late = text("demo.late", days=line.days_late) if line.days_late else ""
        self._bars.console.print(f"[green]✓[/green] {escape(words)}[yellow]{escape(late)}[/yellow]", soft_wrap=True)

    def end(self, outcome: "Outcome", programmes: Iterable[tuple[Journey, list[StageLine]]]) -> None:
        self._bars.stop()
        for journey, lines in programmes:
            self._console.print(_table(journey, lines))
        self.say(
            text(
                "demo.finished",
                seconds=round(outcome.seconds),
                stages=outcome.stages_closed,
                activities=outcome.activities_done,
                answers=outcome.answers,
                documents=outcome.documents,
            )
        )
        self.say(text("demo.programmes", keys=", ".join(outcome.programmes)))
        self.say(text("demo.where", folder=outcome.documents_folder))
        self.say(text("demo.next", home=outcome.folder / "var"))


def _table(journey: Journey, lines: list[StageLine]) -> Table:
    names = {name: text(f"demo.table.{name}") for name in ("stage", "plan", "fact", "late", "documents")}
    table = Table(title=escape(journey.cast.short_title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(names["stage"], min_width=22)
    for name in ("plan", "fact"):
        table.add_column(names[name], no_wrap=True)
    for name in ("late", "documents"):
        table.add_column(names[name], justify="right", no_wrap=True)
    for line in lines:
        late = text("demo.table.days", days=line.days_late) if line.days_late else text("demo.table.none")
        plan, fact = _span(line.opens, line.due), _span(line.opened_on, line.closed_on)
        table.add_row(escape(f"{line.number}. {line.title}"), plan, fact, late, str(line.documents))
    return table


def _span(first: dt.date | None, last: dt.date | None) -> str:
    return "–".join(f"{day:%d.%m.%y}" if day else text("demo.table.none") for day in (first, last))

"""The results of a survey as a workbook: how it went, figures by question and group, what was written, what changed."""

from collections.abc import Iterable, Iterator, Sequence

from vekha.domain.surveys import LEAST, Figures, Tally
from vekha.services.surveys.results import Compared, Results
from vekha.spreadsheet import Table
from vekha.texts import section, text

Row = Sequence[str | float | None]


def tables(found: Results, effects: Iterable[Compared] = ()) -> list[Table]:
    """The sheets; what is withheld says so in its place."""
    words = section("survey.sheet")
    made = [_progress(found, words)]
    if found.tallies:
        made += [_answers(found, words), _texts(found, words)]
    mine = [each for each in effects if each.form.code == found.survey.row.form and each.effect.changes]
    return [*made, *(_effect(each, words) for each in mine)]


def _progress(found: Results, words: dict[str, str]) -> Table:
    columns = [(words[name], 16) for name in ("asked", "mailed", "opened", "answered")]
    audiences = section("survey.audiences")
    rows: list[Row] = [
        (audiences[name], each.asked, each.mailed, each.opened, each.answered) for name, each in found.counted.items()
    ]
    whole = found.total
    rows.append((words["total"], whole.asked, whole.mailed, whole.opened, whole.answered))
    if note := note_of(found):
        rows.append((note,))
    return Table(words["progress"], [(words["audience"], 44), *columns], rows)


def note_of(found: Results) -> str:
    """Why there are no figures, or not all of them; nothing when there are."""
    if found.secret:
        return text("survey.results.secret")
    if found.few:
        return text("survey.results.few", least=LEAST)
    if found.waiting:
        return text("survey.results.waiting", number=found.waiting, least=LEAST)
    if any(each.whole is None or None in each.groups.values() for each in found.tallies):
        return text("survey.results.hidden", least=LEAST)
    return "" if found.total.answered else text("survey.results.nobody")


def _answers(found: Results, words: dict[str, str]) -> Table:
    groups = list(dict.fromkeys(group for each in found.tallies for group in each.groups))
    audiences = section("survey.audiences")
    head = [(words[name], width) for name, width in (("question", 50), ("option", 28), ("count", 12), ("share", 12))]
    rows = [row for each in found.tallies for row in _question(each, groups, words)]
    return Table(words["answers"], [*head, *((audiences[each], 18) for each in groups)], rows)


def _question(each: Tally, groups: Sequence[str], words: dict[str, str]) -> Iterator[Row]:
    title, whole = each.question.title, each.whole
    by_group = [each.groups.get(group) for group in groups]
    if whole is None:
        yield (title, text("survey.results.withheld"))
        return
    yield (title, words["answered"], whole.n, None, *(_shown(figures, "n", each) for figures in by_group))
    for place, (option, count) in enumerate(whole.counts):
        cells = (_shown(figures, place, each) for figures in by_group)
        yield (title, option, count, percent(count, whole.n), *cells)
    if whole.mean is not None:
        cells = (_shown(figures, "mean", each) for figures in by_group)
        yield (title, words["mean"], rounded(whole.mean), None, *cells)


def _shown(figures: Figures | None, what: str | int, tally: Tally) -> str | float | None:
    if figures is None:
        return text("survey.results.withheld") if tally.groups else None
    if isinstance(what, int):
        return figures.counts[what][1] if what < len(figures.counts) else 0
    if what == "mean":
        return rounded(figures.mean) if figures.mean is not None else None
    return figures.n


def _texts(found: Results, words: dict[str, str]) -> Table:
    rows = [(each.question.title, line) for each in found.tallies if each.whole for line in each.whole.texts]
    return Table(words["texts"], [(words["question"], 44), (words["text"], 90)], rows)


def _effect(found: Compared, words: dict[str, str]) -> Table:
    names = ("people", "before", "after", "better", "same", "worse")
    rows: list[Row] = [
        (
            each.question.title,
            each.n,
            rounded(each.before),
            rounded(each.after),
            each.better,
            each.same,
            each.worse,
        )
        for each in found.effect.changes
    ]
    return Table(words["effect"], [(words["question"], 50), *((words[name], 16) for name in names)], rows)


def percent(count: int, whole: int) -> int:
    return round(100 * count / whole) if whole else 0


def rounded(value: float) -> float:
    return round(value, 1)

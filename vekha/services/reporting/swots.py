"""The SWOT of a programme: assembled from the answers, edited and kept by the curator, handed in with the roadmap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.reporting.indicators import Figures
from vekha.domain.reporting.swot import Mark, Material, Point, Quarter, Silence, as_text, assemble, silence
from vekha.domain.surveys import Kind, Tally
from vekha.forms.questions import questions_of
from vekha.forms.schema import schema_of
from vekha.forms.standard.reports import CuratorReport
from vekha.services.process import forms
from vekha.services.process.programmes import Loaded, load
from vekha.services.reporting.polls import OPINION
from vekha.services.surveys import results
from vekha.services.work import Work
from vekha.storage.tables import Submission, SwotAnalysis
from vekha.texts import section

_FORM = "swot"
_IN_FIGURES = ("satisfaction", "before_after")  # their marks speak through the figures
_ASKED = ("satisfaction", "feedback", "curator_report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swot:
    """`kept` is what the curator saved, None before the first saving; `version` goes back with the page. `reads` –
    whoever looks may open the answers; nobody else sees what is made of them before the curator has saved it."""

    points: Mapping[Quarter, Sequence[Point]]
    kept: SwotAnalysis | None
    collected: bool  # the roadmap asks for it as a form
    silence: Silence | None = None
    reads: bool = True

    @property
    def empty(self) -> list[Quarter]:
        """The quarters that the answers and figures say nothing for."""
        return [each for each in Quarter if not self.points[each]]

    @property
    def version(self) -> int:
        return self.kept.version if self.kept else 0

    @property
    def texts(self) -> dict[Quarter, str]:
        """What is to be shown in the fields and printed: the curator's words, else the points."""
        if self.kept is not None:
            return {each: getattr(self.kept, each.value) for each in Quarter}
        return {each: as_text(self.points[each]) for each in Quarter}


def swot(work: Work, key: str, figures: Figures) -> Swot:
    """Raises VekhaError programme.unknown, access.denied."""
    loaded = load(work, key, Action.VIEW)
    kept, collected = work.session.get(SwotAnalysis, key), _collected(loaded)
    if not results.reads_answers(work, loaded):
        return Swot(points=dict.fromkeys(Quarter, ()), kept=kept, collected=collected, reads=False)
    known = material(work, key, figures)
    return Swot(points=assemble(known), kept=kept, collected=collected, silence=silence(known))


def material(work: Work, key: str, figures: Figures) -> Material:
    """What the answers of a programme give, of each person the last; nobody's name is in it."""
    rows = select(Submission).where(Submission.programme == key, col(Submission.form).in_(_ASKED))
    last: dict[str, dict[str, Mapping[str, Any]]] = {form: {} for form in _ASKED}
    for row in work.session.exec(rows.order_by(col(Submission.id))):
        last[row.form][row.subject] = row.data
    said = {form: list(answers.values()) for form, answers in last.items()}
    satisfied, feedback = said["satisfaction"], said["feedback"]
    tallies = _tallies(work, key)
    marks = _curators_marks(said["curator_report"][-1:])
    return Material(
        valued=_words(satisfied, "valued"),
        missing=_words(satisfied, "missing"),
        difficulties=_words(feedback, "difficulties"),
        deviations=_words(said["curator_report"][-1:], "deviations"),
        keep=_texts(tallies, "keep"),
        change=_texts(tallies, "change"),
        marks=[mark for (form, _), each in tallies.items() if form not in _IN_FIGURES for mark in _mark(each)],
        go_on=_yes(satisfied, "go_on"),
        become_mentor=_yes(satisfied, "become_mentor"),
        change_mentor=_yes(feedback, "change_mentor"),
        answered=max(len(satisfied), len(feedback)),
        good=[title for title, mark in marks if mark == 2],
        poor=[title for title, mark in marks if mark == 0],
        figures=figures,
    )


def _curators_marks(reports: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """(criterion, mark from 0 to 2) of the curator's report."""
    titles = {each.name: each.title for each in questions_of(schema_of(CuratorReport)) if each.kind is Kind.SCALE}
    return [(title, int(each[name])) for each in reports for name, title in titles.items() if name in each]


def _tallies(work: Work, key: str) -> dict[tuple[str, str], Tally]:
    """(form, question) → what the newest survey that is over says of it, where enough people have answered."""
    found: dict[tuple[str, str], Tally] = {}
    for survey in results.finished(work, key):
        form = survey.survey.form.code
        found |= {(form, each.question.name): each for each in survey.tallies if each.whole is not None}
    return found


def _texts(tallies: Mapping[tuple[str, str], Tally], question: str) -> Sequence[str]:
    found = tallies.get((OPINION, question))
    return found.whole.texts if found and found.whole else ()


def _mark(found: Tally) -> Iterator[Mark]:
    """The mean of a scale."""
    question, figures = found.question, found.whole
    if question.kind is Kind.SCALE and figures and figures.mean is not None and len(question.options) > 1:
        least, most = int(question.options[0]), int(question.options[-1])
        yield Mark(question=question.title, mean=figures.mean, least=least, most=most, answers=figures.n)


def _words(answers: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    return [str(each[name]) for each in answers if each.get(name)]


def _yes(answers: Sequence[Mapping[str, Any]], name: str) -> tuple[int, int]:
    told = [each[name] for each in answers if each.get(name) is not None]
    return sum(map(bool, told)), len(told)


def save(work: Work, key: str, texts: Mapping[str, str], version: int) -> SwotAnalysis:
    """Keeps the curator's words. Raises VekhaError swot.changed when somebody else has saved meanwhile."""
    load(work, key)
    row = work.session.get(SwotAnalysis, key)
    if (row.version if row else 0) != version:
        raise VekhaError(problem("swot.changed", who=row.who if row else ""))
    row = row or SwotAnalysis(programme=key, who=work.actor.name, saved_at=work.now, version=0)
    for each in Quarter:
        setattr(row, each.value, texts.get(each.value, "").replace("\r\n", "\n").strip())
    row.version, row.who, row.saved_at = version + 1, work.actor.name, work.now
    work.session.add(row)
    work.session.flush()
    work.audit("swot", programme=key, new="saved")
    return row


def hand_in(work: Work, key: str) -> None:
    """Hands the saved words in as the roadmap's own form, so that the final report has them.

    Raises VekhaError swot.no_form, swot.empty and those of `forms.submit`.
    """
    loaded = load(work, key)
    if not _collected(loaded):
        raise VekhaError(problem("swot.no_form"))
    row = work.session.get(SwotAnalysis, key)
    titles = section("swot.quarters")
    empty = [titles[each] for each in Quarter if row is None or not getattr(row, each.value)]
    if row is None or empty:
        raise VekhaError(problem("swot.empty", quarters=", ".join(empty)))
    forms.submit(work, key, _FORM, {each.value: getattr(row, each.value) for each in Quarter})


def _collected(loaded: Loaded) -> bool:
    return any(use.code == _FORM for _, row in loaded.roadmap.rows() for use in row.forms)

"""The monitoring of one institution on a day: figures with their definitions, plan and actual of the roadmap, what
changed in people, SWOT; as a page and as a paper."""

import datetime as dt
from dataclasses import dataclass

from vekha.documents.context import DocumentView, EffectView, SurveyView
from vekha.documents.views import person_view
from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.reporting.indicators import INDICATORS
from vekha.domain.reporting.measuring import Window, ages_unknown, measure, mid_cycle
from vekha.domain.reporting.swot import Quarter
from vekha.domain.reporting.totals import Compared, compare
from vekha.services.process.programmes import Loaded, load
from vekha.services.reporting import wording
from vekha.services.reporting.histories import histories
from vekha.services.reporting.region_papers import by_axis
from vekha.services.reporting.swots import Swot, swot
from vekha.services.surveys.papers import effect_views, survey_views
from vekha.services.surveys.results import reads_answers
from vekha.services.work import Work
from vekha.texts import section, text

_TEMPLATE = "base/monitoring_report.html"


@dataclass(frozen=True, slots=True)
class StageLine:
    """Plan and actual of a stage on the day of the report."""

    title: str
    due: dt.date
    closed_on: dt.date | None
    needed: int
    done: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    key: str
    institution: str
    window: Window
    figures: tuple[Compared, ...]
    stages: tuple[StageLine, ...]
    surveys: tuple[SurveyView, ...]
    effects: tuple[EffectView, ...]
    swot: Swot
    mid_cycle: bool
    ages_unknown: int
    may_work: bool
    told_in_part: bool  # of signed answers only what two looks cannot tell apart


def monitoring(work: Work, key: str, on: dt.date | None = None, since: dt.date | None = None) -> Monitoring:
    """As things stood on the evening of `on` (today by default), over the period from `since` (the cycle's start).

    Whoever may not open signed answers is told of them in portions and over the whole cycle alone: two days, or two
    periods, that differ by one answer would tell it.

    Raises VekhaError programme.unknown, access.denied, monitoring.day_ahead, monitoring.period_reversed.
    """
    loaded = load(work, key, Action.VIEW)
    window = _window(loaded, on, since)
    home = loaded.institution
    history = histories(work, [home.code])[home.code]
    reads = reads_answers(work, loaded)
    figures = measure(history, window, in_portions=not reads)
    if not reads and window.since != loaded.programme.cycle_starts:
        figures = {code: each for code, each in figures.items() if not INDICATORS[code].signed}
    return Monitoring(
        key=key,
        institution=home.short_title,
        window=window,
        figures=tuple(each for each in compare(figures, {}) if not each.indicator.given),
        stages=tuple(_stages(loaded, window)),
        surveys=tuple(each for each in survey_views(work, loaded) if window.holds(each.closes)),
        effects=effect_views(work, loaded, window.on) if reads else (),
        swot=swot(work, key, figures),
        mid_cycle=mid_cycle(history, window) > 0,
        ages_unknown=ages_unknown(history, window),
        may_work=work.may(Action.WORK, home),
        told_in_part=not reads,
    )


def _window(loaded: Loaded, on: dt.date | None, since: dt.date | None) -> Window:
    today = loaded.now.today
    on = on or min(today, max(loaded.programme.cycle_ends, loaded.programme.cycle_starts))
    since = since or min(loaded.programme.cycle_starts, on)
    if on > today:
        raise VekhaError(problem("monitoring.day_ahead", on=wording.day(on)))
    if since > on:
        raise VekhaError(problem("monitoring.period_reversed", since=wording.day(since), on=wording.day(on)))
    return Window(since=since, on=on)


def _stages(loaded: Loaded, window: Window) -> list[StageLine]:
    """Required activities by stage, by the days on which they were done."""
    found: list[StageLine] = []
    for code, stage in loaded.stages.items():
        rows = [each for each in loaded.now.of_stage(code) if each.gate.required and each.state != "waived"]
        done_on = {each.code: loaded.activities[code, each.code].done_on for each in rows}
        done = [day for day in done_on.values() if day is not None and day <= window.on]
        late = sum(each.due < window.on and not _before(done_on[each.code], window.on) for each in rows)
        closed = stage.closed_on if _before(stage.closed_on, window.on) else None
        found.append(StageLine(loaded.roadmap.stage(code).title, stage.due, closed, len(rows), len(done), late))
    return found


def _before(day: dt.date | None, on: dt.date) -> bool:
    return day is not None and day <= on


def pdf(work: Work, found: Monitoring) -> bytes:
    """The paper, signed by the curator and the head."""
    loaded = load(work, found.key, Action.VIEW)
    home = loaded.institution
    view = DocumentView(code="monitoring_report", title=text("monitoring.title"), kind="report", state="approved")
    context = {
        "document": view.model_copy(update={"date": found.window.on}),
        "institution": {"title": home.title, "short_title": home.short_title},
        "programme": loaded.roadmap.title,
        "period": wording.period(found.window),
        "ages": wording.ages(found.window.on),
        "axes": by_axis(found.figures),
        "found": found,
        "swot": {
            each: [line for line in words.splitlines() if line.strip()] for each, words in found.swot.texts.items()
        },
        "quarters": [(each, section("swot.quarters")[each]) for each in Quarter],
        "words": section("monitoring.paper"),
        "signers": [_person(home.staff[role]) for role in ("curator", "director", "head") if home.staff.get(role)],
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    created = dt.datetime.combine(found.window.on, dt.time(), dt.UTC)
    return work.tools.renderer.pdf(html, title=f"{view.title}. {home.short_title}", created=created)


def _person(told: dict[str, str]) -> object:
    return person_view(told["name"], gender=told.get("gender"), position=told.get("position"))

"""A year with its surveys: what the final report prints is what a count of one's own finds in the database."""

import datetime as dt
import json
import re
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from vekha.bootstrap import App, build
from vekha.documents.context import DocumentContext
from vekha.example import template_variables
from vekha.services.office.contexts import ContextBuilder, DocumentPlace
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.settings import Settings
from vekha.simulation import region
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE

SCALES = {"Польза": "usefulness", "Комфорт": "comfort", "Поддержка": "support"}


@pytest.fixture(scope="module", params=["school", "college", "kindergarten"])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    clock = VirtualClock(dt.date(2026, 1, 1))
    app = build(Settings(home=tmp_path_factory.mktemp("year"), database_url=None), clock)
    app.prepare()
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
    region.live_through(app, clock, request.param, 0, 2026, polls=True)
    yield app, f"{request.param}-1-2026"
    app.engine.dispose()


def report(app: App, key: str) -> tuple[DocumentContext, str]:
    with app.work(writes=False) as work:
        loaded = load(work, key)
        [(stage, activity)] = [
            (stage.code, row.code)
            for stage, row in loaded.roadmap.rows()
            if any(use.code == "final_report" for use in row.documents)
        ]
        builder, place = ContextBuilder(work, loaded), DocumentPlace(stage, activity, "final_report")
        context = builder.context(place, builder.view(place, state="draft"))
        template = loaded.roadmap.documents["final_report"].template or ""
        template = work.tools.renderer.resolve(loaded.type.code, template)
        html = work.tools.renderer.html(template, template_variables(context)).text
    return context, " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())


def rows(app: App, statement: str) -> list[Any]:
    with sqlite3.connect(Path(app.settings.home) / "vekha.db") as plain:
        return plain.execute(statement).fetchall()


def test_before_and_after_add_up(year: tuple[App, str]) -> None:
    app, key = year
    context, text = report(app, key)
    said: dict[str, dict[str, Any]] = defaultdict(dict)
    for subject, data in rows(app, "SELECT subject, data FROM submission WHERE form = 'before_after' ORDER BY id"):
        answer = json.loads(data)
        said[subject][answer["moment"]] = answer
    twice = [each for each in said.values() if len(each) == 2]
    [effect] = context.effects
    assert (effect.n, effect.only_before + effect.only_after) == (len(twice), len(said) - len(twice))
    if len(twice) < 5:
        assert (effect.withheld, effect.changes) == (True, ())
        assert "дважды ответили меньше пяти человек" in text
        return
    assert [each.title for each in effect.changes] == [*SCALES]
    for each in effect.changes:
        pairs = [(one["до"][SCALES[each.title]], one["после"][SCALES[each.title]]) for one in twice]
        assert each.before == round(fmean(one for one, _ in pairs), 1)
        assert each.after == round(fmean(other for _, other in pairs), 1)
        signs = Counter((other > one) - (other < one) for one, other in pairs)
        assert (each.better, each.same, each.worse) == (signs[1], signs[0], signs[-1])
        printed = f"{each.title} {each.before} {each.after} +{round(each.after - each.before, 1)}".replace(".", ",")
        assert printed in text


def test_every_survey_adds_up(year: tuple[App, str]) -> None:
    app, key = year
    context, text = report(app, key)
    asked = rows(
        app,
        "SELECT s.id, s.form, s.anonymous, count(*), sum(a.answered) FROM survey s"
        " JOIN survey_asked a ON a.survey = s.id GROUP BY s.id ORDER BY s.opens, s.id",
    )
    assert [(each.form, each.asked, each.answered) for each in context.surveys] == [
        (form, number, answered) for _, form, _, number, answered in asked
    ]
    assert {"before_after", "feedback", "satisfaction", "programme_opinion"} <= {form for _, form, *_ in asked}
    for (number, _, anonymous, _, answered), view in zip(asked, context.surveys, strict=True):
        mine = f"SELECT submission FROM survey_asked WHERE survey = {number}"
        named = f"SELECT data FROM submission WHERE id IN ({mine})"
        answers = rows(app, f"SELECT data FROM survey_answer WHERE survey = {number}" if anonymous else named)
        data = [json.loads(each) for (each,) in answers]
        assert len(data) == answered
        if answered < 5:
            assert (view.withheld, view.questions) == (True, ())
            continue
        kind = app.registry.type(key.partition("-")[0]).form(view.form)
        names = {field.title: name for name, field in kind.model_fields.items()}
        for each in view.questions:
            if each.title not in names:
                continue  # a sum that the form computes
            said = [one[names[each.title]] for one in data if one[names[each.title]] not in (None, "", [])]
            if 0 < len(said) < 5:
                assert (each.withheld, each.n, each.mean, each.counts, each.texts) == (True, None, None, (), ())
                continue
            assert each.n == len(said)
            if each.kind == "scale":
                assert each.mean == round(fmean(said), 1)
                assert sum(count for _, count in each.counts) == len(said)
                title = " ".join(each.title.split())
                assert view.moment or f"{title} {len(said)} в среднем {each.mean} из 10".replace(".", ",") in text
            elif each.kind == "yes_no":
                assert dict(each.counts) == {"да": said.count(True), "нет": said.count(False)}
            elif each.kind == "text":
                assert sorted(each.texts) == sorted(set(said))


def test_no_anonymous_answer_is_beside_a_name(year: tuple[App, str]) -> None:
    app, _ = year
    assert rows(app, "SELECT count(*) FROM submission WHERE form = 'programme_opinion'") == [(0,)]
    told = "SELECT count(*) FROM survey_asked WHERE submission IS NOT NULL AND survey IN"
    assert rows(app, f"{told} (SELECT id FROM survey WHERE anonymous)") == [(0,)]
    assert [each[1] for each in rows(app, "PRAGMA table_info(survey_answer)")] == [
        "id",
        "survey",
        "programme",
        "audience",
        "data",
    ]
    with pytest.raises(sqlite3.OperationalError, match="rowid"):
        rows(app, "SELECT rowid FROM survey_answer")

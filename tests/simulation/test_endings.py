"""A story that does not reach its end says why; a flow that fails stops the demo with its reason."""

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.services.work import institution_of
from vekha.simulation import demo
from vekha.simulation.journey import Journey
from vekha.simulation.region import check_finished


def test_an_unfinished_year_tells_what_is_missing(app: App, add_institution: Callable[..., str]) -> None:
    code = add_institution(app)
    with app.work() as work:
        key = campaigns.start_one(work, institution_of(work.session, code), 2026)
        work.flush()
        stages.open_due(work, key)
    cast = app.registry.type("school").cast(12)
    with pytest.raises(VekhaError) as refused:
        check_finished(app, Journey(programme=key, institution=code, cast=cast, issue=lambda *_: None))
    codes = [each.code for each in refused.value.problems]
    assert codes[0] == "simulation.unfinished"
    assert "gate.document_missing" in codes


def test_a_failed_flow_stops_the_demo(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = SimpleNamespace(drain=lambda _: SimpleNamespace(errors={"close_stage:x": "нет места"}))
    monkeypatch.setitem(sys.modules, "flows.dispatcher", failed)
    with pytest.raises(VekhaError) as refused:
        demo._drain(app)
    assert [(each.code, each.where) for each in refused.value.problems] == [("simulation.flow_failed", "close_stage:x")]

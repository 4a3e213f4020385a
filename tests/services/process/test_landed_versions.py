"""A database of an earlier Vekha: the roadmaps that it has frozen are what they were, and its programmes step to the
versions of now and back. `landed` holds them as they lie in such a database."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.conftest import START
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.domain.roadmap import Roadmap
from vekha.services.launch import campaigns, starting
from vekha.services.process import stages, versions
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.services.work import Work
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.storage.tables import Activity, Programme, RoadmapVersion, Stage

LANDED = Path(__file__).parent / "landed"
CHANGED = (
    ("school", "school"),
    ("school", "school_gifted"),
    ("college", "college"),
    ("kindergarten", "kindergarten"),
    ("kindergarten", "kindergarten_2years"),
)


def freeze(work: Work, code: str) -> Roadmap:
    """As the earlier Vekha wrote it, with its digest."""
    content = (LANDED / f"{code}-1.json").read_text(encoding="utf-8")
    digest = hashlib.sha256(content.encode()).hexdigest()
    work.insert(RoadmapVersion, {"code": code, "version": 1, "digest": digest, "content": content, "stored_at": START})
    return Roadmap.model_validate_json(content)


def start(app: App, kind: str, index: int, roadmap: str) -> str:
    with app.work() as work:
        if index == 0:
            institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        code, _ = add_invented(work, kind, index)
        key = campaigns.start_one(work, institutions.one(work, code), 2026, roadmap)
        stages.open_due(work, key)
    return key


def version_of(app: App, key: str) -> int:
    with app.work(writes=False) as work:
        return load(work, key).roadmap.version


def content(app: App) -> list[dict[str, Any]]:
    with app.work(writes=False) as work:
        rows = (row for table in (Programme, Stage, Activity) for row in work.session.exec(select(table)))
        return sorted((row.model_dump() for row in rows), key=str)


@pytest.mark.parametrize(("kind", "roadmap"), CHANGED)
def test_a_programme_of_the_landed_version_steps_to_the_new_one_and_back(
    any_app: App, kind: str, roadmap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, known = any_app, any_app.registry._roadmaps
    assert app.registry.roadmap(kind, roadmap).version == 2
    with app.work() as work:
        old = freeze(work, roadmap)
    with monkeypatch.context() as then:
        then.setitem(known, kind, tuple(old if each.code == roadmap else each for each in known[kind]))
        running = start(app, kind, 0, roadmap)
    new = start(app, kind, 1, roadmap)
    assert (version_of(app, running), version_of(app, new)) == (1, 2)
    before = content(app)
    with app.work() as work:
        told = versions.preview(work, running)
    assert content(app) == before
    assert told is not None
    assert (told.old, told.new) == (1, 2)
    assert {each.kind.value for each in told.differences} <= {"documents"}
    with app.work() as work:
        done = versions.step(work, running)
    assert done is not None
    assert (done.kept, done.waived, done.redated) == ((), (), ())
    assert version_of(app, running) == 2
    with app.work() as work:
        assert "pair_change_order" in load(work, running).roadmap.documents
        versions.undo(work, running)
    assert content(app) == before


def test_keys_that_roadmaps_have_learned_since_change_no_version(any_app: App) -> None:
    """A plugin that has not changed runs on a new Vekha as it did."""
    with any_app.work() as work:
        same = freeze(work, "school")
        starting.freeze_roadmap(work, same)
        lying = work.session.get_one(RoadmapVersion, ("school", 1))
        assert lying.digest != same.digest


def test_another_content_of_the_landed_version_is_refused(any_app: App) -> None:
    school = any_app.registry.roadmap("school")
    with any_app.work() as work, pytest.raises(VekhaError) as refusal:
        freeze(work, "school")
        starting.freeze_roadmap(work, school.model_copy(update={"version": 1}))
    assert [each.code for each in refusal.value.problems] == ["programme.roadmap_changed"]

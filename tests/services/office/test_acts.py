"""Acts on record below the federal ones: whose they are, when they hold, how they stand in a document."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.services.papers import ORDER, approve, start
from vekha.bootstrap import App
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.domain.law import citation
from vekha.services.office import acts, review
from vekha.services.office.acts import ActData
from vekha.services.office.contexts import ContextBuilder
from vekha.services.process.programmes import load
from vekha.services.work import institution_of

AddInstitution = Callable[..., str]
REGIONAL = ActData(
    region="02",
    kind="order",
    number="1290",
    date=dt.date(2026, 4, 20),
    title="О внедрении целевой модели наставничества",
    issuer="Министерства образования Примерной области",
)
OWN = replace(REGIONAL, institution="school-12", number="17", date=dt.date(2026, 4, 27), issuer="МБОУ «Школа»")
OTHERS = replace(REGIONAL, municipality="Дальний район", number="5", issuer="администрации Дальнего района")


@pytest.fixture
def key(any_app: App, add_institution: AddInstitution) -> str:
    return start(any_app, add_institution)


def add(app: App, *data: ActData, actor: Actor | None = None) -> None:
    with app.work(actor) if actor else app.work() as work:
        for each in data:
            acts.add(work, each)


def test_the_chain_goes_from_the_region_to_the_institution(any_app: App, key: str) -> None:
    add(any_app, OWN, OTHERS, REGIONAL)
    with any_app.work(writes=False) as work:
        chain = acts.chain(work, institution_of(work.session, "school-12"))
        assert [(acts.level(row), row.number) for row in chain] == [(1, "1290"), (3, "17")]
        assert acts.chain(work, institution_of(work.session, "school-12"), topic="practice") == []
        builder = ContextBuilder(work, load(work, key))
        laws = builder.context(ORDER, builder.view(ORDER, state="draft")).laws
    said = [law.according_to for law in laws if law.topic == "mentoring"]
    assert said[0].startswith("Федеральным законом от 29.12.2012 № 273-ФЗ")
    assert said[-2:] == [
        "приказом Министерства образования Примерной области от 20.04.2026 № 1290 "
        "«О внедрении целевой модели наставничества»",
        "приказом МБОУ «Школа» от 27.04.2026 № 17 «О внедрении целевой модели наставничества»",
    ]


def test_the_preamble_names_it_and_an_expired_one_is_left_out(any_app: App, key: str) -> None:
    add(any_app, REGIONAL, replace(OWN, valid_to=dt.date(2026, 4, 30)))
    with any_app.work() as work:
        row = approve(work, key)
        text = any_app.tools.files.get(row.html or "").decode().replace("\u00a0", " ")
        assert "приказом Министерства образования Примерной области от 20.04.2026 № 1290" in text
        assert "27.04.2026" not in text
        cited = f"<p>{citation(acts.as_ref(acts.chain(work, institution_of(work.session, 'school-12'))[1]))}</p>"
        found = review.of_text(work, key, cited, dt.date(2026, 5, 4))
        assert [each.code for each in found] == ["document.law_lapsed"]
        assert found[0].message.endswith("не действует с 01.05.2026")


def test_the_same_act_again_is_the_same_record(any_app: App, key: str) -> None:
    add(any_app, REGIONAL, replace(REGIONAL, title="О наставничестве"))
    with any_app.work(writes=False) as work:
        (row,) = acts.chain(work, institution_of(work.session, "school-12"))
        assert row.title == "О наставничестве"
        levels = [level for level, _ in acts.listed(work, institution_of(work.session, "school-12"))]
    assert levels == sorted(levels)
    assert levels[-1] == 1


def test_everything_wrong_at_once(any_app: App, key: str) -> None:
    bad = ActData(
        region="99",
        institution="nowhere",
        kind="приказ",
        number=" ",
        date=dt.date(2026, 4, 20),
        title="",
        issuer="Министерства",
        topic="погода",
        valid_from=dt.date(2026, 4, 19),
        valid_to=dt.date(2026, 4, 18),
    )
    with any_app.work() as work, pytest.raises(VekhaError) as refused:
        acts.add(work, bad)
    assert [each.code for each in refused.value.problems] == [
        *("institution.unknown_region", "institution.unknown", "law.unknown_kind", "law.unknown_topic"),
        *("law.blank", "law.blank", "law.before_its_date", "law.ends_before"),
    ]


def test_a_head_records_acts_of_the_own_institution_only(any_app: App, key: str, director: Actor) -> None:
    add(any_app, OWN, actor=director)
    with pytest.raises(VekhaError) as refused:
        add(any_app, REGIONAL, actor=director)
    assert [each.code for each in refused.value.problems] == ["access.denied"]

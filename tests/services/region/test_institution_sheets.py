"""Institutions in bulk, on both databases: all or nothing, updates by code, rights, and the way back."""

from collections.abc import Callable

import pytest

from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.errors import VekhaError
from vekha.services.launch import campaigns
from vekha.services.region import institution_sheets, institutions
from vekha.services.region.institution_sheets import Imported, titles
from vekha.spreadsheet import Sheet

HEAD = ["Код", "Тип", "Полное название", "Муниципалитет", "Телефон"]
GOOD = ["school-1", "Школа", "Школа № 1", "Примерск", "+7 900"]


@pytest.fixture
def region_app(any_app: App) -> App:
    with any_app.work() as work:
        institutions.add_region(work, "02", "Примерная область", "Asia/Yekaterinburg")
        institutions.add_region(work, "77", "Столица", "Europe/Moscow")
    return any_app


def sheet(*rows: list[str], head: list[str] = HEAD) -> Sheet:
    return Sheet("f.csv", dict(enumerate([head, *rows], 1)))


def load(app: App, actor: Actor, table: Sheet, region: str = "02", *, skip_bad: bool = False) -> Imported:
    with app.work(actor) as work:
        return institution_sheets.load(work, table, region=region, skip_bad=skip_bad)


def counts(done: Imported) -> tuple[int, int, int, int]:
    return done.added, done.updated, done.unchanged, done.skipped


def titles_of(app: App, actor: Actor) -> dict[str, str]:
    with app.work(actor, writes=False) as work:
        return {row.code: row.title for row in institutions.every(work)}


def codes(refused: pytest.ExceptionInfo[VekhaError]) -> list[str]:
    return [each.code for each in refused.value.problems]


def test_a_table_adds_then_updates_by_code(region_app: App, operator: Actor) -> None:
    table = sheet(GOOD, ["school-2", "school", "Школа № 2", "", ""])
    assert counts(load(region_app, operator, table)) == (2, 0, 0, 0)
    assert counts(load(region_app, operator, table)) == (0, 0, 2, 0)
    renamed = sheet(["school-2", "Лицей № 2"], ["school-1", "Школа № 1"], head=["Код", "Полное название"])
    assert counts(load(region_app, operator, renamed)) == (0, 1, 1, 0)
    assert titles_of(region_app, operator) == {"school-1": "Школа № 1", "school-2": "Лицей № 2"}
    with region_app.work(operator, writes=False) as work:
        row = institutions.one(work, "school-1")
        assert (row.municipality, row.details, row.timezone) == ("Примерск", {"phone": "+7 900"}, "Asia/Yekaterinburg")


def test_one_bad_row_stops_everything_unless_it_is_to_be_skipped(region_app: App, operator: Actor) -> None:
    table = sheet(GOOD, ["Школа 2", "Шкала", "", "", ""])
    with pytest.raises(VekhaError) as refused:
        load(region_app, operator, table)
    assert codes(refused) == ["institution.bad_code", "import.unknown_type", "import.needed"]
    assert titles_of(region_app, operator) == {}
    done = load(region_app, operator, table, skip_bad=True)
    assert (counts(done), len(done.problems)) == ((1, 0, 0, 1), 3)
    assert titles_of(region_app, operator) == {"school-1": "Школа № 1"}


def test_an_operator_writes_in_the_own_region_only(region_app: App, operator: Actor, administrator: Actor) -> None:
    load(region_app, administrator, sheet(GOOD), "77")
    for region in ("77", "02"):  # neither there, nor by taking it over
        table = sheet(["school-1", region], ["school-2", region], head=["Код", "Регион"])
        with pytest.raises(VekhaError) as refused:
            load(region_app, operator, table)
        assert "access.denied" in codes(refused)
    assert titles_of(region_app, operator) == {}


def test_a_municipal_curator_imports_nothing_and_exports_the_own_municipality(region_app: App, operator: Actor) -> None:
    curator = Actor(name="М", grants=(Grant(role="municipal_curator", region="02", municipality="Примерск"),))
    load(region_app, operator, sheet(GOOD, ["school-2", "school", "Школа № 2", "Иной", ""]))
    with pytest.raises(VekhaError) as refused:
        load(region_app, curator, sheet(GOOD))
    assert codes(refused) == ["access.denied"]
    with region_app.work(curator, writes=False) as work:
        assert [row[0] for row in institution_sheets.exported(work)] == ["school-1"]
    nobody = Actor(name="Н", grants=())
    with region_app.work(nobody, writes=False) as work:
        assert list(institution_sheets.exported(work)) == []


def test_the_type_of_a_running_institution_stays(region_app: App, operator: Actor) -> None:
    load(region_app, operator, sheet(GOOD, ["school-2", "school", "Школа № 2", "", ""]))
    with region_app.work(operator) as work:
        campaigns.start_one(work, institutions.one(work, "school-1"), 2026)
    changed = sheet(["school-1", "college"], ["school-2", "college"], head=["Код", "Тип"])
    with pytest.raises(VekhaError) as refused:
        load(region_app, operator, changed)
    assert codes(refused) == ["institution.type_fixed"]


def test_what_is_exported_imports_as_unchanged(
    region_app: App, operator: Actor, add_institution: Callable[..., str]
) -> None:
    for kind in ("school", "college", "kindergarten"):
        add_institution(region_app, kind, municipality="Примерск")
    with region_app.work(operator, writes=False) as work:
        rows = list(institution_sheets.exported(work))
        assert [len(list(institution_sheets.exported(work, **chosen))) for chosen in (
            {"kind": "school"}, {"region": "77"}, {"municipality": "Примерск"},
        )] == [1, 0, 3]  # fmt: skip
    assert counts(load(region_app, operator, sheet(*rows, head=titles()))) == (0, 0, 3, 0)


def test_an_unknown_default_region(region_app: App, administrator: Actor) -> None:
    with pytest.raises(VekhaError) as refused:
        load(region_app, administrator, sheet(GOOD), "99")
    assert codes(refused) == ["institution.unknown_region"]


def test_days_of_its_own_survive_a_change_by_hand(
    region_app: App, operator: Actor, add_institution: Callable[..., str]
) -> None:
    add_institution(region_app)
    load(region_app, operator, sheet(["school-12", "14.09.2026"], head=["Код", "Свои выходные дни"]))
    add_institution(region_app, municipality="Иной")
    with region_app.work(operator, writes=False) as work:
        row = institutions.one(work, "school-12")
        assert (row.municipality, row.days) == ("Иной", {"2026-09-14": False})

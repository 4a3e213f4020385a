"""Names and positions in the cases: shown, confirmed or corrected, kept, and used by every document."""

import pytest

from tests.services.conftest import CURATOR, KEY, MENTEE, ORDER, STRANGER, VIEWER, Club, letter
from vekha.documents.declension import Case, name_in_case
from vekha.domain.access import Actor
from vekha.domain.people import GiveConsent, Introduce, Purpose, Role
from vekha.services.office import declensions, documents
from vekha.services.office.contexts import ContextBuilder
from vekha.services.office.declensions import OBLIQUE, Kind
from vekha.services.process.programmes import load

# Names that no library gets right without help, and what the institution says of them: genitive and dative.
HARD: dict[str, tuple[str | None, str, str]] = {
    "Заяц Иван Петрович": ("m", "Зайца Ивана Петровича", "Зайцу Ивану Петровичу"),
    "Хабибуллина Зульфия Ринатовна": ("f", "Хабибуллиной Зульфии Ринатовны", "Хабибуллиной Зульфие Ринатовне"),
    "Мухаметшин Ильгиз Салават улы": ("m", "Мухаметшина Ильгиза Салават улы", "Мухаметшину Ильгизу Салават улы"),
    "Кильмухаметова Гөлназ Азат кызы": ("f", "Кильмухаметовой Гөлназ Азат кызы", "Кильмухаметовой Гөлназ Азат кызы"),
    "Смит-Джонс Мэри": ("f", "Смит-Джонс Мэри", "Смит-Джонс Мэри"),
    "Дюма Поль Анри": ("m", "Дюма Поля Анри", "Дюма Полю Анри"),
    "Нгуен Тхи Лан": ("f", "Нгуен Тхи Лан", "Нгуен Тхи Лан"),
    "Соловьёва-Гур Анна Львовна": ("f", "Соловьёвой-Гур Анны Львовны", "Соловьёвой-Гур Анне Львовне"),
    "Ким Саша": (None, "Ким Саши", "Ким Саше"),
}


def confirm(club: Club, who: str, kind: Kind = Kind.NAME, **given: str) -> None:
    cases: dict[Case, str] = {case: given[case] for case in OBLIQUE if case in given}
    with club.work(CURATOR) as work:
        declensions.confirm(work, KEY, who, kind, cases)


def views(club: Club) -> ContextBuilder:
    with club.work() as work:
        return ContextBuilder(work, load(work, KEY))


@pytest.mark.parametrize("name", HARD)
def test_a_hard_name_reads_as_confirmed(any_club: Club, name: str) -> None:
    gender, genitive, dative = HARD[name]
    any_club.carry_out(Introduce(name=name, role=Role.MENTOR, gender=gender))  # type: ignore[arg-type]
    confirm(any_club, "p1", genitive=genitive, dative=f"  {dative} ")
    with any_club.work() as work:
        loaded = load(work, KEY)
        view = ContextBuilder(work, loaded)._people[Role.MENTOR]["p1"]
        shown = declensions.one(work, KEY, name, Kind.NAME)
    assert [name_in_case(view, case) for case in ("genitive", "dative")] == [genitive, dative]
    assert (shown.forms["genitive"], shown.confirmed_by) == (genitive, "curator")
    assert set(shown.forms) == set(OBLIQUE)


def test_everything_is_shown_and_what_nobody_confirmed_comes_first(any_club: Club) -> None:
    any_club.come_together()
    confirm(any_club, "p1", genitive="Журавля Ильи Сергеевича")
    with any_club.work() as work:
        shown = declensions.every(work, KEY)
    assert shown[-1].nominative == MENTEE
    assert {each.confirmed_by for each in shown[:-1]} == {None}
    names = {each.nominative: each for each in shown}
    assert "Журавлёва Мария Петровна" in names  # the guardian
    assert names[any_club.app.registry.type("club").cast(1).staff["director"].name].bearers == ("director",)


def test_what_is_confirmed_stands_in_the_documents_and_stays_in_those_that_are_frozen(club: Club) -> None:
    club.come_together()
    confirm(club, "p1", dative="Журавлю Илье Сергеевичу")
    with club.work() as work:
        (row,) = documents.approve(work, KEY, [letter("p1")])
        frozen = work.tools.files.get(row.content or "").decode()
    assert "Журавлю" in frozen
    with club.work(CURATOR) as work:
        declensions.reset(work, KEY, "p1", Kind.NAME)
    assert views(club)._people[Role.MENTEE]["p1"].name_forms == {}


def test_a_position_is_confirmed_for_everybody_who_is_in_it(club: Club) -> None:
    club.carry_out(
        Introduce(name="Белов Павел Андреевич", role=Role.MENTOR, position="тьютор-методист"),
        Introduce(name="Белова Анна Андреевна", role=Role.MENTOR, position="тьютор-методист"),
    )
    confirm(club, "p1", Kind.POSITION, dative="тьютору-методисту 1-й категории")
    with club.work() as work:
        shown = declensions.one(work, KEY, "p2", Kind.POSITION)
        loaded = load(work, KEY)
        builder = ContextBuilder(work, loaded)
        context = builder.context(ORDER, builder.view(ORDER, state="draft"))
    assert shown.bearers == ("p1", "p2")
    assert context.positions["тьютор-методист"]["dative"] == "тьютору-методисту 1-й категории"


def test_confirming_again_adds_and_keeps_what_was_said_before(club: Club) -> None:
    club.carry_out(Introduce(name="Заяц Иван Петрович", role=Role.MENTOR, gender="m"))
    confirm(club, "p1", genitive="Зайца Ивана Петровича")
    confirm(club, "p1", dative="Зайцу Ивану Петровичу")
    with club.work() as work:
        forms = declensions.one(work, KEY, "p1", Kind.NAME).forms
    assert (forms["genitive"], forms["dative"]) == ("Зайца Ивана Петровича", "Зайцу Ивану Петровичу")
    changes = club.audit("name:Заяц Иван Петрович")
    assert len(changes) == 2
    assert changes[0][0] is None
    assert changes[1][0] is not None


def test_refusals(club: Club) -> None:
    club.carry_out(
        Introduce(name="Ким Саша", role=Role.MENTOR, gender="m"),
        Introduce(name="Ким Женя", role=Role.MENTOR, gender="f"),
    )

    def codes(who: str, kind: Kind = Kind.NAME, **given: str) -> list[str]:
        return club.codes(declensions.confirm, KEY, who, kind, given)

    assert codes("p1", genitive="", dative="Киму") == ["people.form_empty", "people.form_words"]
    assert codes("p9") == ["people.unknown_person"]
    assert codes("p1", Kind.POSITION) == ["people.no_position"]
    assert club.codes(declensions.reset, KEY, "p1", Kind.NAME) == ["people.forms_not_confirmed"]


def test_a_name_borne_by_two_genders_is_told_apart_by_code(club: Club) -> None:
    name = "Ли Саша"
    club.carry_out(Introduce(name=name, role=Role.MENTOR, gender="m"))
    with club.work() as work:
        cast = {"director": {"name": name, "gender": "f", "position": "директор"}}
        load(work, KEY).institution.staff = cast
    assert club.codes(declensions.one, KEY, name, Kind.NAME) == ["people.namesakes"]
    confirm(club, "p1", genitive="Ли Саши")
    with club.work() as work:
        assert declensions.one(work, KEY, "director", Kind.NAME).confirmed_by is None


@pytest.mark.parametrize("who", [STRANGER, VIEWER])
def test_others_do_not_confirm(club: Club, who: Actor) -> None:
    club.carry_out(Introduce(name="Заяц Иван Петрович", role=Role.MENTOR))
    assert club.codes(declensions.confirm, KEY, "p1", Kind.NAME, {}, who=who) == ["access.denied"]


def test_a_guardian_too(club: Club) -> None:
    club.come_together()
    confirm(club, "Журавлёва Мария Петровна", genitive="Журавль Марии Петровны")
    guardian = views(club)._people[Role.MENTEE]["p1"].guardian
    assert guardian is not None
    assert name_in_case(guardian, "genitive") == "Журавль Марии Петровны"


def test_the_list_costs_the_same_whatever_the_number_of_people(club: Club) -> None:
    def statements() -> int:
        with club.work() as work:
            load(work, KEY)
            with club.counting() as sent:
                declensions.every(work, KEY)
            return len(sent)

    few = statements()
    club.carry_out(*(Introduce(name=f"Белов Павел{number}", role=Role.MENTOR) for number in range(9)))
    assert statements() == few


def test_consent_to_publication_is_no_new_guardian(club: Club) -> None:
    club.come_together()
    today = club.clock().date()
    given = GiveConsent(
        subject="p1", purpose=Purpose.PUBLICATION, signed=today, until=today, guardian="Журавлёв Сергей Павлович"
    )
    club.carry_out(given)
    with club.work() as work:
        assert "Журавлёв Сергей Павлович" not in {each.nominative for each in declensions.every(work, KEY)}

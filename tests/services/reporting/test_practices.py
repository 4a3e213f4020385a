"""Good practice: written, reviewed, published only with consents, found in any form of a word. On both databases."""

import datetime as dt
from typing import Any

import pytest

from tests.services.conftest import CURATOR, DIRECTOR, KEY, MENTOR, NEIGHBOUR, OPERATOR, STRANGER, Club, actor
from vekha.domain.people import GiveConsent, Purpose, WithdrawConsent
from vekha.domain.reporting.practice import Card, PracticeState, Step, possible, words_of
from vekha.services.mentoring import erasure, people
from vekha.services.region import public_page
from vekha.services.reporting import practice_names, practices
from vekha.storage.tables import Practice, PracticeWord

D = dt.date
PDF = b"%PDF-1.7 a plan of lessons"
CARD = Card(
    title="Задача недели",
    problem="Наставляемые теряли интерес между встречами",
    done="Наставник присылает одну задачу в понедельник",
    result="Девять учеников из десяти решают задачу до встречи",
    model="групповое",
)


def write(club: Club, key: str = KEY, card: Card = CARD, people_: tuple[str, ...] = (), **changed: Any) -> int:
    fields = {name: getattr(card, name) for name in Card.__slots__} | changed
    with club.work() as work:
        return practices.create(work, key, Card(**fields), people_).id or 0


def take(club: Club, number: int, *steps: Step, remarks: str = "") -> None:
    for each in steps:
        who = CURATOR if each in (Step.SEND, Step.HIDE) else DIRECTOR
        with club.work(who) as work:
            practices.step(work, number, each, remarks)


def publish(club: Club, number: int) -> None:
    for each in (Step.SEND, Step.ACCEPT, Step.PUBLISH):
        with club.work() as work:
            practices.step(work, number, each)


def found(club: Club, question: str, who: Any = STRANGER, **rest: str) -> list[str]:
    with club.work(who, writes=False) as work:
        return [hit.row.title for hit in practices.found(work, question, **rest)]


def page(club: Club) -> str:
    with club.work(writes=False) as work:
        return public_page.html(work, "club-1", style="style.css", papers="documents/")


def test_the_way_to_publication_and_back(any_club: Club) -> None:
    any_club.add(2)
    number = write(any_club)
    assert "Задача недели" not in page(any_club)
    assert any_club.codes(practices.step, number, Step.ACCEPT, who=DIRECTOR) == ["practice.wrong_state"]
    take(any_club, number, Step.SEND)
    assert any_club.codes(practices.step, number, Step.ACCEPT, who=CURATOR) == ["access.denied"]
    assert any_club.codes(practices.edit, number, CARD, (), 1, who=CURATOR) == ["practice.wrong_state"]
    assert any_club.codes(practices.step, number, Step.RETURN, who=DIRECTOR) == ["practice.remarks_needed"]
    take(any_club, number, Step.RETURN, remarks="добавьте числа")
    take(any_club, number, Step.SEND, Step.ACCEPT, Step.PUBLISH)
    assert "Задача недели" in page(any_club)
    with any_club.work(CURATOR) as work:
        practices.edit(work, number, CARD, (), 1)  # changed: nobody has read it yet
    assert "Задача недели" not in page(any_club)
    [row] = any_club.rows(Practice)
    assert (row.state, row.version, row.remarks, row.published_at) == ("draft", 2, None, None)
    assert any_club.codes(practices.edit, number, CARD, (), 1, who=CURATOR) == ["practice.changed"]
    told = [new for _, new, _ in any_club.audit(f"practice:{number}")]
    assert told == ["draft", "review", "returned", "review", "accepted", "published", "draft"]


def test_what_a_card_lacks_is_told_at_once(any_club: Club) -> None:
    assert any_club.codes(practices.create, KEY, Card(title=" ", problem="", done="", result=""), who=CURATOR) == [
        "practice.no_title"
    ]
    wrong = Card(title="Т", problem="а" * 8001, done="", result="", model="колдовство")
    assert any_club.codes(practices.create, KEY, wrong, ("p9",), who=CURATOR) == [
        "practice.too_long",
        "practice.unknown_person",
        "practice.unknown_model",
    ]
    number = write(any_club, problem="", result=" ")
    assert any_club.codes(practices.step, number, Step.SEND, who=CURATOR) == ["practice.part_empty"] * 2
    assert any_club.codes(practices.create, KEY, CARD, who=STRANGER) == ["access.denied"]
    assert any_club.codes(practices.step, 99, Step.SEND, who=CURATOR) == ["practice.unknown"]


def test_nobody_is_published_without_a_consent_named_or_found_in_the_words(any_club: Club) -> None:
    any_club.come_together()
    number = write(any_club, done="Об этом просили Соколову и её ученика", people_=("p1",))
    take(any_club, number, Step.SEND, Step.ACCEPT)
    [refusal] = any_club.refused(practices.step, number, Step.PUBLISH, who=DIRECTOR)
    assert refusal.code == "practice.no_consent"
    assert "Журавлёв Илья" in refusal.message
    assert MENTOR in refusal.message  # nobody ticked her: her name stands in the text
    today = any_club.clock().date()
    dates = {"signed": today, "until": D(2027, 1, 1), "purpose": Purpose.PUBLICATION}
    any_club.carry_out(
        GiveConsent(subject="p1", guardian="Журавлёва Мария Петровна", categories=("история успеха",), **dates),
        GiveConsent(subject="p2", categories=("фотография",), **dates),  # a face is not a name
    )
    assert any_club.codes(practices.step, number, Step.PUBLISH, who=DIRECTOR) == ["practice.no_consent"]
    any_club.carry_out(GiveConsent(subject="p2", categories=("фамилия и имя",), **dates))
    take(any_club, number, Step.PUBLISH)
    assert "Соколову" in page(any_club)
    assert found(any_club, "задача", OPERATOR) == ["Задача недели"]
    any_club.carry_out(WithdrawConsent(subject="p2", purpose=Purpose.PUBLICATION, on=today))
    assert "Соколову" not in page(any_club)  # at once, whatever the state says
    assert found(any_club, "задача", OPERATOR) == []


def test_a_name_is_found_in_any_case_and_only_as_a_word() -> None:
    names = {"p1": "Соколова Анна Викторовна", "p2": "Ким Ольга Петровна", "p3": "Журавлёв Илья Сергеевич"}
    assert practice_names.found_in(names, "Рассказ о Соколовой и Журавлёвым") == {"p1", "p3"}
    assert practice_names.found_in(names, "соколы летят, Кимоно, журавль") == set()
    assert practice_names.found_in(names, "Спасибо Ким О. П. и Журавлеву") == {"p2", "p3"}


def test_words_are_found_in_any_form_titles_first(clubs: Club) -> None:
    keys = [clubs.start(clubs.add(number, municipality=place)) for number, place in ((1, "Озёрск"), (2, "Заречье"))]
    first = write(clubs, keys[0])
    other = {"title": "Ёлка для наставников", "problem": "", "done": "", "result": "Стало больше встреч с учениками"}
    second = write(clubs, keys[1], Card(**other), problem="-", done="-")
    hidden = write(clubs, keys[0], title="Черновик про задачи")
    for each in (first, second):
        publish(clubs, each)
    assert found(clubs, "задачами") == ["Задача недели"]
    assert found(clubs, "встречей учеников") == ["Ёлка для наставников", "Задача недели"]  # every word, in any form
    assert found(clubs, "елку") == ["Ёлка для наставников"]
    assert found(clubs, "задач ёлка") == []
    assert found(clubs, "недел") == ["Задача недели"]  # a beginning is enough
    assert found(clubs, "", model="групповое") == ["Задача недели"]
    assert found(clubs, "", municipality="Заречье") == ["Ёлка для наставников"]
    assert found(clubs, "'; drop table practice; --") == []
    assert found(clubs, "задача", NEIGHBOUR) == []
    with clubs.work(OPERATOR) as work:
        practices.pin(work, first, pinned=True)
    assert found(clubs, "") == ["Задача недели", "Ёлка для наставников"]
    assert clubs.codes(practices.pin, hidden, pinned=True, who=OPERATOR) == ["practice.not_published"]
    assert clubs.codes(practices.pin, first, pinned=True, who=CURATOR) == ["access.denied"]


def test_a_card_that_is_not_published_is_there_for_its_own_people_alone(clubs: Club) -> None:
    key = clubs.start(clubs.add(1))
    clubs.add(2)
    number = write(clubs, key)
    assert clubs.codes(practices.sheet, number, who=STRANGER) == ["practice.unknown"]
    publish(clubs, number)
    with clubs.work(STRANGER, writes=False) as work:
        seen = practices.sheet(work, number)
    assert (seen.steps, seen.people, seen.may_pin) == (frozenset(), (), False)
    assert clubs.codes(practices.sheet, number, who=NEIGHBOUR) == ["practice.unknown"]
    assert clubs.codes(practices.sheet, number, who=actor("curator", institution="club-0")) == ["practice.unknown"]


def test_materials_go_with_the_card(any_club: Club) -> None:
    number = write(any_club)
    with any_club.work(CURATOR) as work:
        made = practices.attach(work, number, PDF, "план.pdf").digest
        practices.attach(work, number, PDF, "план.pdf")  # the same twice is one
    assert any_club.codes(practices.attach, number, b"MZ", "вирус.exe", who=CURATOR) == ["file.wrong_type"]
    assert any_club.codes(practices.file, number, "0" * 64, who=CURATOR) == ["practice.unknown"]
    publish(any_club, number)
    with any_club.work(writes=False) as work:
        assert public_page.material(work, "club-1", f"practice-{number}-{made[:12]}")[1] == PDF
        assert public_page.folder(work, "club-1")[f"documents/practice-{number}-{made[:12]}.pdf"] == PDF
    assert any_club.codes(public_page.material, "club-1", "practice-9-0") == ["document.unknown"]
    with any_club.work(CURATOR) as work:
        practices.detach(work, number, made)
    with any_club.work(CURATOR, writes=False) as work:
        seen = practices.sheet(work, number)
        assert (seen.files, seen.row.state) == ((), "draft")


def test_too_many_materials_are_refused(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practices, "MOST_FILES", 1)
    number = write(club)
    with club.work(CURATOR) as work:
        practices.attach(work, number, PDF, "план.pdf")
    assert club.codes(practices.attach, number, PDF + b"2", "ещё.pdf", who=CURATOR) == ["practice.too_many_files"]


def test_erasing_somebody_leaves_no_name_in_cards(club: Club) -> None:
    club.come_together()
    write(club, done="Журавлёв Илья рассказал", people_=("p1",))
    with club.work() as work:
        people.carry_out(work, KEY, [WithdrawConsent(subject="p1", purpose=Purpose.PROCESSING, on=club.clock().date())])
    with club.work() as work:
        erasure.erase(work, KEY, "p1", "попросили")
    [row] = club.rows(Practice)
    assert "Журавл" not in row.done
    assert [each.word for each in club.rows(PracticeWord) if each.word.startswith(("журавл", "иль"))] == []


def test_every_state_has_a_way_on() -> None:
    assert {state: bool(possible(state)) for state in PracticeState} == dict.fromkeys(PracticeState, True)
    assert words_of("Ёлка и ёлка — 2026") == ["елка", "2026"]


def test_the_index_follows_the_card(club: Club) -> None:
    number = write(club)
    with club.work(CURATOR) as work:
        practices.edit(work, number, Card(title="Экскурсия", problem="", done="", result=""), (), 1)
    assert [each.word for each in club.rows(PracticeWord)] == ["экскурсия"]

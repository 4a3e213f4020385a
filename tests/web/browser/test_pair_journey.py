"""Pairs in a real browser: proposed with reasons, changed at a price seen before, at work until they end or change."""

import datetime as dt
from typing import Any

import pytest

from tests.web.browser.walker import Town, Walker, walking, words_of
from vekha.domain.people import FormPair, GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.mentoring import people
from vekha.simulation.showcase import DAY

pytestmark = pytest.mark.slow
KEY = "school-1-2026"
PAIRS = f"/programmes/{KEY}/pairs"
WAITING = "Медынцев Матвей Игоревич"
MENTEE, OTHER = "Ахметзянов Рустам Ильдарович", "Сорокина Полина Андреевна"
MENTOR, SECOND = "Юлдашев Артур Маратович", "Белякова Инна Львовна"
SKILLS = {MENTOR: {"competences": ["цифровые инструменты", "общение и публичные выступления"]}}


def _came(town: Town) -> None:
    """Two mentees and two mentors more, all with consent and in the registers."""
    with town.app.work() as work:
        for number, name in enumerate((MENTEE, OTHER, MENTOR, SECOND), 11):
            role = Role.MENTEE if number < 13 else Role.MENTOR
            adult = role is Role.MENTOR
            consent = {"purpose": Purpose.PROCESSING, "signed": DAY, "until": dt.date(2027, 12, 31)}
            commands = (
                Introduce(name=name, role=role, birth_date=None if adult else dt.date(2012, 5, number)),
                GiveConsent(subject=f"p{number}", guardian=None if adult else "Сорокина Ольга Петровна", **consent),
                Register(person=f"p{number}", role=role, on=DAY, details=SKILLS.get(name, {})),
            )
            people.carry_out(work, KEY, commands)


def test_pairs_are_proposed_changed_and_confirmed(town: Town, chromium: Any) -> None:
    _came(town)
    with walking(chromium, town, "curator", name="pairs") as curator:
        curator.go(PAIRS)
        curator.sees("без наставника: 3")
        curator.press("Подобрать пары")
        curator.sees("Предложение 2 пары", "Без наставника 1 человек", f"{WAITING} Наставник: {MENTOR} Совпали: темы")
        _changed(curator)
        curator.fill(note="Беседа с психологом")
        curator.press("Отметить поддержку всем")
        curator.sees("поддержка оказана")
        curator.press("Подтвердить: 2 пары")
        curator.sees("6 пар в работе", "без наставника: 1")
        curator.press("Подобрать пары")  # for whoever is left, again
        curator.sees("Подобрать не удалось никого. Почему – сказано ниже.")
    with walking(chromium, town, "curator", name="pairs", width=390) as curator:
        curator.go(PAIRS)
        curator.press("Показать план")


def _changed(curator: Walker) -> None:
    """What a change costs is said before it is made; a pin and a ban stay until they are taken back."""
    line = curator.within("li:has(strong)", WAITING)
    curator.open("Изменить", line)
    curator.press("Чего стоит запретить эту пару?", line)
    curator.sees(f"Запретить: {MENTOR} – {WAITING}")
    curator.press("Запретить", curator.within("#cost"))
    curator.sees(f"{MENTOR} – {WAITING} запрещено")
    curator.press("Снять", curator.within("li", f"{MENTOR} – {WAITING}"))
    curator.press("Снять", curator.within("#cost"))
    left = curator.within("section:has(h2:text('Без наставника')) li")
    name = left.locator("strong").inner_text()
    curator.open("Назначить наставника", left)
    left.locator("[name=mentor]").select_option(label=SECOND)
    curator.press("Чего это стоит?", left)
    curator.sees(f"Закрепить: {SECOND} – {name}", "Останутся без наставника: ")
    curator.fill(curator.within("#cost"), why="Просили оба")
    curator.press("Закрепить", curator.within("#cost"))
    curator.sees(f"{name} закреплено Наставник: {SECOND}", "Просили оба")


def test_a_pair_at_work_meets_and_changes(town: Town, chromium: Any) -> None:
    _came(town)
    with town.app.work() as work:
        pair = FormPair(mentors=("p13",), mentees=("p11",), format="один на один", starts=DAY, ends=dt.date(2027, 3, 1))
        people.carry_out(work, KEY, [pair])
    with walking(chromium, town, "curator", name="pair") as curator:
        curator.go(f"{PAIRS}/n5")
        link = _met(curator)
        with walking(chromium, town, name="reflection", width=390, scripts=False) as mentee:
            _reflected(mentee, link)
        _heard(curator)
        _changed_hands(curator)
        _ended(curator)
    with walking(chromium, town, "curator", name="pair", width=390) as curator:
        curator.go(f"{PAIRS}/n6")
        curator.go(f"{PAIRS}/n1")  # a whole year of meetings: the nearest, and the rest under one line
        curator.open("Ещё впереди: 5 встреч")
        curator.look()


def _met(curator: Walker) -> str:
    """A meeting is planned, a wrong hour said so, held today; the mentee's link for a reflection."""
    form = curator.within("form[action$='/meetings']")
    curator.open("Запланировать встречи")
    curator.fill(form, on=DAY.isoformat(), time="27:90", topic="Знакомство", place="Кабинет 12")
    curator.press("Запланировать", form)
    curator.refused("27:90")
    assert curator.page.input_value("form[action$='/meetings'] [name=topic]") == "Знакомство"
    curator.fill(form, time="15:30")
    curator.press("Запланировать", form)
    meeting = curator.within("#meetings li")
    curator.open("Отметить, что состоялась", meeting)
    curator.fill(meeting, minutes="40")
    curator.press("Записать встречу", meeting)
    assert curator.page.locator("button", has_text="Отправить письмом").count() == 0  # there is no mail here
    curator.press("Попросить отзыв")
    curator.sees("Ссылки для отзыва", "принимает один ответ")
    return curator.page.input_value(f"#links [aria-label='{MENTEE}']")


def _reflected(mentee: Walker, link: str) -> None:
    mentee.go(link)
    mentee.sees("Как прошла встреча?", "Второй стороне пары его не показывают")
    mentee.press("Отправить")
    mentee.refused("")
    mentee.page.check("[name=useful][value='2']")
    mentee.fill(words="Не понял, с чего начать")
    mentee.page.check("[name=wants_curator]")
    mentee.press("Отправить")
    mentee.sees("Спасибо")
    mentee.go(link)
    assert mentee.page.locator("form").count() == 0


def _heard(curator: Walker) -> None:
    """Whoever asks for the curator is seen until it is written what was done."""
    curator.go(f"{PAIRS}/n5")
    curator.sees(f"{MENTEE} просит куратора поговорить", "Не понял, с чего начать")
    curator.fill(curator.within("form[action$='/settle']"), note="Поговорили, составили план")
    curator.press("Отметить решённым")
    curator.sees("Решено: Поговорили, составили план")


def _changed_hands(curator: Walker) -> None:
    """Extended with a reason, then handed over to another mentor with what is done and what is left."""
    curator.open("Продлить")
    form = curator.within("form[action$='/extend']")
    curator.fill(form, until="2027-06-30", reason="Готовимся к конкурсу")
    curator.press("Продлить пару", form)
    curator.sees("14.10.2026 – 30.06.2027", "Готовимся к конкурсу")
    curator.open("Заменить наставника")
    form = curator.within("form[action$='/replace']")
    form.locator("[name=new]").select_option(label=SECOND)
    curator.fill(form, reason="Наставник уезжает", done="Выбрана тема", left="Подготовить доклад")
    curator.press("Заменить наставника", form)
    curator.sees(f"{SECOND} – {MENTEE}", "Сделано: Выбрана тема", "Осталось: Подготовить доклад")


def _ended(curator: Walker) -> None:
    """Ended before its time with a reason, which can be taken back; the journal is printed."""
    curator.open("Завершить досрочно")
    form = curator.within("form[action$='/end']", "Завершить досрочно")
    curator.fill(form, reason="Семья переезжает")
    curator.press("Завершить досрочно", form)
    curator.sees("Семья переезжает", "Отменить: досрочное завершение")
    assert MENTEE in words_of(curator.takes("Журнал встреч для печати"))


def test_workers_consents_keep_three_working_days(town: Town, chromium: Any) -> None:
    """Статья 351.8 ТК: the terms are entered once, an early end earlier than three working days is refused."""
    with walking(chromium, town, "operator", name="duties") as curator:
        curator.go("/programmes/kindergarten-1-2026/consents/workers")
        line = curator.within("ul.dues > li", curator.page.locator("ul.dues strong").first.inner_text())
        curator.open("Внести согласие", line)
        terms = {"content": "Помощь молодому воспитателю", "form": "очно", "pay": "10 % оклада"}
        curator.fill(line, signed="2026-10-14", starts="2026-10-01", ends="2027-05-31", **terms)
        curator.press("Записать", line)
        curator.refused("работа начинается 01.10.2026, раньше согласия")
        assert line.locator("[name=content]").first.input_value() == terms["content"]
        curator.fill(line, starts="2026-10-14")
        curator.press("Записать", line)
        curator.sees("Записано: ", "действует")
        curator.open("Прекратить досрочно", line)
        end = line.locator("form[action$='/end']")
        curator.fill(end, noticed="2026-10-14", last="2026-10-16", reason="Перевод в другую группу")
        curator.press("Прекратить досрочно", end)
        curator.refused("раньше трёх рабочих дней после уведомления")
        curator.fill(end, last="2026-10-20")
        curator.press("Прекратить досрочно", end)
        curator.sees("прекращается", "Перевод в другую группу")

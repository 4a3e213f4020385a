"""A digest in words and as a message."""

import datetime as dt
from email import message_from_bytes
from email.policy import default

import pytest

from vekha.domain.reminders import Digest, Item, Watched
from vekha.mail.letter import Letters
from vekha.mail.wording import SHOWN, counted, parts, subject
from vekha.settings import CHECKOUT

AT = dt.datetime(2026, 6, 1, 5, 0, tzinfo=dt.UTC)
FOLDER = CHECKOUT / "templates" / "mail"


def item(left: int, title: str = "Издать приказы") -> Item:
    due = dt.date(2026, 6, 1) + dt.timedelta(days=left)
    return Item(
        programme="club-1-2026", institution="Клуб № 1", stage="s", activity="a", title=title, due=due, left=left
    )


def late(count: int) -> tuple[Watched, ...]:
    return tuple(
        Watched(programme=f"p{number}", institution=f"Клуб № {number}", count=1, days=8) for number in range(count)
    )


FULL = Digest(
    late=(item(-2), item(-1)), today=(item(0),), soon=(item(1), item(3, "Собрать <заявки> & анкеты")), known=5
)


@pytest.mark.parametrize(
    ("digest", "words"),
    [
        (FULL, "Сроки: 2 мероприятия просрочены, у 1 мероприятия срок сегодня, у 2 мероприятий подходит срок"),
        (Digest(late=(item(-1),)), "Сроки: 1 мероприятие просрочено"),
        (Digest(late=(item(-1),) * 11), "Сроки: 11 мероприятий просрочено"),
        (Digest(soon=(item(1),) * 21), "Сроки: у 21 мероприятия подходит срок"),
        (Digest(watched=late(3)), "Сроки: 3 программы отстают"),
        (Digest(today=(item(0),), watched=late(1)), "Сроки: у 1 мероприятия срок сегодня, 1 программа отстаёт"),
    ],
)
def test_the_subject_counts(digest: Digest, words: str) -> None:
    assert subject(digest) == words


def test_lines() -> None:
    found = [(part.title, [line.when for line in part.lines]) for part in parts(FULL)]
    assert found == [
        ("Просрочено", ["срок был 30.05.2026, просрочено на 2 дня", "срок был 31.05.2026, просрочено на 1 день"]),
        ("Срок сегодня", ["срок сегодня, 01.06.2026"]),
        ("Скоро срок", ["срок завтра, 02.06.2026", "срок 04.06.2026, осталось 3 дня"]),
    ]


def test_what_to_do_is_a_command_or_an_address() -> None:
    (part,) = parts(Digest(today=(item(0),)))
    assert part.lines[0].action == "vekha programme show club-1-2026"
    (part,) = parts(Digest(today=(item(0),)), "https://vekha.region.example/")
    assert part.lines[0].action == "https://vekha.region.example/programmes/club-1-2026"


def test_a_region_is_told_of_so_many_programmes_and_of_how_many_more() -> None:
    (part,) = parts(Digest(watched=late(SHOWN + 22)))
    assert (len(part.lines), part.more) == (SHOWN, "и ещё 22 программы: vekha campaign status")
    assert part.lines[0].when == "просрочено: 1 мероприятие, дольше всего – на 8 дней"
    assert parts(Digest(watched=late(SHOWN)))[0].more == ""


def test_numbers_take_their_forms() -> None:
    assert [counted("day", number) for number in (1, 2, 5, 11, 21, 112)] == [
        "1 день",
        "2 дня",
        "5 дней",
        "11 дней",
        "21 день",
        "112 дней",
    ]


def test_the_text() -> None:
    digest = Digest(late=(item(-2),), soon=(item(3),), known=1)
    assert Letters(FOLDER).plain(digest, "Анна Петровна") == (
        "Здравствуйте, Анна Петровна!\n"
        "\n"
        "Просрочено\n"
        "– Издать приказы: срок был 30.05.2026, просрочено на 2 дня (Клуб № 1)\n"
        "  vekha programme show club-1-2026\n"
        "\n"
        "Скоро срок\n"
        "– Издать приказы: срок 04.06.2026, осталось 3 дня (Клуб № 1)\n"
        "  vekha programme show club-1-2026\n"
        "\n"
        "Просрочено ещё 1 мероприятие, о нём мы уже напоминали.\n"
    )


def sent(key: str = "17:2026-06-01", digest: Digest = FULL, console: str = "") -> bytes:
    letters = Letters(FOLDER, console)
    made = letters.message(
        digest, key=key, to="anna@club.example", name="Анна Петровна", sender="vekha@region.example", at=AT
    )
    return made.as_bytes()


def test_the_message() -> None:
    found = message_from_bytes(sent(), policy=default)
    assert (found["From"], found["To"], found["Date"], found["Auto-Submitted"]) == (
        "Веха <vekha@region.example>",
        "anna@club.example",
        "Mon, 01 Jun 2026 05:00:00 +0000",
        "auto-generated",
    )
    assert found["Subject"] == subject(FULL)
    text, html = found.iter_parts()  # type: ignore[attr-defined]
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert text.get_content().startswith("Здравствуйте, Анна Петровна!")
    assert "Собрать &lt;заявки&gt; &amp; анкеты" in html.get_content()
    assert "<заявки>" not in html.get_content()


def test_with_a_console_titles_are_links() -> None:
    found = message_from_bytes(sent(console="https://vekha.region.example"), policy=default)
    html = found.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    assert '<a href="https://vekha.region.example/programmes/club-1-2026">Издать приказы</a>' in html
    assert "vekha programme show" not in html


def test_the_same_letter_is_the_same_bytes_and_another_is_another() -> None:
    assert sent() == sent()
    ids = {
        key: message_from_bytes(sent(key), policy=default)["Message-ID"] for key in ("17:2026-06-01", "18:2026-06-01")
    }
    assert len(set(ids.values())) == 2
    assert all(each.endswith("@region.example>") for each in ids.values())


def test_lines_of_a_message_are_as_short_as_mail_servers_want() -> None:
    long = Digest(soon=tuple(item(3, "Очень длинное название мероприятия " * 40) for _ in range(30)))
    assert max(map(len, sent(digest=long).split(b"\r\n"))) <= 998
    assert all(line.endswith(b"\r") for line in sent().split(b"\n")[:-1])

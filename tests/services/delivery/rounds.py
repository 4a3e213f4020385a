"""Rounds of reminders for tests: the day is set, everybody is told, what was said is read."""

import datetime as dt
from dataclasses import replace
from typing import Any

from tests.services.conftest import Club
from vekha.bootstrap import App
from vekha.services.delivery import reminders
from vekha.storage.tables import Addressee, Notice

# «Издать приказы» (prepare/papers, the director's) is due on Monday the first of June 2026, since the 31st of May is a
# Sunday; «Собрать заявки» (prepare/wishes, the curator's) on the 30th of September; «Внести данные» (people/data, of
# both) on the tenth of September. Ten in the morning UTC is the afternoon in Ufa.


def to(club: Club, day: str, hour: int = 10) -> None:
    club.clock.now = dt.datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=dt.UTC)


def go_round(club: Club) -> int:
    with club.work() as work:
        batches = reminders.batches_to_tell(work)
    told = 0
    for batch in batches:
        with club.work() as work:
            told += reminders.tell(work, batch)
    return told


def told(club: Club) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """(day, who, what with the days left) of every digest."""
    people = {row.id: row.key for row in club.rows(Addressee)}
    return [
        (
            str(row.on),
            people[row.addressee],
            [(part, each["activity"], each["left"]) for part in ("late", "today", "soon") for each in row.body[part]],
        )
        for row in sorted(club.rows(Notice), key=lambda row: (row.on, row.addressee))
    ]


def watched(club: Club, who: str) -> list[tuple[str, list[tuple[str, int, int]]]]:
    people = {row.id: row.key for row in club.rows(Addressee)}
    return [
        (str(row.on), [(each["programme"], each["count"], each["days"]) for each in row.body["watched"]])
        for row in club.rows(Notice)
        if people[row.addressee] == who
    ]


def with_tools(club: Club, **changed: Any) -> Club:
    made = {f"make_{name}": (lambda value=value: value) for name, value in changed.items()}
    return Club(App(**{**vars(club.app), "tools": replace(club.app.tools, **made)}), club.clock)


def staff(**emails: str) -> dict[str, dict[str, str]]:
    names = {"director": "Иванова Анна Петровна", "curator": "Петрова Мария Ивановна"}
    return {role: {"name": names[role], "gender": "f", "email": email} for role, email in emails.items()}

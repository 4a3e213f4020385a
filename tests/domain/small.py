"""A programme small enough to hold in the head: three stages of one year, with every kind of gate."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from vekha.domain.people import ConsentFact, PairFact, People, PersonFact, Purpose, Role, Standing
from vekha.domain.programme import ActivityNow, ActivityState, ProgrammeNow, StageNow, StageState
from vekha.domain.progress import Change
from vekha.domain.roadmap import Roadmap

ROADMAP = Roadmap.model_validate(
    {
        "code": "small",
        "version": 1,
        "title": "Малая программа",
        "cycle": {"kind": "calendar_year", "starts": "январь", "length_months": 12},
        "roles": {"curator": "куратор"},
        "documents": {
            "order": {"title": "Приказ", "kind": "order", "template": "order.html", "numbered": True},
            "scan": {"title": "Скан", "kind": "materials"},
            "plan": {"title": "План", "kind": "plan", "template": "plan.html", "per": "pair"},
            "thanks": {"title": "Благодарность", "kind": "letter"},
        },
        "stages": [
            {
                "code": "prepare",
                "title": "Подготовка",
                "activities": [
                    {
                        "code": "papers",
                        "title": "Локальные акты",
                        "deadline": "февраль",
                        "documents": ["order", "scan", {"code": "thanks", "optional": True}],
                    },
                    {"code": "wishes", "title": "Запросы", "deadline": "февраль–май", "gate": "carries_on",
                     "forms": [{"code": "wish", "at_least": 2}]},
                    {"code": "site", "title": "Сайт", "deadline": "февраль", "gate": "optional"},
                ],
            },
            {
                "code": "mentees",
                "title": "База",
                "after": ["prepare"],
                "activities": [
                    {"code": "data", "title": "Данные", "deadline": "март", "checks": ["mentees_registered"],
                     "forms": [{"code": "entry", "each": "mentee"}]},
                ],
            },
            {
                "code": "pairs",
                "title": "Пары",
                "after": ["mentees"],
                "activities": [
                    {"code": "work", "title": "Работа", "deadline": "апрель–май", "checks": ["pairs_formed"],
                     "meetings": {"trial": 1, "training": 2}, "documents": ["plan"]},
                    {"code": "help", "title": "Поддержка", "deadline": "июнь", "gate": "optional_carries_on"},
                ],
            },
        ],
    }
)  # fmt: skip

FEBRUARY = date(2026, 2, 10)
DATES: Mapping[tuple[str, str], tuple[date, date]] = {
    ("prepare", "papers"): (date(2026, 2, 1), date(2026, 2, 27)),
    ("prepare", "wishes"): (date(2026, 2, 1), date(2026, 5, 29)),
    ("prepare", "site"): (date(2026, 2, 15), date(2026, 2, 27)),
    ("mentees", "data"): (date(2026, 3, 1), date(2026, 3, 31)),
    ("pairs", "work"): (date(2026, 4, 1), date(2026, 5, 29)),
    ("pairs", "help"): (date(2026, 6, 1), date(2026, 6, 30)),
}


def programme(today: date = FEBRUARY, **known: Any) -> ProgrammeNow:
    """Everything planned. `known` goes to ProgrammeNow: answers, documents, people."""
    activities = {
        place: ActivityNow(
            stage=place[0],
            code=place[1],
            title=ROADMAP.activity(*place).title,
            gate=ROADMAP.activity(*place).gate,
            state=ActivityState.PLANNED,
            opens=opens,
            due=due,
        )
        for place, (opens, due) in DATES.items()
    }
    stages = {
        stage.code: StageNow(
            code=stage.code,
            state=StageState.PLANNED,
            opens=min(each.opens for each in activities.values() if each.stage == stage.code),
            due=max(each.due for each in activities.values() if each.stage == stage.code),
        )
        for stage in ROADMAP.stages
    }
    return ProgrammeNow(roadmap=ROADMAP, today=today, stages=stages, activities=activities, **known)


def with_states(now: ProgrammeNow, **states: str) -> ProgrammeNow:
    """`prepare="open"` sets a stage, `prepare__papers="done"` an activity."""
    changes = []
    for name, state in states.items():
        stage, _, activity = name.partition("__")
        changes.append(Change(stage, activity or None, "", state))
    return applied(now, changes)


def applied(now: ProgrammeNow, changes: Iterable[Change]) -> ProgrammeNow:
    """What the services write, in memory."""
    for change in changes:
        if change.activity is None:
            stage = replace(now.stages[change.stage], state=StageState(change.new))
            now = replace(now, stages={**now.stages, change.stage: stage})
        else:
            place = (change.stage, change.activity)
            activity = replace(now.activities[place], state=ActivityState(change.new))
            now = replace(now, activities={**now.activities, place: activity})
    return now


def consent(signed: date = date(2026, 1, 10), until: date = date(2026, 12, 31), **changed: Any) -> ConsentFact:
    given = {"purpose": Purpose.PROCESSING, "signed": signed, "until": until, "by_guardian": False}
    return ConsentFact(**{**given, **changed})


NAMES = ("Ежова Мария", "Соколов Пётр", "Белкина Анна", "Чижов Олег", "Дроздова Вера", "Щеглов Иван")


def person(code: str, role: Role, standing: Standing = Standing.REGISTERED, **changed: Any) -> PersonFact:
    names = dict(zip(("p1", "p2", "p3", "p4", "p5", "p6"), NAMES, strict=True))
    fact = {"name": names[code], "birth_date": None, "consents": (consent(),)}
    return PersonFact(code=code, standings={role: standing}, **{**fact, **changed})


def people(*persons: PersonFact, pairs: Iterable[PairFact] = (), **known: Any) -> People:
    return People(persons={each.code: each for each in persons}, pairs={each.code: each for each in pairs}, **known)


def paired(**changed: Any) -> People:
    """A mentor and a mentee, both registered with consents, in one pair."""
    pair = PairFact(**{"code": "n1", "mentors": ("p1",), "mentees": ("p2",), **changed})
    return people(person("p1", Role.MENTOR), person("p2", Role.MENTEE), pairs=[pair])

"""Reading the standard forms for matching: needs and competences, days, ages, classes, the choice after the meeting."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vekha.domain.people import Role
from vekha.forms.profile import Answers, Profile
from vekha.forms.standard.words import MeetingFormat, MenteeKind

DAYS = {
    "понедельник": "понедельник|понедельник\\w*|пн",
    "вторник": "вторник\\w*|вт",
    "среда": "сред[аыеу]\\w*|ср",
    "четверг": "четверг\\w*|чт",
    "пятница": "пятниц\\w*|пт",
    "суббота": "суббот\\w*|сб",
    "воскресенье": "воскресень\\w*|вс",
}
_DAY = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in DAYS.items()}
_WORKING = re.compile(r"\b(?:будн\w*|рабочи\w+ дн\w*)\b", re.IGNORECASE)
_WEEKEND = re.compile(r"\bвыходн\w*\b", re.IGNORECASE)
_ANY = re.compile(r"\b(?:любо\w+|всегда|ежедневно|кажд\w+ день)\b", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,2})\s*(?:лет\s*)?(?:[-–—]|до)\s*(\d{1,2})")
_FROM = re.compile(r"(?:от|с|старше)\s*(\d{1,2})", re.IGNORECASE)
_UNTIL = re.compile(r"(?:до|младше|не старше)\s*(\d{1,2})", re.IGNORECASE)
_CLASS = re.compile(r"\b(\d{1,2})(?:-?го|-?й)?\s*[«\"„]?\s*([А-Яа-яЁё])?\b[»\"“]?(?!\w)")
_LEADS = re.compile(r"класс\w*\s+руководител\w*(.*)", re.IGNORECASE)
OLDEST = 120
AGES = {
    MenteeKind.JUNIOR: (6, 11),
    MenteeKind.TEENAGER: (11, 15),
    MenteeKind.SENIOR: (14, 18),
    MenteeKind.STUDENT: (15, 30),
    MenteeKind.COLLEAGUE: (18, OLDEST),
}


def profile(answers: Answers) -> Profile:
    """What the federal forms tell of a mentee or a mentor."""
    if answers.role is Role.MENTEE:
        return of_mentee(answers, answers.latest.get("needs_survey", {}).get("areas", ()))
    return of_mentor(answers)


def of_mentee(answers: Answers, topics: Iterable[str]) -> Profile:
    """A mentee with these needs; the rest comes from the survey of needs and from the choice after the meeting."""
    told = answers.latest.get("needs_survey", {})
    choice = answers.latest.get("mutual_choice", {})
    return Profile(
        topics=frozenset(topics),
        times=days(told.get("times")),
        languages=words(told.get("languages")),
        formats=formats(told.get("meetings")),
        first=tuple(choice.get("mentors_preferred", ())),
        second=tuple(choice.get("mentors_helpful", ())),
        unit=next(iter(classes(answers.position)), ""),
    )


def of_mentor(answers: Answers) -> Profile:
    told, choice = answers.latest.get("offer_form", {}), answers.latest.get("mutual_choice", {})
    details = answers.details
    return Profile(
        topics=frozenset(details.get("competences", ())) | frozenset(told.get("help_areas", ())),
        times=days(told.get("times")),
        languages=words(told.get("languages")),
        formats=formats(told.get("meetings")),
        first=tuple(choice.get("mentees_preferred", ())),
        second=tuple(choice.get("mentees_helped", ())),
        places=_places(details),
        ages=ages(details.get("mentee_age")) or _ages_of(told.get("mentees", ())),
        leads=_leads(f"{answers.position}; {details.get('workplace', '')}"),
    )


def days(told: str | None) -> frozenset[str]:
    """«среда и пятница после 15:00» → среда, пятница. What names no day is «not told»."""
    if not told:
        return frozenset()
    found = {name for name, pattern in _DAY.items() if pattern.search(told)}
    week = list(DAYS)
    if _WORKING.search(told):
        found |= set(week[:5])
    if _WEEKEND.search(told):
        found |= set(week[5:])
    return frozenset(week if _ANY.search(told) else found)


def words(told: str | None) -> frozenset[str]:
    """«русский, татарский» → two."""
    return frozenset(each.strip().casefold() for each in re.split(r"[,;]|\bи\b", told or "") if each.strip())


def formats(told: str | None) -> frozenset[str]:
    """What a person accepts: one way of meeting, or both."""
    if told == MeetingFormat.ANY:
        return frozenset({MeetingFormat.IN_PERSON.value, MeetingFormat.REMOTE.value})
    return frozenset({told}) if told else frozenset()


def ages(told: str | None) -> tuple[int, int] | None:
    """«13–17 лет», «от 14», «до 12 лет»; None for what names no age."""
    if not told:
        return None
    if found := _RANGE.search(told):
        low, high = int(found[1]), int(found[2])
        return (min(low, high), max(low, high))
    low, high = _FROM.search(told), _UNTIL.search(told)
    if low or high:
        return (int(low[1]) if low else 0, int(high[1]) if high else OLDEST)
    return None


def classes(told: str) -> tuple[str, ...]:
    """«8 «Б» класс» → «8б»."""
    return tuple(f"{number}{letter.casefold()}" for number, letter in _CLASS.findall(told))


def _leads(told: str) -> frozenset[str]:
    found = _LEADS.search(told)
    return frozenset(classes(found[1])) if found else frozenset()


def _ages_of(kinds: Iterable[str]) -> tuple[int, int] | None:
    spans = [AGES[MenteeKind(each)] for each in kinds]
    return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def _places(details: Mapping[str, Any]) -> int | None:
    """How many mentees, as the register says; who has no hours has no place."""
    return 0 if details.get("hours") == 0 else details.get("places")

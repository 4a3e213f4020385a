"""Samples play a whole year: every answer the school's roadmap asks for is accepted, and so are its consequences."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import pytest

from plugins.school.plugin import SCHOOL
from tests.forms.world import ENDS, STARTS, carry_out
from vekha.domain.people import ADULT, People, PersonFact, Purpose, Role
from vekha.domain.people_refusals import refusals
from vekha.forms import standard
from vekha.forms.base import Form, FormContext, SampleRequest
from vekha.forms.validation import parse_answer
from vekha.texts import section

DAYS = {"request": date(2026, 5, 20), "entry": date(2026, 9, 8), "pair": date(2026, 9, 25), "end": date(2027, 5, 24)}


@dataclass
class Story:
    index: int
    people: People = field(default_factory=People)
    answers: dict[str, list[Form]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cast = SCHOOL.cast(self.index)

    def fill(self, code: str, today: date, subject: str | None = None, wanted: str | None = None) -> Form:
        form = SCHOOL.form(code)
        given = self.answers.setdefault(code, [])
        known = {"cycle_starts": STARTS, "cycle_ends": ENDS, "people": self.people, "today": today}
        request = SampleRequest(**known, serial=len(given), subject=subject, cast=self.cast, wanted=wanted)
        answer = parse_answer(form, form.sample(request), FormContext(**known))
        for command in answer.consequences(FormContext(**known)):
            assert refusals(command, self.people, today) == ()
            self.people = carry_out([command], self.people)
        given.append(answer)
        return answer

    def fill_all(self, code: str, today: date) -> None:
        for _ in range(SCHOOL.form(code).sample_count(self.cast)):
            self.fill(code, today)

    def each(self, role: Role) -> Iterator[PersonFact]:
        return (person for person in tuple(self.people.persons.values()) if role in person.standings)


@pytest.fixture(scope="module", params=[0, 1, 6, 123])
def story(request: pytest.FixtureRequest) -> Story:
    told = Story(request.param)
    told.fill_all("prelim_request", DAYS["request"])
    told.fill_all("employer_card", DAYS["request"])
    for person in tuple(told.people.persons.values()):
        minor = person.is_minor(DAYS["entry"])
        told.fill("consent_minor" if minor else "consent_adult", DAYS["entry"], person.code)
    for code in ("mentee_entry", "before_after", "needs_survey"):
        for person in told.each(Role.MENTEE):
            told.fill(code, DAYS["entry"], person.code)
    told.fill_all("offer_form", DAYS["entry"])
    told.fill_all("skill_test", DAYS["entry"])
    for person in told.each(Role.MENTOR):
        told.fill("mentor_entry", DAYS["entry"], person.code)
    told.fill("event_log", DAYS["pair"], wanted="matching")
    told.fill_all("mutual_choice", DAYS["pair"])
    told.fill_all("agreement_form", DAYS["pair"])
    for pair in tuple(told.people.pairs):
        told.fill("plan_form", DAYS["pair"], pair)
        for kind in ("trial", "planning", "series", "final"):
            told.fill("meeting_log", DAYS["end"], pair, kind)
    for person in tuple(told.people.persons.values()):
        for code in ("feedback", "satisfaction", "before_after", "consent_public"):
            told.fill(code, DAYS["end"], person.code)
    for code in ("swot", "curator_report", "best_practice", "mentor_entry"):
        told.fill(code, DAYS["end"])
    return told


def test_every_form_of_the_school_was_filled(story: Story) -> None:
    by_survey = {each.code for each in SCHOOL.forms if each.survey and each.anonymous}
    assert set(story.answers) | by_survey == {each.code for each in SCHOOL.forms}


def test_everybody_is_registered_and_nobody_twice(story: Story) -> None:
    assert len(story.people.persons) == len(story.cast.mentees) + len(story.cast.mentors) == 10
    assert len(story.people.registered(Role.MENTEE)) == 6
    assert len(story.people.registered(Role.MENTOR)) == 4


def test_three_pairs_a_group_and_one_without_a_mentor(story: Story) -> None:
    assert [(len(each.mentors), len(each.mentees)) for each in story.people.pairs.values()] == [
        (1, 1), (1, 1), (1, 2), (1, 1),
    ]  # fmt: skip
    assert [each.name for each in story.people.unpaired()] == [story.cast.mentees[5].name]


def test_guardians_sign_for_the_minors(story: Story) -> None:
    for person in story.each(Role.MENTEE):
        born = person.birth_date
        assert born is not None
        of_age = born.replace(year=born.year + ADULT)
        processing = [each for each in person.consents if each.purpose is Purpose.PROCESSING]
        assert [each.by_guardian for each in processing] == [of_age > DAYS["entry"]]
    assert len(story.answers["consent_minor"]) == 5


def test_each_pair_met_in_the_kinds_asked_for(story: Story) -> None:
    for pair in story.people.pairs.values():
        assert pair.meetings == {"trial": 1, "planning": 1, "series": 1, "final": 1}
    assert story.people.events == {"matching": 1}


def test_before_then_after(story: Story) -> None:
    moments = [answer.model_dump()["moment"].value for answer in story.answers["before_after"]]
    assert moments == ["до"] * 6 + ["после"] * 10


def test_neighbouring_answers_do_not_look_copied(story: Story) -> None:
    for code, field_ in (("meeting_log", "reflection"), ("needs_survey", "goal"), ("satisfaction", "valued")):
        said = [answer.model_dump()[field_] for answer in story.answers[code]]
        assert all(one != other for one, other in pairwise(said)), code


def test_a_pair_left_to_itself_meets_in_order() -> None:
    told = Story(0)
    told.fill_all("prelim_request", DAYS["request"])
    for person in tuple(told.people.persons.values()):
        told.fill("consent_minor" if person.is_minor(DAYS["entry"]) else "consent_adult", DAYS["entry"], person.code)
        code = "mentee_entry" if Role.MENTEE in person.standings else "mentor_entry"
        told.fill(code, DAYS["entry"], person.code)
    told.fill_all("agreement_form", DAYS["pair"])
    days = [date(2026, 10, day) for day in (1, 8, 15, 22)] + [DAYS["end"]]
    kinds = [told.fill("meeting_log", day, "n1").model_dump()["kind"].code for day in days]
    assert kinds == ["introduction", "trial", "planning", "series", "final"]


def test_the_words_of_the_story_serve_every_kind_of_event() -> None:
    themes = section("story")
    topics = {name for name in themes if name.startswith("topics_")}
    assert topics == {f"topics_{each.code}" for each in standard.EventKind}
    assert all(themes.values())

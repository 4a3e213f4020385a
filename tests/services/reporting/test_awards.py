"""Recognition: chosen by results or with words, approved by the head, papers in bulk, posters only with a consent."""

import datetime as dt
from collections.abc import Callable, Iterable

import pytest
from sqlmodel import select

from tests.conftest import VirtualClock
from tests.services.conftest import actor
from vekha.bootstrap import App
from vekha.domain.access import ENGINE, Actor
from vekha.domain.errors import VekhaError
from vekha.domain.people import (
    FormPair,
    GiveConsent,
    HoldMeeting,
    Introduce,
    PeopleCommand,
    Purpose,
    Register,
    Role,
    WithdrawConsent,
)
from vekha.domain.reporting.nomination import AwardKind
from vekha.services.launch import campaigns
from vekha.services.mentoring import people
from vekha.services.office import documents
from vekha.services.process import stages
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.services.reporting import award_papers, awards
from vekha.storage.tables import Award, Document

KEY = "school-12-2026"
TODAY, UNTIL = dt.date(2026, 5, 4), dt.date(2027, 6, 30)
GOOD, SHY, IDLE = "Соколова Анна Викторовна", "Орлов Пётр Ильич", "Гусев Иван Петрович"  # p3, p4, p5
CURATOR, HEAD = actor("curator", institution="school-12"), actor("director", institution="school-12")


def commands() -> Iterable[PeopleCommand]:
    dates = {"signed": TODAY, "until": UNTIL}
    for number, pupil in enumerate(("Иванова Мария Петровна", "Сидоров Олег Ильич"), 1):
        yield Introduce(name=pupil, role=Role.MENTEE, birth_date=dt.date(2005, 2, 28))
        yield GiveConsent(subject=f"p{number}", purpose=Purpose.PROCESSING, **dates)
        yield Register(person=f"p{number}", role=Role.MENTEE, on=TODAY)
    for number, (mentor, gender) in enumerate(((GOOD, "f"), (SHY, "m"), (IDLE, "m")), 3):
        yield Introduce(name=mentor, role=Role.MENTOR, gender=gender, position="учитель")
        yield GiveConsent(subject=f"p{number}", purpose=Purpose.PROCESSING, **dates)
        yield Register(person=f"p{number}", role=Role.MENTOR, on=TODAY)
    yield GiveConsent(subject="p3", purpose=Purpose.PUBLICATION, categories=("фамилия и имя",), **dates)
    for mentor, mentee in (("p3", "p1"), ("p4", "p2")):
        yield FormPair(mentors=(mentor,), mentees=(mentee,), format="пара", starts=TODAY, ends=UNTIL)
    for pair in ("n1", "n2"):
        for kind in ("series", "series", "series", "final"):
            yield HoldMeeting(kind=kind, on=TODAY, pair=pair)


@pytest.fixture
def school(app: App, add_institution: Callable[..., str], clock: VirtualClock) -> App:
    add_institution(app)
    with app.work() as work:
        stages.open_due(work, campaigns.start_one(work, institutions.one(work, "school-12"), 2026))
    with app.work() as work:
        people.carry_out(work, KEY, commands())
    clock.to(TODAY + dt.timedelta(days=1))
    return app


def codes(app: App, who: Actor, service: Callable[..., object], *rest: object, **named: object) -> list[str]:
    with pytest.raises(VekhaError) as caught, app.work(who) as work:
        service(work, KEY, *rest, **named)
    return [each.code for each in caught.value.problems]


def choose(app: App, *chosen: tuple[str, str], words: str = "") -> None:
    with app.work(CURATOR) as work:
        awards.choose(work, KEY, chosen, words)


def approve(app: App, *chosen: tuple[str, str]) -> None:
    with app.work(HEAD) as work:
        awards.decide(work, KEY, chosen, approve=True)


def papers(app: App) -> list[tuple[str, str, str]]:
    with app.work(writes=False) as work:
        rows = work.session.exec(select(Document).order_by(Document.id))  # type: ignore[arg-type]
        return [(row.code, row.subject, row.state) for row in rows]


def test_results_are_shown_and_the_worthy_are_marked(school: App) -> None:
    with school.work(CURATOR, writes=False) as work:
        found = awards.sheet(work, KEY)
    mentors = {each.name: each for each in found.of(Role.MENTOR)}
    told = {name: (each.results.finished, each.results.meetings, each.published) for name, each in mentors.items()}
    assert told == {GOOD: (1, 4, True), SHY: (1, 4, False), IDLE: (0, 0, False)}
    assert list(mentors)[-1] == IDLE  # the best come first
    assert mentors[GOOD].worthy == set(AwardKind)
    assert mentors[IDLE].worthy == frozenset()
    assert [each.worthy for each in found.of(Role.MENTEE)] == [{AwardKind.CERTIFICATE}] * 2
    assert (found.may_choose, found.may_decide) == (True, False)


def test_whoever_does_not_meet_the_criteria_is_chosen_with_words(school: App) -> None:
    assert codes(school, CURATOR, awards.choose, [("p3", "thanks"), ("p5", "thanks")]) == ["award.words_needed"]
    assert codes(school, CURATOR, awards.choose, [("p1", "thanks")]) == ["award.not_of_role"]
    assert codes(school, CURATOR, awards.choose, [("p3", "medal")]) == ["award.unknown_kind"]
    assert codes(school, CURATOR, awards.choose, [("p99", "thanks")]) == ["people.unknown_person"]
    with school.work(writes=False) as work:
        assert work.session.exec(select(Award)).all() == []  # all or none
    choose(school, ("p5", "thanks"), words="за помощь на празднике")
    with school.work(writes=False) as work:
        [row] = work.session.exec(select(Award))
    assert (row.person, row.state, row.words, row.grounds["meetings"]) == ("p5", "chosen", "за помощь на празднике", 0)


def test_the_head_decides_and_the_curator_takes_back_what_nobody_decided(school: App) -> None:
    choose(school, ("p3", "thanks"), ("p4", "thanks"))
    assert codes(school, CURATOR, awards.decide, [("p3", "thanks")], approve=True) == ["access.denied"]
    assert codes(school, HEAD, awards.decide, [("p5", "thanks")], approve=True) == ["award.not_chosen"]
    assert codes(school, HEAD, awards.decide, [("p3", "thanks")], approve=False) == ["award.reason_needed"]
    approve(school, ("p3", "thanks"))
    assert codes(school, CURATOR, awards.drop, "p3", "thanks") == ["award.decided"]
    assert codes(school, CURATOR, awards.drop, "p5", "thanks") == ["award.not_chosen"]
    with school.work(CURATOR) as work:
        awards.drop(work, KEY, "p4", "thanks")
    with school.work(HEAD) as work:
        awards.decide(work, KEY, [("p3", "thanks")], approve=False, reason="перенесём на осень")
    choose(school, ("p3", "thanks"))  # declined once, put forward again
    with school.work(writes=False) as work:
        [row] = work.session.exec(select(Award))
    assert (row.state, row.reason) == ("chosen", None)


def test_papers_are_issued_in_bulk_once_and_posters_only_with_a_consent(school: App) -> None:
    choose(school, ("p3", "thanks"), ("p3", "best"), ("p4", "thanks"), ("p4", "best"), ("p1", "certificate"))
    assert codes(school, HEAD, awards.issue) == ["award.nothing_approved"]
    approve(school, ("p3", "thanks"), ("p3", "best"), ("p4", "best"), ("p1", "certificate"))
    with school.work(HEAD) as work:
        done = awards.issue(work, KEY)
    assert done.without_consent == (SHY,)
    issued = [("reward_order", "", "approved"), ("thanks_letter", "p3", "approved"), ("best_mentor", "p3", "approved")]
    assert sorted(papers(school)) == sorted(issued)
    with school.work(HEAD) as work:
        assert awards.issue(work, KEY).documents == 0  # nothing new to say
        html = work.tools.files.get(
            work.session.exec(select(Document.html).where(Document.code == "reward_order")).one() or ""
        )
    assert "Соколовой" in html.decode()
    assert "Орлову" in html.decode()  # approved for the poster: thanked by the order, not shown to anybody
    assert "Гусеву" not in html.decode()
    with school.work(writes=False) as work:
        leaves = award_papers.leaves(work, KEY)
    assert [(each.kind, each.person.last_name) for each in leaves] == [("certificate", "Иванова")]


def test_a_consent_taken_back_stops_the_poster(school: App) -> None:
    choose(school, ("p3", "best"))
    approve(school, ("p3", "best"))
    with school.work() as work:
        people.carry_out(
            work, KEY, [WithdrawConsent(subject="p3", purpose=Purpose.PUBLICATION, on=dt.date(2026, 5, 5))]
        )
    with school.work(HEAD) as work:
        assert awards.issue(work, KEY).without_consent == (GOOD,)
    assert [each[0] for each in papers(school)] == ["reward_order"]


def test_without_anybody_approved_there_is_no_pdf(school: App) -> None:
    assert codes(school, ENGINE, award_papers.pdf) == ["award.nothing_approved"]
    choose(school, ("p1", "certificate"))
    approve(school, ("p1", "certificate"))
    with school.work(writes=False) as work:
        assert award_papers.pdf(work, KEY).startswith(b"%PDF")


def test_a_roadmap_order_thanks_all_who_worked_while_nobody_is_chosen(school: App) -> None:
    with school.work(HEAD, writes=False) as work:
        place = documents.DocumentPlace("finish", "rewards", "reward_order")
        text = documents.preview(work, KEY, place).html.text
    assert "Соколовой" in text
    assert "Орлову" in text
    assert "Гусеву" not in text


def test_a_poster_needs_the_guardians_own_word_on_the_name(school: App) -> None:
    """Two papers, each half of what is needed, are no consent: one's own names the name, the guardian's the picture."""
    name, born, both = "Лебедев Марк Ильич", dt.date(2010, 1, 1), {"signed": TODAY, "until": UNTIL}
    public = {"subject": "p6", "purpose": Purpose.PUBLICATION, **both}
    with school.work() as work:
        told = [
            Introduce(name=name, role=Role.MENTOR),
            GiveConsent(categories=("фамилия и имя",), **public),
            Introduce(name=name, role=Role.MENTOR, birth_date=born),
            GiveConsent(guardian="Лебедева Инна Олеговна", categories=("фотография",), **public),
        ]
        people.carry_out(work, KEY, told)
    with school.work(writes=False) as work:
        assert "p6" not in awards.published(load(work, KEY))
    with school.work() as work:
        given = GiveConsent(guardian="Лебедева Инна Олеговна", categories=("фамилия и имя",), **public)
        people.carry_out(work, KEY, [given])
    with school.work(writes=False) as work:
        assert "p6" in awards.published(load(work, KEY))

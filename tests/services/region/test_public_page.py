"""The public page names nobody without a consent in force, and publishes only public papers."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests.conftest import VirtualClock
from vekha.bootstrap import App
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role, WithdrawConsent
from vekha.services.launch import campaigns
from vekha.services.mentoring import people
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process import stages
from vekha.services.region import institutions, public_page

MENTOR, KEY = "Соколова Анна Викторовна", "school-12-2026"
TODAY, UNTIL = dt.date(2026, 5, 4), dt.date(2026, 12, 31)


@pytest.fixture
def school(app: App, add_institution: Callable[..., str]) -> App:
    add_institution(app)
    with app.work() as work:
        stages.open_due(work, campaigns.start_one(work, institutions.one(work, "school-12"), 2026))
    with app.work() as work:
        dates = {"subject": MENTOR, "signed": TODAY, "until": UNTIL}
        people.carry_out(
            work,
            KEY,
            [
                Introduce(name=MENTOR, role=Role.MENTOR),
                GiveConsent(purpose=Purpose.PROCESSING, **dates),
                Register(person=MENTOR, role=Role.MENTOR, on=TODAY),
            ],
        )
    return app


def consent(app: App, *categories: str) -> None:
    with app.work() as work:
        given = GiveConsent(
            subject=MENTOR, purpose=Purpose.PUBLICATION, signed=TODAY, until=UNTIL, categories=categories
        )
        people.carry_out(work, KEY, [given])


def page(app: App) -> str:
    with app.work(writes=False) as work:
        return public_page.html(work, "school-12", style="style.css", papers="documents/")


def test_a_name_is_there_while_its_consent_is_in_force(school: App, clock: VirtualClock) -> None:
    assert MENTOR not in page(school)  # a consent to processing publishes nothing
    consent(school, "фотография")
    assert MENTOR not in page(school)
    consent(school, "фамилия и имя")
    assert MENTOR in page(school)
    with school.work() as work:
        withdrawn = WithdrawConsent(subject=MENTOR, purpose=Purpose.PUBLICATION, on=TODAY)
        people.carry_out(work, KEY, [withdrawn])
    assert MENTOR not in page(school)
    consent(school, "фамилия и имя")
    clock.to(dt.date(2027, 1, 1))
    assert MENTOR not in page(school)


def test_only_public_papers_that_are_issued_are_there(school: App, stranger: Actor) -> None:
    assert "Документы появятся после утверждения" in page(school)
    with school.work() as work:
        [order] = documents.approve(work, KEY, [DocumentPlace("prepare", "legal_basis", "order_launch")])
        [minutes] = [documents.attach(work, KEY, DocumentPlace("prepare", "inform", "minutes"), b"%PDF-1.7", "a.pdf")]
    with school.work(writes=False) as work:
        files = public_page.folder(work, "school-12")
        assert public_page.paper(work, "school-12", order.id or 0)[1].startswith(b"%PDF")
        with pytest.raises(VekhaError):
            public_page.paper(work, "school-12", minutes.id or 0)
    assert sorted(name.partition("/")[0] for name in files) == ["documents", "index.html", "style.css"]
    text = files["index.html"].decode()
    assert [minutes.title in text, "http" in text, "<script" in text] == [False, False, False]
    with pytest.raises(VekhaError) as caught, school.work(stranger, writes=False) as work:
        public_page.archive(work, "school-12")
    assert [each.code for each in caught.value.problems] == ["access.denied"]


def test_an_institution_without_a_programme_has_no_page(app: App, add_institution: Callable[..., str]) -> None:
    add_institution(app)
    with pytest.raises(VekhaError) as caught:
        page(app)
    assert [each.code for each in caught.value.problems] == ["institution.no_public_page"]

"""Papers whose term has run out, and those nobody but a person decides on."""

import datetime as dt
from collections.abc import Callable

from tests.services.papers import approve, start
from vekha.bootstrap import App
from vekha.services.office import disposal, documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import load
from vekha.storage.tables import Employer


def test_a_letter_goes_after_five_years_and_an_order_never(any_app: App, add_institution: Callable[..., str]) -> None:
    key = start(any_app, add_institution)
    with any_app.work() as work:
        work.session.add(Employer(institution="school-12", code="e1", name="Завод"))
        work.session.flush()
        approve(work, key)
        place = next(
            DocumentPlace(stage.code, row.code, "employer_letter", "e1")
            for stage, row in load(work, key).roadmap.rows()
            if any(use.code == "employer_letter" for use in row.documents)
        )
        letter = documents.attach(work, key, place, b"%PDF-1.7", "письмо.pdf")
        assert disposal.expired(work, "school-12", dt.date(2032, 12, 31)) == []
        (found,) = disposal.expired(work, "school-12", dt.date(2033, 1, 1))
    assert found == disposal.Expired(letter, "5 лет ЭПК", dt.date(2032, 12, 31), "сначала экспертная комиссия")

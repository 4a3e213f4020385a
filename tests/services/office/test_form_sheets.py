"""Questionnaires on paper: every field of a schema has room, the PDF can be filled, its code leads to the form."""

import io
from collections.abc import Iterator
from pathlib import Path

import outloud
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from tests.conftest import VirtualClock
from vekha.bootstrap import App, build
from vekha.forms.base import Form
from vekha.forms.schema import fields, schema_of
from vekha.services.office.form_sheets import Question, questions, sheet
from vekha.settings import Settings


@pytest.fixture
def app(home: Path, clock: VirtualClock) -> Iterator[App]:
    made = build(Settings(home=home, database_url=None, public_url="https://vekha.example"), clock)
    yield made
    made.engine.dispose()


def form(app: App, code: str) -> type[Form]:
    return app.registry.type("school").form(code)


def made(app: App, code: str) -> bytes:
    with app.work(writes=False) as work:
        return sheet(work, form(app, code))


def test_each_field_is_asked_once_in_its_order(app: App) -> None:
    for kind in app.registry.types.values():
        for each in kind.forms:
            asked = list(questions(each))
            wanted = [
                name
                for name, facts in fields(schema_of(each))
                if not facts.get("readOnly") and facts.get("widget") != "file"
            ]
            assert [question.name for question in asked] == wanted
            assert all(question.options or question.kind not in ("one", "many") for question in asked)


def test_how_fields_are_drawn(app: App) -> None:
    drawn = {each.name: each for each in questions(form(app, "needs_survey"))}
    assert {name: each.kind for name, each in drawn.items()} == {
        "respondent": "line",
        "areas": "many",
        "goal": "long",
        "priority": "one",
        "times": "line",
        "meetings": "one",
        "languages": "line",
    }
    assert (drawn["priority"].scale, drawn["priority"].options) == (True, tuple(map(str, range(1, 11))))
    assert [each.required for each in drawn.values()] == [True, True, True, False, False, False, False]
    rows = next(each for each in questions(form(app, "plan_form")) if each.kind == "rows")
    assert isinstance(rows, Question)
    assert len(rows.columns) == 5
    assert next(each for each in questions(form(app, "plan_form")) if each.name == "starts").kind == "date"
    yes_no = next(each for each in questions(form(app, "mentee_entry")) if each.name == "passed")
    assert (yes_no.kind, yes_no.options) == ("one", ("да", "нет"))


@pytest.mark.slow
def test_a_sheet_can_be_filled_and_leads_to_its_form(app: App, tmp_path: Path) -> None:
    pdf = made(app, "needs_survey")
    assert pdf == made(app, "needs_survey")
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    assert [each for each in outloud.check(str(path)).findings if str(each.severity).endswith("error")] == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        names = {str(each.T) for each in document.Root.AcroForm.Fields}
        assert document.open_metadata().get("pdfuaid:part") == "1"
    assert names == {
        "respondent",
        "goal",
        "priority",
        "times",
        "meetings",
        "languages",
        *(f"areas.{number}" for number in range(1, 12)),
    }
    with pypdfium2.PdfDocument(pdf) as document:
        words = " ".join(document[0].get_textpage().get_text_bounded().split())
        (code,) = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert code.text == "https://vekha.example/forms/needs_survey"
    assert "1. Наставляемый * 2. Области развития * учебные предметы олимпиады и конкурсы" in words


@pytest.mark.slow
def test_every_form_of_every_type_prints(app: App) -> None:
    """One page at least, and nothing that only a program would write."""
    with app.work(writes=False) as work:
        for kind in app.registry.types.values():
            for each in kind.forms:
                with pypdfium2.PdfDocument(sheet(work, each)) as document:
                    words = " ".join(page.get_textpage().get_text_bounded() for page in document)
                assert each.title.split()[0] in words
                assert not [wrong for wrong in ("None", "{{", "Undefined", "<") if wrong in words], each.code

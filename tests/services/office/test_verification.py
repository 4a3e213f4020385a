"""Files are told for what they are: ours, a copy, altered and where, superseded, void, a scan, nobody's."""

import io
from collections.abc import Callable, Iterator

import pikepdf
import pypdfium2
import pytest

from tests.conftest import VirtualClock
from tests.services.office.test_lifecycle import MARK, docx
from tests.services.papers import ORDER, approve, printed, start
from vekha.bootstrap import App, build
from vekha.documents.identity import docx_mark
from vekha.domain.access import Actor
from vekha.domain.errors import VekhaError
from vekha.services.office import differences, documents, lifecycle, prints, verdicts, verification
from vekha.services.office.verification import Verdict, Verified
from vekha.services.work import institution_of
from vekha.settings import Settings
from vekha.storage.tables import Document

NOBODY = Actor(name="Прохожий", grants=())
pytestmark = pytest.mark.slow
AddInstitution = Callable[..., str]


@pytest.fixture
def app(home: object, clock: VirtualClock) -> Iterator[App]:
    made = build(Settings(home=home, database_url=None, public_url="https://vekha.example/"), clock)  # type: ignore[arg-type]
    yield made
    made.engine.dispose()


@pytest.fixture
def key(app: App, add_institution: AddInstitution) -> str:
    return start(app, add_institution)


@pytest.fixture
def order(app: App, key: str) -> Document:
    with app.work() as work:
        return approve(work, key)


def verify(app: App, content: bytes, name: str = "файл.pdf") -> Verified:
    with app.work(writes=False) as work:
        return verification.verify(work, content, name)


def told(app: App, content: bytes) -> list[str]:
    with app.work(writes=False) as work:
        said = verdicts.told(work, verification.verify(work, content))
        return [*said.lines, *said.differences]


def saved_anew(pdf: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(stream, linearize=True)
    return stream.getvalue()


def with_other_words(app: App, row: Document, old: str, new: str) -> bytes:
    """The PDF as a forger would make it: other words, the data inside left as it was."""
    html = app.tools.files.get(row.html or "").decode().replace("\u00a0", " ")
    assert old in html
    with app.work(writes=False) as work:
        return prints.printed(work, row, html.replace(old, new))


def picture(pdf: bytes, kind: str = "png") -> bytes:
    stream = io.BytesIO()
    with pypdfium2.PdfDocument(pdf) as document:
        document[0].render(scale=2).to_pil().convert("RGB").rotate(1.5, fillcolor="white").save(stream, kind)
    return stream.getvalue()


def test_what_was_issued(app: App, order: Document) -> None:
    found = verify(app, printed(app, order.id or 0))
    assert (found.verdict, found.document and found.document.id, found.in_force) == (Verdict.OURS, order.id, True)
    first, second, third = told(app, printed(app, order.id or 0))
    assert first == "Это подлинный файл, выданный этой установкой."
    assert second.startswith("Приказ об организации наставничества № 1 от 04.05.2026, МБОУ «Школа № ")
    assert third == "Документ действует."


def test_superseded_and_void(app: App, key: str, order: Document) -> None:
    pdf = printed(app, order.id or 0)
    with app.work() as work:
        newer = approve(work, key)
    assert told(app, pdf)[2] == "Документ заменён: действует редакция 2 № 2 от 04.05.2026."
    newer_pdf = printed(app, newer.id or 0)
    with app.work() as work:
        lifecycle.annul(work, newer.id or 0, "Издан по ошибке")
    assert told(app, newer_pdf)[2] == "Документ аннулирован: Издан по ошибке"
    assert told(app, pdf)[2] == "Документ заменён."
    assert not verify(app, pdf).in_force


def test_the_same_words_in_other_bytes(app: App, order: Document) -> None:
    found = verify(app, saved_anew(printed(app, order.id or 0)))
    assert (found.verdict, found.text, found.data) == (Verdict.COPY, (), ())


def test_altered_words_are_shown(app: App, order: Document) -> None:
    found = told(app, with_other_words(app, order, "4 мая 2026 г.", "14 мая 2026 г."))
    assert found[0] == "Файл изменён: он отличается от выданного документа."
    (difference,) = found[3:]
    assert difference.startswith("после слов «…")
    assert difference.endswith("»: было «4», стало «14»")


def test_altered_data_is_shown(app: App, order: Document) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed(app, order.id or 0))) as document:
        data = document.attachments["vekha.json"].get_file().read_bytes()
        document.attachments["vekha.json"] = pikepdf.AttachedFileSpec(
            document, data.replace(b'"number":"1"', b'"number":"7"', 1), filename="vekha.json"
        )
        document.save(stream)
    found = told(app, stream.getvalue())
    assert found[0] == "Файл изменён: он отличается от выданного документа."
    assert found[3:] == ["Документ → номер: было «1», стало «7»"]


def test_a_scan_and_a_photograph_lead_to_the_document(app: App, order: Document) -> None:
    pdf = printed(app, order.id or 0)
    for content in (picture(pdf), picture(pdf, "jpeg"), picture(pdf, "pdf")):
        found = verify(app, content)
        assert (found.verdict, found.document and found.document.id) == (Verdict.LOOKS, order.id)


def test_an_attached_scan_is_the_document_itself(app: App, key: str, order: Document) -> None:
    scan = picture(printed(app, order.id or 0), "pdf")
    with app.work() as work:
        documents.attach(work, key, ORDER, scan, "скан.pdf")
    found = verify(app, scan)
    assert (found.verdict, found.document and found.document.state) == (Verdict.OURS, "signed")


def test_the_signed_file_is_ours_and_its_alteration_is_not(app: App, order: Document) -> None:
    with app.work() as work:
        row = lifecycle.sign(work, order.id or 0, MARK)
    signed = app.tools.files.get(row.signed_file or "")
    assert verify(app, signed).verdict is Verdict.OURS
    assert verify(app, saved_anew(signed)).verdict is Verdict.COPY


def test_an_edited_docx_and_a_copy_of_it(app: App, order: Document) -> None:
    edited = docx("Приказ исправленный")  # made once: a DOCX carries the moment it was saved
    with app.work() as work:
        row = lifecycle.take_edited(work, order.id or 0, edited, "приказ.docx")
    assert verify(app, edited, "приказ.docx").document == row
    mark = docx_mark(row.id or 0, row.content or "")
    found = verify(app, docx("Приказ подделанный", mark), "приказ.docx")
    assert (found.verdict, [(each.old, each.new) for each in found.text]) == (
        Verdict.ALTERED,
        [("исправленный", "подделанный")],
    )


def test_what_the_page_of_the_code_says(app: App, key: str, order: Document) -> None:
    """What the paper itself says, its state, and nothing without the code."""
    code = (order.content or "")[:12]

    def page() -> list[str]:
        with app.work(NOBODY, writes=False) as work:
            return [each.partition(",")[0] for each in verdicts.looked_up(work, order.id or 0, code)]

    said = "Приказ об организации наставничества № 1 от 04.05.2026"
    assert page() == [said, "Документ действует."]
    with app.work() as work:
        newer = approve(work, key)
    assert page() == [said, "Документ заменён: действует редакция 2 № 2 от 04.05.2026."]
    with app.work() as work:
        lifecycle.annul(work, newer.id or 0, "Тайна")
    assert page() == [said, "Документ заменён."]
    for wrong in ("", "0" * 12, code[:11]):
        with app.work(NOBODY, writes=False) as work, pytest.raises(VekhaError) as refused:
            verdicts.looked_up(work, order.id or 0, wrong)
        assert [each.code for each in refused.value.problems] == ["document.unknown_code"]
    with app.work(NOBODY, writes=False) as work:
        told = verdicts.looked_up(work, newer.id or 0, (newer.content or "")[:12])
    assert told[1] == "Документ аннулирован."


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", docx("Чужой"), docx("Чужой", "vekha:1:000000000000")])
def test_nobodys_files(app: App, order: Document, content: bytes) -> None:
    assert verify(app, content) == Verified(Verdict.UNKNOWN)
    assert told(app, content) == ["Этот файл здесь не выдавали."]


def test_what_can_be_no_document(app: App, order: Document) -> None:
    with pytest.raises(VekhaError) as refused:
        verify(app, b"MZ...")
    assert [each.code for each in refused.value.problems] == ["file.wrong_type"]


def test_two_versions_are_compared_in_words(app: App, key: str, order: Document) -> None:
    with app.work() as work:
        home = institution_of(work.session, "school-12")
        before = home.staff["director"]["name"].split()[0]
        home.staff = {**home.staff, "director": {"name": "Котов Пётр Ильич", "gender": "m", "position": "директор"}}
        work.session.add(home)
        work.programmes.clear()
        newer = approve(work, key)
        found = differences.compare(work, order.id or 0, newer.id or 0)
    assert f"Организация → руководитель → фамилия: было «{before}», стало «Котов»" in found.data
    assert "Документ → номер: было «1», стало «2»" in found.data
    assert any("стало «2»" in each for each in found.text)
    with app.work(writes=False) as work:
        same = differences.compare(work, order.id or 0, order.id or 0)
    assert (same.text, same.data) == ((), ())

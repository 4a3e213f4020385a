"""«Ответы»: read by the schema they were given with, narrowed, printed, with their files; nobody else's business."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.web.conftest import KEY, Browser
from tests.web.test_forms import ANSWER, PDF, PRACTICE, REQUEST, hidden
from vekha.bootstrap import App
from vekha.services.process import answers, forms
from vekha.storage.tables import FormSchema, Submission

LIST = f"/programmes/{KEY}/answers"
SCAN = {"attachment": ("скан.pdf", PDF)}


@pytest.fixture
def client(app: App, browser: Browser, programme: str) -> TestClient:
    """A curator's browser; two requests were handed in."""
    for name in ("Журавлёв Илья Сергеевич", "Белова Анна Ильинична"):
        hand_in(app, "prelim_request", {**ANSWER, "name": name})
    return browser("curator")


def hand_in(app: App, form: str, data: dict[str, Any]) -> int:
    with app.work() as work:
        return forms.submit(work, KEY, form, data).id


@contextmanager
def counted(app: App) -> Iterator[list[str]]:
    seen: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(app.engine, "before_cursor_execute", remember)
    yield seen
    event.remove(app.engine, "before_cursor_execute", remember)


def words_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_an_answer_is_listed_and_read(client: TestClient) -> None:
    page = client.get(LIST).text
    assert ["Журавлёв Илья Сергеевич" in page, 'href="/answers/1"' in page, "1–2 из 2" in page] == [True] * 3
    page = client.get("/answers/1").text
    for words in ("Помочь с олимпиадой", "28.02.2012", "+7 900 000-00-01", "Ответ № 1"):
        assert words in page, words
    assert ["version" in page, f'href="{REQUEST}' in page] == [False, True]
    stage = client.get(f"/programmes/{KEY}/stages/prepare").text
    assert f"{LIST}?stage=prepare&amp;activity=requests&amp;form=prelim_request" in stage


def test_the_list_is_narrowed(client: TestClient) -> None:
    assert "Таких ответов нет" in client.get(f"{LIST}?stage=finish").text
    assert "1–2 из 2" in client.get(f"{LIST}?stage=prepare&form=prelim_request").text
    assert client.get(f"{LIST}?after=-1").status_code == 422


def test_a_programme_without_answers(browser: Browser, programme: str) -> None:
    assert programme
    assert "Ответов пока нет" in browser("curator").get(LIST).text


def test_an_old_answer_keeps_its_own_questions(app: App, client: TestClient) -> None:
    with app.work() as work:
        row = work.session.get_one(Submission, 1)
        known = work.session.get_one(FormSchema, row.schema_digest)
        content = {**known.content, "title": "Заявка прежних лет"}
        content["properties"] = {**content["properties"], "request": {"title": "В чём нужна помощь", "type": "string"}}
        work.session.add(FormSchema(digest="old", code=known.code, version=1, content=content))
        work.session.flush()
        row.schema_digest = "old"
        work.session.add(row)
    page = client.get("/answers/1").text
    assert ["Заявка прежних лет" in page, "В чём нужна помощь" in page, "Форма с тех пор изменилась" in page] == [
        True
    ] * 3
    assert "В чём нужна помощь" not in client.get("/answers/2").text
    assert client.get(LIST).text.count("прежняя форма") == 1
    assert "В чём нужна помощь" in words_of(client.get("/answers/1/answer.pdf").content)


def test_answers_are_printed(client: TestClient) -> None:
    answer = client.get(f"{LIST}.pdf?form=prelim_request")
    assert answer.headers["content-type"] == "application/pdf"
    words = words_of(answer.content)
    for told in ("Журавлёв Илья Сергеевич", "Белова Анна Ильинична", "Помочь с олимпиадой"):
        assert told in words
    assert words.index("Журавлёв") < words.index("Белова")  # as they came
    with pikepdf.open(io.BytesIO(client.get("/answers/2/answer.pdf").content)) as one:
        assert len(one.pages) == 1


def test_what_cannot_be_printed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "печатать нечего" in client.get(f"{LIST}.pdf?stage=finish").text  # form.nothing_to_print
    monkeypatch.setattr(answers, "PRINTED", 1)
    refused = client.get(f"{LIST}.pdf")
    assert (refused.status_code, "скачайте ответы по частям" in refused.text) == (422, True)  # form.too_many_answers


def test_long_lists_come_in_pages(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "SHOWN", 1)
    page = client.get(f"{LIST}?form=prelim_request").text
    assert ["1–1 из 2" in page, f"{LIST}?form=prelim_request&amp;after=2" in page] == [True, True]
    page = client.get(f"{LIST}?form=prelim_request&after=2").text
    assert ["2–2 из 2" in page, "after=" in page, "Журавлёв" in page, "Белова" in page] == [True, False, True, False]


def test_files_of_an_answer_are_downloaded(app: App, client: TestClient) -> None:
    typed = {
        **hidden(client.get(PRACTICE).text),
        "name": "Кружок",
        "publication_consent": "да",
        "problem": "Нет кружка",
    }
    sent = client.post(PRACTICE, data=typed, files=SCAN)
    assert sent.status_code == 303, sent.text
    page = client.get("/answers/3").text
    assert ["скан.pdf" in page, 'href="/answers/3/files/attachment"' in page] == [True, True]
    answer = client.get("/answers/3/files/attachment")
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment")
    for field in ("title", "nothing", "..%2f..%2fvekha.db"):
        assert client.get(f"/answers/3/files/{field}").status_code == 404  # form.no_file
    assert client.get("/answers/99").status_code == 404  # form.no_submission


def test_an_anonymous_form_names_nobody(app: App, client: TestClient) -> None:
    with app.work() as work:
        known = work.session.get_one(FormSchema, work.session.get_one(Submission, 1).schema_digest)
        known.content = {**known.content, "x-vekha": {**known.content["x-vekha"], "anonymous": True}}
        work.session.add(known)
    page = client.get("/answers/1").text
    assert ["анонимно" in page, "Установка" in page.partition("<main")[2]] == [True, False]


def test_only_who_works_there_reads_them(browser: Browser, client: TestClient) -> None:
    for who in ("stranger", "municipal"):
        other = browser(who)
        for address in (LIST, f"{LIST}.pdf", "/answers/1", "/answers/1/answer.pdf", "/answers/1/files/attachment"):
            assert other.get(address).status_code == 403, (who, address)
    stage = browser("uezd").get(f"/programmes/{KEY}/stages/prepare")
    assert stage.status_code == 403
    assert browser("director").get("/answers/1").status_code == 200


def test_whoever_only_looks_gets_no_links_to_forms(browser: Browser, client: TestClient) -> None:
    page = browser("municipal").get(f"/programmes/{KEY}/stages/prepare").text
    assert ["/forms/prelim_request" in page, LIST in page, "2 ответа" in page] == [False, False, True]


def test_queries_do_not_grow_with_the_list(app: App, client: TestClient) -> None:
    def asked() -> int:
        with counted(app) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    before = asked()
    for number in range(5):
        hand_in(app, "prelim_request", {**ANSWER, "name": f"Петрова Ия {number}"})
    assert asked() == before

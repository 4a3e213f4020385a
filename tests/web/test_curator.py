"""A curator's desk, the stage page, forms, documents and approvals, used as a browser without JavaScript uses them."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape
from sqlalchemy import event

from tests.conftest import VirtualClock
from tests.web.conftest import KEY, PASSWORD, Browser
from vekha.bootstrap import App
from vekha.files import DOCX
from vekha.services.launch import campaigns
from vekha.services.process import stages
from vekha.services.region import institutions

STAGE = f"/programmes/{KEY}/stages/prepare"
ROW = f"{STAGE}/activities"
PDF = b"%PDF-1.7 a signed paper"


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def rows_of(page: str) -> list[str]:
    return re.findall(r'<li id="a-(\w+)"', page)


@pytest.fixture
def curator(browser: Browser, programme: str) -> TestClient:
    assert programme == KEY
    return browser("curator")


# --- desk -------------------------------------------------------------------------------------------------------------


def test_the_desk_says_what_is_due_when(curator: TestClient, clock: VirtualClock) -> None:
    def desk_on(day: dt.date) -> list[str]:
        clock.to(day)
        curator.post("/login", data={"login": "curator@example.org", "password": PASSWORD})
        return re.findall(r"Просрочено|Сегодня|На этой неделе|Позже", words_of(curator.get("/desk").text))

    assert desk_on(dt.date(2026, 5, 4)) == ["Позже"]
    assert desk_on(dt.date(2026, 5, 28)) == ["На этой неделе", "Позже"]
    assert desk_on(dt.date(2026, 6, 1)) == ["Сегодня", "Позже"]
    assert desk_on(dt.date(2026, 6, 7)) == ["Просрочено", "Позже"]
    assert "просрочено на 6 дней" in curator.get("/desk").text


def test_the_desk_asks_the_database_the_same_for_one_programme_and_for_three(
    app: App, browser: Browser, programme: str, add_institution: Callable[..., str]
) -> None:
    client = browser("operator")

    def statements() -> int:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            sent.append(statement)

        event.listen(app.engine, "before_cursor_execute", note)
        page = client.get("/desk").text
        event.remove(app.engine, "before_cursor_execute", note)
        shown.append(len(set(re.findall(r"/programmes/([\w-]+)/stages", page))))
        return len(sent)

    shown: list[int] = []
    one = statements()
    for number in (13, 14):
        code = add_institution(app, number=number)
        with app.work() as work:
            stages.open_due(work, campaigns.start_one(work, institutions.one(work, code), 2026))
    assert (statements(), shown) == (one, [1, 3])


# --- stage ------------------------------------------------------------------------------------------------------------


def test_the_programme_leads_to_the_stage_that_matters(curator: TestClient) -> None:
    assert curator.get(f"/programmes/{KEY}").headers["location"] == STAGE


def test_a_stage_says_what_is_left_and_keeps_its_button_shut(curator: TestClient) -> None:
    page = curator.get(STAGE).text
    left = re.findall(r"<li>(.+?) <a href=\"([^\"]+)\"", page.partition('id="left"')[2].partition("</ul>")[0])
    assert len(left) > 3
    assert re.search(r"vekha |--|\{", " ".join(sentence for sentence, _ in left)) is None
    for _, address in left:
        if address.startswith("#"):
            assert address.removeprefix("#a-") in rows_of(page)
        else:
            assert curator.get(address).status_code == 200, address
    assert re.search(r"<button[^>]+disabled[^>]*>Завершить этап", page)
    assert curator.post(f"{STAGE}/complete").status_code == 422


def test_marking_is_refused_with_what_is_missing_and_where_to_do_it(curator: TestClient) -> None:
    first = rows_of(curator.get(STAGE).text)[0]
    answer = curator.post(f"{ROW}/{first}/done")
    assert answer.status_code == 422
    told = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert ["<a href=" in told, "vekha " in told] == [True, False]


def test_an_own_activity_is_added_done_undone_and_waived(curator: TestClient) -> None:
    before = rows_of(curator.get(STAGE).text)
    added = curator.post(ROW, data={"title": "Чаепитие <b>пар</b>", "due": "2026-05-20", "required": "true"})
    assert added.status_code == 303
    page = curator.get(STAGE).text
    [own] = [each for each in rows_of(page) if each not in before]
    assert ["Чаепитие &lt;b&gt;пар" in page, "<b>пар" in page] == [True, False]
    assert curator.post(f"{ROW}/{own}/done").headers["location"] == f"{STAGE}#a-{own}"
    assert "готово 4 мая" in curator.get(STAGE).text
    assert curator.post(f"{ROW}/{own}/reopen", data={"reason": "отмечено по ошибке"}).status_code == 303
    assert "готово 4 мая" not in curator.get(STAGE).text
    assert "нужна причина" in curator.post(f"{ROW}/{own}/waive", data={"reason": " "}).text
    assert curator.post(f"{ROW}/{own}/waive", data={"reason": "ремонт"}).status_code == 303
    assert "Почему: ремонт" in curator.get(STAGE).text


def test_an_own_activity_needs_a_title_and_a_date(curator: TestClient) -> None:
    assert "нет названия" in curator.post(ROW, data={"title": " ", "due": "2026-05-20"}).text
    assert "не похоже на дату" in curator.post(ROW, data={"title": "Чай", "due": "завтра"}).text


def test_more_time_is_asked_for_once(curator: TestClient) -> None:
    asked = {"wanted": "2026-12-01", "reason": "карантин"}
    assert curator.post(f"{STAGE}/extension", data=asked).status_code == 303
    assert "просьба до 1 декабря" in curator.get(STAGE).text
    assert curator.post(f"{STAGE}/extension", data=asked).status_code == 422


def test_more_time_is_asked_for_one_activity(curator: TestClient) -> None:
    first = rows_of(curator.get(STAGE).text)[0]
    asked = {"wanted": "2026-12-01", "reason": "карантин", "activity": first}
    assert curator.post(f"{STAGE}/extension", data=asked).headers["location"] == f"{STAGE}#a-{first}"
    line = curator.get(STAGE).text.partition(f'id="a-{first}"')[2].partition("</li>")[0]
    assert ["просьба до 1 декабря" in line, "Перенести срок" in line] == [True, False]
    assert curator.post(f"{STAGE}/extension", data=asked).status_code == 422


def test_a_stage_closes_on_the_page_that_waits(app: App, curator: TestClient) -> None:
    for each in rows_of(curator.get(STAGE).text):
        curator.post(f"{ROW}/{each}/waive", data={"reason": "проверка"})
    assert "Всё готово" in curator.get(STAGE).text
    assert curator.post(f"{STAGE}/complete").status_code == 303
    page = curator.get(STAGE).text
    assert ["Этап завершается" in page, f"{STAGE}/progress?told=false" in page] == [True, True]
    assert curator.get(f"{STAGE}/progress?told=false&down=true").status_code == 204
    with app.work() as work:
        stages.report_failure(work, KEY, "prepare", "нет места на диске")
    failed = curator.get(f"{STAGE}/progress?told=false").text
    assert ["Пока не получилось" in failed, "нет места" in failed] == [True, False]
    assert curator.get(f"{STAGE}/progress?told=true&down=true").status_code == 204
    pack = app.tools.files.put(b"PK a pack")
    with app.work() as work:
        assert stages.finish_closing(work, KEY, "prepare", pack)
    assert "Скачать пакет документов" in curator.get(f"{STAGE}/progress?told=true").text
    assert curator.get(f"{STAGE}/pack").content == b"PK a pack"
    assert curator.post(f"{STAGE}/reopen", data={"reason": "ошибка в приказе"}).status_code == 303
    assert "Чтобы завершить" in (again := curator.get(STAGE).text) or "Всё готово" in again


def test_a_request_to_close_is_taken_back(curator: TestClient) -> None:
    for each in rows_of(curator.get(STAGE).text):
        curator.post(f"{ROW}/{each}/waive", data={"reason": "проверка"})
    curator.post(f"{STAGE}/complete")
    assert curator.post(f"{STAGE}/withdraw").status_code == 303
    assert "Всё готово" in curator.get(STAGE).text


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.fixture
def order(curator: TestClient) -> str:
    """The address of the first document with a number."""
    page = curator.get(STAGE).text
    return next(each for each in re.findall(r'href="([^"]+/documents/\w+)"', page) if each.endswith("order_launch"))


def test_a_document_is_looked_at_approved_downloaded_and_signed(
    order: str, curator: TestClient, browser: Browser
) -> None:
    draft = curator.get(order).text
    assert ["Утверждает руководитель" in draft, "sandbox" in draft] == [True, True]
    assert curator.post(f"{order}/approve").status_code == 403
    text = curator.get(f"{order}/text")
    assert "script-src" not in text.headers["content-security-policy"]
    assert "default-src 'none'" in text.headers["content-security-policy"]
    director = browser("director")
    answer = director.post(f"{order}/approve")
    assert (answer.status_code, answer.headers["location"]) == (303, order)
    assert "Документ утверждён" in director.get(order).text
    signed = curator.post(f"{order}/attach", files={"file": ("скан.pdf", PDF, "application/pdf")})
    assert signed.status_code == 303
    [address] = re.findall(r'href="(/documents/\d+/file\?signed=true)"', curator.get(order).text)
    assert curator.get(address).content == PDF


def test_a_copy_is_downloaded_corrected_and_returned(order: str, curator: TestClient, browser: Browser) -> None:
    director = browser("director")
    assert "Скачать DOCX для правки" in curator.get(order).text
    draft = curator.get(f"{order}/docx")
    assert (draft.status_code, draft.headers["content-type"]) == (200, DOCX)
    assert "attachment" in draft.headers["content-disposition"]
    assert director.post(f"{order}/edited", files={"file": ("п.docx", draft.content, DOCX)}).status_code == 422
    director.post(f"{order}/approve")
    assert "Вернуть исправленную копию" in director.get(order).text
    assert "Вернуть исправленную копию" not in curator.get(order).text
    copy = curator.get(f"{order}/docx").content
    assert copy != draft.content
    assert curator.post(f"{order}/edited", files={"file": ("п.docx", copy, DOCX)}).status_code == 403
    assert curator.post(f"{order}/attach", files={"file": ("п.docx", copy, DOCX)}).status_code == 422
    answer = director.post(f"{order}/edited", files={"file": ("п.docx", copy, DOCX)})
    assert (answer.status_code, answer.headers["location"]) == (303, order)
    assert director.get(f"{order}/docx").content != copy  # without the label, under the mark of the new version


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("скан.pdf", b"MZ a program that calls itself a PDF", "PDF"),
        ("пусто.pdf", b"", "пуст"),
        ("большой.pdf", b"%PDF-" + b"0" * (25 * 1024 * 1024), "25"),
    ],
)
def test_a_file_is_told_by_its_content_and_its_size(
    order: str, curator: TestClient, name: str, content: bytes, said: str
) -> None:
    answer = curator.post(f"{order}/attach", files={"file": (name, content, "application/pdf")})
    assert (answer.status_code, said in words_of(answer.text)) == (422, True)


def test_a_director_approves_several_at_once(order: str, browser: Browser) -> None:
    director = browser("director")
    page = director.get("/approvals").text
    values = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert f"{KEY}|prepare|" in values[0]
    assert "ничего не отмечено" in director.post("/approvals").text
    [own] = [each for each in values if each.endswith("|order_launch|")]
    assert director.post("/approvals", data={"chosen": [own]}).status_code == 303
    left = re.findall(r'name="chosen" value="([^"]+)"', director.get("/approvals").text)
    assert sorted(left) == sorted(set(values) - {own})


def test_a_curator_has_nothing_to_approve(curator: TestClient) -> None:
    assert "Утверждать нечего" in curator.get("/approvals").text


# --- forms ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def request_form(curator: TestClient) -> str:
    page = curator.get(STAGE).text
    return next(each for each in re.findall(r'href="([^"]+/forms/\w+)"', page) if each.endswith("prelim_request"))


ANSWER = {"name": "Журавлёв Илья Сергеевич", "role": "наставляемый", "request": "Помочь с олимпиадой"}


def test_a_form_is_drawn_from_its_schema_and_handed_in(request_form: str, curator: TestClient) -> None:
    page = curator.get(request_form).text
    assert re.findall(r'name="(\w+)"', page.partition("<form method")[2])[:2] == ["name", "role"]
    wrong = curator.post(
        request_form, data={"name": "", "request": "<script>alert(1)</script>", "birth_date": "32.13.2012"}
    )
    assert wrong.status_code == 422
    assert [wrong.text.count('class="field-problem"') >= 3, "<script>alert" in wrong.text] == [True, False]
    assert "&lt;script&gt;alert(1)" in wrong.text  # what was typed stays
    done = curator.post(
        request_form,
        data={**ANSWER, "occupation": "обучающийся", "birth_date": "2012-02-28", "contact": "+7 900 000-00-01"},
    )
    assert done.status_code == 303, re.findall(r'field-problem"[^>]*>([^<]+)', done.text)
    assert done.headers["location"] == f"{STAGE}#a-{request_form.split('/')[-3]}"
    assert "ответов 1 из " in curator.get(STAGE).text


def test_every_form_of_every_type_can_be_drawn(app: App) -> None:
    from vekha.domain.people import People  # noqa: PLC0415
    from vekha.web.fields import draw  # noqa: PLC0415

    for kind in app.registry.types.values():
        for form in kind.forms:
            drawn, rest = draw(form, form.example, People())
            assert [each.title for each in drawn if not each.title] == []
            assert rest == ()


# --- strangers --------------------------------------------------------------------------------------------------------

GET = ["", "/progress", "/pack", "/activities/informing/forms/prelim_request", "/activities/x/documents/y"]
POST = ["/complete", "/withdraw", "/reopen", "/extension", "/activities", "/activities/informing/done"]


@pytest.mark.parametrize("path", GET)
def test_a_stranger_sees_nothing(browser: Browser, programme: str, path: str) -> None:
    answer = browser("stranger").get(f"/programmes/{programme}/stages/prepare{path}")
    assert (answer.status_code, "Школа" in words_of(answer.text)) == (403, False)


@pytest.mark.parametrize("path", POST)
def test_a_stranger_changes_nothing(browser: Browser, programme: str, path: str) -> None:
    data = {"reason": "x", "wanted": "2026-12-01", "title": "x", "due": "2026-05-20"}
    answer = browser("stranger").post(f"/programmes/{programme}/stages/prepare{path}", data=data)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", POST)
def test_who_only_looks_changes_nothing(browser: Browser, programme: str, path: str) -> None:
    data = {"reason": "x", "wanted": "2026-12-01", "title": "x", "due": "2026-05-20"}
    client = browser("municipal")
    assert client.get(f"/programmes/{programme}/stages/prepare").status_code == 200
    assert client.post(f"/programmes/{programme}/stages/prepare{path}", data=data).status_code == 403


@pytest.mark.parametrize(
    "address", ["/programmes/nobody-2026", "/programmes/nobody-2026/stages/x", "/documents/77/file"]
)
def test_what_is_not_there_is_not_found(browser: Browser, address: str) -> None:
    assert browser("curator").get(address).status_code == 404


def test_a_stage_that_is_not_there(curator: TestClient) -> None:
    assert curator.get(f"/programmes/{KEY}/stages/nothing").status_code == 404
    assert curator.get(f"{ROW}/nothing/forms/prelim_request").status_code == 404
    assert curator.post(f"{ROW}/nothing/done").status_code in (404, 422)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/extension", {"wanted": "2020-01-01", "reason": "Ремонт «крыла» <b>"}),
        ("/extension", {"wanted": "2020-01-01", "reason": "Ремонт «крыла» <b>", "activity": "legal_basis"}),
        ("/activities", {"title": "Чай с <родителями>", "due": "32.13.2026"}),
    ],
)
def test_what_was_typed_stands_there_again_after_a_refusal(
    curator: TestClient, path: str, sent: dict[str, str]
) -> None:
    """In the form that was refused and in no other."""
    answer = curator.post(f"{STAGE}{path}", data=sent)
    assert answer.status_code == 422, answer.text
    forms = re.findall(r"<form[^>]* action=\"([^\"]+)\"(.*?)</form>", answer.text, re.DOTALL)
    typed = {name: value for name, value in sent.items() if name != "activity"}
    held = [
        (action, sent.get("activity", "") in body)
        for action, body in forms
        if all(f'name="{name}" value="{escape(value)}"' in body for name, value in typed.items())
    ]
    assert held == [(f"{STAGE}{path}", True)]
    words = next(value for name, value in typed.items() if name in ("reason", "title"))
    assert answer.text.count(str(escape(words))) == 1

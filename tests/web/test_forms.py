"""Forms in the browser: kept as one types, two people at once, rows, questions that depend, files, one answer."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import VirtualClock
from tests.web.conftest import KEY, PASSWORD, Browser
from vekha.bootstrap import App
from vekha.domain.people import Introduce, Role
from vekha.services.mentoring import people
from vekha.services.office.uploads import named
from vekha.storage.tables import FormDraft, Submission

STAGE = f"/programmes/{KEY}/stages/prepare"
REQUEST = f"{STAGE}/activities/requests/forms/prelim_request"
SHARED = f"{STAGE}/activities/legal_basis/forms/swot"  # any form may be filled at any activity
PRACTICE = f"{STAGE}/activities/legal_basis/forms/best_practice"
PLAN = f"{STAGE}/activities/legal_basis/forms/agreement_form"
ANSWER = {"name": "Журавлёв Илья Сергеевич", "role": "наставляемый", "request": "Помочь с олимпиадой"}
ANSWER |= {"occupation": "обучающийся", "birth_date": "2012-02-28", "contact": "+7 900 000-00-01"}
PDF = b"%PDF-1.7 a paper"
HTMX = {"HX-Request": "true", "HX-Target": "draft"}


def hidden(page: str) -> dict[str, str]:
    """The version a page was made from, and its own name."""
    return dict(re.findall(r'name="(_version|_page)" value="([^"]*)"', page))


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?(?:value="([^"]*)"|>([^<]*)</textarea>)', page)
    return (found[1] or found[2] or "") if found else ""


def rows(app: App, table: Any) -> list[Any]:
    from sqlmodel import select  # noqa: PLC0415

    with app.work(writes=False) as work:
        return list(work.session.exec(select(table)))


@pytest.fixture
def curator(browser: Browser, programme: str) -> TestClient:
    assert programme == KEY
    return browser("curator")


@pytest.fixture
def director(browser: Browser, curator: TestClient) -> TestClient:
    return browser("director")


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_through_a_reload_and_a_new_login(app: App, curator: TestClient) -> None:
    page = curator.get(REQUEST).text
    saved = curator.post(f"{REQUEST}/draft", data={**hidden(page), "request": "Помочь"}, headers=HTMX)
    assert [saved.status_code, "Черновик сохранён в 11:00" in saved.text, "<html" in saved.text] == [200, True, False]
    assert hidden(saved.text) == {"_version": "1", "_page": hidden(page)["_page"]}
    curator.post("/logout")
    assert curator.post(f"{REQUEST}/draft", data=hidden(page), headers=HTMX).status_code == 401
    curator.post("/login", data={"login": "curator@example.org", "password": PASSWORD})
    again = curator.get(REQUEST).text
    assert [value_of(again, "request"), "Черновик: Тестов Curator, в 11:00" in again] == ["Помочь", True]
    assert [len(rows(app, Submission)), len(rows(app, FormDraft))] == [0, 1]


def test_a_draft_is_kept_by_a_button_too_and_thrown_away_by_another(curator: TestClient) -> None:
    data = {**hidden(curator.get(REQUEST).text), "request": "Помочь"}
    assert curator.post(f"{REQUEST}/draft", data=data).headers["location"] == REQUEST
    assert value_of(curator.get(REQUEST).text, "request") == "Помочь"
    assert curator.post(f"{REQUEST}/discard").headers["location"] == REQUEST
    assert value_of(curator.get(REQUEST).text, "request") == ""


def test_a_refused_answer_is_kept_and_its_problems_lead_to_their_fields(curator: TestClient) -> None:
    data = {**hidden(curator.get(REQUEST).text), "request": "Помочь", "birth_date": "31.02.2012"}
    page = curator.post(REQUEST, data=data).text
    summary = page.partition('role="alert"')[2].partition("</div>")[0]
    assert [name for name in re.findall(r'href="#(\w+)"', summary) if f'id="{name}"' not in page] == []
    assert re.findall(r'href="#(\w+)"', summary) == ["name", "role", "occupation", "birth_date"]
    assert "Поправьте 4 поля" in summary
    assert value_of(curator.get(REQUEST).text, "request") == "Помочь"


def test_an_answer_empties_the_draft_and_a_late_saving_of_the_same_page_changes_nothing(
    app: App, curator: TestClient
) -> None:
    page = hidden(curator.get(REQUEST).text)
    curator.post(f"{REQUEST}/draft", data={**page, **ANSWER}, headers=HTMX)
    assert curator.post(REQUEST, data={**page, **ANSWER}).status_code == 303
    curator.post(f"{REQUEST}/draft", data={**page, **ANSWER}, headers=HTMX)
    assert [row.data for row in rows(app, FormDraft)] == [{}]
    assert value_of(curator.get(REQUEST).text, "request") == ""


def test_a_page_sent_twice_is_one_answer(app: App, curator: TestClient) -> None:
    page = hidden(curator.get(REQUEST).text)
    codes = [curator.post(REQUEST, data={**page, **ANSWER}).status_code for _ in range(2)]
    assert (codes, len(rows(app, Submission))) == ([303, 303], 1)
    other = hidden(curator.get(REQUEST).text)
    assert curator.post(REQUEST, data={**other, **ANSWER, "name": "Белова Анна Ильинична"}).status_code == 303
    assert len(rows(app, Submission)) == 2


# --- two at once ------------------------------------------------------------------------------------------------------


def both(curator: TestClient, director: TestClient) -> tuple[dict[str, str], dict[str, str]]:
    """Two open the same form; the director saves first."""
    mine, theirs = hidden(curator.get(SHARED).text), hidden(director.get(SHARED).text)
    director.post(f"{SHARED}/draft", data={**theirs, "strengths": "Опытные учителя", "risks": "Отпуска"}, headers=HTMX)
    return mine, theirs


def test_two_at_one_form_lose_nothing_and_choose(app: App, curator: TestClient, director: TestClient) -> None:
    mine, theirs = both(curator, director)
    first, other = [name for name in names_of(curator) if not name.startswith("_")][:2]
    director.post(f"{SHARED}/draft", data={**theirs, first: "Опытные учителя", other: "Мало времени"}, headers=HTMX)
    told = curator.post(f"{SHARED}/draft", data={**mine, first: "Сильная команда"}, headers=HTMX).text
    assert "Эту форму одновременно заполняет Тестов Director" in told
    [address] = re.findall(r'href="([^"]+/conflict[^"]+)"', told)
    page = curator.get(address.replace("&amp;", "&")).text
    assert ["Сильная команда" in page, "Опытные учителя" in page, "Мало времени" in page] == [True, True, True]
    picks = re.findall(r'name="(pick-\w+)" value="(\w+)" checked', page)
    assert dict(picks) == {f"pick-{first}": "mine", f"pick-{other}": "theirs"}
    done = curator.post(f"{SHARED}/conflict", data={**hidden(page), **dict(picks), "_do": "picked"})
    assert (done.status_code, done.headers["location"]) == (303, SHARED)
    for reader in (curator, director):
        again = reader.get(SHARED).text
        assert [value_of(again, first), value_of(again, other)] == ["Сильная команда", "Мало времени"]
    assert len(rows(app, FormDraft)) == 1
    assert curator.get(address.replace("&amp;", "&")).status_code == 422  # nothing is left to choose from


def names_of(client: TestClient) -> list[str]:
    page = client.get(SHARED).text.partition('enctype="multipart')[2]
    return list(dict.fromkeys(re.findall(r'<textarea[^>]* name="(\w+)"', page)))


def test_handing_in_does_not_pass_over_what_another_has_written(
    app: App, curator: TestClient, director: TestClient
) -> None:
    mine, _ = both(curator, director)
    first = names_of(curator)[0]
    sent = curator.post(SHARED, data={**mine, first: "Сильная команда"})
    assert [sent.status_code, "/conflict?own=" in sent.headers["location"]] == [303, True]
    assert rows(app, Submission) == []
    page = curator.get(sent.headers["location"]).text
    assert curator.post(f"{SHARED}/conflict", data={**hidden(page), "_do": "drop"}).status_code == 303
    assert value_of(curator.get(SHARED).text, first) != "Сильная команда"


def test_a_choice_made_on_an_old_text_is_made_again(curator: TestClient, director: TestClient) -> None:
    mine, theirs = both(curator, director)
    first = names_of(curator)[0]
    address = curator.post(SHARED, data={**mine, first: "Сильная команда"}).headers["location"]
    page = curator.get(address).text
    director.post(f"{SHARED}/draft", data={**theirs, first: "Ещё опытнее"}, headers=HTMX)
    again = curator.post(f"{SHARED}/conflict", data={**hidden(page), "_do": "picked"})
    assert [again.status_code, "изменился ещё раз" in again.text, "Ещё опытнее" in again.text] == [409, True, True]


def test_somebody_else_has_handed_it_in_already(app: App, curator: TestClient, director: TestClient) -> None:
    form = app.registry.type("school").form("swot")
    answer = {name: ["\n".join(v)] if isinstance(v, tuple) else v for name, v in form.example.items()}
    mine = hidden(curator.get(SHARED).text)
    theirs = hidden(director.get(SHARED).text)
    assert director.post(SHARED, data={**theirs, **answer}).status_code == 303
    first = names_of(curator)[0]
    address = curator.post(SHARED, data={**mine, **answer, first: "Сильная команда"}).headers["location"]
    page = curator.get(address).text
    assert ["ответ уже отправлен: Тестов Director" in page, "Сильная команда" in page] == [True, True]
    assert curator.post(f"{SHARED}/conflict", data={**hidden(page), "_do": "mine"}).headers["location"] == SHARED
    assert value_of(curator.get(SHARED).text, first) == "Сильная команда"


# --- what is known ----------------------------------------------------------------------------------------------------


@pytest.fixture
def pupil(app: App, curator: TestClient) -> str:
    import datetime as dt  # noqa: PLC0415

    with app.work() as work:
        name = "Журавлёв Илья Сергеевич"
        people.carry_out(work, KEY, [Introduce(name=name, role=Role.MENTEE, birth_date=dt.date(2012, 2, 28))])
    return "p1"


def test_an_empty_form_knows_what_vekha_knows(curator: TestClient, pupil: str) -> None:
    page = curator.get(f"{STAGE}/activities/legal_basis/forms/consent_minor?subject={pupil}").text
    assert value_of(page, "child") == "Журавлёв Илья Сергеевич"
    assert value_of(page, "signed") == "2026-05-04"
    assert "Школа" in value_of(page, "operator")


def test_last_years_answer_is_offered_without_its_dates(app: App, curator: TestClient, clock: VirtualClock) -> None:
    form = app.registry.type("school").form("swot")
    answer = {name: ["\n".join(v)] if isinstance(v, tuple) else v for name, v in form.example.items()}
    assert curator.post(SHARED, data=answer).status_code == 303
    clock.pass_days(365)
    from vekha.services.launch import campaigns  # noqa: PLC0415
    from vekha.services.process import stages  # noqa: PLC0415
    from vekha.services.region import institutions  # noqa: PLC0415

    with app.work() as work:
        key = campaigns.start_one(work, institutions.one(work, "school-12"), 2027)
        stages.open_due(work, key)
    curator.post("/login", data={"login": "curator@example.org", "password": PASSWORD})
    address = SHARED.replace(KEY, key)
    page = curator.get(address).text
    [offer] = re.findall(r'href="([^"]+earlier=true)">Заполнить, как в 2026 году', page)
    first = names_of(curator)[0]
    filled = value_of(curator.get(offer).text, first)
    assert [value_of(page, first) == "", filled != ""] == [True, True]


# --- questions that depend --------------------------------------------------------------------------------------------


def test_a_question_for_another_role_says_when_it_is_asked_and_is_refused(curator: TestClient) -> None:
    address = f"{STAGE}/activities/legal_basis/forms/satisfaction"
    page = curator.get(address).text
    assert 'data-when="role" data-answers="наставляемый"' in page
    assert "если «В какой роли»: «наставляемый»" in page
    told = curator.post(address, data={"role": "наставник", "become_mentor": "да"}).text
    assert "Этот вопрос задают, только если «В какой роли» – «наставляемый»" in told


# --- rows -------------------------------------------------------------------------------------------------------------


def test_rows_are_added_and_removed_without_javascript(app: App, curator: TestClient) -> None:
    kind = app.registry.type("school")
    address = f"{STAGE}/activities/legal_basis/forms/plan_form"
    assert kind.form("plan_form")
    page = curator.get(address).text
    [name] = re.findall(r'name="_more" value="([\w-]+)"', page)
    inner = re.findall(rf'name="{name}-0-(\w+)"', page)[0]
    data: dict[str, str] = {**hidden(page), f"{name}-0-{inner}": "Первая", "_more": name}
    two = curator.post(address, data=data)
    assert [two.status_code, f'name="{name}-1-{inner}"' in two.text] == [200, True]
    data = {**hidden(two.text), f"{name}-0-{inner}": "Первая", f"{name}-1-{inner}": "Вторая", "_less": f"{name}-0"}
    one = curator.post(address, data=data).text
    assert [value_of(one, f"{name}-0-{inner}"), f'name="{name}-1-{inner}"' in one] == ["Вторая", False]
    assert value_of(curator.get(address).text, f"{name}-0-{inner}") == "Вторая"


@pytest.mark.parametrize("value", ["", "rows", "rows-x", "rows-99", "__class__", "name-0", "rows-0-1-2-3"])
def test_a_made_up_row_changes_nothing(curator: TestClient, value: str) -> None:
    for button in ("_more", "_less"):
        assert curator.post(REQUEST, data={"request": "Помочь", button: value}).status_code == 200


# --- files ------------------------------------------------------------------------------------------------------------

PRACTICE_ANSWER = {"name": "Задача недели", "publication_consent": "да"}


def test_a_file_is_stored_by_its_content_and_survives_a_refusal(app: App, curator: TestClient) -> None:
    upload = {"attachment": ("../../etc/скан практики.pdf", PDF, "text/html")}
    refused = curator.post(PRACTICE, data={"publication_consent": "да"}, files=upload)
    assert [refused.status_code, "скан практики.pdf" in refused.text, "../" in refused.text] == [422, True, False]
    page = curator.get(PRACTICE).text
    assert curator.post(PRACTICE, data={**hidden(page), **PRACTICE_ANSWER}).status_code == 303
    [answer] = rows(app, Submission)
    digest, name = named(answer.data["attachment"])
    assert (app.tools.files.get(digest), name) == (PDF, "скан практики.pdf")


def test_a_file_is_taken_back(curator: TestClient) -> None:
    page = curator.post(f"{PRACTICE}/draft", files={"attachment": ("a.pdf", PDF)})
    assert page.status_code == 303
    data = {**hidden(curator.get(PRACTICE).text), "_drop-attachment": "1"}
    curator.post(f"{PRACTICE}/draft", data=data)
    assert "a.pdf" not in curator.get(PRACTICE).text


def test_nobody_names_a_file_that_was_not_sent(app: App, curator: TestClient) -> None:
    forged = "0" * 64 + "/чужой.pdf"
    curator.post(PRACTICE, data={**PRACTICE_ANSWER, "attachment": forged})
    [answer] = rows(app, Submission)
    assert answer.data["attachment"] is None


def docx(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>", **parts}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ a program", "такие файлы не принимаются"),
        (b"<html><script>alert(1)</script>", "такие файлы не принимаются"),
        (docx({"word/media/huge.bin": b"0" * 30_000_000}), "такие файлы не принимаются"),
        (b"", "файл пуст"),
        (b"%PDF-" + b"0" * (25 * 1024 * 1024), "больше 25 МБ"),
    ],
    ids=["program", "page", "zip bomb", "empty", "big"],
)
def test_a_file_that_lies_is_refused_and_the_rest_is_kept(
    app: App, curator: TestClient, content: bytes, said: str
) -> None:
    files = {"attachment": ("скан.pdf", content, "application/pdf")}
    page = curator.post(PRACTICE, data={"name": "Задача недели"}, files=files)
    assert [page.status_code, said in page.text.lower() or said in page.text] == [422, True]
    assert value_of(curator.get(PRACTICE).text, "name") == "Задача недели"
    assert [path for path in app.settings.files.rglob("*") if path.is_file()] == []


@pytest.fixture
def scanned(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(command: str) -> None:
        monkeypatch.setitem(app.tools.__dict__, "scan_command", command)

    return use


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("grep -q -v paper", "нашли вирус"),
        ("false", "нашли вирус"),
        ("sh -c 'echo сервер не отвечает >&2; exit 2'", "сервер не отвечает"),
        ("/no/such/scanner", "проверить файл на вирусы не удалось"),
    ],
)
def test_a_file_is_scanned(curator: TestClient, scanned: Callable[[str], None], command: str, said: str) -> None:
    scanned(command)
    page = curator.post(PRACTICE, data=PRACTICE_ANSWER, files={"attachment": ("скан.pdf", PDF)})
    assert [page.status_code, said in page.text] == [422, True]
    scanned("grep -q paper")
    assert curator.post(PRACTICE, data=PRACTICE_ANSWER, files={"attachment": ("скан.pdf", PDF)}).status_code == 303


def test_a_plugin_may_refuse_a_file(app: App, curator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(app.registry), "scan_file", lambda *_: "в нём макросы")
    page = curator.post(PRACTICE, data=PRACTICE_ANSWER, files={"attachment": ("скан.pdf", PDF)})
    assert [page.status_code, "файл не принят: в нём макросы" in page.text.lower()] == [422, True]


# --- too much ---------------------------------------------------------------------------------------------------------


def test_a_body_that_says_it_is_too_big_is_answered_in_words(curator: TestClient) -> None:
    files = {"attachment": ("скан.pdf", b"%PDF-" + b"0" * (27 * 1024 * 1024))}
    answer = curator.post(PRACTICE, data=PRACTICE_ANSWER, files=files)
    assert [answer.status_code, "Файл больше 25 МБ не принимается" in answer.text] == [413, True]
    assert "content-security-policy" in answer.headers
    assert curator.post(REQUEST, data={"request": "я" * 2_000_000}).status_code == 413


def test_a_body_that_turns_out_too_big_is_cut_off(curator: TestClient) -> None:
    def parts() -> Any:
        for _ in range(40):
            yield b"request=" + b"a" * 100_000 + b"&"

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = curator.post(REQUEST, content=parts(), headers=headers)
    assert [answer.status_code, "Слишком много данных" in answer.text] == [413, True]


def test_who_only_looks_keeps_no_draft(app: App, browser: Browser, programme: str) -> None:
    assert programme == KEY
    for who in ("municipal", "stranger"):
        client = browser(who)
        for path in ("", "/draft", "/discard", "/conflict"):
            assert client.post(REQUEST + path, data={"request": "x"}).status_code == 403, (who, path)
        assert client.get(REQUEST).status_code == 403
    assert rows(app, FormDraft) == []

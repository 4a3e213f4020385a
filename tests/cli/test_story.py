"""A curator's and an operator's work by commands: what is done, what is refused, what is left as it was."""

from pathlib import Path

import pytest
from sqlmodel import select

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.domain.access import ENGINE
from vekha.services.region import institutions
from vekha.storage.tables import RoadmapVersion

SCHOOL = "school-12-2026"
NEW = ("campaign", "create", "next", "--title", "Год 2027", "--region", "02", "--year", "2027")
OWN = ("activity", "add", SCHOOL, "prepare", "--title", "Ярмарка", "--due", "20.05.2026")


def _fill(vekha: Vekha, tmp_path: Path, programme: str, form: str, **changed: str) -> None:
    """Hands in the form's own example, some lines changed."""
    lines = vekha("form", "template", form).out.splitlines()
    for name, value in changed.items():
        lines = [f"{name}: {value}" if each.startswith(f"{name}:") else each for each in lines]
    sheet = tmp_path / f"{form}.yaml"
    sheet.write_text("\n".join(lines), encoding="utf-8")
    told = vekha("form", "fill", programme, form, "--file", sheet)
    assert told.code == 0, told.err


def test_institutions(vekha: Vekha, school: str) -> None:
    (row,) = vekha("institution", "list", "--json").json
    assert (row["code"], row["short_title"], row["region"]) == ("school-12", "Школа № 12", "02")
    assert "Школа № 12" in vekha("institution", "list").out


def test_staff_and_details_are_kept(vekha: Vekha, school: str, app: App) -> None:
    with app.work(ENGINE, writes=False) as work:
        (row,) = institutions.every(work)
        assert row.staff["director"] == {"name": "Иванова Анна Петровна", "gender": "f", "position": "директор"}
        assert row.details == {"inn": "0276012345"}


def test_an_institution_with_three_faults(vekha: Vekha) -> None:
    told = vekha(
        "institution", "add", "Школа 1", "--type", "shkola", "--title", "Х", "--region", "77", "--timezone", "Мск",
        "--json",
    )  # fmt: skip
    assert told.code == 1
    assert sorted(told.codes) == [
        "institution.bad_code",
        "institution.unknown_region",
        "institution.unknown_timezone",
        "plugin.unknown_type",
    ]
    assert vekha("institution", "list", "--json").json == []


def test_a_type_is_for_ever(vekha: Vekha, school: str) -> None:
    told = vekha("institution", "add", "school-12", "--type", "college", "--title", "Х", "--region", "02", "--json")
    assert (told.code, told.codes) == (1, ["institution.type_fixed"])


def test_a_changed_roadmap_without_a_new_version(vekha: Vekha, school: str, app: App) -> None:
    with app.work() as work:
        (row,) = work.session.exec(select(RoadmapVersion)).all()
        row.digest, row.content = "of another text", row.content.replace('"title":"', '"title":"Прежняя ', 1)
        work.session.add(row)
    told = vekha("programme", "start", "school-12", "--year", 2027, "--json")
    assert (told.code, told.codes) == (1, ["programme.roadmap_changed"])
    assert len(vekha("programme", "list", "--json").json) == 1


def test_programme(vekha: Vekha, school: str) -> None:
    assert school == SCHOOL
    (row,) = vekha("programme", "list", "--json").json
    assert (row["programme"], row["stages_over"], row["stages"]) == (SCHOOL, 0, 7)
    shown = vekha("programme", "show", school, "--json").json
    assert len(shown["activities"]) == 31
    assert [each["state"] for each in shown["stages"]] == ["open", *["planned"] * 6]
    assert "Подготовить локальные акты" in vekha("programme", "show", school).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["programme", "start", "school-13", "--year", "2026"], "institution.unknown"),
        (["programme", "start", "school-12", "--year", "2026"], "programme.exists"),
        (["programme", "start", "school-12", "--year", "2027", "--roadmap", "x"], "plugin.unknown_roadmap"),
        (["programme", "show", "school-99"], "programme.unknown"),
        (["stage", "complete", SCHOOL, "stage1"], "stage.unknown"),
        (["stage", "complete", SCHOOL, "mentees"], "stage.cannot_close"),
        (["stage", "withdraw", SCHOOL, "prepare"], "stage.cannot_withdraw"),
        (["stage", "reopen", SCHOOL, "prepare", "--reason", "ошибка"], "stage.cannot_reopen"),
        (["stage", "skip", SCHOOL, "prepare", "--reason", " "], "stage.reason_needed"),
        (["activity", "done", SCHOOL, "prepare", "x"], "activity.unknown"),
        (["activity", "done", SCHOOL, "mentees", "needs"], "activity.stage_not_open"),
        (["activity", "reopen", SCHOOL, "prepare", "inform", "--reason", "ошибка"], "activity.not_settled"),
        (["document", "approve", SCHOOL, "x"], "cli.no_such_document"),
        (["document", "render", SCHOOL, "event_rules"], "cli.several_places"),
        (["document", "render", SCHOOL, "consent_pd", "--stage", "mentees"], "document.subject_needed"),
        (
            ["document", "render", SCHOOL, "consent_pd", "--stage", "mentees", "--subject", "p9"],
            "document.unknown_subject",
        ),
        (["document", "approve", SCHOOL, "regulation"], "document.order_first"),
        (["document", "approve", SCHOOL, "order_launch", "--on", "01.01.2030"], "document.dated_ahead"),
        (["document", "attach", SCHOOL, "minutes", "--file", "/nowhere.pdf"], "file.not_found"),
        (["document", "attach", SCHOOL, "minutes", "--file", "/"], "cli.unreadable_file"),
        (["form", "show", "99"], "form.no_submission"),
        (["form", "template", "x"], "form.unknown"),
        (["form", "template", "x", "--type", "school"], "form.unknown"),
        (["form", "fill", SCHOOL, "prelim_request", "--file", "/nowhere"], "file.not_found"),
        (["person", "withdraw", SCHOOL, "p9", "--role", "mentor", "--reason", "ошибка"], "people.unknown_person"),
        (["person", "support", SCHOOL, "p9", "--note", "беседа"], "people.unknown_person"),
        (["pair", "end", SCHOOL, "n9", "--reason", "ошибка"], "people.unknown_pair"),
        (["consent", "withdraw", SCHOOL, "p9"], "people.unknown_person"),
        (["campaign", "preview", "x"], "campaign.unknown"),
        ([*NEW, "--deadline", "galaxy/prepare.inform=май"], "campaign.unknown_level"),
        ([*NEW, "--deadline", "type:school/prepare.dance=май"], "campaign.unknown_row"),
        ([*OWN, "--code", "Ярмарка"], "activity.bad_code"),
        (["campaign", "status", "x"], "campaign.unknown"),
    ],
)
def test_refusals(vekha: Vekha, school: str, arguments: list[str], code: str) -> None:
    before = vekha("audit", school, "--json").out
    told = vekha(*arguments, "--json")
    assert told.code == 1
    assert code in told.codes
    assert vekha("audit", school, "--json").out == before


def test_the_gate_lists_everything(vekha: Vekha, school: str) -> None:
    told = vekha("stage", "complete", school, "prepare", "--json")
    assert told.code == 1
    assert told.codes == ["gate.document_missing"] * 5
    in_words = vekha("stage", "complete", school, "prepare")
    assert in_words.err.startswith("Отказано: 5 причин\n1. Подготовить локальные акты: ")
    assert vekha("stage", "status", school, "--json").json[0]["state"] == "open"


@pytest.mark.slow
def test_a_stage_from_documents_to_completion(vekha: Vekha, school: str, tmp_path: Path) -> None:
    order = tmp_path / "order.pdf"
    assert vekha("document", "render", school, "order_launch", "--out", order).code == 0
    assert order.read_bytes().startswith(b"%PDF")
    approved = vekha("document", "approve", school, "--stage", "prepare", "--activity", "legal_basis", "--json")
    assert approved.code == 0, approved.out
    assert [each["code"] for each in approved.json] == ["order_launch", "regulation", "roadmap"]
    assert vekha("document", "approve", school, "--stage", "prepare", "--activity", "legal_basis", "--json").codes == [
        "cli.nothing_to_approve"
    ]
    for code in ("minutes", "minutes_parents"):
        assert vekha("document", "attach", school, code, "--file", order).code == 0
    states = {each["code"]: each["state"] for each in vekha("document", "list", school, "--json").json}
    assert set(states.values()) == {"approved"}
    for activity in ("legal_basis", "inform"):
        assert vekha("activity", "done", school, "prepare", activity).code == 0
    assert vekha("activity", "done", school, "prepare", "inform", "--json").codes == ["activity.already_settled"]
    completing = vekha("stage", "complete", school, "prepare")
    assert (completing.code, "vekha up" in completing.out) == (0, True)
    assert vekha("stage", "withdraw", school, "prepare").code == 0
    assert vekha("activity", "reopen", school, "prepare", "inform", "--reason", "ошибка").code == 0
    exported = vekha("document", "export", school, "--out", tmp_path / "out", "--json")
    assert exported.code == 0
    assert [Path(each).read_bytes()[:4] for each in exported.json["files"]] == [b"%PDF"] * 5


def test_activities_of_one_s_own(vekha: Vekha, school: str) -> None:
    new = ("activity", "add", school, "prepare", "--code", "fair", "--title", "Ярмарка", "--due", "20.05.2026")
    assert vekha(*new, "--required").code == 0
    assert vekha(*new, "--json").codes == ["activity.code_taken"]
    assert vekha(*new[:-1], "20.05.2030", "--json").codes == ["activity.code_taken", "activity.outside_cycle"]
    assert vekha("activity", "waive", school, "prepare", "fair", "--reason", "перенесена").code == 0
    rows = {each["activity"]: each for each in vekha("programme", "show", school, "--json").json["activities"]}
    assert rows["fair"]["state"] == "waived"


def test_stages_out_of_turn(vekha: Vekha, school: str) -> None:
    early = vekha("stage", "open", school, "mentees", "--json")
    assert early.code == 1
    assert early.codes == ["stage.window_not_begun", "stage.waits", "stage.reason_needed"]
    assert vekha("stage", "open", school, "mentees", "--reason", "готовы раньше").code == 0
    assert vekha("stage", "skip", school, "mentees", "--reason", "база есть").code == 0
    assert vekha("stage", "reopen", school, "mentees", "--reason", "нужна новая").code == 0
    assert [each["state"] for each in vekha("stage", "status", school, "--json").json][:2] == ["open", "open"]


def test_people(vekha: Vekha, school: str, tmp_path: Path) -> None:
    _fill(vekha, tmp_path, school, "prelim_request")
    (answer,) = vekha("form", "list", school, "--json").json
    assert answer["form"] == "prelim_request"
    assert ("Фамилия, имя, отчество", "Журавлёв Илья Сергеевич") in [
        (each["title"], each["value"]) for each in vekha("form", "show", answer["id"], "--json").json
    ]
    add = ("person", "add", school, "--role", "наставник", "--name")
    assert vekha(*add, "Лебедева Ольга Николаевна", "--gender", "ж", "--born", "05.03.1985").code == 0
    assert vekha(*add, "Лебедева", "--json").codes == ["people.name_incomplete"]
    roles = [(each["name"], each["role"]) for each in vekha("person", "list", school, "--json").json]
    assert roles == [("Лебедева Ольга Николаевна", "mentor"), ("Журавлёв Илья Сергеевич", "mentee")]
    assert vekha("person", "support", school, "p1", "--note", "беседа").code == 0
    assert vekha("person", "withdraw", school, "p1", "--role", "mentee", "--reason", "уехал").code == 0
    assert "выбыл" in vekha("person", "list", school).out
    erase = ("person", "erase", school, "p1", "--reason", "просьба семьи")
    assert vekha(*erase, "--json").json["rows"]["person"] == 1
    assert "ничего не изменилось" in vekha(*erase).out
    assert "Журавлёв" not in vekha("person", "list", school).out


def test_no_pair_without_consents(vekha: Vekha, school: str, tmp_path: Path) -> None:
    _fill(vekha, tmp_path, school, "prelim_request")
    vekha("person", "add", school, "--role", "mentor", "--name", "Лебедева Ольга Николаевна")
    told = vekha(
        "pair", "add", school, "--mentor", "p2", "--mentee", "p1", "--format", "один на один", "--from", "04.05.2026",
        "--until", "31.05.2027", "--json",
    )  # fmt: skip
    assert told.code == 1
    assert sorted(told.codes) == [
        "people.consent_missing",
        "people.guardian_consent_missing",
        "people.not_registered_mentee",
        "people.not_registered_mentor",
    ]
    assert vekha("pair", "list", school, "--json").json == []


def test_meetings(vekha: Vekha, school: str) -> None:
    assert vekha("meeting", "add", school, "--kind", "training", "--on", "04.05.2026", "--minutes", "90").code == 0
    ahead = vekha("meeting", "add", school, "--kind", "training", "--on", "01.06.2026", "--json")
    assert (ahead.code, ahead.codes) == (1, ["people.meeting_ahead"])
    assert vekha("meeting", "add", school, "--kind", "танцы", "--json").codes == ["cli.unknown_choice"]


def test_a_form_with_many_faults(vekha: Vekha, school: str, tmp_path: Path) -> None:
    sheet = tmp_path / "answer.yaml"
    sheet.write_text("name: ____\nrole: царь\nbirth_date: 31.02.2012\nлишнее: 1\n", encoding="utf-8")
    told = vekha("form", "fill", school, "prelim_request", "--file", sheet, "--json")
    assert told.code == 1
    assert {"form.unset", "form.wrong_choice", "form.not_a_date", "form.unknown_field", "form.missing"} <= set(
        told.codes
    )
    assert vekha("form", "list", school, "--json").json == []


def test_a_form_in_another_encoding(vekha: Vekha, school: str, tmp_path: Path) -> None:
    sheet = tmp_path / "answer.yaml"
    sheet.write_bytes("name: Яшин".encode("cp1251"))
    assert vekha("form", "fill", school, "prelim_request", "--file", sheet, "--json").codes == ["cli.not_utf8"]


def test_half_a_place(vekha: Vekha, school: str, tmp_path: Path) -> None:
    told = vekha("form", "fill", school, "prelim_request", "--file", tmp_path, "--stage", "prepare")
    assert told.code == 2


def test_unwritable_output(vekha: Vekha, school: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = vekha("document", "render", school, "order_launch", "--out", tmp_path / "file" / "x.pdf", "--json")
    assert (told.code, told.codes) == (1, ["cli.cannot_write"])


def test_campaign(vekha: Vekha, school: str, app: App) -> None:
    create = ("campaign", "create", "next", "--title", "Год 2027", "--region", "02", "--year", "2027")
    assert vekha(*create, "--deadline", "prepare.inform=до 20 мая").code == 0
    assert vekha(*create[:-1], "2028", "--json").codes == ["campaign.exists"]
    shown = vekha("campaign", "preview", "next", "--json").json
    assert shown["institutions"] == {"school": 1}
    assert next(each["stage"] for each in shown["plans"]["school"]) == "prepare"
    seen = vekha("campaign", "preview", "next")
    assert "Школа: 1 организация" in seen.out
    assert "Школа, на что посмотреть: " in seen.err
    assert "Внимание: Открыть «Школу наставников» и начать обучение: срок 31.10.2027" in seen.err  # by its title
    assert seen.err.count("Если нужен другой день, назначьте его") == 1
    assert vekha("campaign", "launch", "next").code == 0
    (row,) = vekha("campaign", "status", "--json").json
    assert (row["campaign"], row["state"]) == ("next", "launching")
    empty = ("campaign", "create", "none", "--title", "Х", "--region", "02", "--year", "2027", "--type", "college")
    assert vekha(*empty).code == 0
    assert vekha("campaign", "launch", "none", "--json").codes == ["campaign.empty"]


@pytest.mark.parametrize("value", ["до 1 июня", "prepare=до 1 июня"])
def test_a_deadline_of_nothing(vekha: Vekha, value: str) -> None:
    told = vekha(
        "campaign", "create", "c", "--title", "Х", "--region", "02", "--year", "2027", "--deadline", value, "--json"
    )
    assert (told.code, told.codes) == (2, ["cli.bad_pair"])


def test_a_deadline_nobody_can_date(vekha: Vekha, school: str) -> None:
    create = ("campaign", "create", "next", "--title", "Год 2027", "--region", "02", "--year", "2027")
    told = vekha(*create, "--deadline", "type:school/prepare.inform=1-я дикада мая", "--json")
    assert told.code == 1
    assert [(each["code"], each["where"]) for each in told.json["problems"]] == [
        ("deadline.misspelt", "prepare.inform")
    ]


def test_sweep_opens_what_is_due(vekha: Vekha, school: str, clock) -> None:
    clock.pass_days(80)
    told = vekha("sweep", "--json")
    assert told.code == 0
    assert told.json["programmes"] == 1
    assert told.json["changes"] > 0
    assert vekha("sweep", "--json").json["changes"] == 0


def test_who_did_it(vekha: Vekha, school: str) -> None:
    vekha("--actor", "Петрова М. И.", "--role", "director", "stage", "skip", school, "prepare", "--reason", "готово")
    last = vekha("audit", school, "--json").json[-1]
    assert (last["who"], last["subject"], last["new"], last["why"]) == (
        "Петрова М. И.",
        "stage:prepare",
        "skipped",
        "готово",
    )
    assert "Петрова М. И." in vekha("audit", school).out


def test_a_role_elsewhere(vekha: Vekha, school: str) -> None:
    told = vekha("--role", "curator", "--institution", "school-99", "--json", "stage", "status", school)
    assert (told.code, told.codes) == (1, ["access.denied"])
    assert vekha("--role", "curator", "--json", "db", "upgrade").codes == ["access.denied"]

"""Closing and opening as runs: the effect, the name, the tags, the tables, the events, the refusals."""

import datetime as dt
import json
import time
import zipfile
from uuid import NAMESPACE_URL, uuid5

import pytest
from sqlmodel import select

from tests.flows.processes import PATIENCE
from tests.flows.story import STAGES, closings, complete, do_stage, states
from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.services.process import stages
from vekha.storage.tables import Document, Outbox, Stage
from vekha.supervisor import Server

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

KEY = "milestone-1-2026"


@pytest.fixture
def client(prefect_server: Server):
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as found:
        yield found


def newest_run(client):
    from prefect.client.schemas.sorting import FlowRunSort  # noqa: PLC0415

    return client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=1)[0]


def run(app: App, flow, **parameters):
    """The flow as Prefect's console starts it, in this process."""
    from flows.dispatcher import quick_runs  # noqa: PLC0415
    from vekha.bootstrap import use  # noqa: PLC0415

    use(app)
    with quick_runs():
        return flow(**parameters, return_state=True)


def drained(app: App) -> dict[str, str]:
    from flows.dispatcher import drain  # noqa: PLC0415

    return drain(app).errors


def test_a_launched_programme_has_its_first_stage_open(launched: App) -> None:
    assert states(launched, KEY) == {"prepare": "open", "work": "planned", "finish": "planned"}


def test_a_closing_prints_packs_closes_and_opens_the_next(launched: App, client) -> None:
    do_stage(launched, KEY, "prepare")
    complete(launched, KEY, "prepare")
    assert drained(launched) == {}
    assert states(launched, KEY) == {"prepare": "closed", "work": "open", "finish": "planned"}
    with launched.work(writes=False) as work:
        pack = work.session.get_one(Stage, (KEY, "prepare")).pack
        assert [row.file is not None for row in work.session.exec(select(Document))] == [True, True]
    assert pack is not None
    with zipfile.ZipFile(launched.tools.files.path(pack)) as archive:
        papers = ["01 Приказ о запуске № 1.pdf", "02 Приказ об итогах № 2.pdf"]
        assert archive.namelist() == ["Опись.pdf", "Опись.txt", *papers]


def test_a_run_reads_like_a_sentence_and_carries_its_tags(launched: App, client) -> None:
    do_stage(launched, KEY, "prepare")
    complete(launched, KEY, "prepare")
    drained(launched)
    found = newest_run(client)
    assert found.name == "Кружок № 1 · Этап 1 · завершение"
    assert set(found.tags) == {
        "dispatcher",
        "institution:milestone-1",
        "programme:milestone-1-2026",
        "stage:prepare",
        "type:milestone",
    }
    assert found.state.message.startswith("Этап завершён, пакет документов ")


def test_a_run_shows_the_checklist_and_the_documents(launched: App, client) -> None:
    do_stage(launched, KEY, "prepare")
    complete(launched, KEY, "prepare")
    drained(launched)
    wanted = {"artifacts": {"flow_run_id": {"any_": [str(newest_run(client).id)]}}}
    tables = {
        each["key"]: json.loads(each["data"])
        for each in client.request("POST", "/artifacts/filter", json=wanted).json()
    }
    checklist = tables["milestone-1-2026-prepare-checklist"]
    assert checklist == [
        {
            "Мероприятие": "Издать приказы",
            "Срок": "01.06.2026",
            "Состояние": "выполнено",
            "Выполнено": "04.05.2026",
            "Кто отметил": "Веха",
        }
    ]
    papers = tables["milestone-1-2026-prepare-papers"]
    assert [(row["Документ"], row["Номер"], row["Состояние"]) for row in papers] == [
        ("Приказ о запуске", "1", "утверждён"),
        ("Приказ об итогах", "2", "утверждён"),
    ]


def test_prefect_hears_of_each_event_once(launched: App, client) -> None:
    for stage in STAGES:
        do_stage(launched, KEY, stage)
        complete(launched, KEY, stage)
        drained(launched)
    with launched.work(writes=False) as work:
        rows = work.session.exec(select(Outbox).where(Outbox.kind == "event"))
        # Other tests have their events of this programme on the same server.
        own = {str(uuid5(NAMESPACE_URL, row.key)) for row in rows if row.payload["programme"] == KEY}
    wanted = {"event": {"prefix": ["vekha."]}, "any_resource": {"id": [f"vekha.programme.{KEY}"]}}
    until = time.monotonic() + PATIENCE
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    names: list[str] = []
    while len(names) < len(own) and time.monotonic() < until:  # Prefect stores events in batches of its own
        time.sleep(0.5)
        body = {"filter": {**wanted, "occurred": {"since": since.isoformat()}}, "limit": 50}
        found = client.request("POST", "/events/filter", json=body).json()["events"]
        names = sorted(each["event"] for each in found if each["id"] in own)
    told = [
        line.split("\t")[1] for line in (launched.settings.home / "events.tsv").read_text().splitlines() if KEY in line
    ]
    assert sorted(told) == [
        *["vekha.programme.finished"],
        *["vekha.stage.closed"] * 3,
        *["vekha.stage.closing"] * 3,
        *["vekha.stage.opened"] * 3,
    ]
    assert names == sorted(told)


def test_closing_again_does_nothing(launched: App, client) -> None:
    from flows.stage import close_stage  # noqa: PLC0415

    do_stage(launched, KEY, "prepare")
    complete(launched, KEY, "prepare")
    drained(launched)
    state = run(launched, close_stage, programme=KEY, stage="prepare")
    assert (state.name, state.message) == ("Completed", "Делать нечего: этап уже не завершается")
    assert closings(launched, KEY) == ["prepare"]


def test_the_console_completes_a_stage_that_is_ready(launched: App) -> None:
    from flows.stage import complete_stage  # noqa: PLC0415

    do_stage(launched, KEY, "prepare")
    state = run(launched, complete_stage, institution="milestone-1", stage="prepare")
    assert state.is_completed()
    assert drained(launched) == {}
    assert closings(launched, KEY) == ["prepare"]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"institution": "milestone-7", "stage": "prepare"}, "организации «milestone-7» нет"),
        ({"institution": "Кружок 1", "stage": "prepare"}, "организации «Кружок 1» нет"),
        ({"institution": "milestone-1", "stage": "prepere"}, "prepere"),
        ({"institution": "milestone-1", "stage": "prepare", "year": 2031}, "нет программы за 2031 год"),
    ],
)
def test_what_the_console_asks_wrongly_fails_in_russian(launched: App, client, parameters: dict, told: str) -> None:
    from flows.stage import complete_stage  # noqa: PLC0415

    state = run(launched, complete_stage, **parameters)
    assert (state.is_failed(), told in state.message) == (True, True), state.message
    assert newest_run(client).name.partition(" · ")[0] in (parameters["institution"], "Кружок № 1")
    assert states(launched, KEY)["prepare"] == "open"


def test_an_unready_stage_is_refused_with_every_problem(launched: App) -> None:
    from flows.stage import complete_stage  # noqa: PLC0415

    state = run(launched, complete_stage, institution="milestone-1", stage="prepare")
    with pytest.raises(VekhaError) as refusal, launched.work() as work:
        stages.complete(work, KEY, "prepare")
    assert len(refusal.value.problems) == 2
    assert state.message == str(refusal.value)


def test_opening_early_needs_a_reason_and_is_audited(launched: App) -> None:
    from flows.stage import open_stage  # noqa: PLC0415

    refused = run(launched, open_stage, institution="milestone-1", stage="work", reason="")
    assert (refused.is_failed(), states(launched, KEY)["work"]) == (True, "planned")
    done = run(launched, open_stage, institution="milestone-1", stage="work", reason="смотр в мае")
    assert (done.is_completed(), states(launched, KEY)["work"]) == (True, "open")


def test_packs_on_demand(launched: App) -> None:
    from flows.pack import render_pack  # noqa: PLC0415

    empty = run(launched, render_pack, institution="milestone-2")
    assert empty.message == "Утверждённых документов нет"
    do_stage(launched, KEY, "prepare")
    state = run(launched, render_pack, institution="milestone-1", stage="prepare")
    assert state.message.startswith("Пакет этапа «Подготовка»: ")
    with launched.work(writes=False) as work:
        assert [row.file is not None for row in work.session.exec(select(Document))] == [True, True]

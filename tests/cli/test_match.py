"""`vekha match`: from a proposal to pairs, and the rounds of speed mentoring on paper."""

import datetime as dt
from pathlib import Path

import pytest

from tests.cli.conftest import Vekha
from vekha.bootstrap import App
from vekha.domain.people import GiveConsent, Introduce, Purpose, Register, Role
from vekha.services.mentoring import people
from vekha.spreadsheet import read

TODAY = dt.date(2026, 5, 4)


@pytest.fixture
def programme(school: str, app: App) -> str:
    """Two mentees, one mentor, all with consents and in the registers."""
    names = {
        "Ученикова Дина Ильинична": Role.MENTEE,
        "Ученик Марат Ильич": Role.MENTEE,
        "Наставник Анна Ивановна": Role.MENTOR,
    }
    with app.work() as work:
        for number, (name, role) in enumerate(names.items(), 1):
            consent = {"purpose": Purpose.PROCESSING, "signed": TODAY, "until": dt.date(2027, 6, 30)}
            commands = (
                Introduce(name=name, role=role),
                GiveConsent(subject=f"p{number}", **consent),
                Register(person=f"p{number}", role=role, on=TODAY),
            )
            people.carry_out(work, school, commands)
    return school


def test_from_a_proposal_to_pairs(vekha: Vekha, programme: str) -> None:
    assert "ещё не подбирали" in vekha("match", "show", programme).out
    told = vekha("match", "propose", programme)
    assert told.code == 0, told.err
    assert "с наставником 1, без наставника 1" in told.out
    assert "все места заняты: Ученикова Дина Ильинична" in told.out
    cost = vekha("match", "cost", programme, "Ученик Марат Ильич", "p3", "--json").json
    assert (cost["matched"], cost["lose"], cost["gain"]) == (0, ["p1"], ["p2"])
    assert "Останутся без наставника: Ученикова Дина Ильинична." in vekha("match", "cost", programme, "p2", "p3").out
    assert vekha("match", "pin", programme, "p2", "p3", "--reason", "просил сам").code == 0
    found = vekha("match", "show", programme, "--json").json
    assert (found["version"], found["groups"][0]["lines"][0]["mentee"]) == (2, "p2")
    assert "Закреплено: Наставник Анна Ивановна – Ученик Марат Ильич" in vekha("match", "show", programme).out
    assert vekha("match", "unpin", programme, "p2", "p3").code == 0
    assert vekha("match", "forbid", programme, "p1", "p3").code == 0
    assert "Запрещено: Наставник Анна Ивановна – Ученикова Дина Ильинична" in vekha("match", "show", programme).out
    assert "Новых пар и групп: 1" in vekha("match", "confirm", programme, "--from", "05.05.2026").out
    assert vekha("match", "confirm", programme).code == 0  # again: nothing changes
    assert "Ученик Марат Ильич" in vekha("pair", "list", programme).out
    assert vekha("match", "discard", programme, "--json").codes == ["matching.no_draft"]


def test_a_draft_is_discarded(vekha: Vekha, programme: str) -> None:
    vekha("match", "propose", programme, "--model", "group")
    assert "отклонён" in vekha("match", "discard", programme).out


def test_what_is_not_known_is_refused(vekha: Vekha, programme: str) -> None:
    assert vekha("match", "propose", programme, "--model", "любая", "--json").codes == ["matching.unknown_model"]
    told = vekha("match", "cost", programme, "p1", "p3", "--change", "снять", "--json")
    assert told.codes == ["matching.unknown_change"]


def test_rounds_on_the_screen_and_on_paper(vekha: Vekha, programme: str, tmp_path: Path) -> None:
    shown = vekha("match", "speed", programme)
    assert shown.code == 0, shown.err
    assert "Раунд 2" in shown.out
    assert shown.out.count("перерыв") == 2
    assert vekha("match", "speed", programme, "--json").json["rounds"] == 2
    assert vekha("match", "speed", programme, "--out", tmp_path / "план.xlsx").code == 0
    assert read(tmp_path / "план.xlsx").rows[1][:2] == ["Наставник", "Раунд 1"]
    assert vekha("match", "speed", programme, "--out", tmp_path / "план.pdf").code == 0
    assert (tmp_path / "план.pdf").read_bytes().startswith(b"%PDF")
    assert vekha("match", "speed", programme, "--rounds", "0", "--json").codes == ["matching.bad_rounds"]

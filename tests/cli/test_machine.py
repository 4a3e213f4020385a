"""`vekha doctor`, `plugin`, `simulate` and completion."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Vekha
from tests.mail.server import Mailbox, serving
from vekha import doctor
from vekha.doctor import Verdict, examine
from vekha.documents import pdf
from vekha.domain import law
from vekha.domain.errors import problem
from vekha.settings import Settings


@pytest.mark.slow
def test_doctor(vekha: Vekha) -> None:
    told = vekha("doctor", "--json").json
    verdicts = {each["code"]: each["verdict"] for each in told["checks"]}
    assert set(verdicts) == {
        "python", "documents", "time_zones", "disk", "database", "prefect", "plugins", "reminders", "mail",
        "oidc", "law"
    }  # fmt: skip
    assert {name: verdict for name, verdict in verdicts.items() if name not in ("plugins", "disk", "law")} == {
        name: "ok" for name in verdicts if name not in ("plugins", "disk", "law")
    }
    assert told["ok"] is (told["problems"] == [])


def _only(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (getattr(doctor, f"_{name}"),))


def test_doctor_names_what_is_missing(vekha: Vekha, monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, "documents")
    monkeypatch.setattr(pdf, "system_check", lambda: [problem("document.harfbuzz_missing")])
    told = vekha("doctor")
    assert told.code == 1
    assert "мешает работе" in told.out
    assert "sudo apt install libharfbuzz-subset0" in told.out
    assert vekha("doctor", "--json").json["problems"][0]["code"] == "doctor.documents"


def test_doctor_without_pango(vekha: Vekha, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoPango:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    _only(monkeypatch, "documents")
    monkeypatch.setattr(pdf, "weasyprint", pdf.weasyprint.__wrapped__)
    for name in [each for each in sys.modules if each.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    told = vekha("doctor")
    assert told.code == 1
    assert "apt install libpango-1.0-0" in told.out


def test_demo_into_a_folder_in_use(vekha: Vekha, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    told = vekha("demo", "--out", tmp_path, "--json")
    assert (told.code, told.codes) == (1, ["simulation.folder_not_empty"])


@pytest.mark.parametrize(("free", "verdict"), [(100, "fail"), (500, "warn"), (5_000, "ok")])
def test_doctor_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, verdict: str) -> None:
    _only(monkeypatch, "disk")
    usage = type("Usage", (), {"free": free * 1_000_000})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    (found,) = examine(Settings(home=tmp_path / "not" / "yet"))
    assert (found.verdict, bool(found.advice)) == (verdict, verdict != "ok")


def test_doctor_on_acts_nobody_has_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _only(monkeypatch, "law")
    (found,) = examine(Settings(home=tmp_path))
    assert found.verdict is Verdict.WARN
    assert "273-ФЗ" in found.found
    assert "152-ФЗ" not in found.found
    checked = (law.act("152-ФЗ"),)
    monkeypatch.setattr(law, "acts", lambda: checked)
    (good,) = examine(Settings(home=tmp_path))
    assert (good.verdict, good.found) == (Verdict.OK, "записей: 1, все сверены")


def test_doctor_on_a_silent_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    _only(monkeypatch, "prefect")
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}):
        (found,) = examine(Settings(home=tmp_path))
    assert found.verdict is Verdict.FAIL


def test_doctor_on_a_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> None:
    _only(monkeypatch, "database")
    (new,) = examine(Settings(home=tmp_path / "new", database_url=None))
    (good,) = examine(Settings(home=home, database_url=None))
    (home / "vekha.db").write_text("not a database at all " * 100, encoding="utf-8")
    (damaged,) = examine(Settings(home=home, database_url=None))
    assert [new.verdict, good.verdict, damaged.verdict] == [Verdict.OK, Verdict.OK, Verdict.FAIL]
    assert not (tmp_path / "new").exists()


def test_doctor_on_the_mail_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _only(monkeypatch, "mail")
    silent = {"smtp_host": "127.0.0.1", "smtp_port": "9", "smtp_from": "vekha@region.example", "smtp_timeout": "1"}
    mailbox = Mailbox()
    with serving(mailbox) as server:
        answers = {**silent, "smtp_port": str(server.port), "smtp_security": "none"}
        found = [*examine(Settings(home=tmp_path)), *examine(Settings(home=tmp_path, **answers))]
    found += examine(Settings(home=tmp_path, **silent))
    found += examine(Settings(home=tmp_path, smtp_host="mail.example", smtp_port="почта"))
    assert [each.verdict for each in found] == [Verdict.OK, Verdict.OK, Verdict.FAIL, Verdict.FAIL, Verdict.FAIL]
    assert mailbox.kept == []


def test_doctor_on_the_policy_of_reminders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _only(monkeypatch, "reminders")
    rules = tmp_path / "reminders.yaml"
    rules.write_text("days: [5, 0]", encoding="utf-8")
    (good,) = examine(Settings(home=tmp_path, reminders_file=rules))
    rules.write_text("days: скоро\nquiet: ночью", encoding="utf-8")
    bad = list(examine(Settings(home=tmp_path, reminders_file=rules)))
    rules.write_bytes("days: скоро".encode("cp1251"))
    (unread,) = examine(Settings(home=tmp_path, reminders_file=rules))
    (missing,) = examine(Settings(home=tmp_path, reminders_file=tmp_path / "none.yaml"))
    assert (good.verdict, good.found) == (Verdict.OK, "дни до срока: 5, 0")
    assert [each.found.partition(": ")[0] for each in bad] == ["reminders.yaml:1", "reminders.yaml:2"]
    assert {each.verdict for each in (*bad, unread, missing)} == {Verdict.FAIL}


def test_a_check_that_breaks_down_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def _broken(_: Settings) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "CHECKS", (_broken,))
    (found,) = examine(Settings(home=tmp_path))
    assert (found.code, found.verdict) == ("broken", Verdict.FAIL)


# --- plugins ----------------------------------------------------------------------------------------------------------


def test_plugin_list(vekha: Vekha) -> None:
    rows = {each["code"]: each for each in vekha("plugin", "list", "--json").json}
    assert {"code", "version", "title", "stages", "activities", "forms", "documents"} <= set(rows["school"])
    assert (rows["school"]["stages"], rows["school"]["activities"]) == (7, 31)
    assert "Детский сад" in vekha("plugin", "list").out


@pytest.mark.slow
def test_plugin_check(vekha: Vekha) -> None:
    told = vekha("plugin", "check", "kindergarten")
    assert told.code == 0, told.err
    assert told.out.startswith("Замечаний нет: kindergarten; ")
    assert vekha("plugin", "check", "kinder", "--json").codes == ["plugin.unknown_type"]


@pytest.mark.slow
def test_plugin_new_passes_its_checks(vekha: Vekha, tmp_path: Path) -> None:
    told = vekha("plugin", "new", "music", "--title", "Музыкальная школа", "--plugins", tmp_path / "mine")
    assert told.code == 0, told.err
    assert vekha("plugin", "check", "music", "--plugins", tmp_path / "mine").code == 0
    again = vekha("plugin", "new", "music", "--title", "Музыкальная школа", "--plugins", tmp_path / "mine", "--json")
    assert again.codes == ["plugin.folder_exists"]


def test_plugin_schema(vekha: Vekha) -> None:
    assert vekha("plugin", "schema").json["$defs"]


# --- completion -------------------------------------------------------------------------------------------------------


def _complete(monkeypatch: pytest.MonkeyPatch, vekha: Vekha, **environment: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        vekha()


@pytest.mark.parametrize(
    ("line", "offered"), [("vekha sta", "stage\n"), ("vekha stage wi", "withdraw\n"), ("vekha xyz", "\n")]
)
def test_bash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], vekha: Vekha, line: str, offered: str
) -> None:
    cword = str(len(line.split()) - 1)
    _complete(monkeypatch, vekha, _VEKHA_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=cword)
    assert capsys.readouterr().out == offered


def test_help_in_completion_is_russian(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], vekha: Vekha
) -> None:
    _complete(monkeypatch, vekha, _VEKHA_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="vekha stage compl")
    assert '"complete":"Завершить этап"' in capsys.readouterr().out


def test_install_completion(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, vekha: Vekha) -> None:
    import shellingham  # noqa: PLC0415

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("bash", "/bin/bash"))
    told = vekha("--install-completion")
    assert told.code == 0
    assert "Дополнение для bash записано" in told.out
    assert (tmp_path / ".bash_completions" / "vekha.sh").is_file()
    assert "_VEKHA_COMPLETE" in vekha("--show-completion").out


def test_completion_in_no_shell(monkeypatch: pytest.MonkeyPatch, vekha: Vekha) -> None:
    import shellingham  # noqa: PLC0415

    def nowhere() -> None:
        raise shellingham.ShellDetectionFailure

    monkeypatch.setattr(shellingham, "detect_shell", nowhere)
    assert vekha("--install-completion", "--json").codes == ["cli.unknown_shell"]


def test_version(vekha: Vekha) -> None:
    assert vekha("--version").out == "Веха 0.1.0\n"


@pytest.mark.slow
def test_simulate(vekha: Vekha) -> None:
    run = ("simulate", "--institutions", 2, "--type", "kindergarten", "--processes", 1, "--json")
    first, second = vekha(*run), vekha(*run)
    assert first.code == 0, first.out
    assert first.json["digest"] == second.json["digest"]
    assert (first.json["institutions"], first.json["finished"]) == (2, 2)

"""A broken plugin says what broke and where; the others go on working."""

import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from vekha import registry as registry_module
from vekha.domain.calendar_file import Override
from vekha.domain.errors import VekhaError
from vekha.domain.facts import DocumentFacts, Event, InstitutionFacts
from vekha.domain.roadmap import DocumentKind
from vekha.registry import Registry, load_plugins

ROADMAP = """\
code: {code}
version: 1
title: Проба
cycle: {{kind: school_year, starts: май, length_months: 14}}
roles: {{curator: куратор}}
stages:
  - code: first
    title: Этап
    activities:
      - {{code: act, title: Мероприятие, responsible: curator, deadline: сентябрь}}
"""

PLUGIN = """\
from pathlib import Path
from vekha.plugin import InstitutionType, hookimpl

@hookimpl
def vekha_institution_types():
    return [InstitutionType(code="{code}", title="Тип", folder=Path(__file__).parent, forms=(), cast=None)]
"""


class Folder:
    """A folder of plugins to write into."""

    def __init__(self, path: Path) -> None:
        self.path = path / "plugins"
        self.path.mkdir()

    def add(self, name: str, source: str | None = None, code: str | None = None, roadmap: str | None = None) -> Path:
        home = self.path / name
        home.mkdir()
        (home / "plugin.py").write_text(PLUGIN.format(code=code or name) if source is None else source)
        (home / "roadmap.yaml").write_text(ROADMAP.format(code=name) if roadmap is None else roadmap)
        return home

    def load(self) -> Registry:
        return load_plugins(self.path, entry_points=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def found(registry: Registry) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in registry.problems]


def test_types_are_found_in_folders(folder: Folder) -> None:
    folder.add("alpha")
    folder.add("beta")
    (folder.path / "_draft").mkdir()
    (folder.path / "__pycache__").mkdir()
    registry = folder.load()
    assert list(registry.types) == ["alpha", "beta"]
    assert registry.problems == ()
    assert registry.type("beta").folder == (folder.path / "beta")
    assert registry.roadmap("beta").code == "beta"
    assert registry.roadmap("beta", "beta") is registry.roadmap("beta")


def test_a_plugin_that_raises_on_import_is_named_with_its_own_line(folder: Folder) -> None:
    folder.add("alpha")
    broken = folder.add("broken", "from . import helper\n")
    (broken / "helper.py").write_text("import json\n\njson.loads('{')\n")
    folder.add("commas", "x = 1\n\ny = 1 1\n")
    folder.add("exits", "import sys\nsys.exit(3)\n")
    folder.add("missing", "\nimport no_such_module_anywhere\n")
    registry = folder.load()
    assert list(registry.types) == ["alpha"]
    assert found(registry) == [
        ("plugin.import_failed", "plugins/broken/helper.py:3"),
        ("plugin.import_failed", "plugins/commas/plugin.py:3"),
        ("plugin.import_failed", "plugins/exits/plugin.py:2"),
        ("plugin.import_failed", "plugins/missing/plugin.py:2"),
    ]
    assert registry.problems[3].message == (
        "плагин «missing» не загружен: ModuleNotFoundError: No module named 'no_such_module_anywhere'"
    )


def test_two_types_with_one_code_are_fatal(folder: Folder) -> None:
    folder.add("alpha", code="same")
    folder.add("beta", code="same")
    with pytest.raises(VekhaError) as refusal:
        folder.load()
    (only,) = refusal.value.problems
    assert (only.code, only.where) == ("plugin.duplicate_code", "plugins/beta/plugin.py")
    assert only.message == "тип «same» объявлен дважды: plugins/alpha/plugin.py и plugins/beta/plugin.py"


def test_an_unknown_hook_is_reported_and_the_type_works(folder: Folder) -> None:
    home = folder.add("alpha")
    source = (home / "plugin.py").read_text()
    (home / "plugin.py").write_text(source + "\n\n@hookimpl\ndef vekha_on_evnt(event):\n    pass\n")
    registry = folder.load()
    assert list(registry.types) == ["alpha"]
    assert found(registry) == [("plugin.unknown_hook", "plugins/alpha/plugin.py:9")]
    assert registry.problems[0].remedy.endswith("; похоже на «vekha_on_event»")


def test_unknown_arguments_refuse_the_plugin_with_its_line(folder: Folder) -> None:
    source = PLUGIN.format(code="alpha") + "\n\n@hookimpl\ndef vekha_on_event(event, session):\n    pass\n"
    folder.add("alpha", source)
    folder.add("beta")
    registry = folder.load()
    assert list(registry.types) == ["beta"]
    assert found(registry) == [("plugin.wrong_arguments", "plugins/alpha/plugin.py:9")]
    assert registry.problems[0].message == "плагин «alpha»: у хука vekha_on_event нет аргументов session"


def test_what_a_hook_of_types_may_do_wrong(folder: Folder) -> None:
    hook = "from pathlib import Path\nfrom vekha.plugin import InstitutionType, hookimpl\n\n@hookimpl\n"
    hook += "def vekha_institution_types():\n"
    made = "    return InstitutionType(code={code!r}, title='Т', folder=Path({folder!r}), forms=(), cast=None{more})\n"
    folder.add("badcode", hook + made.format(code="Школа", folder=str(folder.path), more=""))
    folder.add("nofile", hook + made.format(code="a", folder=str(folder.path), more=", roadmaps=('other.yaml',)"))
    folder.add("nofolder", hook + made.format(code="b", folder="/nowhere", more=""))
    folder.add("none", hook + made.format(code="c", folder=str(folder.path), more=", roadmaps=()"))
    folder.add("raises", hook + "    raise ValueError('нет')\n")
    folder.add("text", hook + "    return ['school']\n")
    (folder.path / "void").mkdir()
    (folder.path / "Bad-name").mkdir()
    registry = folder.load()
    assert dict(registry.types) == {}
    assert found(registry) == [
        ("plugin.bad_folder_name", "plugins/Bad-name"),
        ("plugin.bad_type_code", "plugins/badcode/plugin.py"),
        ("roadmap.missing_file", "plugins/badcode/plugin.py"),
        ("roadmap.missing_file", "plugins/nofile/plugin.py"),
        ("plugin.missing_folder", "plugins/nofolder/plugin.py"),
        ("plugin.no_roadmaps", "plugins/none/plugin.py"),
        ("plugin.hook_failed", "plugins/raises/plugin.py:6"),
        ("plugin.wrong_types", "plugins/text/plugin.py"),
        ("plugin.no_plugin_file", "plugins/void"),
    ]
    assert all(each.message and each.remedy for each in registry.problems)


def test_no_folder_of_plugins_is_a_problem(tmp_path: Path) -> None:
    registry = load_plugins(tmp_path / "none", entry_points=False)
    assert [each.code for each in registry.problems] == ["plugin.missing_plugins_folder"]


def test_unknown_codes_are_refused_with_what_there_is(folder: Folder) -> None:
    folder.add("school")
    registry = folder.load()
    with pytest.raises(VekhaError) as refusal:
        registry.type("schol")
    assert str(refusal.value) == (
        "тип организации «schol» неизвестен. Есть: school; похоже на «school»; список: vekha plugin list"
    )
    with pytest.raises(VekhaError) as refusal:
        registry.roadmap("school", "two_years")
    assert str(refusal.value) == "у типа «school» нет дорожной карты «two_years». Есть: school"


def test_a_type_with_variants_of_its_roadmap(folder: Folder) -> None:
    source = PLUGIN.format(code="alpha").replace("cast=None", "cast=None, roadmaps=('roadmap.yaml', 'long.yaml')")
    home = folder.add("alpha", source)
    (home / "long.yaml").write_text(ROADMAP.format(code="alpha_long"))
    registry = folder.load()
    assert [each.code for each in registry.roadmaps(registry.type("alpha"))] == ["alpha", "alpha_long"]
    assert registry.roadmap("alpha").code == "alpha"
    assert registry.roadmap("alpha", "alpha_long").code == "alpha_long"


def test_problems_of_all_roadmap_files_come_at_once(folder: Folder) -> None:
    source = PLUGIN.format(code="alpha").replace(
        "cast=None", "cast=None, roadmaps=('roadmap.yaml', 'b.yaml', 'c.yaml')"
    )
    home = folder.add("alpha", source, roadmap="code: alpha\n\tx")
    (home / "b.yaml").write_bytes("title: Школа".encode("cp1251"))
    (home / "c.yaml").write_text("")
    with pytest.raises(VekhaError) as refusal:
        folder.load().roadmap("alpha")
    assert [(each.code, each.where) for each in refusal.value.problems] == [
        ("roadmap.broken_yaml", "plugins/alpha/roadmap.yaml:2"),
        ("roadmap.unreadable_file", "plugins/alpha/b.yaml"),
        ("roadmap.empty", "plugins/alpha/c.yaml:1"),
    ]
    assert refusal.value.problems[1].message == "файл дорожной карты не прочитан: байт D8 на месте 8 – не UTF-8"


def test_two_roadmaps_with_one_code_are_refused(folder: Folder) -> None:
    source = PLUGIN.format(code="alpha").replace("cast=None", "cast=None, roadmaps=('roadmap.yaml', 'b.yaml')")
    home = folder.add("alpha", source)
    (home / "b.yaml").write_text(ROADMAP.format(code="alpha"))
    with pytest.raises(VekhaError) as refusal:
        folder.load().roadmap("alpha")
    assert [each.code for each in refusal.value.problems] == ["plugin.duplicate_roadmap"]


# --- hooks ---------------------------------------------------------------------------------------------------------

INSTITUTION = InstitutionFacts(code="s1", type="school", title="Школа № 1", region="02")
ORDER = DocumentFacts(code="order_launch", title="Приказ", kind=DocumentKind.ORDER)
EVENT = Event(
    id="e1", name="vekha.stage.closed", at=datetime(2026, 9, 1, tzinfo=UTC), institution=INSTITUTION, programme="p1"
)
HOOK = "from datetime import date\nfrom vekha.plugin import Override, hookimpl\n\n@hookimpl\n"


def test_the_first_answer_wins_and_silence_is_left_to_the_core(folder: Folder) -> None:
    folder.add("a", HOOK + "def vekha_document_number(document, serial):\n    return None\n")
    folder.add("b", HOOK + "def vekha_document_number(document, year, serial):\n    return f'{serial}-ОД/{year}'\n")
    calendar = (
        "def vekha_working_calendar(region, year):\n    return {date(year, 4, 21): Override(False, 'Радоница')}\n"
    )
    folder.add("c", HOOK + calendar)
    registry = folder.load()
    assert registry.document_number(ORDER, INSTITUTION, 2026, 7) == "7-ОД/2026"
    assert registry.working_calendar("02", 2026) == {date(2026, 4, 21): Override(working=False, reason="Радоница")}
    assert load_plugins(None, entry_points=False).document_number(ORDER, INSTITUTION, 2026, 7) is None
    assert load_plugins(None, entry_points=False).working_calendar("02", 2026) is None


def test_a_failing_number_is_a_refusal_that_names_the_plugin(folder: Folder) -> None:
    folder.add("a", HOOK + "def vekha_document_number(serial):\n    return 1 / 0\n")
    with pytest.raises(VekhaError) as refusal:
        folder.load().document_number(ORDER, INSTITUTION, 2026, 7)
    assert str(refusal.value) == (
        "plugins/a/plugin.py:6: плагин «a»: хук vekha_document_number не сработал: "
        "ZeroDivisionError: division by zero. "
        "Исправьте ошибку в этой строке плагина"
    )


def test_the_first_plugin_that_objects_to_a_file_refuses_it(folder: Folder) -> None:
    folder.add(
        "a", HOOK + "def vekha_scan_file(content):\n    return 'подпись не найдена' if b'x' in content else None\n"
    )
    folder.add("b", HOOK + "def vekha_scan_file(name, media_type):\n    return f'{name}: {media_type}'\n")
    registry = folder.load()
    assert registry.scan_file(b"y", "скан.pdf", "application/pdf") == "скан.pdf: application/pdf"
    folder.add("c", HOOK + "def vekha_scan_file(content):\n    return 1 / 0\n")
    with pytest.raises(VekhaError) as refusal:
        folder.load().scan_file(b"x", "скан.pdf", "application/pdf")
    assert [each.code for each in refusal.value.problems] == ["plugin.hook_failed"]
    assert load_plugins(None, entry_points=False).scan_file(b"x", "скан.pdf", "application/pdf") is None


def test_one_failing_listener_does_not_hold_up_the_others(folder: Folder) -> None:
    told = "import pathlib\n    pathlib.Path('told').write_text(event.id)\n"
    folder.add("a", HOOK + f"def vekha_on_event(event):\n    {told}")
    folder.add("b", HOOK + "def vekha_on_event(event):\n    raise RuntimeError('почта не отвечает')\n")
    folder.add("c", HOOK + f"def vekha_on_event(event):\n    {told.replace('told', 'told_c')}")
    failures = folder.load().notify(EVENT)
    assert [(each.code, each.where) for each in failures] == [("plugin.hook_failed", "plugins/b/plugin.py:6")]
    assert (Path("told").read_text(), Path("told_c").read_text()) == ("e1", "e1")


def test_commands_are_registered_one_plugin_at_a_time(folder: Folder) -> None:
    folder.add("a", HOOK + "def vekha_register_commands(cli):\n    cli.append('a')\n")
    folder.add("b", HOOK + "def vekha_register_commands(cli):\n    cli.nothing()\n")
    commands: list[str] = []
    failures = folder.load().register_commands(commands)  # type: ignore[arg-type]
    assert commands == ["a"]
    assert [each.where for each in failures] == ["plugins/b/plugin.py:6"]


# --- entry points --------------------------------------------------------------------------------------------------


def test_installed_plugins_come_through_entry_points(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder.add("distant")
    (home / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(folder.path))
    entries = EntryPoints(
        [
            EntryPoint("distant", "distant.plugin", registry_module.ENTRY_POINTS),
            EntryPoint("gone", "no_such_package.plugin", registry_module.ENTRY_POINTS),
        ]
    )
    monkeypatch.setattr(registry_module, "installed", lambda group: entries.select(group=group))
    registry = load_plugins(None)
    assert list(registry.types) == ["distant"]
    assert [each.code for each in registry.problems] == ["plugin.import_failed"]
    sys.modules.pop("distant.plugin")
    sys.modules.pop("distant")


def test_loading_imports_nothing_heavy(folder: Folder) -> None:
    folder.add("alpha")
    code = (
        "import sys; from pathlib import Path; from vekha.registry import load_plugins\n"
        f"load_plugins(Path({str(folder.path)!r}), entry_points=False).roadmap('alpha')\n"
        "print(sorted({'prefect', 'weasyprint', 'sqlmodel', 'sqlalchemy', 'typer', 'jinja2'} & set(sys.modules)))\n"
    )
    root = Path(registry_module.__file__).parents[1]
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False)
    assert (told.stdout.strip(), told.stderr) == ("[]", "")

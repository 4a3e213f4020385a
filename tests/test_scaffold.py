"""A new plugin works as it is written: it loads, passes the checks, and its own tests pass."""

import subprocess
import sys
from pathlib import Path

import pytest

from vekha import scaffold
from vekha.domain.errors import VekhaError
from vekha.plugin_checks import run_checks
from vekha.registry import load_plugins
from vekha.scaffold import create_plugin

ROOT = Path(scaffold.__file__).parents[1]


def test_a_new_plugin_passes_every_check(tmp_path: Path) -> None:
    files = create_plugin(tmp_path / "plugins", "art_house", "Дом творчества")
    assert [each.relative_to(tmp_path).as_posix() for each in files] == [
        "plugins/art_house/__init__.py",
        "plugins/art_house/cast.py",
        "plugins/art_house/forms.py",
        "plugins/art_house/plugin.py",
        "plugins/art_house/roadmap.yaml",
        "plugins/art_house/templates/order_launch.html",
        "plugins/art_house/test_plugin.py",
    ]
    assert not [each for each in files if "__code__" in each.read_text() or "__title__" in each.read_text()]
    registry = load_plugins(tmp_path / "plugins", entry_points=False)
    assert registry.problems == ()
    report = run_checks(registry.type("art_house"), registry)
    assert [str(each) for each in (*report.errors, *report.warnings)] == []


@pytest.mark.slow
def test_the_tests_of_a_new_plugin_pass(tmp_path: Path) -> None:
    create_plugin(tmp_path / "plugins", "art_house", "Дом творчества")
    command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "plugins"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]


@pytest.mark.parametrize(
    ("code", "title", "expected"),
    [
        ("Школа", "Школа", ["plugin.bad_type_code"]),
        ("../up", "Школа", ["plugin.bad_type_code"]),
        ("art", 'Дом "творчества"', ["plugin.bad_title"]),
        ("art", "  ", ["plugin.bad_title"]),
        ("2art", "{{ x }}", ["plugin.bad_type_code", "plugin.bad_title"]),
    ],
)
def test_what_cannot_be_a_type_is_refused(tmp_path: Path, code: str, title: str, expected: list[str]) -> None:
    with pytest.raises(VekhaError) as refusal:
        create_plugin(tmp_path, code, title)
    assert [each.code for each in refusal.value.problems] == expected
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "art").mkdir()
    with pytest.raises(VekhaError) as refusal:
        create_plugin(tmp_path, "art", "Искусство")
    assert [each.code for each in refusal.value.problems] == ["plugin.folder_exists"]
    assert list((tmp_path / "art").iterdir()) == []


def test_a_disk_that_refuses_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []

    def full(path: Path, *args: object, **kwargs: object) -> int:
        written.append(path)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(VekhaError) as refusal:
        create_plugin(tmp_path, "art", "Искусство")
    assert [each.code for each in refusal.value.problems] == ["plugin.not_written"]
    assert written
    assert list(tmp_path.iterdir()) == []

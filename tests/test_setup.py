"""script/setup on machines that are not this one: the commands it looks for are stand-ins on a PATH of their own."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
TOOLS = ("bash", "cat", "chmod", "cksum", "cut", "dirname", "env", "grep", "mkdir", "readlink", "rm", "sh")
LIBRARIES = "libpangoft2-1.0.so.0 => /usr/lib/a\nlibharfbuzz-subset.so.0 => /usr/lib/b"
INSTALLED = "echo 'install ok installed'"
PYTHON = """
case "$*" in
  *"sys.exit(sys.version_info < (3, 11))"*) exit {old} ;;
  *"sys.version_info[:2]"*) echo {version} ;;
  *"import ensurepip"*) exit {no_venv} ;;
  --version) echo Python {version}.1 ;;
  "-m venv .venv")
    mkdir -p .venv/bin site
    for name in python uv; do
      echo '#!/bin/sh' > .venv/bin/$name
      echo 'echo "$0 $*" >> log; case "$*" in *purelib*) echo site ;; *"{fails}"*) exit 1 ;; esac' >> .venv/bin/$name
      chmod +x .venv/bin/$name
    done ;;
esac"""

Answer = subprocess.CompletedProcess[str]


def python(version: str = "3.12", *, old: int = 0, no_venv: int = 0, fails: str = "nothing fails") -> str:
    """A Python that makes an environment of stand-ins; what it is asked there stands in `log`."""
    return PYTHON.format(version=version, old=old, no_venv=no_venv, fails=fails)


@dataclass
class Machine:
    """A checkout's copy, and the only commands there are."""

    checkout: Path
    commands: Path

    def has(self, **commands: str) -> None:
        for name, does in commands.items():
            path = self.commands / name.replace("_", "-")
            path.unlink(missing_ok=True)
            path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
            path.chmod(0o755)

    def set_up(self, *options: str) -> Answer:
        environment = {"PATH": str(self.commands), "LANG": "C.UTF-8", "HOME": str(self.checkout)}
        command = ["bash", "script/setup", *options]
        return subprocess.run(command, cwd=self.checkout, env=environment, capture_output=True, text=True, check=False)

    @property
    def log(self) -> str:
        return (self.checkout / "log").read_text(encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Debian with everything on it, and nobody but an ordinary user without sudo."""
    made = Machine(tmp_path / "vekha", tmp_path / "bin")
    for folder in ("script", "requirements", "tests/web/checkers"):
        (made.checkout / folder).mkdir(parents=True)
    for name in ("script/setup", "pyproject.toml", "tests/web/checkers/package-lock.json"):
        shutil.copy(CHECKOUT / name, made.checkout / name)
    for path in (CHECKOUT / "requirements").glob("*.txt"):
        shutil.copy(path, made.checkout / "requirements")
    made.commands.mkdir()
    for name in TOOLS:
        (made.commands / name).symlink_to(shutil.which(name) or os.devnull)
    made.has(uname="echo Linux", id="echo 1000", dpkg_query=INSTALLED, python3=python())
    return made


def test_everything_is_installed_and_the_second_run_does_nothing(machine: Machine) -> None:
    first = machine.set_up()
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "→ Python: 3.12.1, окружение .venv/",
        "→ инструмент установки: uv",
        "→ зависимости: requirements/runtime.txt (версии и контрольные суммы закреплены)",
        "→ подготовка к быстрому запуску",
        "→ готово",
    ]
    assert "-m compileall -q -j 0 vekha flows tasks plugins" in machine.log
    assert machine.log.count("--require-hashes") == 2
    assert (machine.checkout / "site/vekha-checkout.pth").read_text() == f"{machine.checkout}\n"
    before = machine.log
    second = machine.set_up()
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert machine.log.removeprefix(before).count("\n") == 1  # only whether the environment's Python works


def test_what_a_developer_needs_is_installed_over_it_and_serves_both(machine: Machine) -> None:
    machine.has(chromium="")
    machine.set_up()
    assert "requirements/dev.txt" in machine.set_up("--dev").stdout
    for options in ((), ("--oidc",), ("--dev",)):
        assert machine.set_up(*options).stdout == ""


def test_changed_requirements_are_installed_again(machine: Machine) -> None:
    machine.set_up()
    with (machine.checkout / "requirements/runtime.txt").open("a") as file:
        file.write("# newer\n")
    assert "→ готово" in machine.set_up().stdout


def test_half_of_an_environment_is_made_anew(machine: Machine) -> None:
    left = machine.checkout / ".venv/left"
    left.parent.mkdir()
    left.touch()
    assert machine.set_up().returncode == 0
    assert not left.exists()


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        (
            {"dpkg_query": "exit 1", "python3": python("3.13", no_venv=1)},
            "не хватает системных пакетов: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 python3.13-venv \n"
            "  Выполните: sudo apt-get install -y --no-install-recommends "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 python3.13-venv \n  и запустите команду ещё раз.\n",
        ),
        ({"dpkg_query": "exit 1", "sudo": "exit 1"}, "Выполните: sudo apt-get install"),
        ({"dpkg_query": "exit 1", "id": "echo 0", "apt_get": "exit 100"}, "apt не смог поставить: libpango-1.0-0"),
        ({"python3": python("3.10", old=1)}, "нужен Python 3.11 или новее, а здесь 3.10\n  Debian 12, Ubuntu 24.04"),
        ({"uname": "echo Darwin"}, "Выполните: brew install pango harfbuzz\n"),
        ({"uname": "echo Darwin", "brew": "[ $2 = pango ]"}, "Выполните: brew install pango harfbuzz\n"),
        ({"uname": "echo FreeBSD"}, "эта система не поддерживается: FreeBSD\n  Нужны Debian, Ubuntu, другой Linux"),
        ({"python3": python(fails="-m pip")}, "не удалось поставить uv\n  Проверьте доступ к индексу пакетов Python"),
        (
            {"python3": python(fails="pip install --quiet --require")},
            "не удалось поставить зависимости\n",
        ),
    ],
    ids=["packages", "no sudo", "apt", "old Python", "macOS", "half macOS", "FreeBSD", "no uv", "no packages"],
)
def test_what_is_missing_is_said_with_what_to_do(machine: Machine, commands: dict[str, str], told: str) -> None:
    machine.has(**commands)
    answer = machine.set_up()
    assert answer.returncode == 1
    assert answer.stderr.startswith("Ошибка: ")
    assert told in answer.stderr
    assert not (machine.checkout / ".venv/.vekha-setup").exists()


@pytest.mark.parametrize("who", [{"id": "echo 0"}, {"sudo": '[ "$2" = true ] || { shift; exec "$@"; }'}])
def test_packages_are_installed_by_whoever_may(machine: Machine, who: dict[str, str]) -> None:
    machine.has(dpkg_query="exit 1", apt_get='echo "apt-get $*" >> log', **who)
    answer = machine.set_up()
    assert answer.returncode == 0, answer.stderr
    assert "→ системные пакеты (apt): libpango-1.0-0" in answer.stdout
    assert "apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0" in machine.log


def test_a_machine_without_python_gets_debians(machine: Machine) -> None:
    there, here = machine.commands / "not-yet", machine.commands / "python3"
    here.rename(there)
    machine.has(id="echo 0", dpkg_query="exit 1", apt_get=f'[ "$1" = update ] || cat {there} > {here}; chmod +x {here}')
    answer = machine.set_up()
    assert (answer.returncode, "python3 python3-venv" in answer.stdout) == (0, True), answer.stderr


@pytest.mark.parametrize(
    ("libraries", "code"),
    [(LIBRARIES, 0), ("\n".join(reversed(LIBRARIES.splitlines())), 0), ("libpangoft2-1.0.so.0", 1), ("", 1)],
)
def test_another_linux_is_asked_for_its_libraries(machine: Machine, libraries: str, code: int) -> None:
    (machine.commands / "dpkg-query").unlink()
    machine.has(ldconfig=f"cat <<'END'\n{libraries}\nEND")
    answer = machine.set_up()
    assert answer.returncode == code
    assert ("Fedora, RHEL:  sudo dnf install pango harfbuzz" in answer.stderr) is bool(code)


def test_macos_with_its_libraries(machine: Machine) -> None:
    machine.has(uname="echo Darwin", brew="exit 0")
    assert machine.set_up().returncode == 0

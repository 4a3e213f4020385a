"""Which test raises which error code: recorded during a run, so that a code without a test comes to light.

Every problem made in a test is also put into words, so that a parameter its message wants cannot be forgotten.

A run of everything fails when a code of the catalogue was never raised. A partial run (paths, -k, -m) only keeps quiet.
`pytest --error-codes` prints the table: code, the first test that raises it.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vekha.docs import plugin_texts
from vekha.domain import errors
from vekha.domain.errors import Problem
from vekha.texts.catalogue import CORE, error_codes

UNTESTED = Path(__file__).parent / "error_codes_untested.txt"  # a debt that may only shrink

_seen: dict[str, str] = {}  # code → the first test that raised it
_test = ""
_original = Problem.__init__


def _recording(self: Problem, code: str, where: str = "", params: tuple[tuple[str, object], ...] = ()) -> None:
    _seen.setdefault(code, _test)
    _original(self, code, where, params)
    assert self.message.strip()  # the words fit their parameters; a KeyError here is a mistake of whoever raised it
    assert self.remedy == self.remedy.strip()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--error-codes", action="store_true", help="показать, какой тест вызывает какой код ошибки")


def pytest_configure(config: pytest.Config) -> None:
    errors.Problem.__init__ = _recording  # type: ignore[method-assign]
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Controller(), "vekha-error-codes")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    global _test  # noqa: PLW0603
    _test = item.nodeid


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["error_codes"] = _seen


class _Controller:
    """Gathers what the workers saw and judges a run of everything."""

    def __init__(self) -> None:
        self.missing: list[str] = []
        self.tested_by_now: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        for code, test in getattr(node, "workeroutput", {}).get("error_codes", {}).items():
            _seen.setdefault(code, test)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if not _whole(session.config) or exitstatus != 0:
            return
        debt = set(untested())
        self.missing = sorted(set(every_code()) - set(_seen) - debt)
        self.tested_by_now = sorted(debt & set(_seen))
        if self.missing or self.tested_by_now:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        for title, codes in (
            ("коды ошибок, которых не вызвал ни один тест", self.missing),
            (f"коды, которые пора убрать из {UNTESTED.name}", self.tested_by_now),
        ):
            if codes:
                terminalreporter.section(title)
                terminalreporter.write_line("\n".join(codes))
        if config.getoption("--error-codes"):
            terminalreporter.section("какой тест вызывает код ошибки")
            for code in every_code():
                terminalreporter.write_line(f"{code:40} {_seen.get(code, '—')}")


def every_code() -> tuple[str, ...]:
    """The codes of the core and of the plugins of the checkout."""
    return error_codes([CORE, *plugin_texts()])


def untested() -> Iterator[str]:
    """The codes that have no test yet."""
    return (line for line in UNTESTED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))


def _whole(config: pytest.Config) -> bool:
    """Every test was asked for."""
    chosen = any(config.getoption(name, None) for name in ("keyword", "markexpr", "lf", "collectonly", "maxfail"))
    paths = [each for each in config.invocation_params.args if not str(each).startswith("-") and Path(each).exists()]
    return not chosen and not paths and os.environ.get("VEKHA_PARTIAL_RUN") is None

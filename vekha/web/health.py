"""Checks of the installed types: seconds of work, so made once in a process, beside the requests."""

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from vekha.bootstrap import App
from vekha.domain.errors import Problem
from vekha.plugin_checks import CHECKS, Report, run_checks


@dataclass(frozen=True, slots=True)
class Health:
    """How a type fared: what its checks found."""

    checks: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    at: dt.datetime


@dataclass(slots=True)
class Checkup:
    """A type never changes while the process lives, so what was found stays true."""

    app: App
    found: dict[str, Health] = field(default_factory=dict[str, Health])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def results(self) -> Mapping[str, Health]:
        """What is known by now; the first asking begins the work."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="vekha-checks", daemon=True)
                self._thread.start()
        return dict(self.found)

    def wait(self) -> None:
        """Until everything is checked."""
        self.results()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        for code, kind in self.app.registry.types.items():
            self.found[code] = _health(run_checks(kind, self.app.registry), self.app.clock())


def _health(report: Report, at: dt.datetime) -> Health:
    return Health(len(CHECKS), report.errors, report.warnings, at)

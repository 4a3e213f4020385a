"""Everything a plugin must get right, as one list of small checks with three doors.

The doors: pytest (`vekha.testing`), `vekha plugin check`, and the start of an installation (`vekha.plugin_verdicts`).
A check has a stable code, a Russian title (`texts/ru/plugin_checks.toml`) and a severity; it looks at one institution
type with all its roadmaps and yields a Problem for each fault it finds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vekha.domain.errors import Problem, VekhaError
from vekha.domain.roadmap_file import places_of
from vekha.plugin import InstitutionType
from vekha.plugin_checks import forms, papers, roadmaps, wording
from vekha.plugin_checks.checks import PluginCheck, Severity, Subject
from vekha.plugin_import import shown
from vekha.registry import Registry, read_roadmaps
from vekha.settings import CHECKOUT

if TYPE_CHECKING:
    from vekha.documents.engine import Renderer

__all__ = ["CHECKS", "PluginCheck", "Report", "Subject", "renderer_of", "run_checks", "subject_of"]

CHECKS = (*roadmaps.CHECKS, *papers.CHECKS, *forms.CHECKS, *wording.CHECKS)
TEN_CYCLES = range(2026, 2036)


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found in one type: `errors` are to be mended, the `breaking` ones before anything is started."""

    type: InstitutionType
    findings: tuple[tuple[PluginCheck, tuple[Problem, ...]], ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return self._of("error", "lack")

    @property
    def breaking(self) -> tuple[Problem, ...]:
        return self._of("error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return self._of("warning")

    def _of(self, *severities: Severity) -> tuple[Problem, ...]:
        return tuple(each for check, found in self.findings if check.severity in severities for each in found)


def run_checks(
    type_: InstitutionType, registry: Registry, *, years: Sequence[int] = TEN_CYCLES, renderer: "Renderer | None" = None
) -> Report:
    """Runs every check on a type; never raises for a faulty plugin."""
    subject = subject_of(type_, years=years, renderer=renderer or renderer_of(registry.types.values()))
    return Report(type_, tuple((check, tuple(check.run(subject))) for check in CHECKS))


def subject_of(
    type_: InstitutionType, *, years: Sequence[int] = TEN_CYCLES, renderer: "Renderer | None" = None
) -> Subject:
    try:
        roadmaps = read_roadmaps(type_)
    except VekhaError:
        return Subject(type_, (), renderer or renderer_of([type_]), years)  # the check «roadmaps» tells why
    paths = [type_.folder / name for name in type_.roadmaps]
    places = [places_of(path.read_text(encoding="utf-8"), shown(path)) for path in paths]
    return Subject(type_, tuple(zip(roadmaps, places, strict=True)), renderer or renderer_of([type_]), years)


def renderer_of(types: Iterable[InstitutionType]) -> "Renderer":
    """The renderer of the core's templates and of those of these types."""
    from vekha.documents.engine import Renderer  # noqa: PLC0415 — Jinja only when templates are looked at

    folders = {"base": CHECKOUT / "templates" / "documents"}
    return Renderer(folders | {each.code: each.folder / "templates" for each in types})

"""What a check is and what it looks at."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.roadmap import Activity, Roadmap
from vekha.domain.roadmap_file import Places
from vekha.forms.base import Form
from vekha.plugin import InstitutionType
from vekha.plugin_import import failing_line, said, shown
from vekha.texts import text

if TYPE_CHECKING:
    from vekha.documents.engine import Renderer

# An error would break programmes: the start of an installation refuses new ones. A lack is the author's to mend before
# the plugin is given away (an example, an invented story, a word): it stops no region. A warning is to judge.
Severity = Literal["error", "lack", "warning"]
FormClass = type[Form]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: a type, those of its roadmaps that could be read, and where their rows stand."""

    type: InstitutionType
    roadmaps: tuple[tuple[Roadmap, Places], ...]
    renderer: "Renderer"
    years: Sequence[int]

    @property
    def forms(self) -> Iterator[FormClass]:
        """The forms that have a code at all."""
        return (form for form in self.type.forms if hasattr(form, "code"))

    @property
    def home(self) -> str:
        return shown(self.type.folder)

    def rows(self) -> Iterator[tuple[Roadmap, Activity, str]]:
        """Every activity of every roadmap, with the place of its line."""
        for roadmap, place in self.roadmaps:
            for stage, row in roadmap.rows():
                yield roadmap, row, place(stage.code, row.code)


@dataclass(frozen=True, slots=True)
class PluginCheck:
    code: str
    severity: Severity
    find: Callable[[Subject], Iterable[Problem]]

    @property
    def title(self) -> str:
        return text(f"plugin_checks.{self.code}")

    def run(self, subject: Subject) -> list[Problem]:
        """Everything found; an exception out of the plugin's own code is one more finding, not the end."""
        found: list[Problem] = []
        try:
            found.extend(self.find(subject))
        except VekhaError as refusal:
            found.extend(refusal.problems)
        except Exception as error:  # noqa: BLE001 — forms, samples and casts are the plugin's code
            where = failing_line(error, subject.type.folder)
            found.append(problem("plugin.check_raised", where, check=self.title, reason=said(error)))
        return list(dict.fromkeys(found))


class Checks(list[PluginCheck]):
    """The checks of one concern, in the order of their functions."""

    def add(self, code: str, severity: Severity = "error") -> Callable[[Callable[[Subject], Iterable[Problem]]], None]:
        return lambda find: self.append(PluginCheck(code, severity, find))

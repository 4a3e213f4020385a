"""The tests of a plugin: every check of the list, every template printed, the whole journey of every roadmap."""

import datetime as dt
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import pytest

from vekha.domain.errors import Problem
from vekha.example import Example, template_variables
from vekha.plugin import InstitutionType
from vekha.plugin_checks import CHECKS, PluginCheck, Subject, subject_of
from vekha.testing.journey import complete_journey


class PluginWarning(UserWarning):
    """What a check finds suspicious; pytest lists it, and `-W error` makes it a failure."""


def check_plugin(type_: InstitutionType) -> None:
    """Runs every check. Raises AssertionError with all errors; warns (PluginWarning) of the rest."""
    subject = subject_of(type_)
    errors = [each for check in CHECKS for each in _errors(check, subject)]
    assert not errors, _told(errors)  # noqa: S101 — a test's own assertion


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with a template, issued in a stage of a roadmap, about one of its scope."""

    example: Example
    stage: str
    code: str
    subject: str | None

    def __str__(self) -> str:
        return "-".join(each for each in (self.example.roadmap.code, self.code, self.subject) if each)


class PluginContract:
    """Subclass it in a plugin's tests and set `institution_type`; every test comes by itself."""

    institution_type: ClassVar[InstitutionType]
    year: ClassVar[int] = 2026

    @classmethod
    def subject(cls) -> Subject:
        """What the checks look at, read once for a class."""
        if "_subject" not in vars(cls):
            cls._subject = subject_of(cls.institution_type)
        return cls._subject

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each check, for each document with a template, and for each roadmap."""
        if "check" in metafunc.fixturenames:
            metafunc.parametrize("check", CHECKS, ids=[each.code for each in CHECKS])
        if "paper" in metafunc.fixturenames:
            metafunc.parametrize("paper", list(_papers(self.subject(), self.year)), ids=str)
        if "roadmap" in metafunc.fixturenames:
            metafunc.parametrize("roadmap", [each.code for each, _ in self.subject().roadmaps])

    def test_check(self, check: PluginCheck) -> None:
        errors = _errors(check, self.subject())
        assert not errors, _told(errors)  # noqa: S101

    def test_document_renders(self, paper: Paper) -> None:
        """From the example context to HTML without a gap, and on to PDF."""
        renderer, spec = self.subject().renderer, paper.example.roadmap.documents[paper.code]
        context = paper.example.context(paper.stage, paper.code, paper.subject)
        template = renderer.resolve(self.institution_type.code, spec.template or "")
        html = renderer.html(template, template_variables(context))
        assert html.blanks == (), f"{template}: {html.blanks}"  # noqa: S101
        created = dt.datetime.combine(context.document.date or paper.example.today, dt.time(), dt.UTC)
        assert renderer.pdf(html, title=spec.title, created=created).startswith(b"%PDF")  # noqa: S101

    def test_journey_completes(self, roadmap: str) -> None:
        complete_journey(self.institution_type, roadmap, year=self.year)


def _papers(subject: Subject, year: int) -> Iterable[Paper]:
    """Each document of each roadmap where it is issued first, about the first and the last of its scope."""
    for roadmap, _ in subject.roadmaps:
        example = Example(subject.type, roadmap, year)
        seen: set[str] = set()
        for stage, row in roadmap.rows():
            for use in row.documents:
                spec = roadmap.documents[use.code]
                if spec.template and use.code not in seen:
                    seen.add(use.code)
                    scope = example.subjects(spec.per)
                    yield from (
                        Paper(example, stage.code, use.code, each) for each in dict.fromkeys(scope[:1] + scope[-1:])
                    )


def _errors(check: PluginCheck, subject: Subject) -> list[Problem]:
    found = check.run(subject)
    if check.severity != "warning":
        return found
    for each in found:
        warnings.warn(str(each), PluginWarning, stacklevel=2)
    return []


def _told(problems: Iterable[Problem]) -> str:
    return "\n".join(["", *map(str, problems)])

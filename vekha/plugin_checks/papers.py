"""Checks of a type's documents and their templates."""

from collections.abc import Iterable

from vekha.domain.errors import Problem, problem
from vekha.plugin_checks.checks import Checks, Subject

CHECKS = Checks()


@CHECKS.add("templates")
def _templates(subject: Subject) -> Iterable[Problem]:
    used: dict[str, str] = {}
    for roadmap, place in subject.roadmaps:
        for spec in roadmap.documents.values():
            if spec.template:
                used.setdefault(subject.renderer.resolve(subject.type.code, spec.template), place.filename)
    for template, where in used.items():
        for found in subject.renderer.check(template):
            yield Problem(found.code, found.where or where, found.params)


@CHECKS.add("documents", "warning")
def _documents(subject: Subject) -> Iterable[Problem]:
    for roadmap, place in subject.roadmaps:
        used = {*roadmap.document_codes, *(code for each in roadmap.documents.values() for code in each.annexes)}
        for code in roadmap.documents:
            if code not in used:
                yield problem("plugin.unused_document", place.filename, name=code)

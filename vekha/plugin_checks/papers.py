"""Checks of a type's documents and their templates."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.example import Example, template_variables
from vekha.plugin_checks import forms, wording
from vekha.plugin_checks.checks import Checks, Subject

CHECKS = Checks()

# Printing is slow, and only what names an address can be refused by the press and not by Jinja.
_ADDRESS = re.compile(r"""(?:src|href)\s*=|url\(|@import""", re.IGNORECASE)


@CHECKS.add("templates")
def _templates(subject: Subject) -> Iterable[Problem]:
    return _unreadable(subject)


def _unreadable(subject: Subject) -> Iterator[Problem]:
    used: dict[str, str] = {}
    for roadmap, place in subject.roadmaps:
        for code, spec in roadmap.documents.items():
            if spec.template:
                used.setdefault(subject.renderer.resolve(subject.type.code, spec.template), place.document(code))
    for template, where in used.items():
        for found in subject.renderer.check(template):
            yield Problem(found.code, found.where or where, found.params)


@CHECKS.add("renders")
def _renders(subject: Subject) -> Iterable[Problem]:
    """Every template filled with the invented people, where its document is issued first."""
    if any(_unreadable(subject)):
        return  # told by the check «templates»
    for template, example, stage, code in _first_uses(subject):
        try:
            context = example.context(stage, code)
            html = subject.renderer.html(template, template_variables(context))
            if _ADDRESS.search(html.text):
                made = dt.datetime.combine(context.document.date or example.today, dt.time(), dt.UTC)
                subject.renderer.pdf(html, title=context.document.title, created=made)
        except VekhaError as refusal:
            yield from (Problem(found.code, found.where or template, found.params) for found in refusal.problems)
        except Exception:
            if any(check.run(subject) for check in (*forms.CHECKS, *wording.CHECKS) if check.severity != "warning"):
                return  # the invented people or their answers are broken, and that is told already
            raise


def _first_uses(subject: Subject) -> Iterator[tuple[str, Example, str, str]]:
    seen: set[str] = set()
    for roadmap, _ in subject.roadmaps:
        example = Example(subject.type, roadmap)
        for stage, row in roadmap.rows():
            for code in (use.code for use in row.documents):
                template = subject.renderer.resolve(subject.type.code, roadmap.documents[code].template or "")
                if roadmap.documents[code].template and template not in seen:
                    seen.add(template)
                    yield template, example, stage.code, code


@CHECKS.add("documents", "warning")
def _documents(subject: Subject) -> Iterable[Problem]:
    for roadmap, place in subject.roadmaps:
        used = {*roadmap.document_codes, *(code for each in roadmap.documents.values() for code in each.annexes)}
        for code in roadmap.documents:
            if code not in used:
                yield problem("plugin.unused_document", place.document(code), name=code)

"""Checks of a type's roadmaps: who, when, under which conditions."""

from collections.abc import Iterable

from vekha.domain.checks import BUILTIN
from vekha.domain.deadlines import Cycle, problem_of, resolve
from vekha.domain.errors import Problem, problem
from vekha.domain.roadmap_file import hint
from vekha.domain.roadmap_warnings import warnings_of
from vekha.plugin_checks.checks import Checks, Subject
from vekha.registry import read_roadmaps
from vekha.texts import section

CHECKS = Checks()


@CHECKS.add("roadmaps")
def _roadmaps(subject: Subject) -> Iterable[Problem]:
    read_roadmaps(subject.type)  # raises with every problem of every file
    return ()


@CHECKS.add("responsible")
def _responsible(subject: Subject) -> Iterable[Problem]:
    return (problem("plugin.no_responsible", at, row=row.title) for _, row, at in subject.rows() if not row.roles)


@CHECKS.add("roles", "warning")
def _roles(subject: Subject) -> Iterable[Problem]:
    fillers = {role for form in subject.forms for role in form.filled_by}
    for roadmap, place in subject.roadmaps:
        used = fillers | {role for _, row in roadmap.rows() for role in row.roles}
        used |= {each.approves for each in roadmap.documents.values() if each.approves}
        for role in roadmap.roles:
            if role not in used:
                yield problem("plugin.unused_role", place.filename, name=role)


@CHECKS.add("deadlines")
def _deadlines(subject: Subject) -> Iterable[Problem]:
    for roadmap, row, at in subject.rows():
        for year in subject.years:
            cycle = Cycle(*roadmap.cycle.dates(year))
            for phrase in row.phrases:
                found = problem_of(phrase, resolve(phrase, cycle), at)
                if found:
                    yield found


@CHECKS.add("traps", "warning")
def _traps(subject: Subject) -> Iterable[Problem]:
    for roadmap, place in subject.roadmaps:
        yield from warnings_of(roadmap, subject.years, place)


@CHECKS.add("conditions")
def _conditions(subject: Subject) -> Iterable[Problem]:
    known = {**BUILTIN, **subject.type.checks}
    for _, row, at in subject.rows():
        for name in row.checks:
            if name not in known:
                yield problem("plugin.unknown_check", at, name=name, known=", ".join(known), hint=hint(name, known))


@CHECKS.add("conditions_used", "warning")
def _conditions_used(subject: Subject) -> Iterable[Problem]:
    used = {name for _, row, _ in subject.rows() for name in row.checks}
    if subject.roadmaps:
        for name in subject.type.checks:
            if name not in used:
                yield problem("plugin.unused_check", subject.home, name=name)


@CHECKS.add("meetings")
def _meetings(subject: Subject) -> Iterable[Problem]:
    known = section("process.meeting")
    for _, row, at in subject.rows():
        for kind in row.meetings:
            if kind not in known:
                yield problem("plugin.unknown_meeting", at, name=kind, known=", ".join(known), hint=hint(kind, known))

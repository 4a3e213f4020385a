"""Everything a plugin must get right, as one list of small checks with three doors.

The doors: pytest (`vekha.testing`), `vekha plugin check`, and the start of an installation. A check has a stable code,
a Russian title (`texts/ru/plugin_checks.toml`) and a severity; it looks at one institution type with all its roadmaps
and yields a Problem for each fault it finds.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import BaseModel

from vekha.domain.checks import BUILTIN
from vekha.domain.deadlines import Cycle, problem_of, resolve
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.people import People
from vekha.domain.roadmap import Activity, Roadmap, Scope
from vekha.domain.roadmap_file import Places, hint, places_of
from vekha.domain.roadmap_warnings import warnings_of
from vekha.example import Example
from vekha.forms.base import OUTSIDERS, Form, FormContext
from vekha.forms.sheet import example_yaml, load_answer
from vekha.forms.validation import parse_answer
from vekha.plugin import InstitutionType
from vekha.plugin_import import failing_line, said, shown
from vekha.registry import Registry, read_roadmaps
from vekha.settings import CHECKOUT
from vekha.texts import section, text

if TYPE_CHECKING:
    from vekha.documents.engine import Renderer

Severity = Literal["error", "warning"]
FormClass = type[Form]
TEN_CYCLES = range(2026, 2036)
END_OF_TIME = date(2100, 12, 31)


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


CHECKS: list[PluginCheck] = []


def _check(code: str, severity: Severity = "error") -> Callable[[Callable[[Subject], Iterable[Problem]]], None]:
    return lambda find: CHECKS.append(PluginCheck(code, severity, find))


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found in one type. Warnings are for the author to judge; with errors the type is not sound."""

    type: InstitutionType
    findings: tuple[tuple[PluginCheck, tuple[Problem, ...]], ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return self._of("error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return self._of("warning")

    def _of(self, severity: Severity) -> tuple[Problem, ...]:
        return tuple(each for check, found in self.findings if check.severity == severity for each in found)


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


# --- the roadmap -----------------------------------------------------------------------------------------------------


@_check("roadmaps")
def _roadmaps(subject: Subject) -> Iterable[Problem]:
    read_roadmaps(subject.type)  # raises with every problem of every file
    return ()


@_check("responsible")
def _responsible(subject: Subject) -> Iterable[Problem]:
    return (problem("plugin.no_responsible", at, row=row.title) for _, row, at in subject.rows() if not row.roles)


@_check("roles", "warning")
def _roles(subject: Subject) -> Iterable[Problem]:
    fillers = {role for form in subject.forms for role in form.filled_by}
    for roadmap, place in subject.roadmaps:
        used = fillers | {role for _, row in roadmap.rows() for role in row.roles}
        used |= {each.approves for each in roadmap.documents.values() if each.approves}
        for role in roadmap.roles:
            if role not in used:
                yield problem("plugin.unused_role", place.filename, name=role)


@_check("deadlines")
def _deadlines(subject: Subject) -> Iterable[Problem]:
    for roadmap, row, at in subject.rows():
        for year in subject.years:
            cycle = Cycle(*roadmap.cycle.dates(year))
            for phrase in row.phrases:
                found = problem_of(phrase, resolve(phrase, cycle), at)
                if found:
                    yield found


@_check("traps", "warning")
def _traps(subject: Subject) -> Iterable[Problem]:
    for roadmap, place in subject.roadmaps:
        yield from warnings_of(roadmap, subject.years, place)


@_check("conditions")
def _conditions(subject: Subject) -> Iterable[Problem]:
    known = {**BUILTIN, **subject.type.checks}
    for _, row, at in subject.rows():
        for name in row.checks:
            if name not in known:
                yield problem("plugin.unknown_check", at, name=name, known=", ".join(known), hint=hint(name, known))


@_check("conditions_used", "warning")
def _conditions_used(subject: Subject) -> Iterable[Problem]:
    used = {name for _, row, _ in subject.rows() for name in row.checks}
    if subject.roadmaps:
        for name in subject.type.checks:
            if name not in used:
                yield problem("plugin.unused_check", subject.home, name=name)


@_check("meetings")
def _meetings(subject: Subject) -> Iterable[Problem]:
    known = section("process.meeting")
    for _, row, at in subject.rows():
        for kind in row.meetings:
            if kind not in known:
                yield problem("plugin.unknown_meeting", at, name=kind, known=", ".join(known), hint=hint(kind, known))


# --- the documents ---------------------------------------------------------------------------------------------------


@_check("templates")
def _templates(subject: Subject) -> Iterable[Problem]:
    used: dict[str, str] = {}
    for roadmap, place in subject.roadmaps:
        for spec in roadmap.documents.values():
            if spec.template:
                used.setdefault(subject.renderer.resolve(subject.type.code, spec.template), place.filename)
    for template, where in used.items():
        for found in subject.renderer.check(template):
            yield Problem(found.code, found.where or where, found.params)


@_check("documents", "warning")
def _documents(subject: Subject) -> Iterable[Problem]:
    for roadmap, place in subject.roadmaps:
        used = {*roadmap.document_codes, *(code for each in roadmap.documents.values() for code in each.annexes)}
        for code in roadmap.documents:
            if code not in used:
                yield problem("plugin.unused_document", place.filename, name=code)


# --- the forms -------------------------------------------------------------------------------------------------------


@_check("forms")
def _forms(subject: Subject) -> Iterable[Problem]:
    known = [form.code for form in subject.forms]
    for code in sorted({code for code in known if known.count(code) > 1}):
        yield problem("plugin.duplicate_form", subject.home, name=code)
    for _, row, at in subject.rows():
        for use in row.forms:
            if use.code not in known:
                yield problem("plugin.unknown_form", at, name=use.code, hint=hint(use.code, known))


@_check("forms_used", "warning")
def _forms_used(subject: Subject) -> Iterable[Problem]:
    used = {use.code for _, row, _ in subject.rows() for use in row.forms}
    if subject.roadmaps:
        for form in subject.forms:
            if form.code not in used:
                yield problem("plugin.unused_form", subject.home, name=form.code)


@_check("form_use")
def _form_use(subject: Subject) -> Iterable[Problem]:
    about = {form.code: form.about for form in subject.forms}
    for _, row, at in subject.rows():
        for use in row.forms:
            scope = about.get(use.code)
            narrower = scope is Scope.PARTICIPANT and use.each in (Scope.MENTEE, Scope.MENTOR)
            if use.each is not None and scope is not None and use.each is not scope and not narrower:
                yield problem("plugin.form_other_scope", at, name=use.code, each=use.each.value, about=scope.value)


@_check("form_shape")
def _form_shape(subject: Subject) -> Iterable[Problem]:
    roles = {role for roadmap, _ in subject.roadmaps for role in roadmap.roles}
    known = [*roles, *OUTSIDERS]
    for form in subject.type.forms:
        name = getattr(form, "code", form.__name__)
        lacking = [each for each in ("code", "title", "example") if not hasattr(form, each)]
        lacking += [] if form.__doc__ else [text("plugin_checks.lacking.docstring")]
        lacking += [text("plugin_checks.lacking.field_title", field=field) for field in _untitled(form)]
        for what in lacking:
            yield problem("plugin.form_undescribed", _source(form), name=name, what=what)
        conditions = (each.field for each in form.shown_if.values())
        for field in (form.subject_field, *form.person_fields, *form.shown_if, *conditions, *form.prefilled):
            if field is not None and field not in form.model_fields:
                yield problem("plugin.form_unknown_field", _source(form), name=name, field=field)
        for role in form.filled_by:
            if role not in known and roles:
                yield problem("plugin.form_unknown_role", _source(form), name=name, role=role, hint=hint(role, known))


def _source(form: FormClass) -> str:
    """`file:line` of a form's class."""
    try:
        return f"{shown(Path(inspect.getfile(form)))}:{inspect.getsourcelines(form)[1]}"
    except (OSError, TypeError):  # made by a factory
        return form.__module__


def _untitled(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Fields without a title, those of rows included."""
    for name, field in model.model_fields.items():
        if not field.title:
            yield above + name
        for inner in _models_in(field.annotation):
            yield from _untitled(inner, f"{above}{name}.")


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models_in(each)


@_check("examples")
def _examples(subject: Subject) -> Iterable[Problem]:
    """The sheet that a user edits is a valid answer, in its own time and with people no programme knows."""
    always = FormContext(today=END_OF_TIME, cycle_starts=date.min, cycle_ends=END_OF_TIME, people=People())
    for form in subject.forms:
        try:
            parse_answer(form, load_answer(example_yaml(form), f"{form.code}.yaml"), always)
        except VekhaError as refusal:
            own = [each for each in refusal.problems if not each.code.startswith("people.")]
            if own:
                yield problem("plugin.form_example", _source(form), name=form.code, reason=_told(own))


@_check("samples")
def _samples(subject: Subject) -> Iterable[Problem]:
    """Somebody in the cast can give the sample answer (a guardian's is for minors only)."""
    for roadmap, _ in subject.roadmaps:
        example = Example(subject.type, roadmap)
        for form in subject.forms:
            refusals: list[VekhaError] = []
            about = example.subjects(form.about)
            for serial, each in enumerate(about):
                try:
                    example.answer(form, each, serial)
                except VekhaError as refusal:
                    refusals.append(refusal)
            if about and len(refusals) == len(about):
                reason = _told(refusals[0].problems)
                yield problem("plugin.form_sample", _source(form), name=form.code, reason=reason)


def _told(problems: Iterable[Problem]) -> str:
    return "; ".join(f"{each.where}: {each.message}" if each.where else each.message for each in problems)


# --- words and people ------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")


@_check("titles")
def _titles(subject: Subject) -> Iterable[Problem]:
    for owner, words in _words(subject):
        for word in _WORD.findall(words):
            if _LATIN.search(word) and _CYRILLIC.search(word):
                yield problem("plugin.mixed_alphabet", _place(owner), word=word)


@_check("titles_russian", "warning")
def _titles_russian(subject: Subject) -> Iterable[Problem]:
    for owner, words in _words(subject):
        if not _CYRILLIC.search(words):
            yield problem("plugin.not_russian", _place(owner), words=words)


def _words(subject: Subject) -> Iterator[tuple[str | FormClass, str]]:
    """Everything that a user will read, with the place or the form it comes from."""
    yield subject.home, subject.type.title
    for roadmap, place in subject.roadmaps:
        titles = [roadmap.title, *roadmap.roles.values(), *(each.title for each in roadmap.documents.values())]
        yield from ((place.filename, words) for words in titles)
        yield from ((place(stage.code), stage.title) for stage in roadmap.stages)
        for stage, row in roadmap.rows():
            yield from ((place(stage.code, row.code), words) for words in (row.title, row.help or row.title))
    for form in subject.forms:
        titles = [getattr(form, "title", ""), *(field.title or "" for field in form.model_fields.values())]
        yield from ((form, words) for words in titles if words)


def _place(owner: str | FormClass) -> str:
    return owner if isinstance(owner, str) else _source(owner)


@_check("cast")
def _cast(subject: Subject) -> Iterable[Problem]:
    cast = subject.type.cast(0)
    if subject.type.cast(0) != cast:
        yield problem("plugin.cast_changes", subject.home, index=0)
    for roadmap, _ in subject.roadmaps:
        for role in roadmap.roles:
            if role not in cast.staff and role not in OUTSIDERS:
                yield problem("plugin.cast_incomplete", subject.home, name=role)
    for what, group in (("mentors", cast.mentors), ("mentees", cast.mentees), ("pairs", cast.pairs)):
        if not group:
            yield problem("plugin.cast_empty", subject.home, what=text(f"plugin_checks.lacking.{what}"))
    for number, pair in enumerate(cast.pairs, 1):
        for indices, group in ((pair.mentors, cast.mentors), (pair.mentees, cast.mentees)):
            if any(not 0 <= index < len(group) for index in indices):
                yield problem("plugin.cast_pair", subject.home, number=number)

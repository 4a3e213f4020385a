"""Checks of a type's forms: their shape, their words, their examples and samples."""

import inspect
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.people import People
from vekha.domain.roadmap import Scope
from vekha.domain.roadmap_file import hint
from vekha.domain.surveys import Audience
from vekha.example import Example
from vekha.forms.base import OUTSIDERS, Form, FormContext
from vekha.forms.schema import REFERENCES, fields, items, schema_of
from vekha.forms.sheet import example_yaml, load_answer
from vekha.forms.validation import parse_answer
from vekha.plugin_checks.checks import Checks, FormClass, Subject
from vekha.plugin_import import shown
from vekha.texts import text

CHECKS = Checks()
END_OF_TIME = date(2100, 12, 31)
SIGNED = {Audience.MENTEES, Audience.MENTORS}  # who signs an answer about themselves


@CHECKS.add("forms")
def _forms(subject: Subject) -> Iterable[Problem]:
    known = [form.code for form in subject.forms]
    for code in sorted({code for code in known if known.count(code) > 1}):
        yield problem("plugin.duplicate_form", subject.home, name=code)
    for _, row, at in subject.rows():
        for use in row.forms:
            if use.code not in known:
                yield problem("plugin.unknown_form", at, name=use.code, hint=hint(use.code, known))


@CHECKS.add("forms_used", "warning")
def _forms_used(subject: Subject) -> Iterable[Problem]:
    used = {use.code for _, row, _ in subject.rows() for use in row.forms}
    if subject.roadmaps:
        for form in subject.forms:
            if form.code not in used and not (form.survey and form.anonymous):  # no row can count its answers
                yield problem("plugin.unused_form", subject.home, name=form.code)


@CHECKS.add("form_use")
def _form_use(subject: Subject) -> Iterable[Problem]:
    about = {form.code: form.about for form in subject.forms}
    for _, row, at in subject.rows():
        for use in row.forms:
            scope = about.get(use.code)
            narrower = scope is Scope.PARTICIPANT and use.each in (Scope.MENTEE, Scope.MENTOR)
            if use.each is not None and scope is not None and use.each is not scope and not narrower:
                yield problem("plugin.form_other_scope", at, name=use.code, each=use.each.value, about=scope.value)


@CHECKS.add("form_shape")
def _form_shape(subject: Subject) -> Iterable[Problem]:
    roles = {role for roadmap, _ in subject.roadmaps for role in roadmap.roles}
    known = [*roles, *OUTSIDERS]
    for form in subject.type.forms:
        name = getattr(form, "code", form.__name__)
        lacking = [each for each in ("code", "title", "example") if not hasattr(form, each)]
        lacking += [] if form.__doc__ else [text("plugin_checks.lacking.docstring")]
        lacking += [text("plugin_checks.lacking.field_title", field=field) for field in _untitled(form)]
        for what in lacking:
            yield problem("plugin.form_undescribed", source(form), name=name, what=what)
        conditions = (each.field for each in form.shown_if.values())
        for field in (form.subject_field, *form.person_fields, *form.shown_if, *conditions, *form.prefilled):
            if field is not None and field not in form.model_fields:
                yield problem("plugin.form_unknown_field", source(form), name=name, field=field)
        for role in form.filled_by:
            if role not in known and roles:
                yield problem("plugin.form_unknown_role", source(form), name=name, role=role, hint=hint(role, known))


@CHECKS.add("surveys")
def _surveys(subject: Subject) -> Iterable[Problem]:
    """A survey asks people; an anonymous one names nobody, changes nothing and is collected by no row."""
    for form in subject.forms:
        if form.survey is None:
            if form.anonymous:
                yield problem("plugin.survey", source(form), name=form.code, why=text("plugin_checks.unfit.none"))
            continue
        for why in _misuse(form):
            yield problem("plugin.survey", source(form), name=form.code, why=text(f"plugin_checks.unfit.{why}"))
    anonymous = {form.code for form in subject.forms if form.anonymous}
    for _, row, at in subject.rows():
        for use in row.forms:
            if use.code in anonymous:
                yield problem("plugin.survey", at, name=use.code, why=text("plugin_checks.unfit.collected"))


def _misuse(form: FormClass) -> Iterator[str]:
    assert form.survey is not None  # noqa: S101 — the caller has looked
    facts = [facts for _, facts in fields(schema_of(form))]
    if not form.survey.audience:
        yield "nobody"
    if form.survey.moment_field is not None and form.survey.moment_field not in form.model_fields:
        yield "moment"
    if any(each.get("widget") == "file" or "properties" in items(schema_of(form), each) for each in facts):
        yield "shape"
    if form.anonymous:
        named = form.subject_field or form.person_fields or any(each.get("widget") in REFERENCES for each in facts)
        if named or form.survey.moment_field:
            yield "names"
        if form.consequences is not Form.consequences:
            yield "consequences"
    elif form.subject_field is None or not {*form.survey.audience} <= SIGNED:
        yield "unsigned"


def source(form: FormClass) -> str:
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


@CHECKS.add("examples", "lack")
def _examples(subject: Subject) -> Iterable[Problem]:
    """The sheet that a user edits is a valid answer, in its own time and with people no programme knows."""
    always = FormContext(today=END_OF_TIME, cycle_starts=date.min, cycle_ends=END_OF_TIME, people=People())
    for form in subject.forms:
        try:
            parse_answer(form, load_answer(example_yaml(form), f"{form.code}.yaml"), always)
        except VekhaError as refusal:
            own = [each for each in refusal.problems if not each.code.startswith("people.")]
            if own:
                yield problem("plugin.form_example", source(form), name=form.code, reason=_told(own))


@CHECKS.add("samples", "lack")
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
                yield problem("plugin.form_sample", source(form), name=form.code, reason=reason)


def _told(problems: Iterable[Problem]) -> str:
    return "; ".join(f"{each.where}: {each.message}" if each.where else each.message for each in problems)

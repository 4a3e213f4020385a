"""A form's schema as fields of a page, and what was sent back as an answer: one walk over the schema for each.

Names follow the path: «goal», «rows-0-until». Problems find their field by its title, as `vekha.forms.validation`
words it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.datastructures import FormData

from vekha.domain.errors import Problem
from vekha.domain.people import People
from vekha.domain.programme import name_of
from vekha.forms.base import Form
from vekha.forms.schema import Schema, at, choices, fields, for_people, items

LONGEST_LIST = 200  # rows that one page takes
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` says how to draw it, `values` what stands in it, `rows` the fields of each row of a list.

    `when` is the question it depends on (name, title) and `answers` those after which it is asked.
    """

    name: str
    title: str
    help: str
    kind: str
    values: tuple[str, ...]
    required: bool
    options: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    rows: tuple[tuple["Field", ...], ...] = ()
    least: int | None = None
    most: int | None = None
    when: tuple[str, str] | None = None
    answers: tuple[str, ...] = ()


@cache
def input_schema(form: type[Form]) -> dict[str, Any]:
    """What a person fills in: without computed fields, and required is only what has no default."""
    return for_people(form.model_json_schema(mode="validation"))


@dataclass(frozen=True, slots=True)
class Drawing:
    """What fields are drawn with besides the schema."""

    schema: Schema
    people: People
    form: type[Form]
    problems: Mapping[str, Sequence[Problem]]


def draw(
    form: type[Form], data: Mapping[str, Any], people: People, problems: Iterable[Problem] = ()
) -> tuple[tuple[Field, ...], tuple[Problem, ...]]:
    """The fields with their values and problems, and the problems that belong to no field."""
    schema, by_place = input_schema(form), defaultdict[str, list[Problem]](list)
    for each in problems:
        by_place[each.where].append(each)
    drawing = Drawing(schema, people, form, by_place)
    drawn = tuple(_fields(drawing, schema, (), data))
    placed = {each for field in _every(drawn) for each in field.problems}
    return drawn, tuple(each for each in problems if each not in placed)


def _every(drawn: Iterable[Field]) -> Iterator[Field]:
    for field in drawn:
        yield field
        for row in field.rows:
            yield from _every(row)


def _fields(drawing: Drawing, of: Schema, path: Path, data: Mapping[str, Any]) -> Iterator[Field]:
    for name, facts in fields(drawing.schema, of):
        yield _field(drawing, facts, (*path, name), data.get(name), required=name in of.get("required", ()))


def _field(drawing: Drawing, facts: Schema, path: Path, value: Any, *, required: bool) -> Field:
    kind, inner = _kind(drawing, facts, str(path[-1])), items(drawing.schema, facts)
    where = at(drawing.schema, path)[0]
    condition = drawing.form.shown_if.get(str(path[0])) if len(path) == 1 else None
    found = list(drawing.problems.get(where, ()))
    rows: tuple[tuple[Field, ...], ...] = ()
    if kind == "rows":
        given = [each for each in value or () if isinstance(each, Mapping)]
        shown = given or [{}]
        rows = tuple(tuple(_fields(drawing, inner, (*path, n), row)) for n, row in enumerate(shown))
        found += [
            each for n in range(len(shown)) for each in drawing.problems.get(at(drawing.schema, (*path, n))[0], ())
        ]
    elif kind == "several":
        found += [
            each
            for n in range(len(value or ()))
            for each in drawing.problems.get(at(drawing.schema, (*path, n))[0], ())
        ]
    return Field(
        name="-".join(map(str, path)),
        title=str(facts.get("title", path[-1])),
        help=str(facts.get("description", "")),
        kind=kind,
        values=_values(value if value is not None else facts.get("default")) if kind != "rows" else (),
        required=required or (condition is not None and condition.required),
        options=tuple(_options(drawing, kind, facts, inner)),
        problems=tuple(found),
        rows=rows,
        when=(condition.field, at(drawing.schema, (condition.field,))[0]) if condition else None,
        answers=condition.values if condition else (),
        least=facts.get("minimum"),
        most=facts.get("maximum"),
    )


def _kind(drawing: Drawing, facts: Schema, name: str) -> str:
    widget = str(facts.get("widget", ""))
    if facts.get("type") == "array":
        inner = items(drawing.schema, facts)
        return "rows" if "properties" in inner else "choices" if choices(inner) else "several"
    if choices(facts):
        return "choice"
    if widget in ("textarea", "scale", "yes_no", "pair", "employer", "file"):
        return widget
    if widget == "person" or name in drawing.form.person_fields:
        return "person"
    if facts.get("format") == "date":
        return "date"
    return "number" if facts.get("type") in ("integer", "number") else "line"


def _options(drawing: Drawing, kind: str, facts: Schema, inner: Schema) -> Iterator[tuple[str, str]]:
    people = drawing.people
    if kind in ("choice", "choices"):
        yield from ((str(each), str(each)) for each in choices(facts if kind == "choice" else inner))
    elif kind == "scale":
        numbers = range(int(facts.get("minimum", 1)), int(facts.get("maximum", 10)) + 1)
        yield from ((str(each), str(each)) for each in numbers)
    elif kind == "pair":
        yield from ((each.code, name_of(each.code, people)) for each in people.active_pairs)
    elif kind == "employer":
        yield from people.employers.items()
    elif kind == "person" or (kind == "several" and inner.get("widget") == "person"):
        yield from ((each.name, each.name) for each in people.persons.values())


def _values(value: Any) -> tuple[str, ...]:
    match value:
        case None | "":
            return ()
        case bool():
            return ("да" if value else "нет",)
        case list() | tuple():
            return tuple(str(each) for each in value)
        case _:
            return (str(value),)


# --- what was sent ---------------------------------------------------------------------------------------------------


def answer_of(form: type[Form], sent: FormData) -> dict[str, Any]:
    """What was sent as the data of an answer; what the page does not ask for is not looked at."""
    schema = input_schema(form)
    return _read(schema, schema, (), sent)


def without_blank_ends(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the empty rows at the end of each list taken off: they were only offered."""
    trimmed = dict(data)
    for name, value in data.items():
        if isinstance(value, list):
            filled = [n for n, row in enumerate(value) if not isinstance(row, Mapping) or any(row.values())]
            trimmed[name] = value[: filled[-1] + 1] if filled else []
    return trimmed


def with_row(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same with one more empty row at the end of the list that `name` leads to."""
    changed, rows = _rows_at(data, name.split("-"))
    if len(rows) < LONGEST_LIST:
        rows.append({})
    return changed


def without_row(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same without the row that `name` («rows-2») leads to."""
    *path, number = name.split("-")
    changed, rows = _rows_at(data, path)
    if number.isdecimal() and int(number) < len(rows):
        del rows[int(number)]
    return changed


def _rows_at(data: Mapping[str, Any], path: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    """A copy of the data, and the list in it that a path leads to; an empty one where it leads nowhere."""
    changed: Any = deepcopy(dict(data))
    here = changed
    for step in path:
        if isinstance(here, dict):
            here = here.setdefault(step, [])
        elif isinstance(here, list) and step.isdecimal() and int(step) < len(here):
            here = here[int(step)]
        else:
            return changed, []
    return changed, here if isinstance(here, list) else []


def file_fields(form: type[Form]) -> tuple[str, ...]:
    """The fields that take a file: what stands in them comes from the store, never from what was typed."""
    return tuple(name for name, facts in fields(input_schema(form)) if facts.get("widget") == "file")


def _read(schema: Schema, of: Schema, path: Path, sent: FormData) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, facts in fields(schema, of):
        here = (*path, name)
        key = "-".join(map(str, here))
        if facts.get("type") != "array":
            found[name] = _text(sent.get(key))
            continue
        inner = items(schema, facts)
        if "properties" not in inner:
            found[name] = [text for each in sent.getlist(key) if (text := _text(each)).strip()]
            continue
        found[name] = [_read(schema, inner, (*here, n), sent) for n in range(_rows(sent, key))]
    return found


def _rows(sent: FormData, key: str) -> int:
    """How many rows of a list were sent."""
    numbers = (each[len(key) + 1 :].partition("-")[0] for each in sent if each.startswith(f"{key}-"))
    return min(max((int(each) + 1 for each in numbers if each.isdecimal()), default=0), LONGEST_LIST)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

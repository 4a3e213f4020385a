"""The schema of a form as data: stored beside every answer, so that an old one can be shown when its class has changed.

It is JSON Schema as pydantic makes it, with our own facts under `x-vekha` (code, version, who fills it, whom it is
about) and hints for drawing a field under `widget`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from vekha.forms.base import Form

Schema = Mapping[str, Any]
REFERENCES = ("person", "pair", "employer")  # widgets of fields that hold a code of somebody or something


@cache
def schema_of(form: type[Form]) -> dict[str, Any]:
    """The schema of today's class; `x-vekha.digest` tells two schemas apart. Treat it as read-only: it is shared."""
    schema = for_people(form.model_json_schema(mode="serialization"))
    facts: dict[str, Any] = {
        "code": form.code,
        "version": form.version,
        "filled_by": list(form.filled_by),
        "about": form.about.value,
        "subject_field": form.subject_field,
        "person_fields": list(form.person_fields),
        "anonymous": form.anonymous,
    }
    if form.shown_if:
        facts["shown_if"] = {
            name: {"field": each.field, "values": list(each.values), "required": each.required}
            for name, each in form.shown_if.items()
        }
    schema |= {"title": form.title, "description": " ".join((form.__doc__ or "").split()), "x-vekha": facts}
    facts["digest"] = hashlib.sha256(json.dumps(schema, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return schema


def for_people(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the docstrings of enumerations and rows: those are for developers."""
    for definition in schema.get("$defs", {}).values():
        definition.pop("description", None)
    return schema


def digest(form: type[Form]) -> str:
    """SHA-256 of everything the schema says; changes with any field, title, help or choice."""
    return schema_of(form)["x-vekha"]["digest"]


def node(schema: Schema, raw: Schema) -> dict[str, Any]:
    """A field's own facts: its reference followed, its «or null» taken off."""
    options = [each for each in raw.get("anyOf", ()) if each.get("type") != "null"]
    if options:
        return node(schema, {**options[0], **{key: value for key, value in raw.items() if key != "anyOf"}})
    if "$ref" in raw:
        target = schema["$defs"][raw["$ref"].rpartition("/")[2]]
        return {**target, **{key: value for key, value in raw.items() if key != "$ref"}}
    return dict(raw)


def fields(schema: Schema, of: Schema | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field of the form (or of a row of it) in its order, with its facts."""
    for name, raw in (schema if of is None else of).get("properties", {}).items():
        yield name, node(schema, raw)


def items(schema: Schema, of: Schema) -> dict[str, Any]:
    """What stands in a list."""
    return node(schema, of.get("items", {}))


def at(schema: Schema, path: Sequence[str | int]) -> tuple[str, dict[str, Any]]:
    """Where a path leads: in words («Строки плана, 2-я строка, дата») and the facts of the field there."""
    words: list[str] = []
    here: dict[str, Any] = dict(schema)
    for step in path:
        if isinstance(step, int):
            here = items(schema, here)
            words.append(f"{step + 1}-я строка" if "properties" in here else f"{step + 1}-е значение")
        elif step in here.get("properties", {}):
            here = node(schema, here["properties"][step])
            title = here.get("title", step)
            words.append(_inner(title) if words else title)
    return ", ".join(words), here


def _inner(title: str) -> str:
    """A title in the middle of a sentence; «ИНН» stays as it is."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def choices(of: Schema) -> tuple[str, ...]:
    """What may be chosen; nothing when the field is not a choice."""
    return tuple(of.get("enum", (of["const"],) if "const" in of else ()))


def show_answer(schema: Schema, data: Mapping[str, Any], name_of: Callable[[str], str] = str) -> list[tuple[str, str]]:
    """What was answered, as (title, printable value), by the schema it was given with.

    `name_of` turns the codes of people, pairs and employers into names. Empty answers are left out; a field that the
    schema does not know is shown under its own name, at the end.
    """
    known = dict(fields(schema))
    unknown = {name: {"title": name} for name in data if name not in known}
    answered = {name: data.get(name) for name in (*known, *unknown)}
    facts = known | unknown
    return [
        (facts[name].get("title", name), _printable(schema, facts[name], value, name_of))
        for name, value in answered.items()
        if value not in (None, "", [], ())
    ]


def _printable(schema: Schema, of: Schema, value: Any, name_of: Callable[[str], str]) -> str:
    match value:
        case bool():
            shown = "да" if value else "нет"
        case int() if of.get("widget") == "scale" and "maximum" in of:
            shown = f"{value} из {of['maximum']}"
        case str() if of.get("widget") in REFERENCES:
            shown = name_of(value)
        case str() if of.get("widget") == "file":
            shown = value.rpartition("/")[2]
        case str() if of.get("format") == "date":
            shown = f"{date.fromisoformat(value):%d.%m.%Y}"
        case date():
            shown = f"{value:%d.%m.%Y}"
        case list() | tuple():
            inner = items(schema, of)
            each = [_printable(schema, inner, one, name_of) for one in value]
            rows = "properties" in inner
            shown = "\n".join(f"{n}. {row}" for n, row in enumerate(each, 1)) if rows else "; ".join(each)
        case Mapping():
            row = {**schema, "properties": of.get("properties", {})}
            shown = "; ".join(f"{_inner(title)}: {text}" for title, text in show_answer(row, value, name_of))
        case _:
            shown = str(value)
    return shown

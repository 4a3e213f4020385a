"""A form as a sheet of paper: fillable on the screen, with a QR code that leads to the same form in the console."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vekha.documents.context import DocumentView
from vekha.documents.marks import with_code
from vekha.forms.base import Form
from vekha.forms.schema import choices, fields, items, schema_of
from vekha.services.work import Work
from vekha.texts import section, text

_TEMPLATE = "base/form.html"
_LINES = 5  # of a list that has no options


@dataclass(frozen=True, slots=True)
class Question:
    """A field as it is drawn. `kind`: line, long, date, number, one, many, rows; `scale` lays options in one row."""

    name: str
    title: str
    kind: str
    help: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    scale: bool = False
    columns: tuple[str, ...] = ()
    lines: int = _LINES


def sheet(work: Work, form: type[Form]) -> bytes:
    """The PDF of an empty form. The code holds an address and nothing else: who answers is not on the paper."""
    view = DocumentView(code=form.code, title=form.title, kind="materials", state="approved")
    context = {
        "document": view,
        "note": " ".join((form.__doc__ or "").split()),
        "hint": text("form_sheet.hint"),
        "questions": list(questions(form)),
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    if work.tools.public_url:
        html = with_code(html, f"{work.tools.public_url.rstrip('/')}/forms/{form.code}")
    created = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # of the form's version, not of the day it is printed on
    return work.tools.renderer.pdf(html, title=form.title, created=created, fillable=True)


def questions(form: type[Form]) -> Iterator[Question]:
    """Every field that a person fills; what is computed or uploaded has no place on paper."""
    schema = schema_of(form)
    required = schema.get("required", ())
    for name, facts in fields(schema):
        if not facts.get("readOnly") and facts.get("widget") != "file":
            drawn = _drawn(schema, facts)
            yield Question(name, facts["title"], help=facts.get("description", ""), required=name in required, **drawn)


def _drawn(schema: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    if facts.get("type") == "array":
        return _drawn_list(schema, items(schema, facts))
    if facts.get("widget") == "yes_no":
        return {"kind": "one", "options": tuple(section("form_sheet")["yes_no"])}
    if facts.get("widget") == "scale":
        marks = range(facts["minimum"], facts["maximum"] + 1)
        return {"kind": "one", "options": tuple(map(str, marks)), "scale": True}
    if options := choices(facts):
        return {"kind": "one", "options": tuple(map(str, options))}
    if facts.get("widget") == "textarea":
        return {"kind": "long"}
    kinds = {"date": "date", "integer": "number", "number": "number"}
    return {"kind": kinds.get(facts.get("format") or facts.get("type", ""), "line")}


def _drawn_list(schema: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    if options := choices(inner):
        return {"kind": "many", "options": tuple(map(str, options))}
    if "properties" in inner:
        columns = tuple(facts["title"] for _, facts in fields(schema, inner) if not facts.get("readOnly"))
        return {"kind": "rows", "columns": columns}
    return {"kind": "rows", "columns": (text("form_sheet.item"),)}

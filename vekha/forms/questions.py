"""What of a form can be counted, told by its schema: so that answers given with an older schema are counted by it."""

from collections.abc import Iterator
from typing import Any

from vekha.domain.surveys import Kind, Question
from vekha.domain.surveys.tallies import NO, YES
from vekha.forms.schema import REFERENCES, Schema, choices, fields, items

NOT_COUNTED = (*REFERENCES, "file")


def questions_of(schema: Schema, leaving_out: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """The questions of a form in its order; who is asked and whom the answer names is no question."""
    facts = schema.get("x-vekha", {})
    skipped = {*leaving_out, *facts.get("person_fields", ()), facts.get("subject_field")}
    return tuple(_questions(schema, skipped))


def _questions(schema: Schema, skipped: set[Any]) -> Iterator[Question]:
    for name, of in fields(schema):
        kind = _kind(schema, of)
        if name not in skipped and kind is not None:
            yield Question(name=name, title=str(of.get("title", name)), kind=kind, options=_options(schema, of, kind))


def _kind(schema: Schema, of: Schema) -> Kind | None:
    widget, base = of.get("widget"), of.get("type")
    if widget in NOT_COUNTED or of.get("format") == "date":
        return None
    if base == "array":
        return Kind.CHOICES if choices(items(schema, of)) else None
    if choices(of):
        return Kind.CHOICE
    if widget == "scale":
        return Kind.SCALE
    return {"boolean": Kind.YES_NO, "integer": Kind.NUMBER, "number": Kind.NUMBER, "string": Kind.TEXT}.get(str(base))


def _options(schema: Schema, of: Schema, kind: Kind) -> tuple[str, ...]:
    match kind:
        case Kind.SCALE:
            return tuple(str(each) for each in range(int(of.get("minimum", 1)), int(of.get("maximum", 10)) + 1))
        case Kind.YES_NO:
            return (YES, NO)
        case Kind.CHOICE:
            return tuple(map(str, choices(of)))
        case Kind.CHOICES:
            return tuple(map(str, choices(items(schema, of))))
        case _:
            return ()

"""From what somebody sent to a form: every problem at once, in Russian, each at the field's own title."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vekha.domain.errors import Problem, problem, refuse
from vekha.domain.people import People
from vekha.forms.base import Form, FormContext, is_unset
from vekha.forms.schema import REFERENCES, at, choices, fields, items, schema_of

AnyForm = TypeVar("AnyForm", bound=Form)
Path = Sequence[str | int]
LONGEST_QUOTE = 60


def parse_answer(form: type[AnyForm], data: Mapping[str, Any], context: FormContext) -> AnyForm:
    """The answer as a form, with people, pairs and employers named by code.

    Blank values count as not given, and computed fields are computed anew. Raises VekhaError with every problem: of
    the fields and of the references together; when there is none, of `Form.refusals`.
    """
    given, problems = _resolved(form, _filled_in(form, data), context.people)
    problems += _conditions(form, given)
    try:
        answer = form.model_validate(given)
    except ValidationError as refusal:
        found = (_field_problem(form, each) for each in _told(refusal.errors(include_url=False)))
        refuse(dict.fromkeys([*found, *problems]))
        raise  # unreachable: a ValidationError holds at least one error
    refuse(problems)
    refuse(Problem(each.code, _place(form, _path(each.where)), each.params) for each in answer.refusals(context))
    return answer


def resolve_references(form: type[Form], data: Mapping[str, Any], people: People) -> dict[str, Any]:
    """`data` with codes instead of names in `person_fields` and in the fields of pairs and employers.

    Raises VekhaError with every unknown person, namesake, pair and employer.
    """
    resolved, problems = _resolved(form, data, people)
    refuse(problems)
    return resolved


# --- what was given --------------------------------------------------------------------------------------------------


def _filled_in(form: type[Form], data: Mapping[str, Any]) -> dict[str, Any]:
    given = {str(name): _without_blanks(value) for name, value in data.items()}
    return {
        name: value for name, value in given.items() if value is not None and name not in form.model_computed_fields
    }


def _without_blanks(value: Any) -> Any:
    """None for whatever was left empty. The empty rows at the end of a list are taken off; those between keep their
    place, so that a problem names the row people see."""
    match value:
        case str():
            return value if value.strip() else None
        case Mapping():
            kept = {str(name): _without_blanks(each) for name, each in value.items()}
            return {name: each for name, each in kept.items() if each is not None}
        case list() | tuple():
            rows = [_without_blanks(each) for each in value]
            while rows and rows[-1] in (None, {}):
                rows.pop()
            return rows
        case _:
            return value


@cache
def _references(form: type[Form]) -> Mapping[str, str]:
    """The fields that name somebody or something known, and what: «person», «pair» or «employer»."""
    schema = schema_of(form)
    kinds = {
        name: "person" if name in form.person_fields else (items(schema, facts) or facts).get("widget")
        for name, facts in fields(schema)
    }
    return {name: kind for name, kind in kinds.items() if kind in REFERENCES}


def _resolved(form: type[Form], data: Mapping[str, Any], people: People) -> tuple[dict[str, Any], list[Problem]]:
    """Names replaced by codes where exactly one is meant, and a problem for each of the others.

    What is no name at all is left as it is, for the types of the fields to judge.
    """
    resolved, problems = dict(data), list[Problem]()
    for name, kind in _references(form).items():
        given = data.get(name)
        several = isinstance(given, list | tuple)
        codes: list[Any] = []
        for number, reference in enumerate(given if several else [given]):
            if not isinstance(reference, str) or is_unset(reference):
                codes.append(reference)
                continue
            wanted = " ".join(reference.split())
            meant = _meant(wanted, kind, people)
            if len(meant) != 1:
                where = _place(form, (name, number) if several else (name,))
                problems.append(_not_one(wanted, kind, meant, where))
            codes.append(meant[0] if len(meant) == 1 else reference)
        if given is not None:
            resolved[name] = codes if several else codes[0]
    return resolved, problems


def _meant(wanted: str, kind: str, people: People) -> tuple[str, ...]:
    """The codes of everybody a reference can mean: a code means itself, a name whoever bears it."""
    known = {"pair": people.pairs, "employer": people.employers}.get(kind)
    if known is None:
        return tuple(each.code for each in people.find(wanted))
    if wanted in known or kind == "pair":
        return (wanted,) if wanted in known else ()
    return tuple(code for code, name in people.employers.items() if name.casefold() == wanted.casefold())


def _not_one(wanted: str, kind: str, meant: Sequence[str], where: str) -> Problem:
    if meant:
        return problem("people.namesakes", where, person=wanted, codes=", ".join(meant))
    return problem(f"people.unknown_{kind}", where, **{kind: wanted})


def asked(form: type[Form], name: str, data: Mapping[str, Any]) -> bool:
    """Whether the field is asked for, given the other answers."""
    condition = form.shown_if.get(name)
    if condition is None:
        return True
    value = data.get(condition.field)
    given = value if isinstance(value, list | tuple) else [value]
    wanted = {each.casefold() for each in condition.values}
    return any(_said(each).casefold() in wanted for each in given)


def _said(value: Any) -> str:
    return ("да" if value else "нет") if isinstance(value, bool) else str(value).strip()


def _conditions(form: type[Form], given: Mapping[str, Any]) -> Iterator[Problem]:
    """Answers to what is not asked, and none to what then has to be answered."""
    for name, condition in form.shown_if.items():
        blank = given.get(name) in (None, "", [], ())
        if asked(form, name, given):
            if blank and condition.required:
                yield problem("form.missing", _place(form, (name,)))
        elif not blank:
            question = _place(form, (condition.field,))
            yield problem("form.not_asked", _place(form, (name,)), question=question, values=_listed(condition.values))


# --- what is wrong with a field --------------------------------------------------------------------------------------

# Pydantic's type of error → our code; where there is a limit, with the words for it.
_PLAIN = {
    "missing": "missing",
    "string_type": "not_a_text",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
}
_LIMITS = {
    "greater_than_equal": ("too_small", "не меньше {ge}"),
    "greater_than": ("too_small", "больше {gt}"),
    "less_than_equal": ("too_big", "не больше {le}"),
    "less_than": ("too_big", "меньше {lt}"),
    "string_too_short": ("too_short", "{min_length}"),
    "string_too_long": ("too_long", "{max_length}"),
    "too_short": ("too_few", "{min_length}"),
    "too_long": ("too_many", "{max_length}"),
}
_FAMILIES = {  # the first word of the type: «int_parsing», «int_from_float» are one mistake to a reader
    "unset": "unset",
    "int": "not_a_whole_number",
    "float": "not_a_number",
    "decimal": "not_a_number",
    "bool": "not_yes_no",
    "date": "not_a_date",
    "datetime": "not_a_date",
    "impossible": "not_a_date",
}


def _told(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """All but «too few» of a list that is long enough: pydantic counts only its right values, and the wrong ones are
    told of by themselves."""
    for each in errors:
        limits, given = each.get("ctx", {}), each["input"]
        if each["type"] != "too_short" or not isinstance(given, list | tuple):
            yield each
        elif (number := len(cast("Sequence[object]", given))) < limits["min_length"]:
            yield {**each, "ctx": {**limits, "actual_length": number}}


def _path(where: str) -> Path:
    """«rows.1.until» as a path: how `Form.refusals` names a field of a row."""
    return [int(step) if step.isdigit() else step for step in where.split(".")] if where else []


def _place(form: type[Form], path: Path) -> str:
    return at(schema_of(form), path)[0]


def _field_problem(form: type[Form], error: ErrorDetails) -> Problem:
    """Pydantic's error in our words."""
    kind, path, limits = _kind(error), error["loc"], error.get("ctx", {})
    schema = schema_of(form)
    if kind == "extra_forbidden":
        return _unknown_field(form, path)
    where, facts = at(schema, path)
    value = _quoted(error["input"])
    if kind in ("enum", "literal_error"):
        return problem("form.wrong_choice", where, value=value, choices=_listed(choices(facts)))
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        titles = [each.get("title", name) for name, each in fields(schema, facts)]
        return problem("form.not_a_row", where, fields=", ".join(titles))
    if kind == "inn":
        return problem("form.wrong_inn", where, value=value, why=limits["why"])
    if kind == "value_error":
        return problem("form.refused", where, reason=str(limits["error"]))
    code, params = _by_kind(kind, limits, value)
    return problem(f"form.{code}", where, **params)


def _kind(error: ErrorDetails) -> str:
    """Pydantic's type of error, where a text's length and a blank in a list have the names of their own kind."""
    if error["input"] is None:
        return "missing"
    measured = isinstance(error["input"], str) and error["type"] in ("too_short", "too_long")
    return f"string_{error['type']}" if measured else error["type"]


def _by_kind(kind: str, limits: Mapping[str, Any], value: str) -> tuple[str, dict[str, object]]:
    if kind in _LIMITS:
        code, words = _LIMITS[kind]
        return code, {"value": value, "count": limits.get("actual_length"), "limit": words.format_map(limits)}
    if kind in _PLAIN:
        return _PLAIN[kind], {}
    return _FAMILIES.get(kind.partition("_")[0], "wrong_value"), {"value": value}


def _unknown_field(form: type[Form], path: Path) -> Problem:
    schema = schema_of(form)
    where, facts = at(schema, path[:-1])
    known = {name: str(each.get("title", name)) for name, each in fields(schema, facts)}
    written = str(path[-1])
    by_title = {title.casefold(): name for name, title in known.items()}
    close = (
        [by_title.get(written.casefold(), "")]
        if written.casefold() in by_title
        else get_close_matches(written, known, n=1)
    )
    hint = f"Похоже на поле {close[0]}" if close else f"Есть поля: {', '.join(known)}"
    return problem("form.unknown_field", where or form.title, field=written, hint=hint)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"«{each}»" for each in values)


def _quoted(value: Any) -> str:
    shown = str(value)
    return shown if len(shown) <= LONGEST_QUOTE else f"{shown[:LONGEST_QUOTE]}…"

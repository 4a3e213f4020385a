"""An answer as a file: the sheet that `vekha form template` prints, and the reading of a filled one.

YAML is read for its structure only, each value as it was written: the types of the fields know better than YAML that
«0123» is a text and «10.09.2026» a day.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.yaml_tree import Node, read_tree
from vekha.forms.base import Form
from vekha.forms.schema import Schema, choices, fields, items, schema_of

LONGEST = 1_000_000  # characters of one answer; more is the wrong file
_PLAIN = re.compile(r"[\w«(][^:#\n\"'\[\]{}&*]*(?<! )")  # what needs no quotes in YAML
_SPECIAL = ("null", "true", "false", "~")


# --- the sheet -------------------------------------------------------------------------------------------------------


def example_yaml(form: type[Form]) -> str:
    """The form with its example filled in and a comment above every field: what to edit and send back."""
    schema = schema_of(form)
    head = [f"# {form.title} ({form.code}, версия {form.version})", f"# {schema['description']}"]
    head.append("# Без пометки «обязательно» поле можно оставить пустым.")
    return "\n".join([*head, "", *_lines(schema, schema, form.example, indent="", explained=True)]) + "\n"


def _lines(schema: Schema, of: Schema, example: Mapping[str, Any], indent: str, *, explained: bool) -> Iterator[str]:
    for name, facts in fields(schema, of):
        if facts.get("readOnly"):
            continue
        if explained:
            yield f"{indent}# {_comment(schema, facts, required=name in of.get('required', ()))}"
        yield from _entry(schema, facts, f"{indent}{name}:", example.get(name), indent)


def _entry(schema: Schema, facts: Schema, key: str, value: Any, indent: str) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not value:
        yield f"{key} {_scalar(facts, value)}".rstrip()
        return
    yield key
    inner = items(schema, facts)
    for number, each in enumerate(value):
        if not isinstance(each, Mapping):
            yield f"{indent}  - {_scalar(inner, each)}"
            continue
        filled = {name: row for name, row in each.items() if row is not None}
        shown = inner if number == 0 else {**inner, "properties": {n: inner["properties"][n] for n in filled}}
        yield f"{indent}  -"
        yield from _lines(schema, shown, filled, f"{indent}    ", explained=number == 0)


def _comment(schema: Schema, facts: Schema, *, required: bool) -> str:
    inner = items(schema, facts) if facts.get("type") == "array" else facts
    options = choices(inner)
    parts = [f"{facts['title']} (обязательно)" if required else str(facts["title"])]
    if options:
        several = "Одно или несколько из" if facts.get("type") == "array" else "Одно из"
        parts.append(f"{several}: {', '.join(f'«{each}»' for each in options)}")
    elif inner.get("format") == "date":
        parts.append("День, месяц и год: 10.09.2026")
    elif inner.get("widget") == "scale":
        parts.append(f"Число от {inner['minimum']} до {inner['maximum']}")
    elif inner.get("widget") == "yes_no":
        parts.append("да или нет")
    if "description" in facts:
        parts.append(str(facts["description"]))
    return ". ".join(parts)


def _scalar(facts: Schema, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, bool):
        words = ("нет", "да") if facts.get("widget") == "yes_no" else ("false", "true")
        return words[value]
    shown = f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
    plain = _PLAIN.fullmatch(shown) and shown.casefold() not in _SPECIAL
    return shown if plain else json.dumps(shown, ensure_ascii=False)


# --- the reading -----------------------------------------------------------------------------------------------------


def load_answer(text: str, filename: str = "answer.yaml") -> dict[str, Any]:
    """The fields of an answer written in YAML 1.2 or JSON (by the name of the file, or by its first sign).

    Raises VekhaError with `file:line` of whatever cannot be read; anchors, aliases, tags and repeated fields are
    refused. Whether the values are right is for `parse_answer` to say.
    """
    if len(text) > LONGEST:
        raise VekhaError(problem("form.too_large", filename, limit=LONGEST))
    is_json = filename.lower().endswith(".json") or text.lstrip().startswith("{")
    answer = _from_json(text, filename) if is_json else _from_yaml(text, filename)
    if not isinstance(answer, dict) or not answer:
        raise VekhaError(problem("form.not_a_mapping", f"{filename}:1"))
    return answer


def _from_yaml(text: str, filename: str) -> Any:
    tree = read_tree(text, filename)
    if tree.problems:  # the same faults as in a roadmap, in words for whoever fills a form
        raise VekhaError(
            Problem(f"form.{each.code.partition('.')[2]}", each.where, each.params) for each in tree.problems
        )
    return None if tree.root is None else _written(tree.root)


def _written(node: Node) -> Any:
    match node.value:
        case dict() as entries:
            return {name: _written(each) for name, each in entries.items()}
        case list() as rows:
            return [_written(each) for each in rows]
        case None:
            return None
        case _:
            return node.raw


def _from_json(text: str, filename: str) -> Any:
    def unrepeated(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise VekhaError(problem("form.repeated_field", filename, field=name))
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=unrepeated)
    except json.JSONDecodeError as error:
        raise VekhaError(problem("form.broken_json", f"{filename}:{error.lineno}")) from error
    except RecursionError as error:
        raise VekhaError(problem("form.too_deep", f"{filename}:1")) from error

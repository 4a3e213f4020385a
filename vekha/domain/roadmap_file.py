"""Reads a roadmap from YAML, strictly, and says everything that is wrong with it at once, each with file and line.

Three readings of one text: the markup (`yaml_tree`), the shape (the pydantic models of `roadmap`) and the sense (codes
that name each other, deadlines somebody can date). The sense is asked of the tree, not of the finished models, so that
a file with a mistake in its shape still hears about all the others.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vekha.domain.deadlines import Cycle, problem_of, resolve
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.roadmap import (
    Activity,
    CycleSpec,
    DocumentSpec,
    DocumentUse,
    FormUse,
    Roadmap,
    Stage,
)
from vekha.domain.yaml_tree import Node, Tree, nearest, plain, read_tree, select
from vekha.texts import text

# What stands where: a path of the tree, with `*` for every index and every code, and the model read from it.
SHAPES: dict[str, type[BaseModel]] = {
    "": Roadmap,
    "cycle": CycleSpec,
    "documents.*": DocumentSpec,
    "stages.*": Stage,
    "stages.*.activities.*": Activity,
    "stages.*.activities.*.documents.*": DocumentUse,
    "stages.*.activities.*.forms.*": FormUse,
}

_ANY_YEAR = 2026  # whether a phrase can be dated does not depend on the year; ten cycles are tried by plugin checks
_ANY_CYCLE = CycleSpec(kind="school_year", starts="май", length_months=14)

_ROWS = "stages.*.activities.*"


def parse_roadmap(source: str, filename: str = "roadmap.yaml") -> Roadmap:
    """The roadmap written in `source`. Raises VekhaError with every problem (`roadmap.*`, `deadline.*`), by line."""
    tree = read_tree(source, filename)
    if tree.root is None or not isinstance(tree.root.value, dict):
        raise VekhaError(tree.problems or [problem("roadmap.empty", f"{filename}:1")])
    roadmap = _read_shape(tree, tree.root)
    _read_sense(tree, tree.root)
    if tree.problems or roadmap is None:
        raise VekhaError(sorted(dict.fromkeys(tree.problems), key=_line_of))
    return roadmap


_DOCUMENT = ""  # no stage has this code


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a roadmap stand in their file, for whoever reports on them later (warnings, plugin checks)."""

    filename: str
    lines: dict[tuple[str, ...], int]

    def __call__(self, *codes: str) -> str:
        """`file:line` of a stage, or of a stage's activity; the file alone when it has no such row."""
        line = self.lines.get(codes)
        return self.filename if line is None else f"{self.filename}:{line}"

    def document(self, code: str) -> str:
        """`file:line` of a document of the list."""
        return self(_DOCUMENT, code)


def places_of(source: str, filename: str = "roadmap.yaml") -> Places:
    """The lines of every stage, activity and document of a roadmap that `parse_roadmap` accepts."""
    root = read_tree(source, filename).root
    lines: dict[tuple[str, ...], int] = {}
    for papers in select(root, "documents") if root else ():
        if isinstance(papers.value, dict):
            lines |= {(_DOCUMENT, code): each.line for code, each in papers.value.items()}
    for stage in select(root, "stages.*") if root else ():
        name = "".join(each.raw for each in select(stage, "code"))
        lines[(name,)] = stage.line
        for row in select(stage, "activities.*"):
            lines[(name, "".join(each.raw for each in select(row, "code")))] = row.line
    return Places(filename, lines)


def hint(word: str, known: Iterable[str]) -> str:
    """«; похоже на «deadline»», when one of the known words is close to the one written; else nothing."""
    close = get_close_matches(word, list(known), n=1)
    return text("roadmap.close", close=close[0]) if close else ""


def _line_of(each: Problem) -> int:
    return int(each.where.rpartition(":")[2])


# --- the shape -------------------------------------------------------------------------------------------------------


def _read_shape(tree: Tree, root: Node) -> Roadmap | None:
    _report_blanks(tree, root, "")
    try:
        return Roadmap.model_validate(plain(root))
    except ValidationError as refusal:
        for error in refusal.errors(include_url=False, include_context=True):
            _report_shape(tree, root, error)
        return None


def _report_blanks(tree: Tree, node: Node, key: str) -> None:
    """A key with nothing after it: pydantic would take it for «not given»."""
    match node.value:
        case dict() as entries:
            for name, each in entries.items():
                _report_blanks(tree, each, name)
        case list() as items:
            for each in items:
                _report_blanks(tree, each, key)
        case None if node.blank:
            tree.report("roadmap.empty_value", node.line, key=key)
        case _:
            pass


def _report_shape(tree: Tree, root: Node, error: ErrorDetails) -> None:
    """One finding of pydantic in our words, at the line it is about."""
    path = [step for step in error["loc"] if step != "[key]"]
    node = nearest(root, path)
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if node.value is None:
        return  # reported as blank, or as an alias
    if kind == "extra_forbidden":
        allowed = _keys_at(path[:-1])
        tree.report("roadmap.unknown_key", node.line, key=key, allowed=", ".join(allowed), hint=hint(key, allowed))
    elif kind == "missing":
        tree.report("roadmap.missing_key", node.line, key=key)
    elif kind in ("enum", "literal_error"):
        allowed = re.findall(r"'([^']+)'", context["expected"])
        known, close = ", ".join(allowed), hint(node.raw, allowed)
        tree.report("roadmap.not_one_of", node.line, key=key, found=node.raw, allowed=known, hint=close)
    elif kind in ("string_pattern_mismatch", "string_too_long"):
        code = "roadmap.bad_template" if key == "template" else "roadmap.bad_code"
        tree.report(code, node.line, found=key if "[key]" in error["loc"] else node.raw)
    elif kind == "string_too_short":
        tree.report("roadmap.empty_value", node.line, key=key)
    elif kind == "too_short":
        if not node.value:  # pydantic leaves refused items out of its count
            tree.report("roadmap.empty_list", node.line, key=key)
    elif kind == "string_type" and not isinstance(node.value, (dict, list)):
        tree.report("roadmap.needs_quotes", node.line, key=key, found=node.raw)
    elif kind in ("greater_than_equal", "less_than_equal"):
        sign, limit = ("≥", context["ge"]) if "ge" in context else ("≤", context["le"])
        tree.report("roadmap.out_of_range", node.line, key=key, found=node.raw, limit=f"{sign} {limit}")
    else:
        tree.report("roadmap.wrong_type", node.line, key=key, expected=_expected(kind), found=_shown(node))


def _keys_at(path: Sequence[str | int]) -> list[str]:
    """The keys the format knows at this place."""
    for shape, model in SHAPES.items():
        steps = shape.split(".") if shape else []
        if len(steps) == len(path) and all(step in ("*", each) for step, each in zip(steps, path, strict=True)):
            return list(model.model_fields)
    return []


def _expected(kind: str) -> str:
    """The words for the type pydantic wanted."""
    names = {
        "int_type": "int",
        "bool_type": "bool",
        "tuple_type": "list",
        "dict_type": "mapping",
        "model_type": "mapping",
        "model_attributes_type": "mapping",
    }
    return text(f"roadmap.expected.{names.get(kind, 'text')}")


def _shown(node: Node) -> str:
    match node.value:
        case dict():
            return text("roadmap.found.mapping")
        case list():
            return text("roadmap.found.list")
        case _:
            return f"«{node.raw}»"


# --- the sense -------------------------------------------------------------------------------------------------------


def _read_sense(tree: Tree, root: Node) -> None:
    _check_codes(tree, root)
    _check_roles(tree, root)
    _check_documents(tree, root)
    _check_order(tree, root)
    _check_deadlines(tree, root)


def _named(root: Node, path: str) -> Iterator[Node]:
    """The codes written under a path: words only, the rest is a matter of shape."""
    return (node for node in select(root, path) if isinstance(node.value, str))


def _keys(root: Node, key: str) -> list[str]:
    return [name for each in select(root, key) if isinstance(each.value, dict) for name in each.value]


def _check_codes(tree: Tree, root: Node) -> None:
    """A code names one stage, one row, and one use of a document or form in a row."""
    for path, what in (("stages.*.code", "stage"), (f"{_ROWS}.code", "activity")):
        seen: dict[str, int] = {}
        for node in _named(root, path):
            first = seen.setdefault(node.raw, node.line)
            if first != node.line:
                tree.report(f"roadmap.duplicate_{what}", node.line, name=node.raw, first=first)
    _check_was(tree, root)
    for row in select(root, _ROWS):
        for path in ("documents.*.code", "forms.*.code"):
            uses = [node.raw for node in _named(row, path)]
            for index, node in enumerate(_named(row, path)):
                if node.raw in uses[:index]:
                    tree.report("roadmap.duplicate_use", node.line, name=node.raw)


def _check_was(tree: Tree, root: Node) -> None:
    """A code of an earlier version became one thing only, and is not in use any more."""
    for path in ("stages.*", _ROWS):
        codes = {node.raw for node in _named(root, f"{path}.code")}
        seen: dict[str, int] = {}
        for node in _named(root, f"{path}.was.*"):
            first = seen.setdefault(node.raw, node.line)
            if node.raw in codes:
                tree.report("roadmap.was_in_use", node.line, name=node.raw)
            elif first != node.line:
                tree.report("roadmap.was_twice", node.line, name=node.raw, first=first)


def _check_roles(tree: Tree, root: Node) -> None:
    roles = _keys(root, "roles")
    for path in (f"{_ROWS}.responsible.*", f"{_ROWS}.documents.*.responsible.*", "documents.*.approves"):
        for node in _named(root, path):
            if node.raw not in roles:
                known, close = ", ".join(roles), hint(node.raw, roles)
                tree.report("roadmap.unknown_role", node.line, name=node.raw, known=known, hint=close)


def _check_documents(tree: Tree, root: Node) -> None:
    known = _keys(root, "documents")
    for path in (f"{_ROWS}.documents.*.code", "documents.*.annexes.*"):
        for node in _named(root, path):
            if node.raw not in known:
                tree.report("roadmap.unknown_document", node.line, name=node.raw, hint=hint(node.raw, known))
    for code in known:
        for node in _named(root, f"documents.{code}.annexes.*"):
            if node.raw == code:
                tree.report("roadmap.own_annex", node.line, name=code)


def _check_order(tree: Tree, root: Node) -> None:
    """A stage waits only for stages printed above it, which leaves no way to wait in a circle."""
    lines = {node.raw: node.line for node in _named(root, "stages.*.code")}
    above: set[str] = set()
    for stage in select(root, "stages.*"):
        own = next((node.raw for node in _named(stage, "code")), "")
        for node in _named(stage, "after.*"):
            if node.raw == own:
                tree.report("roadmap.after_itself", node.line, name=own)
            elif node.raw not in lines:
                known, close = ", ".join(lines), hint(node.raw, lines)
                tree.report("roadmap.unknown_stage", node.line, name=node.raw, known=known, hint=close)
            elif node.raw not in above:
                tree.report("roadmap.after_later", node.line, name=node.raw, below=lines[node.raw])
        above.add(own)


def _check_deadlines(tree: Tree, root: Node) -> None:
    """Every row has a deadline, its own or its documents', and every phrase can be dated or classified."""
    cycle = Cycle(*_cycle_of(root).dates(_ANY_YEAR))
    for row in select(root, _ROWS):
        if not isinstance(row.value, dict):
            continue
        phrases = [*select(row, "deadline.*"), *select(row, "documents.*.deadline")]
        for node in phrases:
            if isinstance(node.value, str):
                found = problem_of(node.raw, resolve(node.raw, cycle), f"{tree.filename}:{node.line}")
                tree.problems.extend([found] if found else [])
        if not phrases and "deadline" not in row.value:
            title = next((node.raw for node in (*select(row, "title"), *select(row, "code"))), "…")
            tree.report("roadmap.no_deadline", row.line, title=title)


def _cycle_of(root: Node) -> CycleSpec:
    try:
        return CycleSpec.model_validate(plain(next(select(root, "cycle"))))
    except (StopIteration, ValidationError):
        return _ANY_CYCLE

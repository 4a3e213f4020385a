"""YAML 1.2 as a tree that remembers its lines, without anything that computes: the ground a roadmap is read from.

Only mappings, lists and scalars exist here. Anchors, aliases, tags, merge keys and repeated keys are refused, so that
what a methodologist reviews on paper is exactly what the machine reads («no expressions, no includes, no
inheritance»). The tree is built straight from the parser's events: the round-trip loader would hide the aliases.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from vekha.domain.errors import Problem, problem
from vekha.texts import section

DEEPEST = 12  # a roadmap is six levels deep; more is an attack or an accident

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it stands on (that of its key, when it has one). `raw` is a scalar as it was written."""

    line: int
    value: "dict[str, Node] | list[Node] | Scalar"
    raw: str = ""

    @property
    def blank(self) -> bool:
        """Nothing was written: not the same as an alias, which is refused for another reason."""
        return self.value is None and self.raw in _WORDS


@dataclass(slots=True)
class Tree:
    """What could be read, and everything that could not. `root` is None when there is nothing to go on with."""

    filename: str
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list[Problem])

    def report(self, code: str, line: int, **params: object) -> None:
        self.problems.append(problem(code, f"{self.filename}:{line}", **params))


def read_tree(text: str, filename: str) -> Tree:
    """Reads one document. Never raises for a bad file: see `Tree.problems`."""
    tree = Tree(filename)
    events = cast("Iterator[Any]", YAML(typ="safe", pure=True).parse(text))  # pyright: ignore[reportUnknownMemberType]
    try:
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if tree.root is not None:
                    tree.report("roadmap.many_documents", _line(event))
                    break
                tree.root = _node(next(events), events, tree, depth=0)
    except MarkedYAMLError as error:
        tree.root = None
        _report_syntax(tree, error)
    except ReaderError as error:
        tree.root = None
        position = cast("int", cast("Any", error).position)
        tree.report("roadmap.bad_character", text.count("\n", 0, position) + 1, sign=f"U+{ord(text[position]):04X}")
    except RecursionError:
        tree.root = None
        tree.report("roadmap.too_deep", 1, deepest=DEEPEST)
    return tree


def select(node: Node, path: str) -> Iterator[Node]:
    """Every node under a dotted path, where `*` stands for each item of a list or each value of a mapping.

    Shorthands read as what they are short for: a scalar is a list of itself, and a mapping of `code` to itself.
    """
    step, _, rest = path.partition(".")
    found: Sequence[Node] = ()
    match node.value:
        case dict() as entries:
            found = list(entries.values()) if step == "*" else [entries[step]] if step in entries else []
        case list() as items:
            found = items if step == "*" else ()
        case None:
            pass
        case _:
            found = (node,) if step in ("*", "code") else ()
    for each in found:
        if rest:
            yield from select(each, rest)
        else:
            yield each


def plain(node: Node) -> object:
    """The tree as ordinary dicts, lists and scalars."""
    match node.value:
        case dict() as entries:
            return {key: plain(each) for key, each in entries.items()}
        case list() as items:
            return [plain(each) for each in items]
        case scalar:
            return scalar


def nearest(node: Node, path: Sequence[str | int]) -> Node:
    """The node at `path`, or the last one on the way to it that exists."""
    for step in path:
        match node.value:
            case dict() as entries if step in entries:
                node = entries[step]
            case list() as items if isinstance(step, int) and step < len(items):
                node = items[step]
            case _:
                break
    return node


def _line(event: Any) -> int:
    return cast("int", event.start_mark.line) + 1


def _node(event: Any, events: Iterator[Any], tree: Tree, depth: int, line: int | None = None) -> Node:
    line = line or _line(event)
    kind = cast("object", type(event))
    if kind is AliasEvent:
        tree.report("roadmap.alias", _line(event), name=event.anchor)
        return Node(line, None, f"*{event.anchor}")
    if event.anchor is not None:
        tree.report("roadmap.anchor", _line(event), name=event.anchor)
    if event.tag is not None:
        tree.report("roadmap.tag", _line(event), name=event.tag)
    if kind is ScalarEvent:
        raw = cast("str", event.value)
        quoted = event.style is not None
        return Node(line, raw if quoted else _scalar(raw), raw)
    if depth >= DEEPEST:
        raise RecursionError
    if kind is SequenceStartEvent:
        return Node(line, list(_items(events, tree, depth)))
    return Node(line, _entries(events, tree, depth))


def _items(events: Iterator[Any], tree: Tree, depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, SequenceEndEvent):
            return
        yield _node(event, events, tree, depth + 1)


def _entries(events: Iterator[Any], tree: Tree, depth: int) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        line = _line(event)
        key = _node(event, events, tree, depth + 1)
        value = _node(next(events), events, tree, depth + 1, line)
        if isinstance(key.value, (dict, list)):
            tree.report("roadmap.complex_key", line)
        elif key.raw == "<<":
            tree.report("roadmap.merge_key", line)
        elif key.raw in entries:
            tree.report("roadmap.duplicate_key", line, key=key.raw, first=entries[key.raw].line)
        else:
            entries[key.raw] = value
    return entries


def _scalar(raw: str) -> Scalar:
    """The core schema of YAML 1.2: «no», «on» and dates are words."""
    if raw in _WORDS:
        return _WORDS[raw]
    if _INT.fullmatch(raw):
        return int(raw)
    return float(raw) if _FLOAT.fullmatch(raw) else raw


def _report_syntax(tree: Tree, error: MarkedYAMLError) -> None:
    """The parser's reason in Russian: the mistakes people make are few, and have words in `texts/ru/roadmap.toml`."""
    found = cast("Any", error)
    said = f"{found.problem or ''} {found.context or ''}"
    mark = found.problem_mark or found.context_mark
    for reason in section("roadmap.syntax").values():
        if reason["sign"] in said:
            break
    else:
        reason = section("roadmap.syntax.other")
    tree.report("roadmap.broken_yaml", cast("int", mark.line) + 1 if mark else 1, reason=reason["reason"])

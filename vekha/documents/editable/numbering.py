"""Points numbered by Word itself: CSS counters become lists, and every number is the one that the PDF prints.

`ol.points` and `.numbered` count points and clauses with counters; `::before` shows one of them («1.») or two («1.2.»).
The first counter shown is the list, their count the level. A number that Word would not come to by itself begins a list
of its own from that number.
"""

from dataclasses import dataclass, field
from typing import Any

from vekha.documents.editable.styled import Element, StyledText
from vekha.documents.editable.xml import Xml, tag

LEVELS = 3


@dataclass(slots=True)
class _Kind:
    """How lists of one counter (or one bullet) look: the text of each level met so far."""

    name: str
    levels: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _List:
    """One list: its id, its kind, the numbers it begins with and the last it has come to, from the first level on."""

    id: int
    kind: _Kind
    starts: list[int]
    reached: list[int]

    def goes_on(self, level: int, shown: str, values: list[int]) -> bool:
        """Whether Word, counting on, comes to these values."""
        last = self.reached
        expected = [*last[:level], last[level] + 1] if len(last) > level else [*last, 1]
        return self.kind.levels.get(level, shown) == shown and expected == values


class Numbering:
    """The lists of one document; `enter` and `leave` follow the walk of its tree."""

    def __init__(self, text: StyledText) -> None:
        self._text = text
        self._counters: dict[str, int] = {}
        self._kinds: list[_Kind] = []
        self._lists: list[_List] = []
        self._current: dict[str, _List] = {}

    def enter(self, element: Element) -> dict[str, int]:
        """Resets and raises the counters as the element's style says; gives what `leave` puts back."""
        style = self._text.style(element)
        before = dict(self._counters)
        for name, value in _pairs(style["counter_reset"]):
            self._counters[name] = value
            self._current.pop(name, None)
        for name, value in _pairs(style["counter_increment"]):
            self._counters[name] = self._counters.get(name, 0) + value
        return {name: before[name] for name, _ in _pairs(style["counter_reset"]) if name in before}

    def leave(self, outer: dict[str, int]) -> None:
        self._counters |= outer

    def number(self, element: Element) -> tuple[int, int] | None:
        """(level, list) of a block that `::before` numbers or marks; None for a plain one."""
        content = self._text.before(element)
        names = [value[0] for kind, value in content if kind == "counter()"]
        if not content or (not names and element.tag != "li"):
            return None
        if not names:
            sign = "".join(value for _, value in content).strip()
            return 0, (self._current.get(sign) or self._begin(sign, 0, sign, [])).id
        shown, place = "", 0
        for kind, value in content:
            place += kind == "counter()"
            shown += f"%{place}" if kind == "counter()" else value
        values = [self._counters.get(name, 0) for name in names]
        return len(names) - 1, self._numbered(names[0], len(names) - 1, shown.strip(), values).id

    def _numbered(self, name: str, level: int, shown: str, values: list[int]) -> _List:
        known = self._current.get(name)
        if known is None or not known.goes_on(level, shown, values):
            known = self._begin(name, level, shown, values)
        known.kind.levels[level] = shown
        known.reached = values
        return known

    def _begin(self, name: str, level: int, shown: str, starts: list[int]) -> _List:
        alike = (each for each in self._kinds if each.name == name and each.levels.get(level, shown) == shown)
        kind = next(alike, None)
        if kind is None:
            kind = _Kind(name, {level: shown})
            self._kinds.append(kind)
        made = self._current[name] = _List(len(self._lists) + 1, kind, starts, starts)
        self._lists.append(made)
        return made

    def fill(self, root: Xml) -> None:
        """Writes the lists into `word/numbering.xml`."""
        for number, kind in enumerate(self._kinds):
            levels = [_level(level, kind.levels.get(level)) for level in range(LEVELS)]
            root.append(tag("abstractNum", tag("multiLevelType", val="multilevel"), *levels, abstractNumId=number))
        for each in self._lists:
            starts = [
                tag("lvlOverride", tag("startOverride", val=start), ilvl=level)
                for level, start in enumerate(each.starts)
            ]
            root.append(tag("num", tag("abstractNumId", val=self._kinds.index(each.kind)), *starts, numId=each.id))


def _level(level: int, shown: str | None) -> Xml:
    numbered = shown is None or "%" in shown
    words = shown or ".".join(f"%{n}" for n in range(1, level + 2)) + "."
    return tag(
        "lvl",
        tag("start", val=1),
        tag("numFmt", val="decimal" if numbered else "bullet"),
        tag("suff", val="space"),
        tag("lvlText", val=words),
        tag("lvlJc", val="left"),
        tag("pPr", tag("ind", left=0, firstLine=709)),
        ilvl=level,
    )


def _pairs(value: Any) -> tuple[tuple[str, int], ...]:
    return value if isinstance(value, tuple) else ()

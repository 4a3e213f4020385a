"""From a readable phrase to a Rule: the grammar's actions.

Lark is imported and the parser built on the first phrase, so that importing this package costs nothing.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from vekha.domain.deadlines import table
from vekha.domain.deadlines.actions import ACTIONS
from vekha.domain.deadlines.reading import Text
from vekha.domain.deadlines.rules import Reason, Relative, Rule, UnclearError

_LONGEST = 500
_LEADING = " .,;-(/"
_TRAILING = " .,;)/"  # a dash stays: «сентябрь –» is half of a period


def parse(text: Text) -> Rule:
    """The rule that the phrase states. Raises UnclearError: NOT_UNDERSTOOD when the grammar has no such phrase."""
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 — see above

    body = text.folded.rstrip(_TRAILING)
    blank = len(body) - len(body.lstrip(_LEADING))
    if len(body) > _LONGEST:
        raise UnclearError(Reason.NOT_UNDERSTOOD)
    try:
        rule: Any = _parser().parse(" " * blank + body[blank:])
    except UnexpectedInput:
        raise UnclearError(Reason.NOT_UNDERSTOOD) from None
    if isinstance(rule, Relative) and rule.event is not None:
        return Relative(rule.offset, rule.unit, _quote(rule.event, text, len(body)))
    return rule


def _quote(event: Any, text: Text, end: int) -> str:
    """The event in the words and letters of the original; a Token knows its place."""
    stop = len(text.clean) if event.end_pos == end else event.end_pos
    words = text.clean[event.start_pos : stop].strip(" .,;:")
    return words.removesuffix(")") if words.count(")") > words.count("(") else words


class _Actions:
    """Hands each rule's children to the function of that name in actions/."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not name.islower():  # helper rules and terminals stay Lark's own business
            raise AttributeError(name)

        def apply(children: Iterable[Any]) -> Any:
            # Looked up when called: Lark would take an AttributeError for «no action» and go on with a bare tree.
            return ACTIONS[name](*children)

        return apply


@cache
def _parser() -> Any:
    return table.parser(_Actions())

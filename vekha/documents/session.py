"""What one rendering remembers: the fields left blank, how much work is done, which positions have confirmed forms."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from vekha.texts import text

LOOP_STEPS = 1_000_000
"""Steps of all loops of one document: a register of 10,000 rows and 100 columns still fits."""

_PLACEHOLDER = re.compile(r".*_{2,}.*|00?\.\d{1,2}\.\d{2,4}|\d{1,2}\.00?\.\d{2,4}|\d{1,2}\.\d{1,2}\.0{4}", re.DOTALL)


class TooMuchWorkError(Exception):
    """A template whose loops do not end in any sensible time."""


@dataclass(slots=True)
class Session:
    """`blanks` keeps the order of first appearance; a label met twice stands once."""

    blanks: dict[str, None] = field(default_factory=dict)
    steps: int = 0
    positions: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


_current: ContextVar[Session | None] = ContextVar("vekha_rendering", default=None)


@contextmanager
def rendering(positions: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[Session]:
    """The session that the filters of this rendering write into; `positions` are the confirmed ones, by case."""
    session = Session(positions=positions or {})
    token = _current.set(session)
    try:
        yield session
    finally:
        _current.reset(token)


def confirmed_position(position: str, case: str) -> str | None:
    """The form that a person has confirmed for this institution; None when there is none."""
    session = _current.get()
    return session.positions.get(position, {}).get(case) if session is not None else None


def is_unset(value: object) -> bool:
    """Nothing, an empty text, or a placeholder such as «00.00.0000» and «________ учебный год» (DOMAIN §8.3)."""
    if value is None:
        return True
    return isinstance(value, str) and (not value.strip() or _PLACEHOLDER.fullmatch(value.strip()) is not None)


def blank(value: Any, label: str) -> Any:
    """The value, or the mark «не заполнено», which is counted under `label`; a document with it is not approved."""
    if not is_unset(value):
        return value
    session = _current.get()
    if session is not None:
        session.blanks[label] = None
    return Markup('<span class="blank">{}</span>').format(text("documents.blank.mark"))


# With a context, Jinja leaves these to the rendering; without one it would work out `none|blank('…')` when it compiles.


@pass_context
def blank_filter(_context: Context, value: Any, label: str) -> Any:
    """`blank` for templates."""
    return blank(value, label)


@pass_context
def finalize(_context: Context, value: Any) -> Any:
    """What Jinja prints for an expression: None is a blank, never the word «None»."""
    return blank(value, text("documents.blank.nameless")) if value is None else value


@pass_context
def metered(_context: Context, items: Iterable[Any]) -> Iterator[Any]:
    """The same items, counted against `LOOP_STEPS`; raises TooMuchWorkError."""
    session = _current.get() or Session()
    for item in items:
        session.steps += 1
        if session.steps > LOOP_STEPS:
            raise TooMuchWorkError
        yield item

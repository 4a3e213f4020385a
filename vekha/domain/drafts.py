"""When a saving of a half-filled form may go through, and what two people have written differently.

A page knows the version it was made from. Whoever saves on top of a version that somebody else has replaced meanwhile
does not win and does not lose: the text is kept apart until a person has chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

Data = Mapping[str, Any]


class Verdict(StrEnum):
    SAVE = "save"
    LATE = "late"  # this very page has handed the form in already: nothing is left to save
    CONFLICT = "conflict"  # somebody else was quicker


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The draft as it is stored. `page` saved it last; `sent` after the form was handed in."""

    version: int
    page: str
    data: Data
    sent: bool


def judge(kept: Kept | None, base: int, page: str, data: Data, *, shared: bool) -> Verdict:
    """What becomes of a saving by `page`, made from version `base`. A draft of one's own conflicts only with text."""
    if kept is None or kept.version == base:
        return Verdict.SAVE
    if kept.page == page:
        return Verdict.LATE if kept.sent else Verdict.SAVE
    if kept.sent:
        return Verdict.CONFLICT if shared else Verdict.SAVE
    return Verdict.SAVE if same(kept.data, data) else Verdict.CONFLICT


def same(one: Data, other: Data) -> bool:
    """Whether two drafts say the same: what is left blank says nothing."""
    return not differing(one, other)


def differing(one: Data, other: Data) -> tuple[str, ...]:
    """The fields in which they differ, in the order of the first."""
    names = dict.fromkeys([*one, *other])
    return tuple(each for each in names if _told(one.get(each)) != _told(other.get(each)))


def chosen(mine: Data, theirs: Data, picked: Iterable[str]) -> dict[str, Any]:
    """Theirs, with the `picked` fields as I wrote them."""
    return {**theirs, **{name: mine[name] for name in picked if name in mine}}


def _told(value: object) -> object:
    """A value without the blanks of its rows and at its ends."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        row = cast("Mapping[str, object]", value)
        return {name: told for name, each in row.items() if (told := _told(each))} or ""
    if isinstance(value, (list, tuple)):
        return [told for each in cast("Sequence[object]", value) if (told := _told(each))] or ""
    return value

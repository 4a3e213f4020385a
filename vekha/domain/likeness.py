"""Who may be one person entered twice: names a slip of the pen apart, weighed with the birth dates.

It only asks; nothing is made one without somebody's word.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

_SLIPS = 2  # letters wrong, lacking, too many or swapped in a whole name
_SHORT = 8  # letters of a name in which two slips would be another name


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as far as likeness goes."""

    code: str
    name: str
    born: date | None = None


def folded(name: str) -> str:
    """A name without what people write either way: case, ё, hyphens, spaces."""
    return " ".join(name.casefold().replace("ё", "е").replace("-", " ").split())


def alike(one: Known, other: Known) -> bool:
    """Whether the two may be one person.

    Birth dates that differ in more than one digit or in the order of day and month tell two people apart, whatever the
    names; one and the same birth date allows another surname, as after a wedding.
    """
    first, second = folded(one.name), folded(other.name)
    if one.born is None or other.born is None:
        return slips(first, second, _allowed(first, second)) is not None
    if one.born == other.born:
        return slips(first, second, _SLIPS) is not None or _other_surname(first, second)
    return _mistyped(one.born, other.born) and slips(first, second, 1) is not None


def look_alikes(one: Known, others: Iterable[Known], apart: frozenset[frozenset[str]] = frozenset()) -> tuple[str, ...]:
    """The codes of those who look like `one`; those whom somebody has told apart are left out."""
    return tuple(
        each.code
        for each in others
        if each.code != one.code and frozenset((each.code, one.code)) not in apart and alike(one, each)
    )


def pairs_alike(people: Iterable[Known], apart: frozenset[frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Every two who look alike, each pair once, in the order of coming.

    Only those are compared that share a word of the name, a birth date, or the first letters of two words: a register
    of thousands is not compared each with each.
    """
    shelves: dict[object, list[Known]] = {}
    seen: set[tuple[str, str]] = set()
    for person in people:
        for shelf in _shelves(person):
            for other in shelves.setdefault(shelf, []):
                pair = (other.code, person.code)
                if pair in seen:
                    continue
                seen.add(pair)
                if frozenset(pair) not in apart and alike(other, person):
                    yield pair
            shelves[shelf].append(person)


def _shelves(person: Known) -> set[object]:
    words = folded(person.name).split()
    found: set[object] = {("words", *words[place : place + 2]) for place in range(len(words) - 1)}
    found |= {("ends", words[0], words[-1])} if len(words) > 2 else set()
    found |= {("starts", *(word[:2] for word in words))}
    return found | ({("born", person.born)} if person.born else set())


def _allowed(first: str, second: str) -> int:
    return 1 if min(len(first), len(second)) < _SHORT else _SLIPS


def _other_surname(first: str, second: str) -> bool:
    """The same first and middle names under another surname."""
    one, other = first.split(), second.split()
    return len(one) > 2 and one[1:] == other[1:]


def _mistyped(one: date, other: date) -> bool:
    """One digit apart, or day and month swapped."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    return sum(a != b for a, b in zip(f"{one:%d%m%Y}", f"{other:%d%m%Y}", strict=True)) == 1


def slips(one: str, other: str, most: int) -> int | None:
    """How many letters are wrong, lacking, too many or swapped with their neighbour; None for more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


def apart_of(rows: Iterable[tuple[str, str]]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(row) for row in rows)


def by_code(people: Mapping[str, tuple[str, date | None]]) -> tuple[Known, ...]:
    return tuple(Known(code, name, born) for code, (name, born) in people.items())

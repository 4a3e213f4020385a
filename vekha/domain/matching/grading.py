"""Every mentee against every mentor at once: scores and bars as arrays, by the rule of `scores.fit`.

What most pairs consist of (shared sets, ages) is computed for whole blocks; the few links that something personal
touches (choices, guardians, class teachers, forbids) are computed one by one and put in.
"""

# pyright: basic, reportMissingTypeStubs=false
# (numpy tells the types of its elements nowhere near as exactly as `strict` wants them)

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vekha.domain.matching.request import SHARED, Aspect, Link, Mentee, Mentor, Model, Request, Side
from vekha.domain.matching.scores import PEER_YEARS, POINTS, Bar, fit, name_key
from vekha.domain.people import ADULT

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

BLOCK = 1_000  # mentees compared at once: a few megabytes for each thousand mentors
WHOLE = 4_000_000  # up to so many pairs every candidate is kept, which no institution exceeds
CANDIDATES = 50  # for each mentee beyond that


@dataclass(frozen=True, slots=True)
class Graph:
    """The possible pairs: indices of mentees and mentors in the request, and the score of each."""

    rows: "Array"
    columns: "Array"
    scores: "Array"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of mentees against all mentors; `barred` says for each cause which pairs it keeps apart."""

    first: int
    scores: "Array"
    barred: "dict[Bar | Aspect, Array]"

    @property
    def open(self) -> "Array":
        import numpy as np  # noqa: PLC0415

        return ~np.logical_or.reduce(list(self.barred.values()))


class Grader:
    """The arrays of one request, made once."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.mentees, self.mentors = request.mentees, request.mentors
        # What only one side has told neither adds a point nor keeps anybody apart.
        self._told = {
            aspect: _matrices(aspect, request)
            for aspect in SHARED
            if all(any(each.told(aspect) for each in side) for side in (request.mentees, request.mentors))
        }

    def graph(self, *, whole: int = WHOLE, keep: int = CANDIDATES) -> Graph:
        """All pairs that nothing keeps apart, or the best `keep` of each mentee where there are too many.

        Equal scores are then taken in turns, so that not every mentee asks for the same few mentors.
        """
        import numpy as np  # noqa: PLC0415 — only when a proposal is made

        everything = len(self.mentees) * len(self.mentors) <= whole or len(self.mentors) <= keep
        rows, columns, scores = [], [], []
        for block in self.blocks(range(len(self.mentees))):
            found, column = np.nonzero(block.open) if everything else _best(block, keep)
            rows.append(found + block.first)
            columns.append(column)
            scores.append(block.scores[found, column])
        empty = [np.empty(0, dtype=np.int64)]
        return Graph(*(np.concatenate(parts or empty).astype(np.int64) for parts in (rows, columns, scores)))

    def blocks(self, which: Sequence[int]) -> Iterator[Block]:
        """Blocks of consecutive mentees."""
        for start in range(0, len(which), BLOCK):
            yield self.block(which[start : start + BLOCK])

    def block(self, which: Sequence[int]) -> Block:
        """These mentees; rows are in the order given."""
        import numpy as np  # noqa: PLC0415

        rows = np.asarray(which, dtype=np.int64)
        shape = (len(rows), len(self.mentors))
        scores = np.zeros(shape, dtype=np.int32)
        barred: dict[Bar | Aspect, Any] = {}
        binding = self.request.rules.binding
        for aspect in self._told:
            points, apart = self._shared(aspect, rows)
            scores += points
            if aspect in binding:
                barred[aspect] = apart
        points, apart = self._aged(rows)
        scores += points
        if Aspect.AGE in binding:
            barred[Aspect.AGE] = apart
        barred |= self._by_model(rows)
        for bar in (Bar.SELF, Bar.GUARDIAN, Bar.TUTOR, Bar.FORBIDDEN, Bar.APART):
            barred[bar] = np.zeros(shape, dtype=bool)
        self._put_personal(rows, scores, barred)
        return Block(int(rows[0]) if len(rows) else 0, scores, barred)

    # --- what most pairs consist of ---------------------------------------------------------------------------------

    def _shared(self, aspect: Aspect, rows: "Array") -> "tuple[Array, Array]":
        import numpy as np  # noqa: PLC0415

        mine, theirs = self._told[aspect]
        offered: Any = theirs.any(axis=1)
        # Many mentees need the same: each kind of need is compared once.
        kinds, which = np.unique(mine[rows], axis=0, return_inverse=True)
        wanted: Any = kinds
        common = wanted @ theirs.T
        apart = (common == 0) & wanted.any(axis=1)[:, None] & offered[None, :]
        if aspect is Aspect.TOPICS:
            # Whole numbers below a thousand: the nudge makes the cut-off part the same as that of whole division.
            share = (POINTS[aspect] / np.maximum(wanted.sum(axis=1), 1))[:, None].astype(np.float32)
            points = (common * share + np.float32(1e-3)).astype(np.int32)
        else:
            points = (common > 0).astype(np.int32) * POINTS[aspect]
        return points[which], apart[which]

    def _aged(self, rows: "Array") -> "tuple[Array, Array]":
        import numpy as np  # noqa: PLC0415

        kinds, which = np.unique(self._ages[0][rows], return_inverse=True)
        age = kinds[:, None]
        low, high, wants = self._wanted
        told = (age >= 0) & wants[None, :]
        suits = told & (age >= low[None, :]) & (age <= high[None, :])
        points = suits.astype(np.int32) * POINTS[Aspect.AGE]
        return points[which], (told & ~suits)[which]

    def _by_model(self, rows: "Array") -> "dict[Bar | Aspect, Array]":
        import numpy as np  # noqa: PLC0415

        mentee, mentor = self._ages[0][rows][:, None], self._ages[1][None, :]
        known = (mentee >= 0) & (mentor >= 0)
        if self.request.rules.model is Model.REVERSE:
            return {Bar.NOT_OLDER: known & (mentor >= mentee)}
        if self.request.rules.model is Model.PEER:
            far = (np.minimum(mentee, mentor) < ADULT) & (abs(mentee - mentor) > PEER_YEARS)
            return {Bar.NOT_PEERS: known & far}
        return {}

    @cached_property
    def _ages(self) -> "tuple[Array, Array]":
        return _ages_of(self.mentees), _ages_of(self.mentors)

    @cached_property
    def _wanted(self) -> "tuple[Array, Array, Array]":
        import numpy as np  # noqa: PLC0415

        ranges = [each.ages or (0, 0) for each in self.mentors]
        low, high = (np.array([each[place] for each in ranges], dtype=np.int32) for place in (0, 1))
        return low, high, np.array([each.ages is not None for each in self.mentors], dtype=bool)

    # --- what touches a single link ---------------------------------------------------------------------------------

    def _put_personal(self, rows: "Array", scores: "Array", barred: "dict[Bar | Aspect, Array]") -> None:
        request = self.request
        for place, row in enumerate(rows.tolist()):
            mentee = self.mentees[row]
            for column in self._personal.get(row, ()):
                link = (mentee.code, self.mentors[column].code)
                known = {"forbidden": link in request.forbids, "apart": link in request.apart}
                found = fit(mentee, self.mentors[column], request.rules, **known)
                scores[place, column] = found.score
                for bar, cells in barred.items():
                    cells[place, column] = bar in found.bars

    @cached_property
    def _personal(self) -> dict[int, set[int]]:
        """Mentee → the mentors with whom something personal counts."""
        found = defaultdict[int, set[int]](set)
        row_of = {each.code: row for row, each in enumerate(self.mentees)}
        column_of = {each.code: column for column, each in enumerate(self.mentors)}
        for mentee, mentor in self._links():
            if mentee in row_of and mentor in column_of:
                found[row_of[mentee]].add(column_of[mentor])
        return found

    def _links(self) -> Iterator[Link]:
        yield from self.request.forbids
        yield from self.request.apart
        named, leading = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for mentor in self.mentors:
            named[name_key(mentor.name)].append(mentor.code)
            for unit in mentor.leads:
                leading[unit].append(mentor.code)
            for mentee in (*mentor.first, *mentor.second, mentor.code):
                yield mentee, mentor.code
        for mentee in self.mentees:
            near = [code for guardian in mentee.guardians for code in named[name_key(guardian)]]
            tutors = leading[mentee.unit] if mentee.unit else []
            for mentor in (*mentee.first, *mentee.second, *near, *tutors):
                yield mentee.code, mentor


def _matrices(aspect: Aspect, request: Request) -> "tuple[Array, Array]":
    import numpy as np  # noqa: PLC0415

    told = {word for each in request.mentees for word in each.told(aspect)}
    told |= {word for each in request.mentors for word in each.told(aspect)}
    place = {word: number for number, word in enumerate(sorted(told))}

    def matrix(side: Sequence[Side]) -> Any:
        filled = np.zeros((len(side), max(1, len(place))), dtype=np.float32)
        cells = [(row, place[word]) for row, each in enumerate(side) for word in each.told(aspect)]
        if cells:
            filled[tuple(np.array(cells).T)] = 1
        return filled

    return matrix(request.mentees), matrix(request.mentors)


def _ages_of(side: Sequence[Mentee] | Sequence[Mentor]) -> "Array":
    import numpy as np  # noqa: PLC0415

    return np.array([-1 if each.age is None else each.age for each in side], dtype=np.int32)


def _best(block: Block, keep: int) -> "tuple[Array, Array]":
    """The `keep` best open cells of each row: rows and columns, in order. Ties begin at another column in each row."""
    import numpy as np  # noqa: PLC0415

    number, width = block.scores.shape
    # A prime step: neighbours in the list begin far from one another.
    first = (np.arange(number) + block.first) * 37 % width
    small = (int(block.scores.max()) + 1) * width < 2**31  # four bytes are chosen from ten times as fast as eight
    kind = np.int32 if small else np.int64
    turns = np.lib.stride_tricks.sliding_window_view(np.tile(np.arange(width, dtype=kind), 2), width)
    # One number says both how good a cell is and which: the least are chosen, and tell their columns.
    key = turns[first]
    key -= block.scores.astype(kind, copy=False) * kind(width)
    key[~block.open] = width
    key.partition(keep - 1, axis=1)
    key = key[:, :keep]
    columns = np.where(key < width, (key - first[:, None]) % width, width)
    columns.sort(axis=1)
    rows, places = np.nonzero(columns < width)
    return rows, columns[rows, places]

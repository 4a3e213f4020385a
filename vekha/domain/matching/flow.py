"""The best assignment with capacities, as a flow of least cost (OR-tools; ADR 0010).

Each mentee sends one unit: through a mentor who has a place, or past all of them at a price that no sum of scores can
reach. So the most are paired first, then the scores decide, then the load is spread.
"""

# pyright: basic, reportMissingTypeStubs=false
# (numpy tells the types of its elements nowhere near as exactly as `strict` wants them)

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vekha.domain.matching.grading import Array, Graph

RANGE = 2**61  # of a cost times the number of nodes, which the solver multiplies
SPREAD = 200_000  # links: the load is spread up to here, which no institution exceeds; it takes half the time again


def assign(graph: "Graph", mentees: int, places: Sequence[int], busy: Sequence[int] = ()) -> "Array":
    """The mentor of each mentee by index, -1 for none. `busy` counts whom each mentor has already."""
    import numpy as np  # noqa: PLC0415 — only when a proposal is made

    partner = np.full(mentees, -1, dtype=np.int64)
    if not len(graph.rows):
        return partner
    chosen = _solve(graph, mentees, places, busy or [0] * len(places))
    partner[graph.rows[chosen]] = graph.columns[chosen]
    return partner


def _solve(graph: "Graph", mentees: int, places: Sequence[int], busy: Sequence[int]) -> "Array":
    import numpy as np  # noqa: PLC0415
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    mentors = len(places)
    owner, load = _seats(np.minimum(np.asarray(places, dtype=np.int64), mentees), np.asarray(busy, dtype=np.int64))
    top = int(graph.scores.max()) + 1
    most = top * min(mentees, len(owner)) + 1  # more than all scores together
    fine = int(load.sum()) + 1  # more than all loads together
    sink = mentees + mentors
    if len(graph.rows) > SPREAD or most * fine * (sink + 1) > RANGE:
        load, fine = np.zeros_like(load), 1
    flow: Any = min_cost_flow.SimpleMinCostFlow()
    one = np.ones
    flow.add_arcs_with_capacity_and_unit_cost(
        graph.rows, graph.columns + mentees, one(len(graph.rows), dtype=np.int64), (top - graph.scores) * fine
    )
    everybody, seats = np.arange(mentees), np.full(len(owner), sink)
    flow.add_arcs_with_capacity_and_unit_cost(owner + mentees, seats, one(len(owner), dtype=np.int64), load)
    past = np.full(mentees, most * fine, dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(everybody, np.full(mentees, sink), one(mentees, dtype=np.int64), past)
    supplies = np.concatenate([one(mentees, dtype=np.int64), np.zeros(mentors, dtype=np.int64), [-mentees]])
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    status = flow.solve()
    if status != flow.OPTIMAL:  # every mentee can go past: there is always a solution
        raise AssertionError(f"min cost flow: {status}")
    return np.flatnonzero(flow.flows(np.arange(len(graph.rows))))


def _seats(places: "Array", busy: "Array") -> "tuple[Array, Array]":
    """A seat for each free place, dearer the more mentees the mentor has by then."""
    import numpy as np  # noqa: PLC0415

    owner = np.repeat(np.arange(len(places)), places)
    before = np.arange(len(owner)) - np.repeat(np.cumsum(places) - places, places)
    return owner, before + np.repeat(busy, places)

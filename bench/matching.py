"""Matching mentors and mentees: the solver alone beside all that Vekha does; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.matching [mentees mentors]`. Process time counts, the best of several
runs. The raw limit is OR-tools on the same arrays, and beside it the usual tools where they are installed.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.report import machine, write_section
from vekha.domain.matching import Mentee, Mentor, Request
from vekha.domain.matching.flow import assign
from vekha.domain.matching.grading import CANDIDATES, Grader, Graph
from vekha.domain.matching.proposing import explained
from vekha.domain.matching.solving import solve

ROUNDS = 5
TARGET_ASSIGN, TARGET_REASONS = 1.0, 2.0
TOPICS = [f"тема {number}" for number in range(11)]
DAYS = ["понедельник", "вторник", "среда", "четверг", "пятница"]


def region(mentees: int, mentors: int) -> Request:
    """Invented people: two needs and two days a mentee, three competences, one to five places a mentor."""
    rng = random.Random(3)

    def some(words: list[str], number: int) -> frozenset[str]:
        return frozenset(rng.sample(words, number))

    left = tuple(
        Mentee(code=f"p{n}", name=f"Ученик{n} А", topics=some(TOPICS, 2), times=some(DAYS, 2), age=rng.randint(8, 18))
        for n in range(mentees)
    )
    right = tuple(
        Mentor(
            code=f"m{n}",
            name=f"Наставник{n} Б",
            topics=some(TOPICS, 3),
            times=some(DAYS, 2),
            capacity=rng.randint(1, 5),
            ages=(rng.randint(8, 12), rng.randint(13, 18)),
        )
        for n in range(mentors)
    )
    return Request(mentees=left, mentors=right).without([])


def best_of(action: Callable[[], Any]) -> tuple[float, Any]:
    found, best = None, float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        found = action()
        best = min(best, time.process_time() - began)
    return best, found


def raw(graph: Graph, mentees: int, places: list[int]) -> int:
    """OR-tools with nothing of ours: arcs in, flow out."""
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    mentors, top = len(places), int(graph.scores.max()) + 1
    flow, sink, one = min_cost_flow.SimpleMinCostFlow(), mentees + mentors, np.ones
    arcs = flow.add_arcs_with_capacity_and_unit_cost
    arcs(graph.rows, graph.columns + mentees, one(len(graph.rows), dtype=np.int64), top - graph.scores)
    arcs(np.arange(mentors) + mentees, np.full(mentors, sink), np.array(places), np.zeros(mentors, dtype=np.int64))
    dear = np.full(mentees, top * mentees)
    arcs(np.arange(mentees), np.full(mentees, sink), one(mentees, dtype=np.int64), dear)
    flow.set_nodes_supplies(np.arange(sink + 1), np.concatenate([one(mentees), np.zeros(mentors), [-mentees]]))
    assert flow.solve() == flow.OPTIMAL
    return int(flow.flows(np.arange(len(graph.rows))).sum())


def scipy_solver(graph: Graph, mentees: int, places: list[int]) -> int:
    """`min_weight_full_bipartite_matching` on seats: the nearest thing in scipy. Raises ImportError without scipy."""
    import scipy.sparse as sparse  # noqa: PLC0415  # pyright: ignore[reportMissingImports]
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415  # pyright: ignore

    seats = np.asarray(places)
    first, number = np.cumsum(seats) - seats, seats[graph.columns]
    rows = np.repeat(graph.rows, number)
    turn = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    columns = np.repeat(first[graph.columns], number) + turn
    cost, all_seats = np.repeat(graph.scores.max() + 1 - graph.scores, number), int(seats.sum())
    rows, columns = np.append(rows, np.arange(mentees)), np.append(columns, all_seats + np.arange(mentees))
    costs = np.append(cost, np.full(mentees, 1e7))
    matrix = sparse.csr_array((costs.astype(float), (rows, columns)), shape=(mentees, all_seats + mentees))
    return int((min_weight_full_bipartite_matching(matrix)[1] < all_seats).sum())


def main() -> None:
    mentees, mentors = (int(each) for each in sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 3_000)
    request = region(mentees, mentors)
    places, busy = [each.free for each in request.mentors], [0] * mentors
    graded, graph = best_of(lambda: Grader(request).graph(whole=0))
    alone, matched = best_of(lambda: raw(graph, mentees, places))
    ours, partner = best_of(lambda: assign(graph, mentees, places, busy))
    assert int((partner >= 0).sum()) == matched
    whole, solution = best_of(lambda: solve(request))
    why, proposal = best_of(lambda: explained(solution, {}))
    try:
        peer, found = best_of(lambda: scipy_solver(graph, mentees, places))
        other = [(f"scipy `min_weight_full_bipartite_matching` на тех же связях (пар: {found})", peer, "", "")]
    except ImportError:
        other = []
    verdict = {True: "да", False: "**нет**"}
    facts = (
        f"{mentees} наставляемых, {mentors} наставников с {sum(places)} местами, по {CANDIDATES} кандидатов у каждого "
        f"наставляемого ({len(graph.rows)} связей); один процесс, его процессорное время, лучший из {ROUNDS} прогонов; "
        f"{machine()}, средняя загрузка {os.getloadavg()[0]:.0f}. "
        f"Наставника получили {matched}, у {len(proposal.left)} названа причина."
    )
    rows = [
        ("сам решатель (OR-tools, те же массивы)", alone, "", ""),
        *other,
        ("лучший набор пар при готовых кандидатах", ours, f"≤ {TARGET_ASSIGN:g} с", verdict[ours <= TARGET_ASSIGN]),
        (
            "причины каждой пары и каждого оставшегося",
            why,
            f"≤ {TARGET_REASONS:g} × набора пар",
            verdict[why <= TARGET_REASONS * ours],
        ),
        (f"отбор кандидатов: {mentees * mentors // 10**6} млн сравнений", graded, "", ""),
        ("всё вместе: от людей до пар", whole, "", ""),
    ]
    table = "\n".join(f"| {title} | {seconds:.2f} | {target} | {met} |" for title, seconds, target, met in rows)
    head = "| | с | цель | достигнута |\n|---|---|---|---|"
    write_section("matching", f"## Подбор пар\n\n`python -m bench.matching`: {facts}\n\n{head}\n{table}")
    print(f"graph {graded:.2f} raw {alone:.2f} ours {ours:.2f} whole {whole:.2f} reasons {why:.2f}")


if __name__ == "__main__":
    main()

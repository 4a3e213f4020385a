"""A whole region's year on a virtual clock; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.simulate [institutions]`. It runs the same year twice: the second run
has to replay to the same hash.
"""

import sys
import time

from bench.report import machine, write_section
from vekha.simulation.region import Result, run

TARGET_SECONDS = 60


def timed(count: int) -> tuple[Result, float]:
    started = time.perf_counter()
    result = run(count, 2026)
    return result, time.perf_counter() - started


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    (first, seconds), (second, again) = timed(count), timed(count)
    best = min(seconds, again)
    rows = (
        ("организаций", f"{count}"),
        ("секунд (два прогона)", f"{seconds:.1f}, {again:.1f}"),
        ("организаций в секунду", f"{count / best:.1f}"),
        ("мероприятий выполнено", f"{first.activities_done}"),
        ("ответов на формы", f"{first.answers}"),
        ("программ дошло до конца", f"{first.finished}"),
        ("хеш повторился", "да" if first.digest == second.digest else "НЕТ"),
        ("цель", f"1000 организаций ≤ {TARGET_SECONDS} с: {'да' if best * 1000 / count <= TARGET_SECONDS else 'нет'}"),
    )
    lines = [
        "## Год региона на виртуальных часах",
        "",
        f"`python -m bench.simulate {count}`: {machine()}.",
        "",
        "| | |",
    ]
    lines += ["|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    write_section("simulate", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()

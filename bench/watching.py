"""A table of institutions imported, a campaign of all of them watched; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.watching [institutions] [address of an empty database]`. Each look is
the best of seven, since the machine is shared; the plans of the map are shown below the table. On SQLite the same
looks at a thousand, three thousand and so on show how the cost grows.
"""

import resource
import sys
import time
from collections.abc import Callable

from bench.plans import plans_of
from bench.region10k import CAMPAIGN, installation, launch, live, lived_in, load, write_table
from bench.report import machine, write_section
from vekha.bootstrap import App
from vekha.services.watch import monitoring

LOOKS = {
    "карта: 50 худших организаций": monitoring.heat_maps,
    "карта по муниципалитетам": monitoring.municipal_maps,
    "50 самых давних опозданий": monitoring.late,
    "прогноз: 50 самых отставших": monitoring.forecast,
}
TIMES = 7
SMALLER = (1_000, 3_000)


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def look(app: App, service: Callable[..., object]) -> float:
    def act() -> None:
        with app.work(writes=False) as work:
            service(work, CAMPAIGN)

    return min(timed(act) for _ in range(TIMES))


def cpu_of(app: App, service: Callable[..., object]) -> float:
    """Milliseconds of the processor, the best of seven."""
    found: list[float] = []
    for _ in range(TIMES):
        began = time.process_time()
        with app.work(writes=False) as work:
            service(work, CAMPAIGN)
        found.append((time.process_time() - began) * 1000)
    return min(found)


def curve(count: int) -> list[str]:
    """What each look costs at several sizes, and by how much more than the size the cost has grown."""
    sizes = [*(each for each in SMALLER if each < count), count]
    cost: dict[str, list[float]] = {name: [] for name in LOOKS}
    for size in sizes:
        with lived_in(size) as (app, _clock, _home):
            for name, service in LOOKS.items():
                cost[name].append(cpu_of(app, service))
    lines = [
        "",
        f"Как растёт работа процессора, мс (прямая – это рост не больше чем в {count / sizes[0]:.0f} раз):",
        "",
        f"| организаций | {' | '.join(map(str, sizes))} | рост, раз |",
        f"|---|{'---|' * len(sizes)}---|",
    ]
    for name, told in cost.items():
        lines.append(f"| {name} | {' | '.join(f'{each:.0f}' for each in told)} | {told[-1] / told[0]:.1f} |")
    return lines


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with installation(sys.argv[2] if len(sys.argv) > 2 else None) as (app, clock, folder):
        write_table(folder / "region.xlsx", count)
        seconds = {
            "загрузить таблицу XLSX, всё новое": timed(lambda: load(app, folder / "region.xlsx")),
            "загрузить ту же таблицу ещё раз": timed(lambda: load(app, folder / "region.xlsx")),
        }
        launch(app)
        live(app, clock)
        seconds |= {name: look(app, service) for name, service in LOOKS.items()}
        plan = plans_of(app.engine, lambda: look(app, monitoring.heat_maps))
        database = app.engine.dialect.name
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = [
        f"## Таблица организаций и наблюдение ({database})",
        "",
        f"`python -m bench.watching {count}`: {count} школ по 7 этапов и 31 мероприятию, {machine()}.",
        "",
        "| | секунд |",
        "|---|---|",
        *(f"| {name} | {value:.2f} |" for name, value in seconds.items()),
        f"| память процесса, наибольшая | {peak} МБ |",
        "",
        "Планы запросов карты:",
        "",
        "```",
        *plan,
        "```",
    ]
    if database == "sqlite":
        lines += curve(count)
    write_section(f"watching-{database}", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()

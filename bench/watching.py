"""A table of institutions imported, a campaign of all of them watched; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.watching [institutions] [address of an empty database]`. Each look is
the best of seven, since the machine is shared; the plan of the map's query is shown below the table.
"""

import resource
import sys
import time
from collections.abc import Callable

from sqlalchemy import text

from bench.plans import plan_of
from bench.region10k import CAMPAIGN, installation, launch, live, load, write_table
from bench.report import machine, write_section
from vekha.bootstrap import App
from vekha.services import monitoring

LOOKS = {
    "карта: 50 худших организаций": monitoring.heat_maps,
    "карта по муниципалитетам": monitoring.municipal_maps,
    "50 самых давних опозданий": monitoring.late,
    "прогноз: 50 самых отставших": monitoring.forecast,
}
TIMES = 7


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def look(app: App, service: Callable[..., object]) -> float:
    def act() -> None:
        with app.work(writes=False) as work:
            service(work, CAMPAIGN)

    return min(timed(act) for _ in range(TIMES))


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
        with app.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        seconds |= {name: look(app, service) for name, service in LOOKS.items()}
        plan = plan_of(app.engine, lambda: look(app, monitoring.heat_maps))
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
        "План запроса карты:",
        "",
        "```",
        *plan,
        "```",
    ]
    write_section(f"watching-{database}", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()

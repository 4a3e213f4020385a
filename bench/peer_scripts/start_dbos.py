"""DBOS: a durable workflow for each programme with one step that makes its 31 tasks; nothing waits for a human."""

import time

from dbos import DBOS, DBOSConfig

config: DBOSConfig = {"name": "bench", "system_database_url": "sqlite:///dbos.db", "log_level": "ERROR"}
DBOS(config=config)
COUNT = 300
TASKS = (6, 3, 4, 4, 4, 3, 7)


@DBOS.step()
def plan(number: int) -> list[str]:
    return [f"{number}-{stage}-{task}" for stage, tasks in enumerate(TASKS) for task in range(tasks)]


@DBOS.workflow()
def programme(number: int) -> int:
    return len(plan(number))


DBOS.launch()
programme(-1)
began = time.perf_counter()
for number in range(COUNT):
    programme(number)
print(COUNT / (time.perf_counter() - began))
DBOS.destroy()

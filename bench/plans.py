"""How the database reads for a question, in its own words."""

from collections.abc import Callable

from sqlalchemy import Engine, event


def plan_of(engine: Engine, ask: Callable[[], object]) -> list[str]:
    """The plan of the longest query that `ask` sends."""
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    statement, parameters = max(sent, key=lambda each: len(each[0]))
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
        return [str(row[-1]) for row in rows]

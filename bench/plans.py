"""How the database reads for a question, in its own words."""

from collections.abc import Callable

from sqlalchemy import Engine, event


def plans_of(engine: Engine, ask: Callable[[], object]) -> list[str]:
    """The plan of every different query that `ask` sends: the slow one need not be the longest."""
    sent: dict[str, object] = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.setdefault(statement, parameters)

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    found: list[str] = []
    with engine.connect() as connection:
        for number, (statement, parameters) in enumerate(sent.items(), 1):
            rows = connection.exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
            found += [f"-- {number}", *(str(row[-1]) for row in rows)]
    return found

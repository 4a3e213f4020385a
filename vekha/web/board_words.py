"""A square of the board in words: how the stage stands, and what more there is to say of it."""

import datetime as dt

from vekha.domain.programme import StageState
from vekha.domain.watching import Cell, Crowd, Look, days_told
from vekha.services.watch.board import Row, Square
from vekha.texts import text
from vekha.web.rendering import counted, plain_day

TINTS = {Look.DONE: "done", Look.AT_WORK: "going", Look.SOON: "soon", Look.LATE: "late", Look.WAITS: "yet"}
LEGEND = (Look.DONE, Look.AT_WORK, Look.SOON, Look.LATE, Look.WAITS)


def tint(each: Square | Crowd | Cell) -> str:
    return TINTS[each.look]


def square_words(square: Square, today: dt.date) -> tuple[str, str]:
    """«Просрочен» and «на 6 дней · 5 из 6»."""
    done = text("web.board.square.of", settled=square.settled, needed=square.needed) if square.needed else ""
    if square.state is StageState.CLOSED:
        return _say("closed"), plain_day(square.closed_on, today)
    if square.state in (StageState.SKIPPED, StageState.CLOSING):
        return _say(square.state.value), ""
    match square.look:
        case Look.LATE:
            return _say("late"), _joined(_say("late_by", days=counted(square.days, "days")), done)
        case Look.SOON:
            ready = _say("can_close") if square.settled == square.needed else ""
            head = _say("left", days=counted(square.left, "days")) if square.left else _say("today")
            return head, _joined(done, ready)
        case Look.AT_WORK:
            return _say("at_work"), _joined(_say("until", date=plain_day(square.due, today)), done)
        case _:
            return _ahead(square, today)


def _ahead(square: Square, today: dt.date) -> tuple[str, str]:
    since = _say("from", date=plain_day(square.opens, today))
    if square.opens > today or not square.waits:
        return _say("ahead"), since
    many = "waits" if len(square.waits) > 1 else "waits_one"
    return _say(many, stages=", ".join(square.waits)), since


def worst_words(row: Row, columns: dict[str, str]) -> str:
    """«Этап 2. Наставляемые: просрочен на 6 дней · 5 из 6»: what a phone shows of the line."""
    square = row.squares.get(row.worst)
    if square is None or square.look is Look.DONE:
        return text("web.board.all_over")
    head, rest = square_words(square, row.today)
    number = 1 + [*row.squares].index(row.worst)
    words = f"{head[:1].lower()}{head[1:]} {rest}".strip()
    return text("web.board.worst", number=number, stage=columns.get(row.worst, ""), words=words)


def crowd_words(crowd: Crowd) -> tuple[str, str]:
    """«Просрочен» and «3 из 40, до 12 дней»."""
    facts = {"count": crowd.counts.get(crowd.look, 0), "total": crowd.total}
    head = text(f"web.board.look.{crowd.look.value}")
    if crowd.look is Look.LATE:
        return head, text("web.board.crowd_late", **facts, days=days_told(crowd.days, genitive=True))
    return head, text("web.board.crowd", **facts)


def _say(name: str, **params: object) -> str:
    return text(f"web.board.square.{name}", **params)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))

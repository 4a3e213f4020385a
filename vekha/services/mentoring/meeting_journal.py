"""The journal of a pair's meetings on paper: every meeting held or missed, who came, room for a signature."""

import datetime as dt

from vekha.documents.context import DocumentView
from vekha.services.mentoring.pair_sheet import MeetingLine, PairSheet
from vekha.services.work import Work
from vekha.texts import text

_TEMPLATE = "base/meetings.html"
SHOWN = ("held", "missed")


def pdf(work: Work, found: PairSheet) -> bytes:
    """The journal as it stands, oldest meeting first."""
    title = text("pair.journal.title")
    lines = [each for each in reversed(found.past) if each.state in SHOWN]
    minutes = sum(each.minutes or 0 for each in lines if each.state == "held")
    held = sum(each.state == "held" for each in lines)
    context = {
        "document": DocumentView(code="meetings", title=title, kind="register", state="approved"),
        "institution": found.institution,
        "pair": found.name,
        "term": text("pair.journal.term", starts=f"{found.starts:%d.%m.%Y}", ends=f"{found.ends:%d.%m.%Y}"),
        "columns": [
            text(f"pair.journal.{each}") for each in ("number", "date", "kind", "topic", "minutes", "present", "mark")
        ],
        "rows": [_row(number, line) for number, line in enumerate(lines, 1)],
        "none": text("pair.journal.none"),
        "total": text("pair.journal.total", held=held, missed=len(lines) - held, hours=_hours(minutes)),
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    return work.tools.renderer.pdf(html, title=title, created=dt.datetime.combine(found.today, dt.time(), dt.UTC))


def _row(number: int, line: MeetingLine) -> tuple[str, ...]:
    kind = text(f"process.meeting.{line.kind}")
    minutes = str(line.minutes) if line.minutes else ""
    return (str(number), f"{line.on:%d.%m.%Y}", kind[:1].upper() + kind[1:], line.topic, minutes, _present(line), "")


def _present(line: MeetingLine) -> str:
    if line.state == "missed":
        return text("pair.journal.nobody")
    if line.present is None:
        return text("pair.journal.unknown")
    return text("pair.journal.all") if not line.absent else ", ".join(line.present)


def _hours(minutes: int) -> str:
    """«12,5»: as people write it, without a needless zero."""
    return f"{minutes / 60:.1f}".removesuffix(".0").replace(".", ",")

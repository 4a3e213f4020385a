"""Word of extensions, at once and not in the digest of the day: operators hear of a request, curators of its answer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, and_, select
from sqlmodel import col

from vekha.domain.reminders import Digest, Request
from vekha.services.delivery.addressees import CURATOR, OPERATOR
from vekha.services.delivery.at_once import say, with_duty
from vekha.services.process.programmes import roadmaps
from vekha.services.work import Work
from vekha.storage.tables import Activity, Duty, Extension, Institution, Programme, Stage


def tell_operators(work: Work, numbers: Sequence[int]) -> None:
    """Those who look after the region of each request hear of it."""
    rows = _requests(work, numbers)
    of_region = and_(
        col(Duty.role) == OPERATOR, col(Duty.region).in_({row.region for row in rows}), col(Duty.institution) == ""
    )
    people = with_duty(work, of_region)
    heard = defaultdict[int, list[Request]](list)
    for row, request in zip(rows, _told(work, rows), strict=True):
        for who in (each for each in people if each.place == row.region):
            heard[who.id].append(request)
    _say(work, people, heard)


def tell_curators(work: Work, numbers: Sequence[int]) -> None:
    """The curator of each institution that asked hears the answer."""
    rows = _requests(work, numbers)
    people = with_duty(
        work, and_(col(Duty.role) == CURATOR, col(Duty.institution).in_({row.institution for row in rows}))
    )
    heard = defaultdict[int, list[Request]](list)
    for row, request in zip(rows, _told(work, rows), strict=True):
        for who in (each for each in people if each.home == row.institution):
            heard[who.id].append(request)
    _say(work, people, heard)


def _requests(work: Work, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """The requests with where they come from and the dates as they are now."""
    work.session.flush()
    e, a, s = Extension, Activity, Stage
    rows = (
        select(
            *(col(each) for each in (e.programme, e.stage, e.activity, e.wanted, e.reason, e.state, e.answer)),
            *(col(each) for each in (Institution.region, Institution.short_title, a.own, a.title)),
            *(col(each) for each in (Programme.roadmap, Programme.roadmap_version)),
            col(Institution.code).label("institution"),
            col(a.due).label("due"),
            col(s.due).label("stage_due"),
        )
        .join_from(e, Programme, col(Programme.key) == col(e.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .join(Stage, and_(col(s.programme) == col(e.programme), col(s.code) == col(e.stage)))
        .outerjoin(
            Activity,
            and_(col(a.programme) == col(e.programme), col(a.stage) == col(e.stage), col(a.code) == col(e.activity)),
        )
    )
    return work.session.execute(rows.where(col(e.id).in_(numbers)).order_by(col(e.id))).all()


def _told(work: Work, rows: Iterable[Row[Any]]) -> Iterable[Request]:
    roadmap_of = roadmaps(work.session)
    for row in rows:
        stage = roadmap_of(row.roadmap, row.roadmap_version).stage(row.stage)
        if row.own:
            title = row.title or row.activity
        else:
            title = next((each.title for each in stage.activities if each.code == row.activity), stage.title)
        yield Request(
            programme=row.programme,
            institution=row.short_title,
            title=title,
            state=row.state,
            wanted=row.wanted,
            due=row.due or row.stage_due,
            words=row.reason if row.state == "asked" else row.answer or "",
        )


def _say(work: Work, people: Iterable[Row[Any]], heard: dict[int, list[Request]]) -> None:
    say(work, people, {who: Digest(requests=tuple(found)) for who, found in heard.items()}, "extension")

"""The statements that read one programme, built once: making a statement costs more than running it.

Whole rows where something is changed through what is read; where nothing is, plain columns of the tables, past the ORM:
the session's connection runs those at half the price (`read`).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Table, bindparam, func, or_, select, update
from sqlmodel import Session, SQLModel, col

from vekha.domain.meetings import MeetingState
from vekha.storage.tables import (
    Activity,
    Consent,
    Document,
    Employer,
    Institution,
    Meeting,
    Pair,
    PairMember,
    Participation,
    Person,
    PlannedMeeting,
    Programme,
    RoadmapVersion,
    Stage,
    Submission,
)


def read(session: Session, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement over plain columns. What the session has not written yet is not among them."""
    return session.connection().execute(statement, values).all()


def _columns(table: type[SQLModel], names: str) -> list[Any]:
    columns = _table(table).c
    return [columns[name] for name in names.split()]


def _table(model: type[SQLModel]) -> Table:
    return model.__table__  # type: ignore[attr-defined, no-any-return]


_KEY, _INSTITUTION = bindparam("key"), bindparam("institution")
_D, _S, _P, _M = (_table(each).c for each in (Document, Submission, Pair, Meeting))
_CONSENT = "person purpose signed until guardian withdrawn_on categories"
Where = Callable[[Any, str], ColumnElement[bool]]  # a column and the name of its value → the condition


@dataclass(frozen=True, slots=True)
class Reads:
    """Everything a programme is loaded from. Each statement of plain columns begins with what its rows belong to: a
    programme's key or an institution's code."""

    programmes: Executable
    locked: Executable
    stages: Executable
    activities: Executable
    documents: Executable
    answers: Executable
    participations: Executable
    persons: Executable
    consents: Executable
    employers: Executable
    pairs: Executable
    meetings: Executable


def _reads(where: Where) -> Reads:
    programmes = (
        select(Programme, Institution, col(RoadmapVersion.digest))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .join(
            RoadmapVersion,
            (col(RoadmapVersion.code) == col(Programme.roadmap))
            & (col(RoadmapVersion.version) == col(Programme.roadmap_version)),
        )
        .where(where(col(Programme.key), "key"))
        .order_by(col(Programme.key))
    )
    return Reads(
        programmes=programmes,
        locked=programmes.with_for_update(of=Programme),
        stages=select(Stage).where(where(col(Stage.programme), "key")).order_by(col(Stage.ordinal)),
        activities=_of(Activity, "programme stage code state opens due own title gate", where).order_by(
            _table(Activity).c.ordinal
        ),
        documents=_of(Document, "programme stage activity code subject state", where)
        .where(or_(*(_D.state == each for each in ("draft", "approved", "signed"))))
        .order_by(_D.version),
        answers=_of(Submission, "programme stage activity form subject", where).order_by(_S.id),
        participations=_of(Participation, "programme person role standing base employer supported_on", where),
        persons=_of(Person, "institution code name birth_date merged_into", where),
        consents=_of(
            Consent, "institution person purpose signed until guardian withdrawn_on categories", where
        ).order_by(_table(Consent).c.id),
        employers=_of(Employer, "institution code name", where),
        pairs=select(_P.programme, _P.code, _P.ended_on, _P.ending, *_columns(PairMember, "role person"))
        .join(
            _table(PairMember),
            (_table(PairMember).c.programme == _P.programme) & (_table(PairMember).c.pair == _P.code),
        )
        .where(where(_P.programme, "key"))
        .order_by(_P.ordinal, _table(PairMember).c.person),
        meetings=select(_M.programme, _M.pair, _M.kind, func.count())
        .where(where(_M.programme, "key"), _M.absent.is_(False))
        .group_by(_M.programme, _M.pair, _M.kind),
    )


def _of(model: type[SQLModel], names: str, where: Where) -> Any:
    """Columns of one table, the first of which says what the rows belong to."""
    columns = _columns(model, names)
    name = "institution" if columns[0].name == "institution" else "key"
    return select(*columns).where(where(columns[0], name))


ONE = _reads(lambda column, name: column == bindparam(name))
SEVERAL = _reads(lambda column, name: column.in_(bindparam(name, expanding=True)))


def read_each(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> Mapping[str, Sequence[Any]]:
    """The rows of a statement of `Reads`, by what they belong to."""
    found = defaultdict[str, list[Any]](list)
    for row in connection.execute(statement, values).all():
        found[row[0]].append(row)
    return found


ROADMAP_DIGEST = select(col(RoadmapVersion.digest)).where(
    col(RoadmapVersion.code) == bindparam("code"), col(RoadmapVersion.version) == bindparam("version")
)
_A = _table(Activity).c
ACTIVITY_ROWS = select(Activity).where(col(Activity.programme) == _KEY)
ACTIVITY_CHANGED = (
    update(_table(Activity))
    .where(_A.programme == _KEY, _A.stage == bindparam("at_stage"), _A.code == bindparam("at_code"))
    .values(state=bindparam("state"), reason=bindparam("reason"), done_on=bindparam("done_on"))
)

PERSONS = select(*_columns(Person, "code name birth_date merged_into")).where(
    _table(Person).c.institution == _INSTITUTION
)
CONSENTS = (
    select(*_columns(Consent, _CONSENT))
    .where(_table(Consent).c.institution == _INSTITUTION)
    .order_by(_table(Consent).c.id)
)
MEETINGS_OF_PAIR = (
    select(_M.kind, func.count())
    .where(_M.programme == _KEY, _M.pair == bindparam("pair"), _M.absent.is_(False))
    .group_by(_M.kind)
)
_N = _table(PlannedMeeting).c
PLANNED_NEAR = select(_N.id, _N.on).where(
    _N.programme == _KEY,
    _N.pair == bindparam("pair"),
    _N.kind == bindparam("kind"),
    _N.state == MeetingState.PLANNED.value,
    _N.on.between(bindparam("since"), bindparam("until")),
)

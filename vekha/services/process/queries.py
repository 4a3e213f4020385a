"""The statements that read one programme, built once: making a statement costs more than running it.

Whole rows where something is changed through what is read; where nothing is, plain columns of the tables, past the ORM:
the session's connection runs those at half the price (`read`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Table, bindparam, func, or_, select, update
from sqlmodel import Session, SQLModel, col

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

PROGRAMME = (
    select(Programme, Institution, col(RoadmapVersion.digest))
    .join(Institution, col(Institution.code) == col(Programme.institution))
    .join(
        RoadmapVersion,
        (col(RoadmapVersion.code) == col(Programme.roadmap))
        & (col(RoadmapVersion.version) == col(Programme.roadmap_version)),
    )
    .where(col(Programme.key) == _KEY)
)
PROGRAMME_LOCKED = PROGRAMME.with_for_update(of=Programme)
ROADMAP_DIGEST = select(col(RoadmapVersion.digest)).where(
    col(RoadmapVersion.code) == bindparam("code"), col(RoadmapVersion.version) == bindparam("version")
)
STAGES = select(Stage).where(col(Stage.programme) == _KEY).order_by(col(Stage.ordinal))
_A = _table(Activity).c
ACTIVITIES = (
    select(*_columns(Activity, "stage code state opens due own title gate"))
    .where(_A.programme == _KEY)
    .order_by(_A.ordinal)
)
ACTIVITY_ROWS = select(Activity).where(col(Activity.programme) == _KEY)
ACTIVITY_CHANGED = (
    update(_table(Activity))
    .where(_A.programme == _KEY, _A.stage == bindparam("at_stage"), _A.code == bindparam("at_code"))
    .values(state=bindparam("state"), reason=bindparam("reason"), done_on=bindparam("done_on"))
)

DOCUMENTS = (
    select(*_columns(Document, "stage activity code subject state"))
    .where(_D.programme == _KEY, or_(*(_D.state == each for each in ("draft", "approved", "signed"))))
    .order_by(_D.version)
)
ANSWERS = select(*_columns(Submission, "stage activity form subject")).where(_S.programme == _KEY).order_by(_S.id)

PARTICIPATIONS = select(*_columns(Participation, "person role standing base employer supported_on")).where(
    _table(Participation).c.programme == _KEY
)
PERSONS = select(*_columns(Person, "code name birth_date merged_into")).where(
    _table(Person).c.institution == _INSTITUTION
)
CONSENTS = (
    select(*_columns(Consent, "person purpose signed until guardian withdrawn_on categories"))
    .where(_table(Consent).c.institution == _INSTITUTION)
    .order_by(_table(Consent).c.id)
)
EMPLOYERS = select(*_columns(Employer, "code name")).where(_table(Employer).c.institution == _INSTITUTION)

PAIRS = (
    select(_P.code, _P.ended_on, _P.ending, *_columns(PairMember, "role person"))
    .join(
        _table(PairMember),
        (_table(PairMember).c.programme == _P.programme) & (_table(PairMember).c.pair == _P.code),
    )
    .where(_P.programme == _KEY)
    .order_by(_P.ordinal, _table(PairMember).c.person)
)
MEETINGS = (
    select(_M.pair, _M.kind, func.count()).where(_M.programme == _KEY, _M.absent.is_(False)).group_by(_M.pair, _M.kind)
)
MEETINGS_OF_PAIR = MEETINGS.where(_M.pair == bindparam("pair"))

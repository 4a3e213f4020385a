"""The statements that read one programme, built once: making a statement costs more than running it.

Plain columns where nothing is changed through what is read, whole rows where it is.
"""

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from vekha.storage.tables import (
    Activity,
    Consent,
    Document,
    Employer,
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

_KEY, _INSTITUTION = bindparam("key"), bindparam("institution")

PROGRAMME = select(Programme).where(col(Programme.key) == _KEY)
ROADMAP_DIGEST = select(col(RoadmapVersion.digest)).where(
    col(RoadmapVersion.code) == bindparam("code"), col(RoadmapVersion.version) == bindparam("version")
)
STAGES = select(Stage).where(col(Stage.programme) == _KEY).order_by(col(Stage.ordinal))
ACTIVITIES = select(Activity).where(col(Activity.programme) == _KEY).order_by(col(Activity.ordinal))

DOCUMENTS = (
    select(col(Document.stage), col(Document.activity), col(Document.code), col(Document.subject), col(Document.state))
    .where(col(Document.programme) == _KEY, col(Document.state).in_(("draft", "approved", "signed")))
    .order_by(col(Document.version))
)
ANSWERS = (
    select(col(Submission.stage), col(Submission.activity), col(Submission.form), col(Submission.subject))
    .where(col(Submission.programme) == _KEY)
    .order_by(col(Submission.id))
)

PARTICIPATIONS = select(
    col(Participation.person),
    col(Participation.role),
    col(Participation.standing),
    col(Participation.base),
    col(Participation.employer),
    col(Participation.supported_on),
).where(col(Participation.programme) == _KEY)
PERSONS = select(col(Person.code), col(Person.name), col(Person.birth_date)).where(
    col(Person.institution) == _INSTITUTION
)
CONSENTS = (
    select(
        col(Consent.person),
        col(Consent.purpose),
        col(Consent.signed),
        col(Consent.until),
        col(Consent.guardian),
        col(Consent.withdrawn_on),
    )
    .where(col(Consent.institution) == _INSTITUTION)
    .order_by(col(Consent.id))
)
EMPLOYERS = (
    select(col(Employer.code), col(Employer.name))
    .where(col(Employer.institution) == _INSTITUTION)
    .order_by(col(Employer.code))
)

PAIRS = (
    select(col(Pair.code), col(Pair.ended_on), col(PairMember.role), col(PairMember.person))
    .join(PairMember, (col(PairMember.programme) == col(Pair.programme)) & (col(PairMember.pair) == col(Pair.code)))
    .where(col(Pair.programme) == _KEY)
    .order_by(col(Pair.ordinal), col(PairMember.person))
)
MEETINGS = (
    select(col(Meeting.pair), col(Meeting.kind), func.count())
    .where(col(Meeting.programme) == _KEY, col(Meeting.absent).is_(False))
    .group_by(col(Meeting.pair), col(Meeting.kind))
)

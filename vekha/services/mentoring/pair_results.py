"""What the work of a programme's pairs came to, read for its report; of reflections only marks, by nobody's name."""

from collections import defaultdict

from sqlmodel import col, select

from vekha.domain.pair_totals import Held, PairTotals, totals
from vekha.domain.pairs import PairState, state_of
from vekha.services.mentoring.pair_plans import term_of
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Attendance, Meeting, Pair, Reflection


def results(work: Work, loaded: Loaded) -> PairTotals:
    key, people = loaded.key, loaded.now.people
    rows = work.session.exec(select(Pair).where(Pair.programme == key)).all()
    meetings = work.session.exec(select(Meeting).where(Meeting.programme == key, col(Meeting.pair).is_not(None))).all()
    came = defaultdict[int, list[bool]](list)
    attended = select(Attendance).join(Meeting, col(Meeting.id) == col(Attendance.meeting))
    for row in work.session.exec(attended.where(Meeting.programme == key)):
        came[row.meeting].append(row.present)
    answered = select(col(Reflection.useful)).where(Reflection.programme == key)
    marks = work.session.exec(answered.where(col(Reflection.answered_at).is_not(None))).all()
    states = {row.code: state_of(term_of(row), people.pairs[row.code]) for row in rows}
    return totals(
        states.values(),
        sum(row.extended_on is not None for row in rows if states[row.code] is not PairState.CANCELLED),
        (Held(row.absent, row.minutes or 0, sum(came[row.id or 0]), len(came[row.id or 0])) for row in meetings),
        (each for each in marks if each is not None),
    )

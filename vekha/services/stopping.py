"""Work stops where a consent to processing is gone: withdrawn by a command, or past its last day on the round."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import exists
from sqlmodel import col, select

from vekha.domain.campaign import ProgrammeState
from vekha.domain.people import People, Purpose, Role, Standing
from vekha.domain.stopping import Stopped, stop, stopped
from vekha.services.programmes import Loaded, load
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import Consent, Pair, PairMember, Participation, Programme
from vekha.texts import text


def everywhere(work: Work, institution: str, person: str) -> Iterator[Loaded]:
    """Every programme that is not over in which somebody of the institution takes part; locked in the order of keys."""
    work.session.flush()
    rows = (
        select(Participation.programme)
        .join(Programme, col(Programme.key) == col(Participation.programme))
        .where(Programme.institution == institution, Participation.person == person)
        .where(col(Programme.state).in_((ProgrammeState.RUNNING, ProgrammeState.PAUSED)))
        .distinct()
    )
    for key in sorted(work.session.exec(rows)):
        yield load(work, key)


def write(work: Work, loaded: Loaded, person: str, known: People, on: dt.date, why: str) -> Stopped:
    """Ends what has to end for one person; `known` are the people as they are without the consent."""
    what = stopped(known, person, on)
    for role in what.roles:
        _leave_role(work, loaded, person, role, why)
    for pair in what.ended:
        _end_pair(work, loaded, pair, on, why)
    for pair in what.left:
        work.session.delete(work.session.get_one(PairMember, (loaded.key, pair, person)))
        work.audit(f"pair:{pair}", programme=loaded.key, old=person, new="left", why=why)
    loaded.now = replace(loaded.now, people=stop(known, person, what))
    return what


def _leave_role(work: Work, loaded: Loaded, person: str, role: Role, why: str) -> None:
    row = work.session.get_one(Participation, (loaded.key, person, role))
    old, row.standing, row.reason = row.standing, Standing.WITHDRAWN, why
    work.session.add(row)
    work.audit(f"person:{person}", programme=loaded.key, old=f"{role}:{old}", new=f"{role}:withdrawn", why=why)


def _end_pair(work: Work, loaded: Loaded, pair: str, on: dt.date, why: str) -> None:
    row = work.session.get_one(Pair, (loaded.key, pair))
    row.ended_on, row.end_reason = max(on, row.starts), why
    work.session.add(row)
    work.audit(f"pair:{pair}", programme=loaded.key, old="active", new="ended", why=why)


# --- the round --------------------------------------------------------------------------------------------------------


def lapsed(work: Work) -> Sequence[tuple[str, str]]:
    """(programme, person) of running programmes where somebody registered may have no consent in force any more.

    By the latest day that it is anywhere; the programme's own day decides.
    """
    today = (work.now + EARLIEST_TZ).date()
    in_force = exists().where(
        col(Consent.institution) == col(Programme.institution),
        col(Consent.person) == col(Participation.person),
        col(Consent.purpose) == Purpose.PROCESSING,
        col(Consent.until) >= today,
        col(Consent.withdrawn_on).is_(None),
    )
    rows = (
        select(Participation.programme, Participation.person)
        .join(Programme, col(Programme.key) == col(Participation.programme))
        .where(Programme.state == ProgrammeState.RUNNING, Participation.standing == Standing.REGISTERED, ~in_force)
        .distinct()
        .order_by(col(Participation.programme), col(Participation.person))
    )
    return work.session.exec(rows).all()


def stop_lapsed(work: Work, key: str, person: str) -> bool:
    """Whether somebody's work stopped because the consent is past its last day."""
    loaded = load(work, key)
    return bool(write(work, loaded, person, loaded.now.people, loaded.now.today, text("process.consent_lapsed")))

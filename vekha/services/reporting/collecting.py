"""Collections of figures: announced by an operator, counted by the engine, confirmed by curators, corrected later.

What a curator confirms is frozen with the name and the moment; a correction is another row beside it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, func, select

from vekha.domain.access import Action, demand
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.reporting.collection import Phase, Standing, Terms, confirm_problems, phase, term_problems
from vekha.domain.reporting.history import History
from vekha.domain.reporting.indicators import Figure, Figures
from vekha.domain.reporting.measuring import Window, ages_unknown, measure, mid_cycle
from vekha.services.access.scope import within
from vekha.services.access.watching import demand_watching, may_watch
from vekha.services.reporting.histories import histories
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Collected, Collection, Institution, Programme, Region

BATCH = 100  # institutions counted in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The figures of an institution with what a reader has to know of them."""

    figures: Figures
    given: Mapping[str, int] = field(default_factory=dict[str, int])
    mid_cycle: int = 0
    ages_unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A collection as one institution sees it: its figures as they are now, and what was confirmed, the newest last."""

    collection: Collection
    institution: Institution
    phase: Phase
    today: dt.date
    standing: Standing
    now: Counted
    confirmed: tuple[Collected, ...]
    may_confirm: bool

    @property
    def differs(self) -> bool:
        """Something has been entered since that changes what was confirmed."""
        return bool(self.confirmed) and figures_of(self.confirmed[-1]) != self.now.figures


# --- the operator's ---------------------------------------------------------------------------------------------------


def create(work: Work, code: str, region: str, terms: Terms, compared_with: str = "") -> Collection:
    """Announces a collection. Raises VekhaError collection.* with everything that is wrong, access.denied."""
    demand(work.actor, Action.SCHEDULE, region=region)
    code = code.strip()
    refuse(_create_problems(work, code, region, terms, compared_with))
    row = Collection(
        code=code,
        region=region,
        title=" ".join(terms.title.split()),
        since=terms.since,
        on=terms.on,
        opens=terms.opens,
        closes=terms.closes,
        plan=dict(terms.plan),
        compared_with=compared_with or None,
        created_by=work.actor.name,
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.audit(f"collection:{code}", new="announced", why=row.title)
    count_later(work, row)
    return row


def _create_problems(work: Work, code: str, region: str, terms: Terms, compared_with: str) -> Iterable[Problem]:
    if not code or not code.replace("-", "").replace("_", "").isalnum() or not code.isascii():
        yield problem("collection.bad_code", code=code)
    elif work.session.get(Collection, code) is not None:
        yield problem("collection.exists", collection=code)
    if work.session.get(Region, region) is None:
        yield problem("institution.unknown_region", region=region)
    yield from term_problems(terms)
    if compared_with:
        other = work.session.get(Collection, compared_with)
        if other is None or other.region != region:
            yield problem("collection.unknown", collection=compared_with)
        elif other.on >= terms.on:
            yield problem("collection.not_earlier", on=f"{other.on:%d.%m.%Y}")


def close(work: Work, code: str) -> None:
    """Nothing is confirmed or corrected any more; those who did not confirm stay uncounted for. Undone by `reopen`."""
    row = _kept(work, code)
    if row.closed_at is None:
        row.closed_at = work.now
        work.session.add(row)
        work.audit(f"collection:{code}", old="open", new="closed")


def reopen(work: Work, code: str, closes: dt.date | None = None) -> None:
    """Takes a closing back, or gives more time. Raises VekhaError collection.window_reversed."""
    row = _kept(work, code)
    if closes is not None:
        dates = {"since": row.since, "on": row.on, "opens": row.opens, "closes": closes}
        refuse(term_problems(Terms(title=row.title, plan=row.plan, **dates)))
        row.closes = closes
    row.closed_at = None
    work.session.add(row)
    work.audit(f"collection:{code}", old="closed", new="open", why=f"{row.closes:%d.%m.%Y}")


def count_later(work: Work, row: Collection) -> int:
    """Leaves the counting of everybody's figures to the dispatchers; returns how many institutions there are."""
    codes = asked(work, row)
    for start in range(0, len(codes), BATCH):
        group = codes[start : start + BATCH]
        key = f"figures:{row.code}:{group[0]}:{work.now.isoformat()}"
        work.queue("figures", key, {"collection": row.code, "institutions": group})
    return len(codes)


def recount(work: Work, code: str) -> int:
    """The engine's own count is made anew for everybody; confirmed figures stay as they are."""
    return count_later(work, _kept(work, code))


def recount_some(work: Work, code: str, institutions: Sequence[str]) -> int:
    """The same at once, for some of them, without a dispatcher."""
    _kept(work, code)
    return count(work, code, institutions)


def count(work: Work, code: str, institutions: Sequence[str]) -> int:
    """Counts and keeps the figures of some institutions now. Doing it again changes nothing but the moment."""
    row = one(work, code)
    found = histories(work, institutions)
    gone = delete(Collected).where(col(Collected.collection) == code, col(Collected.version) == 0)
    work.session.execute(gone.where(col(Collected.institution).in_(list(found))))
    for institution, history in found.items():
        window = Window(since=row.since, on=row.on)
        _keep(work, row, institution, 0, _made(history, window, {}))
    return len(found)


def asked(work: Work, row: Collection) -> list[str]:
    """The institutions that have something to show: a programme within the period, not cancelled before it began."""
    rows = (
        select(Institution.code)
        .join(Programme, col(Programme.institution) == col(Institution.code))
        .where(Institution.region == row.region, Programme.cycle_starts <= row.on, Programme.cycle_ends >= row.since)
        .where(Programme.state != "cancelled")
    )
    return list(work.session.exec(rows.distinct().order_by(col(Institution.code))))


# --- the curator's ----------------------------------------------------------------------------------------------------


def sheet(work: Work, code: str, institution: str) -> Sheet:
    """Raises VekhaError collection.unknown, institution.unknown, access.denied."""
    row, home = _of_institution(work, code, institution, Action.VIEW)
    confirmed = _confirmed(work, code, institution)
    given = {name: int(number) for name, number in confirmed[-1].given.items()} if confirmed else {}
    today = work.local_day(home.timezone)
    place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
    return Sheet(
        collection=row,
        institution=home,
        phase=phase_of(row, today),
        today=today,
        standing=standing_of(len(confirmed)),
        now=_counted(work, row, institution, given),
        confirmed=tuple(confirmed),
        may_confirm=work.actor.may(Action.WORK, **place),
    )


def confirm(work: Work, code: str, institution: str, given: Mapping[str, int], reason: str = "") -> Collected:
    """Freezes the institution's figures as they are now, with who said so; again only with a reason.

    Raises VekhaError collection.not_open, closed, day_ahead, reason_needed, bad_number, unknown, access.denied.
    """
    row, home = _of_institution(work, code, institution, Action.WORK)
    known = _confirmed(work, code, institution)
    today = work.local_day(home.timezone)
    refuse(confirm_problems(phase_of(row, today), row.on, today, given, standing_of(len(known)), reason))
    made = _keep(work, row, institution, len(known) + 1, _counted(work, row, institution, given), reason.strip())
    old = standing_of(len(known))
    work.audit(f"collected:{code}/{institution}", old=old, new=standing_of(len(known) + 1), why=made.reason)
    return made


def open_for(work: Work, institution: str) -> list[Sheet]:
    """The collections that wait for this institution or have its figures, the newest first."""
    home = institution_of(work.session, institution)
    rows = select(Collection).where(Collection.region == home.region).order_by(col(Collection.on).desc())
    return [sheet(work, row.code, institution) for row in work.session.exec(rows) if institution in asked(work, row)]


# --- parts ------------------------------------------------------------------------------------------------------------


def one(work: Work, code: str) -> Collection:
    """Raises VekhaError collection.unknown."""
    row = work.session.get(Collection, code)
    if row is None:
        raise VekhaError(problem("collection.unknown", collection=code))
    return row


def watched(work: Work, code: str) -> Collection:
    """For whoever looks after the region or a municipality. Raises VekhaError collection.unknown, access.denied."""
    row = one(work, code)
    demand_watching(work, row.region)
    return row


def every(work: Work) -> list[Collection]:
    """Those the actor may watch, the newest first."""
    rows = select(Collection).order_by(col(Collection.on).desc(), col(Collection.created_at).desc())
    return [row for row in work.session.exec(rows) if may_watch(work, row.region)]


def phase_of(row: Collection, today: dt.date) -> Phase:
    return phase(row.opens, row.closes, today, closed=row.closed_at is not None)


def standing_of(versions: int) -> Standing:
    return Standing.WAITED if not versions else Standing.CONFIRMED if versions == 1 else Standing.CORRECTED


def figures_of(row: Collected) -> Figures:
    return {name: Figure(*numbers) for name, numbers in row.figures.items()}


def newest(work: Work, code: str) -> dict[str, Collected]:
    """Institution → what counts: the newest confirmed figures, else the engine's count; of those the actor may see."""
    rows = (
        select(Collected)
        .join(Institution, col(Institution.code) == col(Collected.institution))
        .where(Collected.collection == code, within(work.actor))
        .order_by(col(Collected.institution), col(Collected.version))
    )
    return {row.institution: row for row in work.session.exec(rows)}


def uncounted(work: Work, row: Collection) -> int:
    """How many of those asked have no figures at all yet: the counting is still under way."""
    known = select(func.count(col(Collected.institution).distinct())).where(Collected.collection == row.code)
    return max(0, len(asked(work, row)) - work.session.exec(known).one())


def _kept(work: Work, code: str) -> Collection:
    row = one(work, code)
    demand(work.actor, Action.SCHEDULE, region=row.region)
    return row


def _of_institution(work: Work, code: str, institution: str, action: Action) -> tuple[Collection, Institution]:
    row, home = one(work, code), institution_of(work.session, institution)
    work.demand(action, home)
    if home.region != row.region:
        raise VekhaError(problem("collection.unknown", collection=code))
    return row, home


def _counted(work: Work, row: Collection, institution: str, given: Mapping[str, int]) -> Counted:
    return _made(histories(work, [institution])[institution], Window(since=row.since, on=row.on), given)


def _made(history: History, window: Window, given: Mapping[str, int]) -> Counted:
    return Counted(
        figures=measure(history, window, given),
        given=given,
        mid_cycle=mid_cycle(history, window),
        ages_unknown=ages_unknown(history, window),
    )


def _keep(work: Work, row: Collection, institution: str, version: int, counted: Counted, reason: str = "") -> Collected:
    made = Collected(
        collection=row.code,
        institution=institution,
        version=version,
        figures={name: [each.numerator, each.denominator] for name, each in counted.figures.items()},
        given=dict(counted.given),
        mid_cycle=counted.mid_cycle,
        ages_unknown=counted.ages_unknown,
        who=work.actor.name,
        at=work.now,
        reason=reason or None,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _confirmed(work: Work, code: str, institution: str) -> list[Collected]:
    rows = select(Collected).where(Collected.collection == code, Collected.institution == institution)
    return list(work.session.exec(rows.where(col(Collected.version) > 0).order_by(col(Collected.version))))


def as_given(values: Mapping[str, Any]) -> dict[str, int]:
    """Numbers as people type them; an empty one is not told. Raises VekhaError collection.bad_number."""
    found: dict[str, int] = {}
    for name, value in values.items():
        typed = "".join(str(value).split())
        if typed and not (typed.isdecimal() and len(typed) < 10):
            raise VekhaError(problem("collection.bad_number", name, number=value))
        if typed:
            found[name] = int(typed)
    return found

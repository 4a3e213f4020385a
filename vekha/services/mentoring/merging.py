"""Two entries of one person made one, and taken apart again.

Every row that names the entry given up names the other afterwards; what was changed is kept as it was, so that it can
be put back. A withdrawal of either entry counts for the person: an older consent does not outlive it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Date, Table, Text, and_, cast, delete, insert, or_, select, update
from sqlalchemy import DateTime as SqlDateTime
from sqlmodel import SQLModel, col
from sqlmodel import select as rows_of

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.merging import award_of_both, entry_of_both, presence_of_both, recoded, reflection_of_both, taken_back
from vekha.services.mentoring import stopping
from vekha.services.process.programmes import load
from vekha.services.work import Work, lock_institution
from vekha.storage.tables import Meeting, Person, PersonMerge, Programme, UtcDateTime

NAMING = frozenset({"person", "subject", "mentee", "mentor"})  # columns that hold somebody's code
# What was told and done stays as it was told and done; the entries themselves are changed below.
ELSEWHERE = frozenset({"audit", "notice", "person", "person_merge", "told_apart"})
FILLED = ("gender", "birth_date", "position", "contact", "graduated")
Values = dict[str, Any]
# Where both entries have the same row: what of it changes.
OF_BOTH: Mapping[str, Callable[[Values, Values], Values]] = {
    "attendance": presence_of_both,
    "award": award_of_both,
    "participation": entry_of_both,
    "reflection": reflection_of_both,
}


@dataclass(frozen=True, slots=True)
class Merged:
    """What came, or would come, of it: rows by table; `id` to undo it by, 0 of a trial."""

    id: int
    kept: str
    merged: str
    rows: dict[str, int]
    filled: tuple[str, ...]  # what the entry kept did not know


class _TakenBackError(Exception):
    """Ends a trial."""


def merge(work: Work, key: str, keep: str, drop: str, *, dry: bool = False) -> Merged:
    """Makes `drop` part of `keep`; with `dry` only tells what would come of it.

    Raises VekhaError people.unknown_person, people.same_entry, people.merge_own_mentor, access.denied.
    """
    loaded = load(work, key)
    home = loaded.programme.institution
    lock_institution(work, home)
    work.flush()
    refuse(_problems(work, home, keep, drop))
    done = Merged(0, keep, drop, {}, ())
    try:
        with work.attempt():
            done = _merge(work, home, key, keep, drop)
            if dry:
                raise _TakenBackError  # noqa: TRY301 — the savepoint has to see it
    except _TakenBackError:
        pass
    return done


def undo(work: Work, key: str, merge_id: int) -> Merged:
    """Puts back what the merge changed. Raises VekhaError people.no_merge, people.merge_changed, access.denied."""
    home = load(work, key).programme.institution
    lock_institution(work, home)
    work.flush()
    row = work.session.get(PersonMerge, merge_id)
    if row is None or row.institution != home or row.undone_at is not None:
        raise VekhaError(problem("people.no_merge", merge=merge_id))
    later = [
        each.id for each in merges(work, key) if (each.id or 0) > merge_id and row.kept in (each.kept, each.merged)
    ]
    if later:
        raise VekhaError(problem("people.merge_later", merge=merge_id, later=", ".join(map(str, later))))
    changes = [_Change.of(each) for each in row.rows]
    refuse(found for each in reversed(changes) for found in each.changed(work, merge_id))
    for each in reversed(changes):
        each.put_back(work)
    row.undone_by, row.undone_at = work.actor.name, work.now
    work.session.add(row)
    work.audit(f"person:{row.merged}", programme=key, old=row.kept, new="merge_undone")
    _settled(work, home, (row.kept, row.merged))
    return Merged(merge_id, row.kept, row.merged, dict(Counter(each.table.name for each in changes)), ())


def merges(work: Work, key: str) -> Sequence[PersonMerge]:
    """The merges of the programme's institution that stand, newest first. Raises VekhaError access.denied."""
    loaded = load(work, key, Action.VIEW)
    work.demand(Action.WORK, loaded.institution)
    home = loaded.programme.institution
    rows = rows_of(PersonMerge).where(PersonMerge.institution == home, col(PersonMerge.undone_at).is_(None))
    return work.session.exec(rows.order_by(col(PersonMerge.id).desc())).all()


def _problems(work: Work, home: str, keep: str, drop: str) -> Iterator[Problem]:
    for code in (keep, drop):
        row = work.session.get(Person, (home, code))
        if row is None or row.erased_on is not None or row.merged_into is not None:
            yield problem("people.unknown_person", person=code)
    if keep == drop:
        yield problem("people.same_entry", person=keep)
    members = _table("pair_member")
    both = select(members.c.programme, members.c.pair, members.c.person, members.c.role).where(
        members.c.programme.in_(_keys(home)), members.c.person.in_((keep, drop))
    )
    seen: dict[tuple[str, str], set[str]] = {}
    for row in work.session.execute(both):
        seen.setdefault((row.programme, row.pair), set()).add(row.role)
    for programme, pair in sorted(place for place, roles in seen.items() if len(roles) > 1):
        yield problem("people.merge_own_mentor", pair=pair, programme=programme)


def _merge(work: Work, home: str, key: str, keep: str, drop: str) -> Merged:
    changes = [
        *_asked_once(work, home, keep, drop),
        *_moved(work, home, keep, drop),
        *_recoded(work, home, keep, drop),
        *_told_apart(work, home, keep, drop),
        *_withdrawn(work, home, keep),
    ]
    kept, given = (work.session.get_one(Person, (home, code)) for code in (keep, drop))
    filled = [name for name in FILLED if getattr(kept, name) is None and getattr(given, name) is not None]
    persons = _table("person")
    new = {name: getattr(given, name) for name in filled}
    changes += [_Change.make(work, persons, {"institution": home, "code": keep}, new)] if new else []
    changes.append(_Change.make(work, persons, {"institution": home, "code": drop}, {"merged_into": keep}))
    row = {"institution": home, "kept": keep, "merged": drop, "who": work.actor.name, "at": work.now}
    number = work.insert(PersonMerge, {**row, "rows": [each.as_json() for each in changes]})
    work.audit(f"person:{drop}", programme=key, old=drop, new=f"merged:{keep}")
    _settled(work, home, (keep,))
    return Merged(number, keep, drop, dict(Counter(each.table.name for each in changes)), tuple(filled))


def _settled(work: Work, home: str, codes: Sequence[str]) -> None:
    """Everything read before is stale; whoever stands in a register without a consent now leaves it."""
    work.session.flush()
    work.session.expire_all()
    work.programmes.clear()
    work.acquainted.clear()
    for code in codes:
        stopping.without_consent(work, home, code)


# --- the rows ---------------------------------------------------------------------------------------------------------


def _asked_once(work: Work, home: str, keep: str, drop: str) -> Iterator["_Change"]:
    """Whoever was asked twice in one survey is asked once: an answer stays, every address leads to what is left.

    Of an anonymous survey nobody knows which answers are theirs, so two answers stay two.
    """
    asked, tokens = _table("survey_asked"), _table("survey_token")
    of_either = and_(_scope(asked, home), asked.c.subject.in_((keep, drop)))
    by_survey: dict[int, dict[str, Values]] = {}
    for row in work.session.execute(select(asked).where(of_either)).mappings():
        by_survey.setdefault(row["survey"], {})[row["subject"]] = dict(row)
    for both in (each for each in by_survey.values() if len(each) > 1):
        if both[keep]["answered"] and both[drop]["answered"] and both[drop]["submission"] is None:
            continue
        given_up, left = (keep, drop) if both[drop]["answered"] and not both[keep]["answered"] else (drop, keep)
        for token in work.session.scalars(select(tokens.c.token).where(tokens.c.asked == both[given_up]["id"])).all():
            yield _Change.make(work, tokens, {"token": token}, {"asked": both[left]["id"]})
        yield _Change.remove(work, asked, {"id": both[given_up]["id"]})


def _moved(work: Work, home: str, keep: str, drop: str) -> Iterator["_Change"]:
    """Every row that names the entry given up; where the other has such a row already, that one stays."""
    for table in SQLModel.metadata.sorted_tables:
        columns = [each for each in table.columns if each.name in NAMING]
        scope = _scope(table, home)
        if table.name in ELSEWHERE or scope is None or not columns:
            continue
        where = and_(scope, or_(*(each == drop for each in columns)))
        for found in work.session.execute(select(table).where(where)).mappings().all():
            yield from _renamed(work, table, dict(found), {each.name: keep for each in columns if found[each] == drop})


def _renamed(work: Work, table: Table, before: Values, new: Values) -> Iterator["_Change"]:
    """One row under another name. A row that others lead to is made anew before they are led there."""
    key = _key(table, before)
    place = key | {name: value for name, value in new.items() if name in key}
    followers = [] if place == key else _followers(table)
    twin = None if place == key else _row(work, table, place)
    if twin is None and not followers:
        yield _Change.make(work, table, key, new | _next_version(work, table, before, new))
        return
    if twin is None:
        yield _Change.add(work, table, before | new)
    elif both := OF_BOTH.get(table.name, lambda _kept, _other: {})(twin, before):
        name, keep = next(iter(new.items()))
        told = {each: recoded(value, before[name], keep) for each, value in both.items()}
        yield _Change.make(work, table, place, told)
    for follower, names in followers:
        here = and_(*(follower.c[mine] == key[theirs] for mine, theirs in names.items()))
        there = {mine: new[theirs] for mine, theirs in names.items() if theirs in new}
        for row in work.session.execute(select(*follower.primary_key.columns).where(here)).mappings().all():
            yield _Change.make(work, follower, dict(row), there)
    yield _Change.remove(work, table, key)


def _followers(table: Table) -> list[tuple[Table, dict[str, str]]]:
    """The tables whose rows lead to rows of this one by name: (table, column there → column here)."""
    return [
        (other, {each.parent.name: each.column.name for each in constraint.elements})
        for other in SQLModel.metadata.sorted_tables
        for constraint in other.foreign_key_constraints
        if constraint.referred_table is table and NAMING & {each.column.name for each in constraint.elements}
    ]


def _next_version(work: Work, table: Table, before: Values, new: Values) -> Values:
    """Papers about both entries at one place of the roadmap are versions of one paper."""
    if table.name != "document":
        return {}
    place = ("programme", "stage", "activity", "code")
    same = [table.c[name] == before[name] for name in place]
    taken = select(table.c.version).where(*same, table.c.subject == new["subject"])
    versions = set(work.session.scalars(taken))
    return {"version": max(versions) + 1} if before["version"] in versions else {}


def _recoded(work: Work, home: str, keep: str, drop: str) -> Iterator["_Change"]:
    """Codes inside answers, drafts, proposals, practices, and in what is still to be sent."""
    for table in SQLModel.metadata.sorted_tables:
        columns = [each for each in table.columns if isinstance(each.type, JSON)]
        scope = _waiting(table) if table.name == "outbox" else _scope(table, home)
        if table.name in ELSEWHERE or scope is None or not columns:
            continue
        told = or_(*(cast(each, Text).contains(f'"{drop}"', autoescape=True) for each in columns))
        rows = select(*table.primary_key.columns, *columns).where(scope, told)
        for row in work.session.execute(rows).mappings().all():
            if table.name == "outbox" and not _of_home(work, home, row["payload"]):
                continue
            new = {each.name: recoded(row[each.name], drop, keep) for each in columns}
            new = {name: value for name, value in new.items() if value != row[name]}
            if new:
                yield _Change.make(work, table, _key(table, dict(row)), new)


def _waiting(outbox: Table) -> Any:
    return outbox.c.done_at.is_(None)


def _of_home(work: Work, home: str, payload: Values) -> bool:
    programme = work.session.get(Programme, payload.get("programme", ""))
    return programme is not None and programme.institution == home


def _told_apart(work: Work, home: str, keep: str, drop: str) -> Iterator["_Change"]:
    """Whoever was another person than the entry given up is another than the one kept."""
    table = _table("told_apart")
    mine = or_(table.c.one == drop, table.c.other == drop)
    for row in work.session.execute(select(table).where(table.c.institution == home, mine)).mappings().all():
        names = {keep if row[name] == drop else row[name] for name in ("one", "other")}
        if len(names) > 1:
            one, other = sorted(names)
            place = {"institution": home, "one": one, "other": other}
            if _row(work, table, place) is None:
                yield _Change.make(work, table, _key(table, dict(row)), {"one": one, "other": other})
                continue
        yield _Change.remove(work, table, _key(table, dict(row)))


def _withdrawn(work: Work, home: str, keep: str) -> Iterator["_Change"]:
    """A withdrawal takes back what the person had signed before it, in whichever entry."""
    table = _table("consent")
    rows = select(table).where(table.c.institution == home, table.c.person == keep)
    for number, day in taken_back(
        {str(name): value for name, value in row.items()} for row in work.session.execute(rows).mappings()
    ):
        yield _Change.make(work, table, {"id": number}, {"withdrawn_on": day})


def _scope(table: Table, home: str) -> Any:
    if "institution" in table.columns:  # a practice may belong to no programme
        return table.c.institution == home
    if "programme" in table.columns:
        return table.c.programme.in_(_keys(home))
    if table.name == "attendance":
        meetings = rows_of(Meeting.id).where(col(Meeting.programme).in_(_keys(home)))
        return table.c.meeting.in_(meetings)
    return None


def _keys(home: str) -> Any:
    return rows_of(Programme.key).where(Programme.institution == home)


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def _key(table: Table, values: Values) -> Values:
    return {each.name: values[each.name] for each in table.primary_key.columns}


def _row(work: Work, table: Table, key: Values) -> Values | None:
    found = work.session.execute(select(table).where(_at(table, key))).mappings().one_or_none()
    return dict(found) if found else None


def _at(table: Table, key: Values) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))


@dataclass(frozen=True, slots=True)
class _Change:
    """One row changed: its key afterwards, what stood there and what stands there; `new` is None of a row removed,
    `old` of one added."""

    table: Table
    key: Values
    old: Values | None
    new: Values | None

    @classmethod
    def make(cls, work: Work, table: Table, key: Values, new: Values) -> "_Change":
        before = _row(work, table, key) or {}
        work.session.execute(update(table).where(_at(table, key)).values(new))
        return cls(table, {**key, **{name: new[name] for name in key if name in new}}, _of(before, new), new)

    @classmethod
    def remove(cls, work: Work, table: Table, key: Values) -> "_Change":
        before = _row(work, table, key) or {}
        work.session.execute(delete(table).where(_at(table, key)))
        return cls(table, key, before, None)

    @classmethod
    def add(cls, work: Work, table: Table, values: Values) -> "_Change":
        work.session.execute(insert(table).values(values))
        return cls(table, _key(table, values), None, values)

    def changed(self, work: Work, merge_id: int) -> Iterator[Problem]:
        """Whether somebody has changed since what the merge did."""
        now = _row(work, self.table, self.key)
        same = now is None if self.new is None else now is not None and _of(now, self.new) == self.new
        if not same:
            yield problem("people.merge_changed", merge=merge_id, table=self.table.name)

    def put_back(self, work: Work) -> None:
        if self.old is None:
            work.session.execute(delete(self.table).where(_at(self.table, self.key)))
        elif self.new is None:
            work.session.execute(insert(self.table).values(self.old))
        else:
            work.session.execute(update(self.table).where(_at(self.table, self.key)).values(self.old))

    def as_json(self) -> Values:
        parts = {"key": self.key, "old": self.old, "new": self.new}
        told = {name: value if value is None else _written(value) for name, value in parts.items()}
        return {"table": self.table.name, **told}

    @classmethod
    def of(cls, told: Values) -> "_Change":
        table = _table(told["table"])
        old, new = (None if told[name] is None else _read(table, told[name]) for name in ("old", "new"))
        return cls(table, _read(table, told["key"]), old, new)


def _of(values: Values, names: Values) -> Values:
    return {name: values[name] for name in names}


def _written(values: Values) -> Values:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _read(table: Table, values: Values) -> Values:
    return {name: _value(table.c[name], value) for name, value in values.items()}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(column.type, UtcDateTime | SqlDateTime):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if isinstance(column.type, Date) else value

"""Half-filled forms, saved as one types: one draft that everybody works on where there is one answer to give, a draft
of one's own where each fills in another one. Nobody's text is lost when two save at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, delete, select

from vekha.domain.drafts import Kept, Verdict, chosen, judge
from vekha.domain.errors import VekhaError, problem
from vekha.forms.base import OUTSIDERS, Form
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import FormDraft


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a draft lies. `visitor` («account:7», «link:…») is who types; `owner` is empty for a shared draft."""

    programme: str
    stage: str
    activity: str
    form: str
    subject: str
    owner: str
    visitor: str

    @property
    def shared(self) -> bool:
        return not self.owner

    def aside(self, page: str) -> "Slot":
        """Where the text of a page is kept that somebody else has overtaken."""
        return replace(self, owner=f"copy:{self.visitor}:{page}")


@dataclass(frozen=True, slots=True)
class Saved:
    """`version` is what the page goes on from; in a conflict it stays behind until the person has chosen."""

    version: int
    verdict: Verdict


def slot_of(loaded: Loaded, place: tuple[str, str], form: type[Form], subject: str, visitor: str) -> Slot:
    """The shared draft where the programme needs one answer about this subject, else the visitor's own."""
    shared = bool(subject) or (form.subject_field is None and not set(form.filled_by) <= set(OUTSIDERS))
    return Slot(loaded.key, *place, form.code, subject, "" if shared else visitor, visitor)


def read(work: Work, slot: Slot) -> FormDraft | None:
    """Raises nothing: whoever asks has been let to the programme before."""
    return work.session.get(FormDraft, _key(slot))


def save(work: Work, slot: Slot, base: int, page: str, data: Mapping[str, Any]) -> Saved:
    """Keeps what was typed: in the draft, or aside when somebody else has saved another text meanwhile."""
    row = _locked(work, slot)
    verdict = judge(_kept(row), base, page, data, shared=slot.shared)
    if verdict is Verdict.LATE:
        return Saved(base, verdict)
    if verdict is Verdict.CONFLICT:
        aside = slot.aside(page)
        _write(work, aside, _locked(work, aside), page, data)
        return Saved(base, verdict)
    return Saved(_write(work, slot, row, page, data).version, verdict)


def overtaken(work: Work, slot: Slot, base: int, page: str, data: Mapping[str, Any]) -> bool:
    """Whether handing in from this page would pass over what somebody else has written or handed in meanwhile."""
    return judge(_kept(_locked(work, slot)), base, page, data, shared=slot.shared) is Verdict.CONFLICT


def sent(work: Work, slot: Slot, page: str) -> None:
    """The form was handed in from `page`: the draft is emptied, its version goes on."""
    row = _write(work, slot, _locked(work, slot), page, {})
    row.sent_at = work.now
    work.session.add(row)
    _remove(work, slot.aside(page))


def discard(work: Work, slot: Slot) -> None:
    """Nothing typed is wanted any more."""
    if (row := _locked(work, slot)) is not None:
        _write(work, slot, row, "", {})


def aside(work: Work, slot: Slot, page: str) -> FormDraft:
    """The text of a page that was overtaken. Raises VekhaError form.no_conflict when it has been dealt with."""
    row = read(work, slot.aside(page))
    if row is None:
        raise VekhaError(problem("form.no_conflict"))
    return row


def settle(work: Work, slot: Slot, page: str, base: int, picked: Iterable[str]) -> bool:
    """Puts together what a person has chosen: `picked` fields of the own text, the others of the draft.

    False when the draft has changed since it was shown as `base`: then the person looks again.
    """
    mine, row = aside(work, slot, page), _locked(work, slot)
    if row is not None and row.version != base:
        return False
    _write(work, slot, row, page, chosen(mine.data, row.data if row else {}, picked))
    _remove(work, slot.aside(page))
    return True


def drop_aside(work: Work, slot: Slot, page: str) -> None:
    """The own text is not wanted: the draft of the other one stays."""
    _remove(work, slot.aside(page))


def _kept(row: FormDraft | None) -> Kept | None:
    if row is None:
        return None
    return Kept(version=row.version, page=row.page, data=row.data, sent=row.sent_at is not None)


def _write(work: Work, slot: Slot, row: FormDraft | None, page: str, data: Mapping[str, Any]) -> FormDraft:
    if row is None:
        facts = {**_key(slot), "version": 0, "page": "", "data": {}, "who": "", "saved_at": work.now}
        work.insert_new(FormDraft, [facts])
        row = _locked(work, slot)
        assert row is not None  # noqa: S101 — inserted right now, by us or by somebody at the same moment
    row.version, row.page, row.data, row.sent_at = row.version + 1, page, dict(data), None
    row.who, row.saved_at = work.actor.name, work.now
    work.session.add(row)
    return row


def _locked(work: Work, slot: Slot) -> FormDraft | None:
    key = _key(slot)
    rows = select(FormDraft).where(*(getattr(FormDraft, name) == value for name, value in key.items()))
    return work.session.exec(rows.with_for_update()).one_or_none()


def _remove(work: Work, slot: Slot) -> None:
    rows = delete(FormDraft).where(*(col(getattr(FormDraft, name)) == value for name, value in _key(slot).items()))
    work.session.execute(rows)


def _key(slot: Slot) -> dict[str, Any]:
    names = ("programme", "stage", "activity", "form", "subject", "owner")
    return {name: getattr(slot, name) for name in names}

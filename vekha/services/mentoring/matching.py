"""Matching in a programme: propose, fix what must or must not be, know what that costs, confirm, go on with the rest.

A proposal is kept as a version; a new one discards the draft before it. Confirming forms the pairs in one transaction,
and confirming again changes nothing.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, delete, select

from vekha.domain import matching
from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.domain.matching import Cost, Model, Plan, Proposal, Reason, Request, rotation
from vekha.domain.people import FormPair, People, Role, SupportUnpaired
from vekha.domain.people_refusals import refusals
from vekha.forms.standard import MentoringModel
from vekha.services.mentoring import match_requests
from vekha.services.mentoring.match_requests import FORBID, PIN
from vekha.services.mentoring.people import carry_out_one
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work
from vekha.storage.tables import MatchLink, MatchProposal
from vekha.texts import text

DRAFT, CONFIRMED, DISCARDED = "draft", "confirmed", "discarded"
UNPIN = "unpin"


# --- proposing --------------------------------------------------------------------------------------------------------


def propose(work: Work, key: str, model: Model = Model.ONE_TO_ONE) -> MatchProposal:
    """A new draft for everybody without a mentor; pairs at work stay as they are.

    Raises VekhaError with every contradiction; nobody without a valid consent is proposed.
    """
    if model is Model.SPEED:
        raise VekhaError(problem("matching.not_enough", model=text("matching.models.speed")))
    loaded = load(work, key)
    asked = match_requests.build(work, loaded, model)
    found = matching.propose(asked.request)
    found = replace(found, aside=asked.aside | found.aside)
    last = _latest(work, key)
    if last is not None and last.state == DRAFT:
        _decide(work, last, DISCARDED)
    row = MatchProposal(
        programme=key,
        version=last.version + 1 if last else 1,
        model=model,
        matched=found.matched,
        score=found.score,
        content=_stored(found),
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(row)
    work.audit(f"matching:{row.version}", programme=key, new=DRAFT)
    return row


def _latest(work: Work, key: str) -> MatchProposal | None:
    work.session.flush()
    rows = select(MatchProposal).where(MatchProposal.programme == key).order_by(col(MatchProposal.version).desc())
    return work.session.exec(rows.limit(1)).first()


def latest(work: Work, key: str) -> MatchProposal | None:
    """The newest proposal, whatever became of it."""
    load(work, key, Action.VIEW)
    return _latest(work, key)


def _draft(work: Work, key: str) -> MatchProposal:
    """Raises VekhaError matching.no_draft."""
    found = _latest(work, key)
    if found is None or found.state != DRAFT:
        raise VekhaError(problem("matching.no_draft"))
    return found


def _decide(work: Work, row: MatchProposal, state: str) -> None:
    old, row.state = row.state, state
    row.decided_by, row.decided_at = work.actor.name, work.now
    work.session.add(row)
    work.audit(f"matching:{row.version}", programme=row.programme, old=old, new=state)


def discard(work: Work, key: str) -> None:
    load(work, key)
    _decide(work, _draft(work, key), DISCARDED)


def model_of(name: str) -> Model:
    """By code or by the title people know. Raises VekhaError matching.unknown_model."""
    for each in Model:
        if name in (each.value, text(f"matching.models.{each.value}")):
            return each
    raise VekhaError(problem("matching.unknown_model", model=name, known=", ".join(each.value for each in Model)))


def kind_of(name: str) -> str:
    """Raises VekhaError matching.unknown_change."""
    if name not in (PIN, FORBID, UNPIN):
        raise VekhaError(problem("matching.unknown_change", kind=name))
    return name


# --- what a curator fixes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """«pin» and «forbid» fix a pair, «unpin» takes either back; people by code or full name."""

    kind: str
    mentee: str
    mentor: str
    why: str = ""


def fix(work: Work, key: str, change: Change) -> None:
    """Keeps the wish for this proposal and the next ones; a draft is made anew with it. Repeating it changes nothing.

    Raises VekhaError for unknown people, wrong roles and whatever contradicts the wish.
    """
    loaded = load(work, key)
    change = _known(loaded.now.people, change)
    draft = _latest(work, key)
    model = Model(draft.model) if draft else Model.ONE_TO_ONE
    refuse(_contradictions(_changed(match_requests.build(work, loaded, model).request, change), loaded.now.people))
    known = work.session.exec(_links(key, change)).all()
    if change.kind != UNPIN and any(each.kind == change.kind and each.mentor == change.mentor for each in known):
        return
    for each in known:
        work.session.delete(each)
    work.session.flush()
    if change.kind != UNPIN:
        facts = {"programme": key, "mentee": change.mentee, "mentor": change.mentor, "kind": change.kind}
        work.session.add(MatchLink(**facts, why=change.why or None, who=work.actor.name, at=work.now))
        work.session.flush()
    subject = f"match:{change.mentee}/{change.mentor}"
    work.audit(subject, programme=key, old=known[0].kind if known else None, new=change.kind, why=change.why or None)
    if draft is not None and draft.state == DRAFT:
        propose(work, key, model)


def cost(work: Work, key: str, change: Change) -> Cost:
    """What the change would cost, with nothing changed. Raises like `fix`."""
    loaded = load(work, key, Action.VIEW)
    change = _known(loaded.now.people, change)
    last = _latest(work, key)
    request = match_requests.build(work, loaded, Model(last.model) if last else Model.ONE_TO_ONE).request
    changed = _changed(request, change)
    refuse(_contradictions(changed, loaded.now.people))
    return matching.cost(request, changed)


def _contradictions(request: Request, people: People) -> Iterator[Problem]:
    """What is wrong with the pins, told with the names of people who cannot be proposed now."""
    for each in matching.refusals(request):
        if each.code == "matching.pin_unknown":
            code = str(dict(each.params)["person"])
            yield problem(each.code, person=people.persons[code].name)
        elif each.code.startswith("matching.pin"):
            yield each


def _changed(request: Request, change: Change) -> Request:
    link = (change.mentee, change.mentor)
    pins = {each for each in request.pins if each != link and (change.kind != PIN or each[0] != change.mentee)}
    forbids = request.forbids - {link}
    if change.kind == PIN:
        pins.add(link)
    if change.kind == FORBID:
        forbids |= {link}
    return replace(request, pins=frozenset(pins), forbids=frozenset(forbids))


def _links(key: str, change: Change) -> Any:
    """What stands in the place of this wish: the same pair, and for a pin every other pin of the mentee."""
    here = (MatchLink.programme == key) & (MatchLink.mentee == change.mentee)
    same = col(MatchLink.mentor) == change.mentor
    return select(MatchLink).where(here, same | (col(MatchLink.kind) == PIN) if change.kind == PIN else same)


def _known(people: People, change: Change) -> Change:
    found: list[Problem] = []
    codes = {Role.MENTEE: "", Role.MENTOR: ""}
    for role, reference in ((Role.MENTEE, change.mentee), (Role.MENTOR, change.mentor)):
        meant = [each for each in people.find(reference) if role in each.standings] or list(people.find(reference))
        if not meant:
            found.append(problem("people.unknown_person", person=reference))
        elif len(meant) > 1:
            names = ", ".join(each.code for each in meant)
            found.append(problem("people.namesakes", person=reference, codes=names))
        elif role not in meant[0].standings:
            told = text(f"matching.roles.{role.value}")
            found.append(problem("matching.wrong_side", person=meant[0].name, role=told))
        else:
            codes[role] = meant[0].code
    refuse(found)
    return replace(change, mentee=codes[Role.MENTEE], mentor=codes[Role.MENTOR])


# --- confirming -------------------------------------------------------------------------------------------------------


def confirm(
    work: Work, key: str, *, version: int | None = None, starts: dt.date | None = None, ends: dt.date | None = None
) -> MatchProposal:
    """Forms every pair of the draft, all or none; the same version again changes nothing.

    Raises VekhaError matching.no_draft, matching.stale and every refusal of every pair.
    """
    loaded = load(work, key)
    last = _latest(work, key)
    if last is not None and last.state == CONFIRMED and version in (None, last.version):
        return last
    row = _draft(work, key)
    if version is not None and version != row.version:
        raise VekhaError(problem("matching.no_draft"))
    first, until = starts or loaded.now.today, ends or loaded.programme.cycle_ends
    title = MentoringModel[Model(row.model).name].value
    commands = [
        FormPair(
            mentors=tuple(pair["mentors"]),
            mentees=tuple(tie["mentee"] for tie in pair["ties"]),
            format=title,
            starts=first,
            ends=max(first, until) if ends is None else until,
        )
        for pair in row.content["pairs"]
    ]
    refuse(dict.fromkeys(_stale(work, loaded, row, commands)))
    for command in commands:
        carry_out_one(work, loaded, command)
    _decide(work, row, CONFIRMED)
    mentees = [mentee for command in commands for mentee in command.mentees]
    here = col(MatchLink.programme) == key
    work.session.exec(delete(MatchLink).where(here, col(MatchLink.kind) == PIN, col(MatchLink.mentee).in_(mentees)))
    return row


def _stale(work: Work, loaded: Loaded, row: MatchProposal, commands: list[FormPair]) -> Iterator[Problem]:
    """Whatever has happened since the draft was made: pairs formed elsewhere, consents withdrawn, people gone."""
    people = loaded.now.people
    for command in commands:
        yield from refusals(command, people, loaded.now.today)
    request = match_requests.build(work, loaded, Model(row.model)).request
    waiting = {each.code for each in request.mentees}
    free = {each.code: each.free for each in request.mentors}
    changed = [mentee for command in commands for mentee in command.mentees if mentee not in waiting]
    for pair in row.content["pairs"]:
        for tie in pair["ties"]:
            free[tie["mentor"]] = free.get(tie["mentor"], 0) - 1
    changed += [code for code, left in free.items() if left < 0]
    if changed:
        names = ", ".join(people.persons[each].name for each in dict.fromkeys(changed) if each in people.persons)
        yield problem("matching.stale", people=names)


def support_left(work: Work, key: str, note: str) -> list[str]:
    """Notes psychological support for every mentee left over by the latest proposal who still has no mentor."""
    loaded = load(work, key)
    row = _latest(work, key)
    if row is None:
        raise VekhaError(problem("matching.no_draft"))
    if not note.strip():
        raise VekhaError(problem("stage.reason_needed"))
    waiting = {each.code for each in loaded.now.people.unpaired()}
    helped = [each["mentee"] for each in row.content["left"] if each["mentee"] in waiting]
    for mentee in helped:
        carry_out_one(work, loaded, SupportUnpaired(mentee=mentee, on=loaded.now.today, note=note.strip()))
    return helped


# --- speed mentoring --------------------------------------------------------------------------------------------------


def speed(work: Work, key: str, rounds: int | None = None) -> Plan:
    """The plan of rounds for everybody in the registers with a valid consent; who is forbidden does not meet."""
    loaded = load(work, key, Action.VIEW)
    request = match_requests.build(work, loaded, Model.SPEED).request
    mentees, mentors = ([each.code for each in side] for side in (request.mentees, request.mentors))
    return rotation(mentees, mentors, rounds, request.forbids | request.apart)


# --- what is stored ---------------------------------------------------------------------------------------------------


def _stored(found: Proposal) -> dict[str, Any]:
    """By codes only: a name that is erased is nowhere in a proposal."""
    return {
        "pairs": [
            {
                "mentors": list(pair.mentors),
                "ties": [
                    {
                        "mentee": tie.mentee,
                        "mentor": tie.mentor,
                        "score": tie.score,
                        "pinned": tie.pinned,
                        "reasons": _reasons(tie.reasons),
                    }
                    for tie in pair.ties
                ],
            }
            for pair in found.pairs
        ],
        "left": [{"mentee": each.mentee, "reasons": _reasons(each.reasons)} for each in found.left],
        "aside": [
            {"person": code, "code": each.code, "params": {k: v for k, v in each.params if k != "person"}}
            for code, each in found.aside.items()
        ],
    }


def _reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "words": list(each.words), "people": list(each.people), "count": each.count}
        for each in reasons
    ]

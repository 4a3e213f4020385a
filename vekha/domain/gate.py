"""The gate of a stage: everything that is still missing before it may be completed, each with its remedy."""

from collections.abc import Iterator

from vekha.domain.checks import BUILTIN, CheckContext
from vekha.domain.errors import Problem, problem
from vekha.domain.programme import ISSUED, SETTLED, ActivityNow, DocumentState, ProgrammeNow, name_of, subjects
from vekha.domain.roadmap import Activity
from vekha.texts import text

PAIR_MEETINGS = frozenset({"introduction", "trial", "planning", "series", "final"})  # counted for each pair


def gate(stage: str, programme: ProgrammeNow) -> tuple[Problem, ...]:
    """Everything that keeps the stage from closing, activity by activity."""
    return tuple(
        found
        for each in programme.of_stage(stage)
        if each.gate.blocks_stage and each.state not in SETTLED
        for found in _open_activity(each, programme)
    )


def missing(activity: ActivityNow, programme: ProgrammeNow) -> tuple[Problem, ...]:
    """What an activity still needs before it can be marked as done: forms, documents, meetings, checks."""
    if activity.own:
        return ()
    row = programme.roadmap.activity(activity.stage, activity.code)
    where = activity.title
    context = CheckContext(
        today=programme.today,
        stage=activity.stage,
        activity=activity.code,
        people=programme.people,
        answers=_answer_counts(programme),
    )
    found = [*_missing_forms(activity, row, programme), *_missing_documents(activity, row, programme)]
    found += _missing_meetings(row, programme, where)
    for name in row.checks:
        check = programme.checks.get(name) or BUILTIN[name]
        found += [Problem(each.code, each.where or where, each.params) for each in check(context)]
    return tuple(found)


def _open_activity(activity: ActivityNow, programme: ProgrammeNow) -> Iterator[Problem]:
    """Says what is missing; when nothing is, that the activity has yet to be marked as done."""
    found = missing(activity, programme)
    yield from found or (problem("gate.not_marked", activity.title, stage=activity.stage, activity=activity.code),)


def _answer_counts(programme: ProgrammeNow) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (_, _, form), about in programme.answers.items():
        counts[form] = counts.get(form, 0) + len(about)
    return counts


def _missing_forms(activity: ActivityNow, row: Activity, programme: ProgrammeNow) -> Iterator[Problem]:
    for use in row.forms:
        about = programme.answers.get((activity.stage, activity.code, use.code), ())
        if use.each is not None:
            lacking = [code for code in subjects(use.each, programme.people) if about.count(code) < use.at_least]
            if lacking and use.at_least:
                who = ", ".join(name_of(code, programme.people) for code in lacking)
                yield problem("gate.answers_missing", activity.title, form=use.code, count=len(lacking), who=who)
        elif len(about) < use.at_least:
            yield problem("gate.answers_few", activity.title, form=use.code, have=len(about), need=use.at_least)


def _missing_documents(activity: ActivityNow, row: Activity, programme: ProgrammeNow) -> Iterator[Problem]:
    for use in row.documents:
        if use.optional or use.on_demand:
            continue
        spec = programme.roadmap.documents[use.code]
        states = programme.documents.get((activity.stage, activity.code, use.code), {})
        for code in subjects(spec.per, programme.people):
            state = states.get(code)
            if state in ISSUED:
                continue
            about = f" ({name_of(code, programme.people)})" if code else ""
            name = f"«{spec.title}»{about}"
            kind = "document_draft" if state is DocumentState.DRAFT else "document_missing"
            kind = kind if spec.template or kind == "document_draft" else "upload_missing"
            yield problem(f"gate.{kind}", activity.title, document=name, code=use.code)


def _missing_meetings(row: Activity, programme: ProgrammeNow, where: str) -> Iterator[Problem]:
    for kind, need in row.meetings.items():
        title = text(f"process.meeting.{kind}")
        if kind not in PAIR_MEETINGS:
            have = programme.people.events.get(kind, 0)
            if have < need:
                yield problem("gate.events_few", where, kind=title, have=have, need=need)
            continue
        for pair in programme.people.active_pairs:
            have = pair.meetings.get(kind, 0)
            if have < need:
                name = name_of(pair.code, programme.people)
                yield problem("gate.meetings_few", where, kind=title, pair=name, have=have, need=need)

"""What happened in the programmes of a campaign, for process mining: stages, activities and documents, nobody's names.

A programme is a case; what was done about one stage, activity or document is an event with its transition in the terms
of the XES standard. People, consents, pairs and logins are left out on purpose: the log leaves the region.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import select as columns_of
from sqlmodel import col, select

from vekha import xes
from vekha.domain.roadmap import Roadmap
from vekha.services.access.watching import watched
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work
from vekha.storage.tables import Activity, Audit, Document, Institution, Programme
from vekha.xes import Trace, Values

TRANSITIONS = {
    "stage": {"open": "start", "closed": "complete", "skipped": "manualskip"},
    "activity": {"open": "start", "done": "complete", "waived": "manualskip"},
    "document": {"draft": "start", "approved": "complete", "signed": "complete", "void": "withdraw"},
}
REOPENED = {("closed", "open"), ("done", "open"), ("waived", "open"), ("closing", "open")}
CHUNK = 2000  # rows in memory at once


def write(work: Work, campaign: str, path: Path) -> tuple[int, int]:
    """Writes the log of a campaign, of the institutions that the actor may see; returns how many cases and events.

    Raises VekhaError campaign.unknown or access.denied.
    """
    row = watched(work, campaign)
    cases = 0

    def counted() -> Iterator[Trace]:
        nonlocal cases
        for trace in _traces(work, campaign):
            cases += 1
            yield trace

    events = xes.write(path, {"concept:name": row.title, "vekha:campaign": row.code}, counted())
    return cases, events


def _traces(work: Work, campaign: str) -> Iterator[Trace]:
    rows = (
        columns_of(col(Audit.at), col(Audit.subject), col(Audit.old), col(Audit.new), Programme, Institution)
        .join(Programme, col(Programme.key) == col(Audit.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .where(col(Programme.campaign) == campaign)
        .order_by(col(Programme.key), col(Audit.id))
        .execution_options(yield_per=CHUNK)
    )
    for _, told in groupby(work.session.execute(rows), key=lambda row: row[4].key):
        happened = list(told)
        programme, home = happened[0][4], happened[0][5]
        place = {"region": home.region, "municipality": home.municipality, "institution": home.code}
        if not any(grant.covers(**place) for grant in work.actor.grants):
            continue
        yield Trace(_case(programme, home), list(_events(work, programme, happened)))


def _case(programme: Programme, home: Institution) -> Values:
    return {
        "concept:name": programme.key,
        "vekha:institution": home.short_title,
        "vekha:type": home.type,
        "vekha:municipality": home.municipality,
        "vekha:roadmap": f"{programme.roadmap} {programme.roadmap_version}",
        "vekha:year": programme.year,
    }


def _events(work: Work, programme: Programme, happened: list[Any]) -> Iterator[Values]:
    roadmap = stored_roadmap(work.session, programme.roadmap, programme.roadmap_version)
    titles = _own_titles(work, programme.key) | _paper_titles(work, programme.key, roadmap)
    for at, subject, old, new, *_ in happened:
        kind, _, name = subject.partition(":")
        transition = TRANSITIONS.get(kind, {}).get(new)
        if transition is None:
            continue
        yield {
            "concept:name": titles.get((kind, name)) or _title(roadmap, kind, name),
            "lifecycle:transition": "resume" if (old, new) in REOPENED else transition,
            "time:timestamp": at,
            "vekha:kind": kind,
            "vekha:code": name,
        }


def _title(roadmap: Roadmap, kind: str, name: str) -> str:
    stage, _, activity = name.partition("/")
    try:
        return roadmap.activity(stage, activity).title if kind == "activity" else roadmap.stage(stage).title
    except (KeyError, StopIteration):
        return name  # of a version that the programme has left


def _own_titles(work: Work, key: str) -> dict[tuple[str, str], str]:
    """Activities that a curator added have their titles in the table."""
    rows = select(Activity.stage, Activity.code, Activity.title).where(Activity.programme == key, col(Activity.own))
    return {("activity", f"{stage}/{code}"): title or "" for stage, code, title in work.session.exec(rows)}


def _paper_titles(work: Work, key: str, roadmap: Roadmap) -> dict[tuple[str, str], str]:
    """By the kind of paper: the title of one about somebody names them."""
    rows = select(Document.id, Document.code).where(Document.programme == key)
    specs = roadmap.documents
    return {
        ("document", str(number)): specs[code].title if code in specs else code
        for number, code in work.session.exec(rows)
    }

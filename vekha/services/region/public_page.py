"""The institution's section «Наставничество» for its site: papers, stages, numbers, and of people only those whose
consent to publication is in force today."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import ENGINE, Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.people import Role
from vekha.domain.programme import ISSUED
from vekha.domain.roadmap import Scope
from vekha.files import SUFFIXES
from vekha.forms.standard.words import PublicCategory
from vekha.services.office import prints
from vekha.services.office.packs import safe_name
from vekha.services.process.programmes import Loaded, load
from vekha.services.reporting import practices
from vekha.services.work import Work, institution_of
from vekha.settings import CHECKOUT
from vekha.storage.tables import Document, Institution, Practice, PracticeFile, Programme

_TEMPLATE = "base/public_page.html"
STYLE = CHECKOUT / "vekha" / "web" / "static" / "public.css"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is published: its row and the name of its file."""

    id: int
    title: str
    number: str
    dated: dt.date | None
    file: str


def html(work: Work, code: str, *, style: str, papers: str) -> str:
    """The page. `style` is the address of its style, `papers` what stands before a paper's own address.

    Raises VekhaError institution.unknown, institution.no_public_page.
    """
    home, loaded = _loaded(work, code)
    people, today = loaded.now.people, loaded.now.today
    staff = home.staff.get("curator") or {}
    live = papers.startswith("/")
    context = {
        "institution": home,
        "details": {name: str(home.details.get(name) or "") for name in ("phone", "email", "site")},
        "curator": {name: str(staff.get(name) or "") for name in ("name", "position")},
        "starts": loaded.programme.cycle_starts,
        "ends": loaded.programme.cycle_ends,
        "stages": [
            {"title": loaded.roadmap.stage(each.code).title, "opens": each.opens, "due": each.due}
            for each in loaded.now.stages.values()
        ],
        "papers": [
            {
                "title": each.title,
                "number": each.number,
                "dated": each.dated,
                "address": f"{papers}{each.id if live else each.file}",
            }
            for each in published(work, loaded)
        ],
        "practices": [_told(row, files, papers, live=live) for row, files in practices.shown(work, home)],
        "mentors": sorted(_named(loaded, Role.MENTOR)),
        "mentees": sorted(_named(loaded, Role.MENTEE)),
        "numbers": [len(people.registered(Role.MENTEE)), len(people.registered(Role.MENTOR)), len(people.active_pairs)],
        "today": today,
        "style": style,
    }
    return work.tools.renderer.html(_TEMPLATE, context).text


def _told(row: Practice, files: Iterable[PracticeFile], papers: str, *, live: bool) -> dict[str, Any]:
    """A practice for the template; its materials lie beside the papers."""
    told = {name: getattr(row, name) for name in ("title", "problem", "done", "result", "model")}
    materials = [{"name": each.name, "address": f"{papers}{_material(row, each, live=live)}"} for each in files]
    return {**told, "files": materials}


def _material(row: Practice, file: PracticeFile, *, live: bool) -> str:
    name = f"practice-{row.id}-{file.digest[:12]}"
    return name if live else f"{name}{SUFFIXES.get(file.media_type, '')}"


def material(work: Work, code: str, name: str) -> tuple[PracticeFile, bytes]:
    """A material of a published practice. Raises VekhaError document.unknown."""
    home = institution_of(work.session, code)
    for row, files in practices.shown(work, home):
        for each in files:
            if _material(row, each, live=True) == name:
                return each, work.tools.files.get(each.digest)
    raise VekhaError(problem("document.unknown", document=name))


def published(work: Work, loaded: Loaded) -> Iterator[Paper]:
    """Issued papers that the roadmap calls public; one about a person only with that person's consent."""
    rows = select(Document).where(Document.programme == loaded.key, col(Document.state).in_(sorted(ISSUED)))
    for row in work.session.exec(rows.order_by(col(Document.dated), col(Document.id))):
        spec = loaded.roadmap.documents.get(row.code)
        if spec is None or not spec.public or not _may_be_shown(loaded, spec.per, row.subject):
            continue
        if row.file is None and row.html is None:
            continue
        name = f"{row.id}-{safe_name(row.title)}{SUFFIXES.get(row.media_type, '')}"
        yield Paper(row.id or 0, row.title, row.number or "", row.dated, name)


def paper(work: Work, code: str, document: int) -> tuple[Document, bytes]:
    """A published paper; of any other nobody learns whether it exists. Raises VekhaError document.unknown."""
    _, loaded = _loaded(work, code)
    if document not in {each.id for each in published(work, loaded)}:
        raise VekhaError(problem("document.unknown", document=document))
    row = work.session.get_one(Document, document)
    digest = row.file or prints.make_print(work, document) or ""
    return row, work.tools.files.get(digest)


def folder(work: Work, code: str) -> dict[str, bytes]:
    """The page with all that belongs to it, by path: to be put on a site as it is. Raises VekhaError access.denied."""
    work.demand(Action.VIEW, institution_of(work.session, code))
    page = html(work, code, style="style.css", papers="documents/")
    _, loaded = _loaded(work, code)
    files = {"index.html": page.encode(), "style.css": STYLE.read_bytes()}
    for row, materials in practices.shown(work, institution_of(work.session, code)):
        for file in materials:
            files[f"documents/{_material(row, file, live=False)}"] = work.tools.files.get(file.digest)
    for each in [*published(work, loaded)]:
        files[f"documents/{each.file}"] = paper(work, code, each.id)[1]
    return files


def archive(work: Work, code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in folder(work, code).items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _loaded(work: Work, code: str) -> tuple[Institution, Loaded]:
    """The newest programme of the institution; read on the engine's behalf, for the page is for anybody."""
    home = institution_of(work.session, code)
    rows = select(Programme.key).where(Programme.institution == code, Programme.state != "cancelled")
    key = work.session.exec(rows.order_by(col(Programme.year).desc()).limit(1)).first()
    if key is None:
        raise VekhaError(problem("institution.no_public_page", code, institution=home.short_title))
    actor, work.actor = work.actor, ENGINE
    try:
        return home, load(work, key, Action.VIEW)
    finally:
        work.actor = actor


def _may_be_shown(loaded: Loaded, per: Scope, subject: str) -> bool:
    if per is Scope.PROGRAMME:
        return True
    person = loaded.now.people.persons.get(subject)
    return person is not None and PublicCategory.NAME in person.published(loaded.now.today)


def _named(loaded: Loaded, role: Role) -> Iterator[str]:
    """Names that a consent in force today allows to publish."""
    known = loaded.now.people.registered(role)
    return (person.name for person in known if PublicCategory.NAME in person.published(loaded.now.today))

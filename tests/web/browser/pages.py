"""Every page of the console that has something to look at, on the region of `vekha.simulation.showcase`.

One list for three uses: axe-core and the HTML checker (test_pages.py), and script/screens. test_pages.py compares it
with the console's routes: a page that is not here fails there.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from vekha.bootstrap import App, build
from vekha.documents.marks import CODE_LENGTH
from vekha.services.access import accounts
from vekha.services.dates import extensions, shifts
from vekha.services.mentoring import links
from vekha.services.mentoring.links import Recipient
from vekha.settings import Settings
from vekha.simulation import reported, showcase
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION
from vekha.simulation.showcase import PASSWORD, Showcase
from vekha.storage.tables import Document, Submission
from vekha.web.holding import Holding
from vekha.web.visitors import COOKIE

SCHOOL = "school-1-2026"
ACTIVITY = "/programmes/{key}/stages/{stage}/activities/{activity}"
HERE = {"key": SCHOOL, "stage": "pairs"}


@dataclass(frozen=True, slots=True)
class Page:
    """`route` is the console's route, its parameters filled in from `filled`; `role` "" is nobody."""

    name: str
    role: str
    route: str
    filled: dict[str, str] = field(default_factory=dict[str, str])
    query: str = ""
    status: int = 200

    def address(self, made: Showcase) -> str:
        """Secrets of the links (`made.links`) fill what `filled` leaves open."""
        known = {**made.links, **self.filled}
        return self.route.format_map(known) + (f"?{self.query.format_map(known)}" if self.query else "")


CAMPAIGN = {"code": showcase.CAMPAIGN}
COLLECTION = {"code": reported.COLLECTION}
SECRETS = {
    "invitation": "token",
    "survey": "token",
    "personal": "token",
    "reflection": "token",
    "upload": "token",
    "guests": "token",
    "paper": "document",
}
SECRETS |= {"answer": "number"}
"""What a link's secret is called here, and in its route."""

PAGES = (
    Page("login", "", "/login"),
    Page("welcome", "", "/welcome/{invitation}"),
    Page("account", "curator", "/account"),
    Page("desk", "curator", "/desk"),
    Page("stage-late", "curator", "/programmes/{key}/stages/{stage}", {"key": SCHOOL, "stage": "pairs"}),
    Page("stage-closed", "curator", "/programmes/{key}/stages/{stage}", {"key": SCHOOL, "stage": "prepare"}),
    Page("form", "curator", f"{ACTIVITY}/forms/{{code}}", {**HERE, "activity": "first_meetings", "code": "plan_form"}),
    Page(
        "document",
        "curator",
        f"{ACTIVITY}/documents/{{code}}",
        {**HERE, "activity": "first_meetings", "code": "pair_order"},
    ),
    Page(
        "links",
        "curator",
        f"{ACTIVITY}/forms/{{code}}/links",
        {**HERE, "activity": "first_meetings", "code": "plan_form"},
    ),
    Page("personal-form", "", "/f/{personal}"),
    Page("paper", "", "/d/{paper}", query="h={paper_code}"),
    Page("public", "", "/public/{institution}", {"institution": "school-1"}),
    Page("people", "curator", "/programmes/{key}/people", HERE),
    Page("consents", "curator", "/programmes/{key}/consents", HERE),
    Page("duties", "operator", "/programmes/{key}/consents/workers", {"key": "kindergarten-1-2026"}),
    Page("registers", "curator", "/programmes/{key}/registers", HERE, "register=mentors"),
    Page("doubles", "curator", "/programmes/{key}/doubles", HERE),
    Page("people-import", "curator", "/programmes/{key}/people/import", HERE),
    Page("people-import-report", "curator", "/programmes/{key}/people/import/{guests}", HERE),
    Page("people-head", "director", "/programmes/{key}/people", HERE),
    Page("answers", "curator", "/programmes/{key}/answers", HERE),
    Page("answer", "curator", "/answers/{answer}"),
    Page("pairs", "curator", "/programmes/{key}/pairs", HERE),
    Page("pair", "curator", "/programmes/{key}/pairs/{pair}", {**HERE, "pair": "n1"}),
    Page("reflection", "", "/r/{reflection}"),
    Page("pairs-speed", "curator", "/programmes/{key}/pairs/speed", HERE),
    Page("surveys", "curator", "/programmes/{key}/surveys", HERE),
    Page("survey", "curator", "/programmes/{key}/surveys/{number}", {**HERE, "number": "1"}),
    Page("survey-opinion", "curator", "/programmes/{key}/surveys/{number}", {**HERE, "number": "2"}),
    Page("survey-answer", "", "/s/{survey}"),
    Page("survey-closed", "", "/s/{token}", {"token": "made-up"}, status=404),
    Page("monitoring", "curator", "/programmes/{key}/monitoring", HERE),
    Page("awards", "curator", "/programmes/{key}/awards", HERE),
    Page("awards-chosen", "operator", "/programmes/{key}/awards", {"key": "college-1-2026"}),
    Page("practices", "curator", "/programmes/{key}/practices", HERE),
    Page("practice", "curator", "/practices/{number}", {"number": "2"}),
    Page("practice-search", "operator", "/practices"),
    Page("collections", "operator", "/collections"),
    Page("collection-new", "operator", "/collections/new"),
    Page("collection", "operator", "/collections/{code}", COLLECTION),
    Page("collection-place", "operator", "/collections/{code}", COLLECTION, "municipality=Озёрск"),
    Page("collection-answers", "operator", "/collections/{code}/answers", COLLECTION),
    Page(
        "collection-sheet",
        "curator",
        "/collections/{code}/institutions/{institution}",
        COLLECTION | {"institution": "school-1"},
    ),
    Page("approvals", "director", "/approvals"),
    Page("board", "operator", "/board"),
    Page("board-municipalities", "operator", "/board/municipalities"),
    Page("board-late", "operator", "/board/late"),
    Page("board-forecast", "operator", "/board/forecast"),
    Page("board-plan", "operator", "/board/plan"),
    Page("board-pace", "operator", "/board/pace"),
    Page("institution", "operator", "/institutions/{code}", {"code": "school-1"}),
    Page("institutions", "operator", "/institutions"),
    Page("institution-new", "operator", "/institutions/new"),
    Page("institution-edit", "operator", "/institutions/{code}/edit", {"code": "school-1"}),
    Page("institution-import", "operator", "/institutions/import"),
    Page("institution-report", "operator", "/institutions/import/{upload}", query="region={region}"),
    Page("campaigns", "operator", "/campaigns"),
    Page("campaign-new", "operator", "/campaigns/new"),
    Page("campaign", "operator", "/campaigns/{code}", CAMPAIGN),
    Page("shift", "operator", "/campaigns/{code}/shift", CAMPAIGN, "how=days&number=7"),
    Page("shifts", "operator", "/shifts"),
    Page("shift-done", "operator", "/shifts/{number}", {"number": "1"}, "done=true"),
    Page("shift-undo", "operator", "/shifts/{number}/undo", {"number": "1"}),
    Page("extensions", "operator", "/extensions"),
    Page("accounts", "operator", "/accounts"),
    Page("account-invite", "operator", "/accounts/invite"),
    Page("account-kept", "administrator", "/accounts/{number}", {"number": "2"}),
    Page("tokens", "operator", "/tokens"),
    Page("api-reference", "", "/api/v1/"),
    Page("journal", "operator", "/journal"),
    Page("queue", "operator", "/queue"),
    Page("plugins", "operator", "/plugins"),
)
"""Pages of one family stand together; add yours to the end of its family."""


@contextmanager
def region(each: int = 4) -> Iterator[tuple[App, Showcase]]:
    """The showcase in a throw-away folder."""
    with tempfile.TemporaryDirectory(prefix="vekha-pages-") as folder:
        clock = VirtualClock(showcase.DAY)
        app = build(Settings(home=Path(folder), database_url=None, files_dir=None), clock)
        made = showcase.settle(app, clock, each=each)
        made.links.update(_more(app, made))
        yield app, made
        app.engine.dispose()


def _more(app: App, made: Showcase) -> dict[str, str]:
    """What pages need that nobody has done yet: a guardian's link, an upload, a shift. Secrets by kind."""
    place = ("pairs", "first_meetings")
    with app.work() as work:
        [link] = links.create(work, SCHOOL, place, "consent_minor", [Recipient("", "Мать наставляемого")])
        papers = select(Document).where(Document.programme == SCHOOL, col(Document.content).is_not(None))
        paper = work.session.exec(papers.order_by(col(Document.id))).first()
        assert paper is not None
        told = {"paper": str(paper.id), "paper_code": (paper.content or "")[:CODE_LENGTH]}
        answers = select(Submission.id).where(Submission.programme == SCHOOL).order_by(col(Submission.id))
        told["answer"] = str(work.session.exec(answers).first())
        shifts.apply(work, extensions.grant(work, [1]), None, shifts.Order("Согласовано", "14-а"))
        operator, curator = (accounts.by_login(work, made.logins[role]).id or 0 for role in ("operator", "curator"))
    sheet = "Код;Тип;Название;Краткое название;Город\nschool-90;school;Школа № 90;Школа № 90;Озёрск\n?;school;;;\n"
    upload = Holding(app.settings.home / "uploads").put(operator, sheet.encode(), "школы.csv")
    people = "ФИО;Роль;Дата рождения\nБелов Павел Андреевич;наставник;01.03.1985\nБелов;кто-то;31.02.2012\n"
    guests = Holding(app.settings.home / "uploads").put(curator, people.encode(), "участники.csv")
    return {**told, "personal": link.token, "upload": upload, "guests": guests, "region": REGION}


def cookies(app: App, made: Showcase) -> dict[str, str]:
    """The cookie of somebody logged in, by role."""
    tokens: dict[str, str] = {}
    for role, login in made.logins.items():
        with app.work() as work:
            tokens[role] = accounts.log_in(work, login, PASSWORD, "") or ""
    return {role: f"{COOKIE}={token}" for role, token in tokens.items()}

"""Every page of the console that has something to look at, on the region of `vekha.simulation.showcase`.

One list for three uses: axe-core and the HTML checker (test_pages.py), and script/screens. test_pages.py compares it
with the console's routes: a page that is not here fails there.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from vekha.bootstrap import App, build
from vekha.services import accounts
from vekha.settings import Settings
from vekha.simulation import showcase
from vekha.simulation.clock import VirtualClock
from vekha.simulation.showcase import PASSWORD, Showcase
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

    def address(self, made: Showcase) -> str:
        """Secrets of the links (`made.links`) fill what `filled` leaves open."""
        return self.route.format_map({**made.links, **self.filled}) + (f"?{self.query}" if self.query else "")


CAMPAIGN = {"code": showcase.CAMPAIGN}

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
    Page("public", "", "/public/{institution}", {"institution": "school-1"}),
    Page("people", "curator", "/programmes/{key}/people", HERE),
    Page("people-head", "director", "/programmes/{key}/people", HERE),
    Page("pairs", "curator", "/programmes/{key}/pairs", HERE),
    Page("pairs-speed", "curator", "/programmes/{key}/pairs/speed", HERE),
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
    Page("campaigns", "operator", "/campaigns"),
    Page("campaign-new", "operator", "/campaigns/new"),
    Page("campaign", "operator", "/campaigns/{code}", CAMPAIGN),
    Page("shift", "operator", "/campaigns/{code}/shift", CAMPAIGN, "how=days&number=7"),
    Page("shifts", "operator", "/shifts"),
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
        yield app, made
        app.engine.dispose()


def cookies(app: App, made: Showcase) -> dict[str, str]:
    """The cookie of somebody logged in, by role."""
    tokens: dict[str, str] = {}
    for role, login in made.logins.items():
        with app.work() as work:
            tokens[role] = accounts.log_in(work, login, PASSWORD, "") or ""
    return {role: f"{COOKIE}={token}" for role, token in tokens.items()}

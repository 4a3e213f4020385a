"""Who may do what on every page: the table that `test_access.py` walks through.

A new route needs a row, in the list of its family of pages (or in a new list, named in `FAMILIES`):

    Row("POST", "/campaigns/{code}/launch", SCHEDULERS)

– the path as the router has it; who is let in (a constant below, or names of `VISITORS`); where a page would refuse the
request for what is in it before it looks at who asks, `data` for the form and `query` for the address; `fill` for a
part of the path that `FILLED` has no or another value for. Whoever is not named must be refused: 403, and without an
account the login page. Everything happens at the school «school-12» of region 02: «own» visitors have their role there,
the «…_elsewhere» ones have the same role in another place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.web.conftest import KEY

VISITORS = (
    "anonymous",
    "administrator",
    "operator",
    "operator_elsewhere",
    "municipal",
    "municipal_elsewhere",
    "director",
    "director_elsewhere",
    "curator",
    "curator_elsewhere",
)
ANYBODY = frozenset(VISITORS)
LOGGED_IN = ANYBODY - {"anonymous"}
VIEWERS = frozenset({"administrator", "operator", "municipal", "director", "curator"})
WORKERS = VIEWERS - {"municipal"}
APPROVERS = WORKERS - {"curator"}
SCHEDULERS = frozenset({"administrator", "operator"})
PLANNERS = SCHEDULERS | {"operator_elsewhere"}  # pages of one's own region, whichever it is
WATCHERS = PLANNERS | {"municipal", "municipal_elsewhere"}
ADMINISTRATORS = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Row:
    method: str
    path: str
    who: frozenset[str]
    data: Mapping[str, str] = field(default_factory=dict[str, str])
    query: str = ""
    fill: Mapping[str, str] = field(default_factory=dict[str, str])


FILLED = {  # parts of paths; the test adds those that are made on the spot (document, link, …)
    "key": KEY,
    "stage": "prepare",
    "activity": "requests",
    "code": "prelim_request",
    "institution": "school-12",
    "token": "made-up",
    "number": "1",
    "grant": "1",
    "person": "p1",
}
REASON = {"reason": "проверка"}
STAGE = "/programmes/{key}/stages/{stage}"
ACTIVITY = STAGE + "/activities/{activity}"
PAPER, FORM = ACTIVITY + "/documents/{code}", ACTIVITY + "/forms/{code}"
ORDER = {"activity": "legal_basis", "code": "order_launch"}

OPEN = [
    Row("GET", "/health", ANYBODY),
    Row("GET", "/login", ANYBODY),
    Row("POST", "/login", ANYBODY, {"login": "x", "password": "x"}),
    Row("POST", "/logout", ANYBODY),
    Row("GET", "/welcome/{token}", ANYBODY),
    Row("POST", "/welcome/{token}", ANYBODY, {"password": "x", "again": "x"}),
]
WITHOUT_ACCOUNT = [
    Row("GET", "/f/{token}", ANYBODY),
    Row("POST", "/f/{token}", ANYBODY),
    Row("GET", "/forms/{code}", ANYBODY),
    Row("GET", "/d/{document}", ANYBODY),
    Row("POST", "/d/{document}", ANYBODY),
    Row("GET", "/feeds/{token}.ics", ANYBODY),
    Row("GET", "/public/{institution}", ANYBODY),
    Row("GET", "/public/{institution}/documents/{document}", ANYBODY),
    Row("GET", "/institutions/{institution}/site.zip", VIEWERS),
]
OWN = [
    Row("GET", "/", LOGGED_IN),
    Row("GET", "/account", LOGGED_IN),
    Row("POST", "/account/sessions/{token}/end", LOGGED_IN),
    Row("GET", "/desk", LOGGED_IN),
    Row("GET", "/approvals", LOGGED_IN),
    Row("POST", "/approvals", LOGGED_IN),  # of each document it is asked anew: test_curator
]
STAGES = [
    Row("GET", "/programmes/{key}", VIEWERS),
    Row("GET", STAGE, VIEWERS),
    Row("GET", STAGE + "/progress", VIEWERS),
    Row("GET", STAGE + "/pack", VIEWERS),
    Row("POST", STAGE + "/complete", WORKERS),
    Row("POST", STAGE + "/withdraw", WORKERS),
    Row("POST", STAGE + "/reopen", WORKERS, REASON),
    Row("POST", STAGE + "/extension", WORKERS, {**REASON, "wanted": "2026-12-01"}),
    Row("POST", STAGE + "/activities", WORKERS, {"title": "Чай", "due": "2026-05-20"}),
    Row("POST", ACTIVITY + "/done", WORKERS),
    Row("POST", ACTIVITY + "/waive", WORKERS, REASON),
    Row("POST", ACTIVITY + "/reopen", WORKERS, REASON),
]
DOCUMENTS = [
    Row("GET", PAPER, VIEWERS, fill=ORDER),
    Row("GET", PAPER + "/text", VIEWERS, fill=ORDER),
    Row("GET", PAPER + "/docx", VIEWERS, fill=ORDER),
    Row("POST", PAPER + "/approve", APPROVERS, fill=ORDER),
    Row("POST", PAPER + "/attach", WORKERS, {"file": "*"}, fill=ORDER),
    Row("POST", PAPER + "/edited", APPROVERS, {"file": "*"}, fill=ORDER),
    Row("GET", "/documents/{document}/file", VIEWERS),
]
FORMS = [
    Row("GET", FORM, WORKERS),
    Row("POST", FORM, WORKERS),
    Row("POST", FORM + "/draft", WORKERS),
    Row("POST", FORM + "/discard", WORKERS),
    Row("GET", FORM + "/conflict", WORKERS),
    Row("POST", FORM + "/conflict", WORKERS),
    Row("GET", FORM + "/links", VIEWERS),
    Row("POST", FORM + "/links", WORKERS, {"names": "Белова Анна Ильинична", "_do": "show"}),
]
AT_CAMPAIGN = {"code": "c-2027"}
CAMPAIGN, ACCOUNT, PAIRS = "/campaigns/{code}", "/accounts/{number}", "/programmes/{key}/pairs"
ACCOUNTS = [  # of which accounts an operator may see and change is asked anew: test_accounts_page
    Row("GET", "/accounts", PLANNERS),
    Row("GET", "/accounts/invite", PLANNERS),
    Row("POST", "/accounts/invite", PLANNERS),
    Row("GET", ACCOUNT, PLANNERS),
    Row("POST", ACCOUNT + "/disable", PLANNERS),
    Row("POST", ACCOUNT + "/enable", PLANNERS),
    Row("POST", ACCOUNT + "/grants", PLANNERS),
    Row("POST", ACCOUNT + "/grants/{grant}/withdraw", PLANNERS),
    Row("POST", ACCOUNT + "/reset", PLANNERS),
    Row("POST", ACCOUNT + "/sessions/end", PLANNERS),
    Row("POST", ACCOUNT + "/substitute", PLANNERS),
]
INSTITUTIONS = [  # lists hold what the reader may see
    Row("GET", "/institutions", LOGGED_IN),
    Row("GET", "/institutions/export.csv", LOGGED_IN),
    Row("GET", "/institutions/export.xlsx", LOGGED_IN),
    Row("GET", "/institutions/new", PLANNERS),
    Row("POST", "/institutions/new", PLANNERS),
    Row("GET", "/institutions/import", PLANNERS),
    Row("POST", "/institutions/import", PLANNERS),
    Row("GET", "/institutions/import/template.xlsx", LOGGED_IN),
    Row("GET", "/institutions/import/{token}", PLANNERS),
    Row("GET", "/institutions/import/{token}/problems.xlsx", PLANNERS),
    Row("POST", "/institutions/{code}/edit", ADMINISTRATORS, fill={"code": "school-12"}),  # without a region: nobody's
    Row("GET", "/institutions/{code}/edit", SCHEDULERS, fill={"code": "school-12"}),
]
CAMPAIGNS = [
    Row("GET", "/campaigns", LOGGED_IN),  # those of one's own region
    Row("GET", "/campaigns/new", PLANNERS),
    Row("POST", "/campaigns/new", PLANNERS),
    Row("GET", CAMPAIGN, SCHEDULERS, fill=AT_CAMPAIGN),
    Row("GET", CAMPAIGN + "/progress", SCHEDULERS, fill=AT_CAMPAIGN),
    Row("GET", CAMPAIGN + "/shift", SCHEDULERS, fill=AT_CAMPAIGN),
    Row("POST", CAMPAIGN + "/shift", SCHEDULERS, fill=AT_CAMPAIGN),
    Row("POST", CAMPAIGN + "/deadline/draft", SCHEDULERS, fill=AT_CAMPAIGN),
    *(
        Row("POST", f"{CAMPAIGN}/{act}", SCHEDULERS, fill=AT_CAMPAIGN)
        for act in ("add", "cancel", "launch", "pause", "resume")
    ),
]
PEOPLE = [
    Row("GET", PAIRS, VIEWERS),
    Row("POST", PAIRS + "/discard", WORKERS),
    Row("POST", PAIRS + "/propose", WORKERS),
    Row("POST", PAIRS + "/support", WORKERS),
    Row("GET", PAIRS + "/speed", VIEWERS),
    Row("GET", PAIRS + "/speed.pdf", VIEWERS),
    Row("GET", PAIRS + "/speed.xlsx", VIEWERS),
    Row("GET", "/programmes/{key}/people", VIEWERS),
    Row("POST", "/programmes/{key}/people", WORKERS),
    Row("POST", "/programmes/{key}/people/{person}/erase", APPROVERS),
]
TOKENS = [
    Row("GET", "/tokens", PLANNERS),
    Row("POST", "/tokens", PLANNERS),
]
# Lists that hold what the reader may see, and requests that are refused for what is missing in them before anybody
# asks who sent them: this walk says of these only that a login is needed. Give one `data` and a narrower `who`, and it
# says more.
LOGIN_ONLY = [
    Row("GET", "/extensions", LOGGED_IN),
    Row("GET", "/extensions/grant", LOGGED_IN),
    Row("POST", "/extensions/grant", LOGGED_IN),
    Row("POST", "/extensions/refuse", LOGGED_IN),
    Row("GET", "/shifts", LOGGED_IN),
    Row("GET", "/shifts/{number}", LOGGED_IN),
    Row("GET", "/shifts/{number}/undo", LOGGED_IN),
    Row("POST", "/shifts/{number}/undo", LOGGED_IN),
    Row("GET", CAMPAIGN + "/deadline", LOGGED_IN, fill=AT_CAMPAIGN),
    Row("POST", CAMPAIGN + "/deadline", LOGGED_IN, fill=AT_CAMPAIGN),
    Row("POST", "/institutions/import/{token}", LOGGED_IN),
    Row("POST", "/tokens/{number}/revoke", LOGGED_IN),
    Row("POST", PAIRS + "/confirm", LOGGED_IN),
    Row("POST", PAIRS + "/fix", LOGGED_IN),
    Row("POST", "/programmes/{key}/people/{person}/consent", LOGGED_IN),
    Row("POST", "/programmes/{key}/people/{person}/leave", LOGGED_IN),
]
REGION = [
    Row("GET", "/board", WATCHERS),
    Row("GET", "/board/municipalities", WATCHERS),
    Row("GET", "/board/export", WATCHERS),
    Row("GET", "/board/late", WATCHERS),
    Row("GET", "/board/forecast", WATCHERS),
    Row("GET", "/board/plan", WATCHERS),
    Row("GET", "/board/pace", WATCHERS),
    Row("POST", "/board/remind", SCHEDULERS, data={"chosen": "school-12"}),
    Row("GET", "/institutions/{code}", VIEWERS, fill={"code": "school-12"}),
    Row("GET", "/journal", WATCHERS),
    Row("GET", "/plugins", WATCHERS),
    Row("GET", "/queue", WATCHERS),
    Row("POST", "/queue/{number}/retry", SCHEDULERS),
]
FAMILIES = {
    "open": OPEN,
    "without account": WITHOUT_ACCOUNT,
    "own": OWN,
    "stages": STAGES,
    "documents": DOCUMENTS,
    "forms": FORMS,
    "accounts": ACCOUNTS,
    "institutions": INSTITUTIONS,
    "campaigns": CAMPAIGNS,
    "people": PEOPLE,
    "region": REGION,
    "tokens": TOKENS,
    "login only": LOGIN_ONLY,
}

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
    hidden: bool = False  # whoever is not let in is told that there is no such thing (404)


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
    "digest": "0" * 64,
    "pair": "n1",
    "meeting": "1",
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
    Row("GET", "/login/oidc", ANYBODY),
    Row("GET", "/login/oidc/back", ANYBODY),
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
    Row("GET", "/r/{token}", ANYBODY),
    Row("POST", "/r/{token}", ANYBODY),
    Row("GET", "/public/{institution}", ANYBODY),
    Row("GET", "/public/{institution}/documents/{document}", ANYBODY),
    Row("GET", "/public/{institution}/documents/practice-{material}", ANYBODY, fill={"material": "1-0"}),
    Row("GET", "/institutions/{institution}/site.zip", VIEWERS),
]
OWN = [
    Row("GET", "/", LOGGED_IN),
    Row("GET", "/account", LOGGED_IN),
    Row("POST", "/account", LOGGED_IN),
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
ANSWERS = [
    Row("GET", "/programmes/{key}/answers", WORKERS),
    Row("GET", "/programmes/{key}/answers.pdf", WORKERS),
    Row("GET", "/answers/{number}", WORKERS),
    Row("GET", "/answers/{number}/answer.pdf", WORKERS),
    Row("GET", "/answers/{number}/files/{field}", WORKERS, fill={"field": "photo"}),
]
AT_CAMPAIGN = {"code": "c-2027"}
DEADLINE = "place=prepare&phrase=май"
CAMPAIGN, ACCOUNT, PAIRS = "/campaigns/{code}", "/accounts/{number}", "/programmes/{key}/pairs"
SURVEY = "/programmes/{key}/surveys"
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
    Row("POST", "/institutions/import/{token}", PLANNERS),
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
PAIR = PAIRS + "/{pair}"
PEOPLE = [
    Row("GET", PAIRS, VIEWERS),
    Row("POST", PAIRS + "/confirm", WORKERS, {"version": "1"}),
    Row("POST", PAIRS + "/discard", WORKERS),
    Row("POST", PAIRS + "/fix", WORKERS, {"kind": "pin", "mentee": "p1", "mentor": "p2"}),
    Row("POST", PAIRS + "/propose", WORKERS),
    Row("POST", PAIRS + "/support", WORKERS),
    Row("GET", PAIRS + "/speed", VIEWERS),
    Row("GET", PAIRS + "/speed.pdf", VIEWERS),
    Row("GET", PAIRS + "/speed.xlsx", VIEWERS),
    Row("GET", PAIR, VIEWERS),
    Row("GET", PAIR + "/journal.pdf", VIEWERS),
    Row("POST", PAIR + "/end", WORKERS, {**REASON, "on": "2026-05-04"}),
    Row("POST", PAIR + "/extend", WORKERS, {**REASON, "until": "2026-05-04"}),
    Row("POST", PAIR + "/replace", WORKERS, {"old": "p1", "new": "p2", "on": "2026-05-04"}),
    Row("POST", PAIR + "/undo", WORKERS),
    Row("POST", PAIR + "/steps", WORKERS, {"task": "Чай", "due": "2026-05-20"}),
    Row("POST", PAIR + "/steps/{number}", WORKERS, {"_do": "reopen"}),
    Row("POST", PAIR + "/meetings", WORKERS, {"on": "2026-05-20"}),
    Row("POST", PAIR + "/meetings/{meeting}", WORKERS, {"_do": "restore"}),
    Row("POST", PAIR + "/meetings/{meeting}/ask", WORKERS),
    Row("POST", PAIR + "/meetings/{meeting}/settle", WORKERS, {"person": "p1"}),
    Row("POST", PAIR + "/feed", WORKERS),
    Row("GET", "/programmes/{key}/people", VIEWERS),
    Row("POST", "/programmes/{key}/people", WORKERS),
    Row("POST", "/programmes/{key}/people/{person}/consent", WORKERS, {"purpose": "processing", "on": "2026-05-04"}),
    Row("POST", "/programmes/{key}/people/{person}/leave", WORKERS, {"role": "mentee"}),
    Row("POST", "/programmes/{key}/people/{person}/erase", APPROVERS),
]
AT_COLLECTION = {"code": "s-2026"}
COLLECTION = "/collections/{code}"
REGION_WATCHERS = SCHEDULERS | {"municipal", "municipal_elsewhere"}
COLLECTIONS = [
    Row("GET", "/collections", WATCHERS),  # those of one's own region
    Row("GET", "/collections/new", PLANNERS),
    Row("POST", "/collections/new", PLANNERS),
    *(
        Row("GET", f"{COLLECTION}{part}", REGION_WATCHERS, fill=AT_COLLECTION)
        for part in ("", "/answers", "/report.pdf", "/report.xlsx")
    ),
    *(
        Row("POST", f"{COLLECTION}/{act}", SCHEDULERS, fill=AT_COLLECTION)
        for act in ("close", "recount", "remind", "reopen")
    ),
    Row("GET", COLLECTION + "/institutions/{institution}", VIEWERS, fill=AT_COLLECTION),
    Row("POST", COLLECTION + "/institutions/{institution}", WORKERS, fill=AT_COLLECTION),
]
MONITORING = "/programmes/{key}/monitoring"
AWARDS = "/programmes/{key}/awards"
REPORTED = [
    Row("GET", "/practices", LOGGED_IN),
    Row("GET", "/programmes/{key}/practices", VIEWERS),
    Row("POST", "/programmes/{key}/practices", WORKERS, {"title": "Опыт"}),
    Row("POST", "/practices/{number}", WORKERS, {"title": "Опыт", "version": "1"}),
    Row("POST", "/practices/{number}/steps", WORKERS, {"step": "send"}),
    Row("POST", "/practices/{number}/pin", SCHEDULERS),
    Row("POST", "/practices/{number}/files", WORKERS, {"file": "*"}),
    Row("POST", "/practices/{number}/files/{digest}/remove", WORKERS),
    # a card that one may not see is not there at all, 404: test_practices
    Row("GET", "/practices/{number}", LOGGED_IN),
    Row("GET", "/practices/{number}/files/{digest}", LOGGED_IN),
    Row("GET", AWARDS, VIEWERS),
    Row("GET", AWARDS + "/papers.pdf", VIEWERS),
    Row("POST", AWARDS + "/choose", WORKERS),
    Row("POST", AWARDS + "/drop", WORKERS, {"person": "p1", "kind": "thanks"}),
    Row("POST", AWARDS + "/approve", APPROVERS),
    Row("POST", AWARDS + "/decline", APPROVERS, REASON),
    Row("POST", AWARDS + "/issue", APPROVERS),
    Row("GET", MONITORING, VIEWERS),
    Row("GET", MONITORING + "/report.pdf", VIEWERS),
    Row("POST", MONITORING + "/swot", WORKERS, {"version": "0"}),
    Row("POST", MONITORING + "/swot/hand-in", WORKERS),
]
TOKENS = [
    Row("GET", "/tokens", PLANNERS),
    Row("POST", "/tokens", PLANNERS),
    Row("POST", "/tokens/{number}/revoke", SCHEDULERS, hidden=True),  # one's own, and everybody's for an administrator
]
# Extension 2 waits for an answer, extension 1 was granted by batch 1: see `world` in test_access.
DATES = [
    Row("GET", "/extensions", LOGGED_IN),  # a list of what the reader may see: test_extensions
    Row("GET", "/extensions/grant", SCHEDULERS, query="?id=2"),
    Row("POST", "/extensions/grant", SCHEDULERS, REASON, query="?id=2"),
    Row("POST", "/extensions/refuse", SCHEDULERS, {**REASON, "id": "2"}),
    Row("GET", "/shifts", LOGGED_IN),  # a list of what the reader may see: test_shifts
    Row("GET", "/shifts/{number}", REGION_WATCHERS),
    Row("GET", "/shifts/{number}/undo", SCHEDULERS),
    Row("POST", "/shifts/{number}/undo", SCHEDULERS, REASON),
    Row("GET", CAMPAIGN + "/deadline", SCHEDULERS, fill=AT_CAMPAIGN, query=f"?{DEADLINE}"),
    Row("POST", CAMPAIGN + "/deadline", SCHEDULERS, REASON, fill=AT_CAMPAIGN, query=f"?{DEADLINE}"),
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
REGISTERS = [
    Row("GET", "/programmes/{key}/consents", VIEWERS),
    Row("POST", "/programmes/{key}/consents", WORKERS),
    Row("GET", "/programmes/{key}/consents/workers", VIEWERS),
    Row(
        "POST",
        "/programmes/{key}/consents/workers",
        WORKERS,
        {"person": "p1", "signed": "04.05.2026", "starts": "04.05.2026", "ends": "04.05.2027"},
    ),
    Row(
        "POST",
        "/programmes/{key}/consents/workers/end",
        WORKERS,
        {"person": "p1", "noticed": "04.05.2026", "last": "14.05.2026"},
    ),
    Row("GET", "/programmes/{key}/registers", VIEWERS),
    Row("GET", "/programmes/{key}/registers.xlsx", VIEWERS),
    Row("GET", "/programmes/{key}/people/{person}/portfolio.pdf", VIEWERS),
    Row("GET", "/programmes/{key}/doubles", WORKERS),
    Row("POST", "/programmes/{key}/doubles/apart", WORKERS, {"one": "p1", "other": "p2"}),
    Row("POST", "/programmes/{key}/doubles/merge", WORKERS, {"keep": "p1", "drop": "p2"}),
    Row("POST", "/programmes/{key}/doubles/undo", WORKERS, {"merge": "1"}),
    Row("GET", "/programmes/{key}/people/export.xlsx", VIEWERS),
    Row("GET", "/programmes/{key}/people/import", WORKERS),
    Row("GET", "/programmes/{key}/people/import/template.xlsx", VIEWERS),
    Row("POST", "/programmes/{key}/people/import", WORKERS),
    # A table that waits belongs to the account that uploaded it; whose programme it is, is asked with the table.
    Row("GET", "/programmes/{key}/people/import/{token}", LOGGED_IN),
    Row("GET", "/programmes/{key}/people/import/{token}/problems.xlsx", LOGGED_IN),
    Row("POST", "/programmes/{key}/people/import/{token}", LOGGED_IN),
]
SURVEYS = [
    Row("GET", "/s/{token}", ANYBODY),
    Row("POST", "/s/{token}", ANYBODY),
    Row("GET", SURVEY, VIEWERS),
    Row("POST", SURVEY, WORKERS, {"form": "feedback"}),
    Row("GET", SURVEY + "/{number}", VIEWERS),
    Row("GET", SURVEY + "/{number}/results.xlsx", VIEWERS),
    Row("POST", SURVEY + "/{number}/ask", WORKERS),
    Row("POST", SURVEY + "/{number}/cancel", WORKERS),
    Row("POST", SURVEY + "/{number}/close", WORKERS),
    Row("POST", SURVEY + "/{number}/days", WORKERS, {"closes": "2026-05-20"}),
    Row("POST", SURVEY + "/{number}/remind", WORKERS),
    Row("POST", SURVEY + "/{number}/slips", WORKERS, {"audience": "teacher", "count": "2"}),
]
FAMILIES = {
    "open": OPEN,
    "without account": WITHOUT_ACCOUNT,
    "own": OWN,
    "stages": STAGES,
    "documents": DOCUMENTS,
    "forms": FORMS,
    "answers": ANSWERS,
    "accounts": ACCOUNTS,
    "institutions": INSTITUTIONS,
    "campaigns": CAMPAIGNS,
    "people": PEOPLE,
    "collections": COLLECTIONS,
    "reported": REPORTED,
    "registers": REGISTERS,
    "surveys": SURVEYS,
    "region": REGION,
    "tokens": TOKENS,
    "dates": DATES,
}

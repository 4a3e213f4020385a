"""Accounts on both databases: invited, logged in, locked out, granted roles for a time, disabled."""

import datetime as dt

import pytest
from pwdlib import PasswordHash
from sqlmodel import col, select

from tests.conftest import VirtualClock
from vekha.bootstrap import App
from vekha.domain.access import ENGINE, Actor, Grant
from vekha.domain.errors import VekhaError
from vekha.services.access import account_admin, accounts
from vekha.services.access.accounts import Visitor
from vekha.services.region import institutions
from vekha.storage.tables import Audit, LoginSession

LOGIN, NAME, PASSWORD = "petrova@school-12.example", "Петрова Мария Ивановна", "четыре зелёных трамвая"
CURATOR = Grant(role="curator", region="02", institution="school-12")
NOBODY = Actor(name="", grants=())


def invite(app: App, who: Actor, login: str = LOGIN, grant: Grant = CURATOR) -> str:
    with app.work(who) as work:
        return accounts.invite(work, login, NAME, grant)


def accept(app: App, token: str, password: str = PASSWORD) -> None:
    with app.work(NOBODY) as work:
        accounts.accept(work, token, password)


def log_in(app: App, password: str = PASSWORD, login: str = LOGIN) -> str | None:
    with app.work(NOBODY) as work:
        return accounts.log_in(work, login, password, "Firefox")


def visitor(app: App, token: str) -> Visitor | None:
    """Whoever asks for a page."""
    with app.work(NOBODY, writes=False) as work:
        found = accounts.visitor(work, token)
    if found is not None and found.stale:
        with app.work(NOBODY) as work:
            accounts.seen(work, token)
    return found


def refused(app: App, who: Actor, service: object, *arguments: object) -> list[str]:
    with pytest.raises(VekhaError) as caught, app.work(who) as work:
        service(work, *arguments)  # type: ignore[operator]
    return [each.code for each in caught.value.problems]


def ready(app: App, administrator: Actor) -> str:
    """A curator who has chosen a password and logged in."""
    accept(app, invite(app, administrator))
    token = log_in(app)
    assert token is not None
    return token


def test_a_password_is_dear_to_guess(dear_passwords: PasswordHash) -> None:
    assert dear_passwords.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_invitation_becomes_an_account_and_a_session(any_app: App, administrator: Actor) -> None:
    token = ready(any_app, administrator)
    found = visitor(any_app, token)
    assert found is not None
    assert found == Visitor(found.account, LOGIN, Actor(name=NAME, grants=(CURATOR,)))
    with any_app.work(writes=False) as work:
        stored = work.session.get(LoginSession, token)
        mine = accounts.sessions(work, found.account)
    assert (stored, [each.token for each in mine]) == (None, [accounts.digest(token)])  # only its digest is kept


def test_everything_wrong_with_an_invitation_is_said_at_once(any_app: App, administrator: Actor) -> None:
    invite(any_app, administrator)
    nobody = Grant(role="king")
    codes = refused(any_app, administrator, accounts.invite, "not an address", NAME, nobody)
    assert codes == ["account.bad_login", "access.unknown_role"]
    assert refused(any_app, administrator, accounts.invite, LOGIN.upper(), NAME, CURATOR) == ["account.exists"]


def test_an_operator_appoints_within_the_own_region_only(any_app: App, operator: Actor, director: Actor) -> None:
    invite(any_app, operator)
    for given in (Grant(role="administrator"), Grant(role="operator", region="02"), Grant(role="curator", region="77")):
        assert refused(any_app, operator, accounts.invite, "b@c.example", NAME, given) == ["access.denied"]
    assert refused(any_app, director, accounts.invite, "b@c.example", NAME, CURATOR) == ["access.denied"]


def test_an_invitation_works_once_and_for_a_week(any_app: App, administrator: Actor, clock: VirtualClock) -> None:
    token, other = invite(any_app, administrator), invite(any_app, administrator, "other@school.example")
    accept(any_app, token)
    assert refused(any_app, NOBODY, accounts.accept, token, PASSWORD) == ["account.link_spent"]
    clock.pass_days(7)
    assert refused(any_app, NOBODY, accounts.accept, other, PASSWORD) == ["account.link_spent"]
    assert refused(any_app, NOBODY, accounts.link_of, "made up") == ["account.link_spent"]


def test_a_new_link_takes_the_place_of_the_one_before(any_app: App, administrator: Actor, clock: VirtualClock) -> None:
    lost = invite(any_app, administrator)
    with any_app.work(administrator) as work:
        again = accounts.reset(work, LOGIN)
    assert refused(any_app, NOBODY, accounts.accept, lost, PASSWORD) == ["account.link_spent"]
    clock.pass_days(6)  # nobody has chosen a password yet: it is an invitation once more, not a reset of two hours
    accept(any_app, again)
    assert log_in(any_app) is not None


def test_the_link_of_a_disabled_account_is_spent_even_when_it_is_enabled(any_app: App, administrator: Actor) -> None:
    token = invite(any_app, administrator)
    with any_app.work(administrator) as work:
        accounts.disable(work, LOGIN)
    assert refused(any_app, NOBODY, accounts.accept, token, PASSWORD) == ["account.link_spent"]
    with any_app.work(administrator) as work:
        account_admin.enable(work, accounts.by_login(work, LOGIN).id or 0)
    assert refused(any_app, NOBODY, accounts.accept, token, PASSWORD) == ["account.link_spent"]


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("короткий1", ["account.password_length"]),
        ("1234567890123", ["account.password_simple"]),
        ("Петрова2026год", ["account.password_personal"]),
        ("petrova", ["account.password_length", "account.password_personal"]),
        ("яма яма яма яма", ["account.password_simple"]),
    ],
)
def test_weak_passwords(app: App, administrator: Actor, password: str, codes: list[str]) -> None:
    assert refused(app, NOBODY, accounts.accept, invite(app, administrator), password) == codes


def test_five_failures_lock_an_account_for_a_quarter_of_an_hour(
    any_app: App, administrator: Actor, clock: VirtualClock
) -> None:
    ready(any_app, administrator)
    assert [log_in(any_app, "не тот пароль") for _ in range(5)] == [None] * 5
    assert refused(any_app, NOBODY, accounts.log_in, LOGIN, PASSWORD, "") == ["account.locked"]
    clock.now += dt.timedelta(minutes=15)
    assert log_in(any_app) is not None


def test_a_success_forgets_failures_before_it(app: App, administrator: Actor) -> None:
    ready(app, administrator)
    for _ in range(2):
        assert [log_in(app, "не тот пароль") for _ in range(4)] == [None] * 4
        assert log_in(app) is not None


def test_nobody_learns_whether_an_address_is_known(app: App, administrator: Actor) -> None:
    invite(app, administrator)
    assert [log_in(app), log_in(app, login="nobody@example.org")] == [None, None]  # invited only; unknown


def test_a_reset_ends_every_session_and_unlocks(any_app: App, administrator: Actor, clock: VirtualClock) -> None:
    old = ready(any_app, administrator)
    with any_app.work(administrator) as work:
        link = accounts.reset(work, LOGIN)
    assert visitor(any_app, old) is not None  # until the link is used
    accept(any_app, link, "пять синих троллейбусов")
    assert (visitor(any_app, old), log_in(any_app)) == (None, None)
    assert log_in(any_app, "пять синих троллейбусов") is not None
    with any_app.work(administrator) as work:
        late = accounts.reset(work, LOGIN)
    clock.now += dt.timedelta(hours=2)
    assert refused(any_app, NOBODY, accounts.accept, late, PASSWORD) == ["account.link_spent"]


def test_a_session_ends_by_itself(any_app: App, administrator: Actor, clock: VirtualClock) -> None:
    idle = ready(any_app, administrator)
    clock.pass_days(3)
    assert visitor(any_app, idle) is None
    busy = log_in(any_app)
    assert busy is not None
    found: list[bool] = []
    for _ in range(7):
        clock.pass_days(2)
        found.append(visitor(any_app, busy) is not None)
    assert found == [True] * 6 + [False]  # fourteen days are the end, however busy


def test_only_the_own_session_is_ended(any_app: App, administrator: Actor) -> None:
    token = ready(any_app, administrator)
    found = visitor(any_app, token)
    assert found is not None
    with any_app.work(NOBODY) as work:
        accounts.end_session(work, accounts.digest(token), account=found.account + 1)
    assert visitor(any_app, token) is not None
    with any_app.work(NOBODY) as work:
        accounts.end_session(work, accounts.digest(token), account=found.account)
    assert visitor(any_app, token) is None


def test_a_substitution_counts_from_its_first_to_its_last_day(
    any_app: App, administrator: Actor, clock: VirtualClock
) -> None:
    token = ready(any_app, administrator)
    today = clock().date()
    deputy = Grant(role="director", region="02", institution="school-12")
    with any_app.work(administrator) as work:
        since, until = today + dt.timedelta(days=1), today + dt.timedelta(days=2)
        accounts.grant(work, LOGIN, deputy, since=since, until=until, why="отпуск")
    roles: list[int] = []
    for _ in range(4):
        found = visitor(any_app, token)
        assert found is not None
        roles.append(len(found.actor.grants))
        clock.pass_days(1)
    assert roles == [1, 2, 2, 1]


def test_a_substitution_begins_with_the_day_of_the_institution_and_not_of_greenwich(
    any_app: App, administrator: Actor, clock: VirtualClock
) -> None:
    with any_app.work(administrator) as work:
        institutions.add_region(work, "41", "Камчатский край", "Asia/Kamchatka")
    token = ready(any_app, administrator)
    day = clock().date() + dt.timedelta(days=1)
    with any_app.work(administrator) as work:
        accounts.grant(work, LOGIN, Grant(role="operator", region="41"), since=day, until=day, why="отпуск")
    roles: list[int] = []
    for hour in (11, 12, 35, 36):  # of today: its midnight there is noon here
        clock.now = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(), dt.UTC) + dt.timedelta(hours=hour)
        found = visitor(any_app, token)
        assert found is not None
        roles.append(len(found.actor.grants))
    assert roles == [1, 2, 2, 1]


def test_an_unknown_role_or_account_is_granted_nothing(app: App, administrator: Actor) -> None:
    assert refused(app, administrator, accounts.grant, LOGIN, CURATOR) == ["account.unknown"]
    assert refused(app, administrator, accounts.grant, LOGIN, Grant(role="king")) == ["access.unknown_role"]


def test_a_disabled_account_is_out_at_once(any_app: App, administrator: Actor) -> None:
    token = ready(any_app, administrator)
    with any_app.work(administrator) as work:
        accounts.disable(work, LOGIN)
    assert (visitor(any_app, token), log_in(any_app)) == (None, None)


def test_the_last_administrator_stays(any_app: App, administrator: Actor) -> None:
    invite(any_app, administrator, "first@example.org", Grant(role="administrator"))
    assert refused(any_app, administrator, accounts.disable, "first@example.org") == ["account.last_administrator"]
    invite(any_app, administrator, "second@example.org", Grant(role="administrator"))
    with any_app.work(administrator) as work:
        accounts.disable(work, "first@example.org")
    assert refused(any_app, administrator, accounts.disable, "second@example.org") == ["account.last_administrator"]


def test_only_an_administrator_sees_and_rules_accounts(any_app: App, administrator: Actor, operator: Actor) -> None:
    for service, arguments in ((accounts.every, ()), (accounts.reset, (LOGIN,)), (accounts.disable, (LOGIN,))):
        assert refused(any_app, operator, service, *arguments) == ["access.denied"]
    with any_app.work(ENGINE, writes=False) as work:
        assert not accounts.any_account(work)
    invite(any_app, administrator)
    with any_app.work(administrator, writes=False) as work:
        assert accounts.any_account(work)
        assert [(row.login, grants) for row, grants in accounts.every(work)] == [(LOGIN, (CURATOR,))]


def test_what_happens_to_an_account_is_in_the_audit(any_app: App, administrator: Actor) -> None:
    ready(any_app, administrator)
    with any_app.work(writes=False) as work:
        rows = work.session.exec(select(Audit).order_by(col(Audit.id))).all()
    assert [(row.subject, row.new) for row in rows] == [
        (f"account:{LOGIN}", new) for new in ("invited", "password_set", "logged_in")
    ]


NEW = "пять синих автобусов"


def test_a_changed_password_ends_sessions_and_links_and_is_in_the_audit(any_app: App, administrator: Actor) -> None:
    token = ready(any_app, administrator)
    with any_app.work(administrator) as work:
        link, account = accounts.reset(work, LOGIN), accounts.by_login(work, LOGIN).id or 0
    with any_app.work(NOBODY) as work:
        fresh, problems = accounts.change_password(work, account, accounts.NewPassword(PASSWORD, NEW, NEW), "Firefox")
    assert fresh is not None and problems is None
    assert [visitor(any_app, each) is not None for each in (token, fresh)] == [False, True]
    assert [log_in(any_app) is None, log_in(any_app, NEW) is None] == [True, False]
    assert refused(any_app, NOBODY, accounts.link_of, link) == ["account.link_spent"]
    with any_app.work(writes=False) as work:
        told = work.session.exec(select(Audit.new).where(Audit.subject == f"account:{LOGIN}")).all()
    assert "password_changed" in told


def test_a_wrong_old_password_is_counted_even_though_nothing_else_is_written(
    any_app: App, administrator: Actor
) -> None:
    ready(any_app, administrator)
    typed = accounts.NewPassword("не тот", "12", "1")
    with any_app.work(NOBODY) as work:
        account = accounts.by_login(work, LOGIN).id or 0
        _, problems = accounts.change_password(work, account, typed, "Firefox")
    codes = ["wrong_old_password", "password_length", "password_simple", "password_differs"]
    assert [each.code for each in problems or ()] == [f"account.{code}" for code in codes]
    with any_app.work(writes=False) as work:
        assert accounts.by_login(work, LOGIN).failures == 1


def test_whoever_has_no_password_here_changes_none(app: App, administrator: Actor) -> None:
    invite(app, administrator)
    with app.work(NOBODY) as work:
        account = accounts.by_login(work, LOGIN).id or 0
        assert accounts.has_password(work, account) is False
        token, problems = accounts.change_password(work, account, accounts.NewPassword("", NEW, NEW), "Firefox")
    assert (token, [each.code for each in problems or ()]) == (None, ["account.wrong_old_password"])

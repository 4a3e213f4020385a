"""`vekha account`: the first administrator comes from the command line."""

from tests.cli.conftest import Vekha

ADMIN = ("account", "invite", "admin@example.org", "--name", "Лебедев Пётр Ильич", "--role", "administrator")


def test_the_first_administrator(vekha: Vekha) -> None:
    assert vekha("account", "list").out == "Учётных записей нет. Пригласите администратора: vekha account invite\n"
    told = vekha(*ADMIN)
    assert (told.code, "http://127.0.0.1:8000/welcome/" in told.out) == (0, True)
    [row] = vekha("account", "list", "--json").json
    assert row == {
        "login": "admin@example.org",
        "name": "Лебедев Пётр Ильич",
        "roles": "администратор",
        "state": "invited",
    }


def test_roles_resets_and_the_end(vekha: Vekha) -> None:
    vekha(*ADMIN)
    granted = vekha(
        "account", "grant", "admin@example.org", "--role", "curator", "--institution", "school-12",
        "--since", "01.09.2026", "--until", "31.12.2026",
    )  # fmt: skip
    assert granted.out == "admin@example.org: добавлена роль «куратор программы»\n"
    assert vekha("account", "reset", "admin@example.org", "--json").json["link"].count("/welcome/") == 1
    assert vekha("account", "disable", "admin@example.org", "--json").codes == ["account.last_administrator"]
    vekha("account", "invite", "b@example.org", "--name", "Орлова Ольга", "--role", "administrator")
    assert vekha("account", "disable", "admin@example.org").code == 0
    rows = {row["login"]: row["state"] for row in vekha("account", "list", "--json").json}
    assert rows == {"admin@example.org": "disabled", "b@example.org": "invited"}


def test_only_an_administrator_invites_an_administrator(vekha: Vekha) -> None:
    assert vekha("--role", "curator", *ADMIN, "--json").codes == ["access.denied"]

"""`vekha token`: given out, listed, revoked."""

from tests.cli.conftest import Vekha

OWNER = (
    "account",
    "invite",
    "op@example.org",
    "--name",
    "Орлова Ольга Павловна",
    "--role",
    "operator",
    "--region",
    "02",
)
CREATE = ("token", "create", "op@example.org", "--name", "Сайт", "--scope", "statuses:read")


def test_a_key_is_printed_once_and_revoked(vekha: Vekha) -> None:
    assert vekha("token", "list").out == "Ключей нет.\n"
    vekha(*OWNER)
    made = vekha(*CREATE, "--json").json
    assert (made["token"].startswith("vekha_"), made["login"]) == (True, "op@example.org")
    [row] = vekha("token", "list", "--json").json
    assert (row["scopes"], row["used"], made["token"].startswith(row["shown"].rstrip("…"))) == (
        ["statuses:read"],
        None,
        True,
    )
    told = vekha("token", "list").out
    assert ["ещё не пользовались" in told, made["token"] in told] == [True, False]
    assert vekha("token", "revoke", row["id"]).out == f"Ключ № {row['id']} отозван\n"
    assert vekha("token", "list", "--json").json == []


def test_what_is_wrong_is_told_at_once(vekha: Vekha) -> None:
    vekha(*OWNER)
    wrong = vekha(*CREATE, "--scope", "all", "--days", "400", "--json")
    assert (wrong.code, wrong.codes) == (1, ["token.unknown_scope", "token.bad_life"])
    assert vekha("token", "revoke", "7", "--json").codes == ["token.not_here"]
    assert vekha("--role", "operator", *CREATE, "--json").codes == ["access.denied"]

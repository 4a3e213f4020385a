"""`vekha duty`: a worker's consent to mentor, with three working days before an early end."""

from tests.cli.conftest import Vekha

TERMS = ("--signed", "04.05.2026", "--from", "04.05.2026", "--until", "31.05.2027", "--content", "помощь")


def test_a_consent_is_given_listed_and_ended(vekha: Vekha, school: str) -> None:
    assert "Наставников в программе пока нет" in vekha("duty", "list", school).out
    vekha("person", "add", school, "--name", "Колоскова Анна Алексеевна", "--role", "mentor")
    assert "не требуется" in vekha("duty", "list", school).out
    given = vekha("duty", "give", school, "p1", *TERMS, "--form", "встречи", "--pay", "10 % оклада")
    assert (given.code, given.err) == (0, "")
    assert vekha("duty", "list", school, "--json").json[0]["pay"] == "10 % оклада"
    ended = ("duty", "end", school, "p1", "--by", "работник", "--noticed", "04.05.2026", "--reason", "переезд")
    assert vekha(*ended, "--last-day", "06.05.2026", "--json").codes == ["duty.notice_short"]
    assert "последний день – 07.05.2026" in vekha(*ended, "--last-day", "07.05.2026").out
    assert "прекращается" in vekha("duty", "list", school).out
    refused = vekha("duty", "give", school, "p1", *TERMS, "--form", "встречи", "--pay", " ", "--json")
    assert refused.codes == ["duty.terms_incomplete"]


def test_all_dates_that_are_none_are_said_at_once(vekha: Vekha, school: str) -> None:
    terms = ("--signed", "31.13.2026", "--from", "вчера", "--until", "31.05.2027", "--content", "а", "--form", "б")
    told = vekha("duty", "give", school, "p1", *terms, "--pay", "в")
    assert told.code == 2
    assert "--signed: «31.13.2026» не дата" in told.err and "--from: «вчера» не дата" in told.err

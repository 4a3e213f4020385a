"""Handing in forms: refused whole with every mistake, stored with the schema, answered once for each request."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.conftest import CURATOR, KEY, MENTEE, NEIGHBOUR, STRANGER, VIEWER, Club
from vekha.domain.access import Actor
from vekha.domain.people import Role
from vekha.plugin import Line
from vekha.services.process import answers, forms, lists, stages
from vekha.services.process.programmes import load
from vekha.storage.tables import FormSchema, Person, Submission

WISH = {"name": MENTEE, "birth_date": "28.02.2012"}


def hand_in(club: Club, form: str, data: dict[str, Any], **named: Any) -> Submission:
    with club.work(CURATOR) as work:
        stored = forms.submit(work, KEY, form, data, **named)
        return work.session.get_one(Submission, stored.id)


def consent(**changed: Any) -> dict[str, Any]:
    told = dict(load_form("consent_minor").example)
    told |= {"child": MENTEE, "signed": "04.05.2026", "term": "30.06.2027"}
    return {**told, **changed}


def load_form(code: str) -> Any:
    from vekha.forms import standard  # noqa: PLC0415

    every = {form.code: form for form in vars(standard).values() if isinstance(getattr(form, "code", None), str)}
    return every[code]


# --- refused ----------------------------------------------------------------------------------------------------------


def test_twenty_mistakes_at_once_and_nothing_stored(any_club: Club) -> None:
    wrong = {
        **dict.fromkeys(load_form("consent_minor").model_fields, "____"),
        **{f"field_{number}": "?" for number in range(10)},
    }
    found = any_club.refused(forms.submit, KEY, "consent_minor", wrong)
    assert len(found) >= 20
    assert len({str(each) for each in found}) == len(found)
    assert all(each.message and each.remedy for each in found)
    assert any_club.rows(Submission) == any_club.rows(FormSchema) == any_club.rows(Person) == []


def test_consent_comes_first(any_club: Club) -> None:
    hand_in(any_club, "wish", WISH)
    entry = {"name": MENTEE, "registered": "04.05.2026", "consent": True}
    assert any_club.codes(forms.submit, KEY, "mentee_entry", entry) == ["people.guardian_consent_missing"]
    assert [row.form for row in any_club.rows(Submission)] == ["wish"]
    hand_in(any_club, "consent_minor", consent())
    hand_in(any_club, "mentee_entry", entry)
    assert [each.name for each in any_club.people().registered(Role.MENTEE)] == [MENTEE]


def test_a_form_the_type_does_not_have(club: Club) -> None:
    (found,) = club.refused(forms.submit, KEY, "swot", {})
    assert (found.code, dict(found.params)["known"]) == (
        "form.unknown",
        "wish, note, consent_adult, consent_minor, mentee_entry, mentor_entry",
    )


@pytest.mark.parametrize(
    ("place", "code"), [(("nowhere", "wishes"), "stage.unknown"), (("prepare", "nothing"), "activity.unknown")]
)
def test_a_place_that_is_not_there(club: Club, place: tuple[str, str], code: str) -> None:
    assert club.codes(forms.submit, KEY, "wish", WISH, place=place) == [code]


def test_judged_without_storing(club: Club) -> None:
    with club.work(VIEWER, writes=False) as work:
        forms.check(work, KEY, "wish", WISH)
    assert club.codes(forms.check, KEY, "wish", {"name": "____"}) == ["form.unset"]
    assert club.rows(Submission) == []


# --- stored -----------------------------------------------------------------------------------------------------------


def test_an_answer_is_stored_with_its_schema(any_club: Club) -> None:
    row = hand_in(any_club, "wish", WISH)
    assert (row.stage, row.activity, row.form, row.form_version, row.subject) == ("prepare", "wishes", "wish", 1, "")
    assert (row.on, row.at, row.who) == (dt.date(2026, 5, 4), any_club.clock(), "curator")
    assert row.data == {"name": MENTEE, "birth_date": "2012-02-28", "mentor": False, "hours": None}
    hand_in(any_club, "wish", {"name": "Белов Павел", "mentor": True})
    (schema,) = any_club.rows(FormSchema)
    assert (schema.digest, schema.code, schema.version) == (row.schema_digest, "wish", 1)
    assert any_club.audit("form:wish") == [(None, "submitted", None)] * 2


def test_a_schema_is_asked_for_once(club: Club) -> None:
    for _ in range(3):
        hand_in(club, "wish", WISH)
    with club.counting() as sent:
        hand_in(club, "wish", WISH)
    assert [each for each in sent if "form_schema" in each] == []


def test_whom_an_answer_is_about_is_kept_by_code(club: Club) -> None:
    hand_in(club, "wish", WISH)
    row = hand_in(club, "note", {"about_whom": MENTEE, "words": "увлечён"})
    assert (row.subject, row.data["about_whom"], row.stage) == ("p1", "p1", "")
    assert club.audit("form:note") == [(None, "submitted", "p1")]


def test_the_loaded_programme_knows_of_the_answer(club: Club) -> None:
    with club.work() as work:
        loaded = load(work, KEY)
        forms.submit(work, KEY, "wish", WISH)
        forms.submit(work, KEY, "wish", {**WISH, "name": "Белов Павел"})
    with club.work(writes=False) as work:
        assert loaded.now == load(work, KEY).now


def test_an_old_answer_is_shown_as_it_was_asked_for(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    old = hand_in(club, "wish", {**WISH, "mentor": True})
    kind = club.app.registry.type("club")
    before = kind.form("wish")

    class Newer(before):  # type: ignore[misc, valid-type]
        version = 2
        reason: Line = "не сказано"

    object.__setattr__(kind, "forms", (Newer, *kind.forms[1:]))
    try:
        new = hand_in(club, "wish", {**WISH, "reason": "интересно"})
        with club.work(CURATOR, writes=False) as work:
            shown, newer = forms.show(work, old.id or 0), forms.show(work, new.id or 0)
    finally:
        object.__setattr__(kind, "forms", (before, *kind.forms[1:]))
    assert shown == [("Имя", MENTEE), ("Дата рождения", "28.02.2012"), ("Наставник", "да")]
    assert [value for _, value in newer][-1] == "интересно"
    assert (new.form_version, len(club.rows(FormSchema))) == (2, 2)


def test_answers_are_read_by_those_who_work_with_the_people(club: Club) -> None:
    """Whoever only looks on reads neither an answer nor the list of who has answered, by command as in the console."""
    row = hand_in(club, "wish", {**WISH, "mentor": True})
    for who in (VIEWER, STRANGER):
        assert club.codes(forms.show, row.id or 0, who=who) == ["access.denied"]
        assert club.codes(lists.submissions, KEY, who=who) == ["access.denied"]
        assert club.codes(answers.one, row.id or 0, who=who) == ["access.denied"]
    with club.work(CURATOR, writes=False) as work:
        assert [each["id"] for each in lists.submissions(work, KEY)] == [row.id]


# --- the same request twice -------------------------------------------------------------------------------------------


def test_a_repeated_request_is_one_answer(any_club: Club) -> None:
    first = hand_in(any_club, "wish", WISH, request_key="abc")
    again = hand_in(any_club, "wish", {**WISH, "name": "Белов Павел"}, request_key="abc")
    assert again.id == first.id
    assert [row.name for row in any_club.rows(Person)] == [MENTEE]


def test_a_request_key_opens_no_answer_of_somebody_else(club: Club) -> None:
    hand_in(club, "wish", WISH, request_key="abc")
    club.add(2)
    other = club.start("club-2")
    assert club.codes(forms.submit, KEY, "wish", WISH, request_key="abc", who=STRANGER) == ["access.denied"]
    with club.work(STRANGER) as work:
        row = forms.submit(work, other, "wish", {"name": "Белов Павел"}, request_key="abc")
    assert row.programme == other


@pytest.mark.postgres
def test_a_request_sent_twice_at_once_is_one_answer(pg_club: Club) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _: hand_in(pg_club, "wish", WISH, request_key="abc"), range(4)))
    assert len({row.id for row in rows}) == 1
    assert len(pg_club.rows(Submission)) == 1


@pytest.mark.postgres
def test_the_first_answers_of_several_institutions_at_once(pg_club: Club) -> None:
    keys = [KEY]
    for number in range(2, 6):
        pg_club.add(number)
        keys.append(pg_club.start(f"club-{number}"))

    def submit(key: str) -> None:
        with pg_club.work() as work:
            forms.submit(work, key, "wish", WISH)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(submit, keys))
    assert len(pg_club.rows(FormSchema)) == 1
    assert len(pg_club.rows(Submission)) == 5


# --- where it belongs -------------------------------------------------------------------------------------------------


def test_an_answer_goes_to_the_open_activity_that_collects_it(club: Club) -> None:
    club.come_together()
    club.prepare()
    with club.work() as work:
        stages.finish_closing(work, KEY, "prepare", "")
    entry = {"name": MENTEE, "registered": "04.05.2026", "consent": True}
    assert hand_in(club, "wish", WISH).stage == "prepare"  # carries on
    assert (hand_in(club, "mentee_entry", entry).activity, hand_in(club, "note", _note()).activity) == ("data", "")


def _note() -> dict[str, str]:
    return {"about_whom": MENTEE, "words": "увлечён"}


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [STRANGER, NEIGHBOUR])
def test_others_neither_hand_in_nor_look(club: Club, who: Actor) -> None:
    row = hand_in(club, "wish", WISH)
    assert club.codes(forms.submit, KEY, "wish", WISH, who=who) == ["access.denied"]
    assert club.codes(forms.check, KEY, "wish", WISH, who=who) == ["access.denied"]
    assert club.codes(forms.show, row.id, who=who) == ["access.denied"]
    assert club.codes(forms.submit, KEY, "wish", WISH, who=VIEWER) == ["access.denied"]


def test_an_answer_nobody_gave(club: Club) -> None:
    assert club.codes(forms.show, 99) == ["form.no_submission"]


def test_a_schema_taken_back_with_an_attempt_is_stored_again(any_club: Club) -> None:
    with any_club.work(CURATOR) as work:
        with pytest.raises(RuntimeError), work.attempt():
            forms.submit(work, KEY, "wish", WISH)
            forms.submit(work, KEY, "wish", {**WISH, "name": "Другова Вера Олеговна"})
            raise RuntimeError
        forms.submit(work, KEY, "wish", WISH)
    assert [row.form for row in any_club.rows(Submission)] == ["wish"]
    assert len(any_club.rows(FormSchema)) == 1

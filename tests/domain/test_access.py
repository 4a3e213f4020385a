"""Who may do what: every role against every action, and grants bound to a place."""

import pytest

from vekha.domain.access import ENGINE, Action, Actor, Grant, demand, roles
from vekha.domain.errors import VekhaError

HERE = {"region": "02", "municipality": "Уфа", "institution": "school-12"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("administrator", {"view", "work", "approve", "schedule", "administer"}),
        ("engine", {"view", "work", "approve", "schedule"}),
        ("operator", {"view", "work", "approve", "schedule"}),
        ("municipal_curator", {"view"}),
        ("director", {"view", "work", "approve"}),
        ("curator", {"view", "work"}),
        ("nobody", set()),
    ],
)
def test_what_a_role_may(role: str, allowed: set[str]) -> None:
    actor = Actor(name="Кто-то", grants=(Grant(role=role),))
    assert {action.value for action in Action if actor.may(action, **HERE)} == allowed
    assert role in (*roles(), "nobody")


@pytest.mark.parametrize(
    ("place", "covered"),
    [
        ({}, True),
        ({"region": "02"}, True),
        ({"region": "77"}, False),
        ({"municipality": "Уфа"}, True),
        ({"municipality": "Бирск"}, False),
        ({"institution": "school-12"}, True),
        ({"institution": "school-13"}, False),
        ({"region": "02", "institution": "school-12"}, True),
        ({"region": "77", "institution": "school-12"}, False),
    ],
)
def test_a_grant_holds_where_it_is_bound(place: dict[str, str], covered: bool) -> None:
    assert Grant(role="curator", **place).covers(**HERE) is covered
    assert Actor(name="Кто-то", grants=(Grant(role="curator", **place),)).may(Action.WORK, **HERE) is covered


def test_a_bound_grant_does_not_cover_the_whole_installation() -> None:
    assert not Actor(name="Оператор", grants=(Grant(role="operator", region="02"),)).may(Action.SCHEDULE)
    assert ENGINE.may(Action.SCHEDULE)


def test_grants_add_up() -> None:
    actor = Actor(
        name="Двое",
        grants=(Grant(role="municipal_curator", region="02"), Grant(role="curator", institution="school-1")),
    )
    assert actor.may(Action.VIEW, **HERE)
    assert not actor.may(Action.WORK, **HERE)
    assert actor.may(Action.WORK, **{**HERE, "institution": "school-1"})


def test_a_denial_says_who_and_where() -> None:
    actor = Actor(name="Куратор", grants=(Grant(role="curator", **HERE),))
    demand(actor, Action.WORK, **HERE)
    with pytest.raises(VekhaError) as refused:
        demand(actor, Action.APPROVE, **HERE)
    assert [each.as_dict() for each in refused.value.problems] == [
        {
            "code": "access.denied",
            "message": "у пользователя «Куратор» нет права на это действие",
            "where": "school-12",
            "remedy": "Обратитесь к тому, у кого это право есть, или к администратору",
        }
    ]

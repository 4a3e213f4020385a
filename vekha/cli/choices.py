"""Words a person writes in a command, as the values the domain knows."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from vekha.domain.access import Action
from vekha.domain.errors import WrongUseError, problem
from vekha.domain.people import Purpose, Role
from vekha.services.process.programmes import load
from vekha.services.work import Work

T = TypeVar("T")

_ROLES = {"mentor": Role.MENTOR, "наставник": Role.MENTOR, "mentee": Role.MENTEE, "наставляемый": Role.MENTEE}
_PURPOSES = {
    "processing": Purpose.PROCESSING,
    "обработка": Purpose.PROCESSING,
    "publication": Purpose.PUBLICATION,
    "распространение": Purpose.PUBLICATION,
}


def choice(value: str, known: Mapping[str, T], where: str) -> T:
    """Raises WrongUseError cli.unknown_choice."""
    found = known.get(value.strip().casefold())
    if found is None:
        raise WrongUseError(problem("cli.unknown_choice", where, value=value, known=", ".join(known)))
    return found


def role_of(value: str) -> Role:
    return choice(value, _ROLES, "--role")


def purpose_of(value: str) -> Purpose:
    return choice(value, _PURPOSES, "--purpose")


def today_at(work: Work, programme: str) -> dt.date:
    """Today where the programme's institution is."""
    return load(work, programme, Action.VIEW).now.today

"""The type «__title__»: what it owns, and the hook that brings it to Vekha."""

from pathlib import Path

from vekha.plugin import InstitutionType, hookimpl, standard

from .cast import cast
from .forms import Wish

TYPE = InstitutionType(
    code="__code__",
    title="__title__",
    folder=Path(__file__).parent,
    forms=(Wish, standard.ConsentAdult, standard.ConsentMinor, standard.MenteeEntry, standard.MentorEntry),
    cast=cast,
)


@hookimpl
def vekha_institution_types() -> list[InstitutionType]:
    return [TYPE]

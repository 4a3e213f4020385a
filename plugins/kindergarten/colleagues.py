"""The shared forms where a kindergarten has to narrow them: everybody who takes part is an employee."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from vekha.plugin import FormContext, Problem, SampleRequest, problem, standard


class PrelimRequest(standard.PrelimRequest):
    """С чего всё начинается: работник детского сада говорит, чему хочет научиться или чем готов помочь коллегам."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Грибанина Ирина Сергеевна",
        "role": standard.ParticipantRole.MENTEE.value,
        "occupation": standard.Occupation.STAFF.value,
        "gender": "ж",
        "position": "воспитатель",
        "contact": "+7 900 000-00-04",
        "request": "Хочу научиться готовить занятия для интерактивной доски",
        "mentoring_form": "педагог – педагог",
        "hours": 4,
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        if self.occupation is standard.Occupation.STAFF:
            yield from super().refusals(context)
        else:  # nothing more is asked about somebody who has no place here
            yield problem("kindergarten.staff_only", "occupation", occupation=self.occupation.value)


class OfferForm(standard.OfferForm):
    """Будущий наставник рассказывает, чем может помочь коллегам."""

    example: ClassVar[Mapping[str, Any]] = {
        "respondent": "Колоскова Анна Алексеевна",
        "help_areas": [standard.Area.DIGITAL.value, standard.Area.METHODS.value],
        "motive": "Хочу, чтобы коллеги увереннее работали с интерактивной доской",
        "been_mentor": "да, один раз",
        "mentees": [standard.MenteeKind.COLLEAGUE.value],
        "times": "четверг после 13:00",
    }

    def refusals(self, context: FormContext) -> Iterable[Problem]:
        yield from super().refusals(context)
        for place, kind in enumerate(self.mentees):
            if kind is not standard.MenteeKind.COLLEAGUE:
                yield problem("kindergarten.colleagues_only", f"mentees.{place}", kind=kind.value)

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        narrowed = {"help_areas": _areas(request), "mentees": [standard.MenteeKind.COLLEAGUE.value]}
        return {**super().sample(request), **narrowed}


class MentorEntry(standard.MentorEntry):
    """Запись в реестре наставников: работник, у которого есть нужный опыт и желание. Согласие его уже получено."""

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        return {**super().sample(request), "competences": _areas(request)}


class BeforeAfter(standard.BeforeAfter):
    """Одна анкета в два дня: до начала работы (чего жду) и после её окончания (что вышло), чтобы сравнить."""

    @classmethod
    def sample(cls, request: SampleRequest) -> Mapping[str, Any]:
        answer = super().sample(request)
        return {**answer, "results": "Освоены новые приёмы работы"} if answer.get("results") else answer


def _areas(request: SampleRequest) -> list[str]:
    """What one teacher can teach another."""
    areas = [standard.Area.DIGITAL.value, standard.Area.METHODS.value, standard.Area.COMMUNICATION.value]
    return standard.story.rotated(areas, request.serial)[:2]

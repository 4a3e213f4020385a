"""An invented school with a whole document context, and templates for every base layout."""

import datetime as dt
from pathlib import Path
from typing import Any

from vekha.documents import Renderer
from vekha.documents.context import (
    AnnexView,
    DocumentContext,
    DocumentView,
    EmployerView,
    InstitutionView,
    LawView,
    ParentView,
    PersonView,
    ProgrammeView,
    RowView,
    StageView,
)
from vekha.domain.law import citation, legal_basis

ROOT = Path(__file__).parents[2]
CREATED = dt.datetime(2026, 5, 24, 9, tzinfo=dt.UTC)
DAY = CREATED.date()
LAYOUTS = (
    *("order", "regulation", "register", "plan", "agreement", "letter", "minutes", "consent", "report"),
    *("stamps", "poster"),
)


def renderer() -> Renderer:
    return Renderer({"base": ROOT / "templates/documents", "example": Path(__file__).parent / "templates"})


def person(last: str, first: str, middle: str, gender: str, position: str | None = None, **more: Any) -> PersonView:
    return PersonView(last_name=last, first_name=first, middle_name=middle, gender=gender, position=position, **more)  # pyright: ignore[reportArgumentType]


HEAD = person("Соколова", "Вера", "Павловна", "f", "директор")
CURATOR = person("Дьячкова", "Анна", "Ильинична", "f", "заместитель директора по учебно-воспитательной работе")
PSYCHOLOGIST = person("Гончар", "Илья", "Фёдорович", "m", "педагог-психолог")
MENTEES = tuple(
    person(last, first, middle, gender, birth_date=dt.date(2012, 3, 1 + index % 28), registered_on=dt.date(2026, 9, 7))
    for index, (last, first, middle, gender) in enumerate(
        (("Лебедев", "Пётр", "Ильич", "m"), ("Зайцева", "Ольга", "Юрьевна", "f"), ("Ким", "Лев", "Олегович", "m")) * 11
    )
)

TITLES = {
    "order": "Приказ об организации наставничества в 2026/2027 учебном году",
    "regulation": "Положение о программе наставничества",
    "register": "Реестр наставляемых",
    "plan": "Дорожная карта внедрения целевой модели наставничества",
    "agreement": "Соглашение между наставником и наставляемым",
    "letter": "Письмо о сотрудничестве в программе наставничества",
    "minutes": "Протокол заседания педагогического совета",
    "consent": "Согласие на обработку персональных данных",
    "report": "Отчёт по итогам программы наставничества",
    "poster": "Лучший наставник",
    "stamps": "Положение о материальном стимулировании наставников",
}

ORDER = ParentView(title=TITLES["order"], number="63/1", date=DAY, annex_number=1)


def document(code: str, **changes: Any) -> DocumentView:
    facts: dict[str, Any] = {
        "code": code,
        "title": TITLES[code],
        "kind": code,
        "state": "approved",
        "number": "63/1",
        "date": DAY,
        "retention": "постоянно" if code in ("regulation", "plan") else "5 лет",
        "parent": ORDER if code in ("regulation", "register", "plan") else None,
        "annexes": (
            AnnexView(number=1, title="Положение о программе наставничества", pending=False),
            AnnexView(number=2, title="Реестр наставников", pending=True),
        )
        if code == "order"
        else (),
    }
    return DocumentView(**(facts | changes))


def stages() -> tuple[StageView, ...]:
    row = RowView(
        number="1",
        title="Подготовить локальные акты, рассказать о программе педагогам, обучающимся и родителям",
        documents=("Приказ об организации наставничества", "Положение о программе наставничества"),
        responsible=("директор", "методическая служба"),
        deadline="май 2026 г.",
        opens=dt.date(2026, 5, 1),
        due=dt.date(2026, 5, 29),
        state="open",
    )
    titles = ("Подготовка условий для запуска программы", "Формирование базы наставляемых", "Завершение программы")
    return tuple(
        StageView(
            code=f"s{number}",
            number=str(number),
            title=title,
            opens=row.opens,
            due=row.due,
            closed_on=None,
            rows=(row,) * 4,
        )
        for number, title in enumerate(titles, 1)
    )


def context(code: str = "order", **changes: Any) -> dict[str, Any]:
    """The variables of a template; `changes` replace fields of the document."""
    view = DocumentContext(
        institution=InstitutionView(
            code="school-12",
            type="school",
            title="Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 12» города Верхнереченска",
            short_title="МБОУ «СШ № 12»",
            city="г. Верхнереченск",
            address="600001, г. Верхнереченск, ул. Садовая, д. 5",
            phone="8 (000) 000-00-12",
            email="school12@example.ru",
            inn="0000000000",
            ogrn="0000000000000",
            head=HEAD,
        ),
        programme=ProgrammeView(
            title="Программа наставничества",
            year=2026,
            label="2026/2027 учебный год",
            starts=dt.date(2026, 5, 1),
            ends=dt.date(2027, 6, 30),
        ),
        document=document(code, **changes),
        stages=stages(),
        stage=stages()[0],
        roles={"curator": "куратор программы", "psychologist": "педагог-психолог"},
        staff={"curator": CURATOR, "psychologist": PSYCHOLOGIST},
        mentees=MENTEES,
        mentors=(PSYCHOLOGIST,),
        employers=(EmployerView(code="works", name="ООО «Верхнереченский механический завод»"),),
        person=MENTEES[0],
        laws=tuple(
            LawView(citation=citation(each), according_to=citation(each, "instrumental"))
            for each in legal_basis("school", DAY)
        ),
    )
    return {name: getattr(view, name) for name in DocumentContext.model_fields}

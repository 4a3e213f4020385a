"""The invented people who play in the demo, the simulation and the tests: always the same for the same number."""

from datetime import date

from vekha.plugin import Cast, CastPair, CastPerson


def cast(index: int) -> Cast:
    """The story of institution number `index`, counted from 0. Invent everything: no real person, no real number."""
    return Cast(
        title=f"Организация № {index + 1} «__title__»",
        short_title=f"«__title__» № {index + 1}",
        city="г. Заречье",
        address=f"г. Заречье, ул. Полевая, д. {index + 1}",
        staff={
            "director": CastPerson(name="Берёзкина Анна Павловна", gender="f", position="директор"),
            "curator": CastPerson(name="Сомов Илья Петрович", gender="m", position="методист"),
        },
        mentors=(
            CastPerson(name="Ветрова Мария Олеговна", gender="f", position="педагог"),
            CastPerson(name="Громов Павел Ильич", gender="m", position="педагог"),
        ),
        mentees=(
            CastPerson(name="Дубов Егор Андреевич", gender="m", birth_date=date(2004, 5, 3), position="участник"),
            CastPerson(name="Ежова Вера Игоревна", gender="f", birth_date=date(2003, 9, 12), position="участница"),
            CastPerson(
                name="Жилин Олег Денисович",
                gender="m",
                birth_date=date(2011, 2, 20),
                position="участник",
                guardian="Жилина Ольга Викторовна",
            ),
        ),
        pairs=(CastPair(mentors=(0,), mentees=(0, 1)), CastPair(mentors=(1,), mentees=(2,))),
    )

"""The invented people of a school: always the same for the same number, and nobody real.

Six pupils of the years 2008 to 2013, four teachers as mentors; three pairs, one group of two, and one pupil who stays
without a mentor, so that the loop for the unpaired has somebody in it. One enterprise is the school's partner.
"""

from datetime import date

from vekha.plugin import Cast, CastEmployer, CastPair, CastPerson, Gender

TOWNS = ("Заречье", "Липовец", "Приозёрск-на-Вятке", "Краснолесье", "Белогорье", "Тихий Плёс", "Старобережье")
STREETS = ("Школьная", "Садовая", "Набережная", "Полевая", "Лесная")
SURNAMES = (
    "Агапитов", "Бережков", "Вешняков", "Глазков", "Долматов", "Хисаметдинов", "Журавкин", "Звонарёв", "Юмагужин",
    "Клёнов", "Луговкин", "Медынцев", "Нагорнов", "Огоньков", "Галимзянов", "Рощупкин", "Светлаков", "Кильмаков",
)  # fmt: skip
TATAR_AND_BASHKIR = frozenset({"Хисаметдинов", "Юмагужин", "Галимзянов", "Кильмаков"})  # and their first names below
FIRST_NAMES: dict[Gender, tuple[str, ...]] = {
    "m": ("Андрей", "Борис", "Глеб", "Илья", "Кирилл", "Матвей", "Тимофей"),
    "f": ("Анна", "Василиса", "Екатерина", "Ксения", "Мария", "Полина", "Татьяна"),
}
OTHER_FIRST_NAMES: dict[Gender, tuple[str, ...]] = {
    "m": ("Айдар", "Ильнур", "Салават", "Тимур"),
    "f": ("Айсылу", "Гузель", "Динара", "Зухра"),
}
MOTHERS = ("Елена", "Ирина", "Наталья", "Светлана", "Юлия")
OTHER_MOTHERS = ("Гульнара", "Лилия", "Регина", "Фарида", "Эльвира")
PATRONYMICS: dict[Gender, tuple[str, ...]] = {
    "m": ("Алексеевич", "Дмитриевич", "Игоревич", "Николаевич", "Сергеевич"),
    "f": ("Алексеевна", "Дмитриевна", "Игоревна", "Николаевна", "Сергеевна"),
}
OTHER_PATRONYMICS: dict[Gender, tuple[str, ...]] = {
    "m": ("Ильдарович", "Маратович", "Рустамович", "Фанисович"),
    "f": ("Ильдаровна", "Маратовна", "Рустамовна", "Фанисовна"),
}
OTHERS = (OTHER_FIRST_NAMES, OTHER_PATRONYMICS)
STAFF: tuple[tuple[str, Gender, str], ...] = (
    ("director", "f", "директор"),
    ("curator", "m", "заместитель директора по воспитательной работе"),
    ("methodologist", "f", "руководитель методической службы"),
    ("psychologist", "f", "педагог-психолог"),
    ("social_pedagogue", "f", "социальный педагог"),
    ("site_editor", "m", "учитель информатики"),
)
PUPILS: tuple[tuple[Gender, date, str], ...] = (
    ("m", date(2012, 2, 28), "8 «Б» класс"),
    ("f", date(2011, 10, 17), "9 «А» класс"),
    ("f", date(2010, 4, 5), "10 «А» класс"),
    ("m", date(2013, 6, 21), "7 «В» класс"),
    ("f", date(2008, 7, 9), "11 «А» класс"),
    ("m", date(2012, 12, 2), "8 «А» класс"),
)
TEACHERS: tuple[tuple[Gender, str], ...] = (
    ("f", "учитель физики"),
    ("m", "учитель истории и обществознания"),
    ("f", "учитель русского языка и литературы"),
    ("m", "учитель математики"),
)
PAIRS = (
    CastPair(mentors=(0,), mentees=(0,)),
    CastPair(mentors=(1,), mentees=(2,)),
    CastPair(mentors=(2,), mentees=(1, 3)),
    CastPair(mentors=(3,), mentees=(4,)),
)
PARTNERS = ("ООО «Опытный завод»", "АО «Картонная фабрика»", "ООО «Городские теплосети»", "АО «Приборостроитель»")
NO_SUCH_REGION = "9601"  # a code of no tax office, so that an invented number is nobody's


def cast(index: int) -> Cast:
    """The story of school number `index`, counted from 0."""
    town, number = TOWNS[index % len(TOWNS)], 12 + index
    seats = iter(range(len(SURNAMES)))
    staff = {role: _person(index, next(seats), gender, position=post) for role, gender, post in STAFF}
    mentees = tuple(_pupil(index, next(seats), *each) for each in PUPILS)
    mentors = tuple(_person(index, next(seats), gender, position=post) for gender, post in TEACHERS)
    return Cast(
        title=f"Муниципальное бюджетное общеобразовательное учреждение «Школа № {number}» г. {town}",
        short_title=f"МБОУ «Школа № {number}»",
        city=f"г. {town}",
        address=f"г. {town}, ул. {STREETS[index % len(STREETS)]}, д. {1 + index * 7 % 90}",
        staff=staff,
        mentees=mentees,
        mentors=mentors,
        pairs=PAIRS,
        employers=(_partner(index, town),),
        institution={
            "phone": f"+7 900 {100 + index % 900}-00-{10 + index % 90}",
            "email": f"school{number}@example.org",
            "site": f"school{number}.example.org",
            "inn": _inn(f"{NO_SUCH_REGION}{10000 + index:05d}"),
        },
    )


def _person(index: int, seat: int, gender: Gender, position: str | None = None) -> CastPerson:
    """Seats of one school get different surnames; other schools get them in another order and with other names."""
    surname = SURNAMES[(seat + index * 5) % len(SURNAMES)]
    firsts, middles = (FIRST_NAMES, PATRONYMICS) if surname not in TATAR_AND_BASHKIR else OTHERS
    first = firsts[gender][(seat * 3 + index) % len(firsts[gender])]
    middle = middles[gender][(seat * 2 + index // 7) % len(middles[gender])]
    name = f"{surname}{'а' if gender == 'f' else ''} {first} {middle}"
    return CastPerson(name=name, gender=gender, position=position)


def _pupil(index: int, seat: int, gender: Gender, born: date, form: str) -> CastPerson:
    pupil = _person(index, seat, gender)
    surname = pupil.name.split()[0].removesuffix("а" if gender == "f" else "")
    mothers, middles = (MOTHERS, PATRONYMICS["f"])
    if surname in TATAR_AND_BASHKIR:
        mothers, middles = OTHER_MOTHERS, OTHER_PATRONYMICS["f"]
    first, middle = mothers[(seat + index * 2) % len(mothers)], middles[(seat + index // 5) % len(middles)]
    mother = f"{surname}а {first} {middle}"
    return CastPerson(name=pupil.name, gender=gender, birth_date=born, position=form, guardian=mother)


def _partner(index: int, town: str) -> CastEmployer:
    return CastEmployer(
        name=PARTNERS[index % len(PARTNERS)],
        inn=_inn(f"{NO_SUCH_REGION}{60000 + index % 40000:05d}"),
        address=f"г. {town}, ул. Промышленная, д. {1 + index % 40}",
        contact=f"отдел кадров, +7 900 {100 + index % 900}-01-{10 + index % 90}",
    )


def _inn(nine: str) -> str:
    """Nine digits and the check digit of an organisation's taxpayer number."""
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(int(digit) * weight for digit, weight in zip(nine, weights, strict=True)) % 11 % 10)

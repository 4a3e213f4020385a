"""The invented people of a college: always the same for the same number, and nobody real.

Six students of 16–20 years, four mentors of the three bases, two enterprises; the last student stays without a pair.
"""

from datetime import date

from vekha.plugin import Cast, CastEmployer, CastPair, CastPerson, Gender

PLACES = (
    ("Верхнеозёрск", "Верхнеозёрский"),
    ("Сосногорье", "Сосногорский"),
    ("Камнереченск", "Камнереченский"),
    ("Лугоград", "Лугоградский"),
    ("Светлополье", "Светлопольский"),
    ("Новобережье", "Новобережный"),
)
PROFILES = ("индустриальный колледж", "политехнический колледж", "колледж технологий", "машиностроительный техникум")
ENTERPRISES = (
    "ООО «Озёрный механический завод»",
    "АО «Станкосборка»",
    "ООО «Литейный двор»",
    "АО «Энергопривод»",
    "ООО «Мастерская точных деталей»",
    "АО «Речное машиностроение»",
)
SURNAMES = (
    "Авдонин", "Берёзкин", "Ветлугин", "Ишмурзин", "Дроздецкин", "Ершанин", "Жилкин", "Заречин", "Тухватшин",
    "Калинкин", "Ладыгин", "Метёлкин", "Нивин", "Осокин", "Хужахметов", "Родниковцев", "Сенокосов", "Валиуллов",
)  # fmt: skip
TATAR_AND_BASHKIR = frozenset({"Ишмурзин", "Тухватшин", "Хужахметов", "Валиуллов"})
FIRST_NAMES: dict[Gender, tuple[str, ...]] = {
    "m": ("Артём", "Григорий", "Денис", "Егор", "Максим", "Павел", "Степан"),
    "f": ("Алина", "Вера", "Дарья", "Елена", "Марина", "Ольга", "Юлия"),
}
PATRONYMICS: dict[Gender, tuple[str, ...]] = {
    "m": ("Андреевич", "Борисович", "Викторович", "Олегович", "Петрович"),
    "f": ("Андреевна", "Борисовна", "Викторовна", "Олеговна", "Петровна"),
}
OTHERS: tuple[dict[Gender, tuple[str, ...]], dict[Gender, tuple[str, ...]]] = (
    {"m": ("Азамат", "Ильдар", "Рамиль", "Тимур"), "f": ("Алия", "Гульшат", "Динара", "Лейла")},
    {"m": ("Айратович", "Маратович", "Рустамович"), "f": ("Айратовна", "Маратовна", "Рустамовна")},
)  # the first names and patronymics of those named above
STAFF: tuple[tuple[str, Gender, str], ...] = (
    ("director", "m", "директор"),
    ("curator", "f", "заместитель директора по учебно-производственной работе"),
    ("psychologist", "f", "педагог-психолог"),
    ("tutor", "f", "классный руководитель"),
    ("site_editor", "m", "программист"),
    ("employer", "m", "начальник отдела подготовки кадров"),
)
STUDENTS: tuple[tuple[Gender, date, str], ...] = (
    ("m", date(2007, 5, 14), "студент 3 курса, группа СТ-31"),
    ("m", date(2009, 6, 3), "студент 2 курса, группа ТМ-21"),
    ("f", date(2006, 11, 27), "студентка 4 курса, группа ЭП-41"),
    ("f", date(2009, 9, 19), "студентка 1 курса, группа ТМ-11"),
    ("m", date(2008, 1, 30), "студент 2 курса, группа СТ-21"),
    ("f", date(2009, 12, 8), "студентка 1 курса, группа ЭП-11"),
)
MENTORS: tuple[tuple[Gender, str, str, int | None], ...] = (
    ("m", "наладчик станков с ЧПУ", "Б", 0),
    ("f", "инженер-технолог", "Б", 1),
    ("m", "выпускник колледжа, мастер участка", "А", None),
    ("f", "преподаватель специальных дисциплин", "В", None),
)
PAIRS = (
    CastPair(mentors=(0,), mentees=(0,)),
    CastPair(mentors=(1,), mentees=(1,)),
    CastPair(mentors=(2,), mentees=(2,)),
    CastPair(mentors=(3,), mentees=(3, 4)),
)
NO_SUCH_REGION = "9600"  # a code of no tax office, so that an invented number is nobody's


def cast(index: int) -> Cast:
    """The story of college number `index`, counted from 0."""
    city, adjective = PLACES[index % len(PLACES)]
    profile = PROFILES[index // len(PLACES) % len(PROFILES)]
    repeat = index // (len(PLACES) * len(PROFILES))
    name = f"«{adjective} {profile}{f' № {repeat + 1}' if repeat else ''}»"
    seats = iter(range(len(SURNAMES)))
    staff = {role: _person(index, next(seats), gender, position=post) for role, gender, post in STAFF}
    mentees = tuple(_student(index, next(seats), *each) for each in STUDENTS)
    mentors = tuple(
        _person(index, next(seats), gender, position=post, base=base, employer=employer)
        for gender, post, base, employer in MENTORS
    )
    return Cast(
        title=f"Государственное бюджетное профессиональное образовательное учреждение {name}",
        short_title=f"ГБПОУ {name}",
        city=city,
        address=f"г. {city}, ул. Ремесленная, д. {index % 90 + 1}",
        staff=staff,
        mentees=mentees,
        mentors=mentors,
        pairs=PAIRS,
        employers=tuple(_employer(index, number, city) for number in range(2)),
        institution={
            "phone": f"+7 900 000-{index % 90 + 10}-01",
            "email": f"info@college{index + 1}.example",
            "site": f"college{index + 1}.example",
            "inn": _inn(index * 10),
        },
    )


def full_name(index: int, seat: int, gender: Gender, *, surname: int | None = None) -> str:
    """«Фамилия Имя Отчество» of the person in a seat; two seats of one college never share a surname by chance."""
    last = SURNAMES[(index * 7 + (seat if surname is None else surname)) % len(SURNAMES)]
    firsts, middles = OTHERS if last in TATAR_AND_BASHKIR else (FIRST_NAMES, PATRONYMICS)
    first = firsts[gender][(index + seat * 3) % len(firsts[gender])]
    middle = middles[gender][(index * 2 + seat) % len(middles[gender])]
    return f"{last}{'а' if gender == 'f' else ''} {first} {middle}"


def _person(
    index: int,
    seat: int,
    gender: Gender,
    *,
    position: str,
    base: str | None = None,
    employer: int | None = None,
) -> CastPerson:
    name = full_name(index, seat, gender)
    return CastPerson(name=name, gender=gender, position=position, base=base, employer=employer)


def _student(index: int, seat: int, gender: Gender, born: date, group: str) -> CastPerson:
    """Every student has a parent in the story: whether one must sign depends on the day."""
    mother = full_name(index, seat + len(SURNAMES), "f", surname=seat)
    name = full_name(index, seat, gender)
    return CastPerson(name=name, gender=gender, birth_date=born, position=group, guardian=mother)


def _employer(index: int, number: int, city: str) -> CastEmployer:
    return CastEmployer(
        name=ENTERPRISES[(index * 2 + number) % len(ENTERPRISES)],
        inn=_inn(index * 10 + number + 1),
        address=f"г. {city}, ул. Заводская, д. {number + 1}",
        contact=f"+7 900 000-{index % 90 + 10}-{number + 11}",
    )


def _inn(serial: int) -> str:
    """Ten digits with the right control digit."""
    digits = f"{NO_SUCH_REGION}{serial % 100_000:05d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    control = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10
    return f"{digits}{control}"

"""The invented people of a kindergarten: teachers only, always the same for the same number, and nobody real.

Three teachers with deficits and two mentors: a pair and a group.
"""

from vekha.plugin import Cast, CastPair, CastPerson, Gender

PLACES = ("Верхнеозёрск", "Сосногорье", "Камнереченск", "Лугоград", "Светлополье", "Новобережье")
NICKNAMES = ("Ладошки", "Светлячок", "Родничок", "Теремок", "Ромашка")
SURNAMES = (
    "Алёшкин", "Веснушкин", "Грибанин", "Добрынцев", "Сибагатов", "Журавкин", "Мухамедьянов", "Ивушкин",
    "Колосков", "Лесовцев", "Малинкин",
)  # fmt: skip
TATAR_AND_BASHKIR = frozenset({"Сибагатов", "Мухамедьянов"})
FIRST_NAMES: dict[Gender, tuple[str, ...]] = {
    "m": ("Антон", "Игорь", "Роман"),
    "f": ("Анна", "Галина", "Ирина", "Людмила", "Надежда", "Светлана", "Татьяна"),
}
PATRONYMICS: dict[Gender, tuple[str, ...]] = {
    "m": ("Алексеевич", "Михайлович", "Сергеевич"),
    "f": ("Алексеевна", "Ивановна", "Михайловна", "Николаевна", "Сергеевна"),
}
OTHERS: tuple[dict[Gender, tuple[str, ...]], dict[Gender, tuple[str, ...]]] = (
    {"m": ("Азат", "Ильдар", "Рамиль"), "f": ("Алия", "Лилия", "Резеда", "Эльмира")},
    {"m": ("Айратович", "Маратович", "Рустамович"), "f": ("Айратовна", "Маратовна", "Рустамовна")},
)  # the first names and patronymics of those named above
STAFF: tuple[tuple[str, Gender, str], ...] = (
    ("director", "f", "заведующий"),
    ("curator", "f", "старший воспитатель"),
    ("site_editor", "m", "делопроизводитель"),
)
MENTEES: tuple[tuple[Gender, str], ...] = (
    ("f", "воспитатель"),
    ("f", "музыкальный руководитель"),
    ("f", "воспитатель"),
)
MENTORS: tuple[tuple[Gender, str], ...] = (
    ("f", "воспитатель высшей квалификационной категории"),
    ("m", "инструктор по физической культуре"),
)
PAIRS = (CastPair(mentors=(0,), mentees=(0,)), CastPair(mentors=(1,), mentees=(1, 2)))
NO_SUCH_REGION = "9600"  # a code of no tax office, so that an invented number is nobody's


def cast(index: int) -> Cast:
    """The story of kindergarten number `index`, counted from 0."""
    city = PLACES[index % len(PLACES)]
    name = f"«Детский сад № {index + 1} „{NICKNAMES[index % len(NICKNAMES)]}“»"
    seats = iter(range(len(SURNAMES)))
    return Cast(
        title=f"Муниципальное автономное дошкольное образовательное учреждение {name}",
        short_title=f"МАДОУ {name}",
        city=city,
        address=f"г. {city}, ул. Тихая, д. {index % 90 + 1}",
        staff={role: _person(index, next(seats), gender, post) for role, gender, post in STAFF},
        mentees=tuple(_person(index, next(seats), *each) for each in MENTEES),
        mentors=tuple(_person(index, next(seats), *each) for each in MENTORS),
        pairs=PAIRS,
        institution={
            "phone": f"+7 900 000-{index % 90 + 10}-02",
            "email": f"info@sad{index + 1}.example",
            "site": f"sad{index + 1}.example",
            "inn": _inn(index),
        },
    )


def _person(index: int, seat: int, gender: Gender, position: str) -> CastPerson:
    """The surname depends on the seat, so that no two people of one kindergarten share it."""
    last = SURNAMES[(index * 3 + seat) % len(SURNAMES)]
    firsts, middles = OTHERS if last in TATAR_AND_BASHKIR else (FIRST_NAMES, PATRONYMICS)
    first = firsts[gender][(index + seat * 3) % len(firsts[gender])]
    middle = middles[gender][(index * 2 + seat) % len(middles[gender])]
    name = f"{last}{'а' if gender == 'f' else ''} {first} {middle}"
    return CastPerson(name=name, gender=gender, position=position)


def _inn(serial: int) -> str:
    """Ten digits with the right control digit."""
    digits = f"{NO_SUCH_REGION}{50_000 + serial % 50_000:05d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    control = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10
    return f"{digits}{control}"

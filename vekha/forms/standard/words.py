"""The choices that the standard forms offer; the value is what a person reads and writes."""

from enum import StrEnum

from vekha.domain.people import Role


class ParticipantRole(StrEnum):
    MENTEE = "наставляемый"
    MENTOR = "наставник"

    @property
    def role(self) -> Role:
        return Role[self.name]


class Occupation(StrEnum):
    """Who takes part: for a pupil or student the birth date decides whose consent is needed."""

    LEARNER = "обучающийся"
    STAFF = "работник организации"
    PARTNER = "представитель партнёра"
    GRADUATE = "выпускник"


class Area(StrEnum):
    """What mentees need and mentors offer: one scale for both, so that they can be compared."""

    SUBJECT = "учебные предметы"
    CONTESTS = "олимпиады и конкурсы"
    PROJECTS = "проекты и исследования"
    CAREER = "выбор профессии"
    PROFESSION = "профессиональные навыки"
    METHODS = "методика преподавания"
    DIGITAL = "цифровые инструменты"
    COMMUNICATION = "общение и публичные выступления"
    LEADERSHIP = "организация и лидерство"
    ADAPTATION = "адаптация на новом месте"
    WELLBEING = "уверенность в себе и самоорганизация"


class MenteeKind(StrEnum):
    JUNIOR = "младшие школьники"
    TEENAGER = "подростки"
    SENIOR = "старшеклассники"
    STUDENT = "студенты"
    COLLEAGUE = "коллеги"


class MeetingFormat(StrEnum):
    IN_PERSON = "очно"
    REMOTE = "дистанционно"
    ANY = "как удобнее другой стороне"


class MentoringModel(StrEnum):
    """The seven models of DOMAIN.md §5."""

    ONE_TO_ONE = "один на один"
    PEER = "равный — равному"
    GROUP = "групповое"
    FLASH = "флеш-наставничество"
    SPEED = "скоростное"
    REVERSE = "реверсивное"
    SELF_DIRECTED = "саморегулируемое"


class MentorBase(StrEnum):
    """The three bases of a college's mentors (seed 000)."""

    GRADUATES = "А"
    ENTERPRISES = "Б"
    TEACHERS = "В"


class DataCategory(StrEnum):
    NAME = "фамилия, имя, отчество"
    BIRTH = "дата рождения"
    CONTACTS = "контактные данные"
    PLACE = "место учёбы или работы"
    RESULTS = "сведения об успехах и результатах"
    SURVEYS = "ответы на анкеты программы"


class PublicCategory(StrEnum):
    NAME = "фамилия и имя"
    PHOTO = "фотография"
    CASE = "история успеха"


class Relation(StrEnum):
    MOTHER = "мать"
    FATHER = "отец"
    ADOPTER = "усыновитель"
    GUARDIAN = "опекун"
    TRUSTEE = "попечитель"


class Moment(StrEnum):
    BEFORE = "до"
    AFTER = "после"


class MeetingKind(StrEnum):
    """The meetings of a pair, in their order (DOMAIN.md §2.2, row 6.2); `code` stands in a roadmap's `meetings:`."""

    INTRODUCTION = "знакомство"
    TRIAL = "пробная"
    PLANNING = "планирование"
    SERIES = "рабочая"
    FINAL = "итоговая"

    @property
    def code(self) -> str:
        return self.name.lower()


class EventKind(StrEnum):
    """What the programme holds without a pair; `code` stands in a roadmap's `meetings:`."""

    TRAINING = "обучение наставников"
    SEMINAR = "семинар"
    MATCHING = "встреча для формирования пар"
    CONSULTATION = "консультация"
    FINAL_EVENT = "итоговое мероприятие"

    @property
    def code(self) -> str:
        return self.name.lower()

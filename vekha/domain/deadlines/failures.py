"""Why the grammar has no such phrase, and what the author may have meant.

Nothing here dates a phrase: at most it recognises that the dates stand elsewhere, or finds the nearest spelling.
"""

import re
from difflib import get_close_matches

from vekha.domain.deadlines.parsing import parse
from vekha.domain.deadlines.reading import Text, read
from vekha.domain.deadlines.rules import AsNeeded, Reason, Reference, UnclearError

_EITHER = re.compile(r"\b(?:или|либо)\b|(?<=[а-я]) ?/ ?(?=[а-я])")
_REFERENCE = re.compile(
    r"каникул|четверт[ьи]\b|триместр|семестр|\bпо (?:[а-я-]+ ){0,3}(?:план|график|расписани)|согласно|в соответствии"
)
_NEED = re.compile(r"^ *(?:по мере|при|в случае|по запросу|постоянно|регулярно|систематически)\b")
_TIME = re.compile(
    r"\b(?:январ|феврал|март|апрел|ма[йяею]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|недел|декад|квартал|полугоди"
    r"|половин|начал|серед|кон[ец][цеуа]|числ[оае]\b|год|ежемес|ежекв|ежен|ежег|кажд|срок|\d{1,2}[./]\d{1,2}|понедельник"
    r"|вторник|сред[уае]\b|четверг|пятниц|суббот|воскресень|осен|зим|весн|весен|лет[оа]м?\b|завтра|сегодня|месяц|час|дн[яейю]|сут[ок]|учебн|течени|раз\b|раза\b)"
)
_QUANTITY = re.compile(
    r"\d+ *(?:[а-я]+(?:ых|их|ые|ие|ый|ий) )?(?:человек|чел|лет|год[аы]?\b|час|минут|мин\b|встреч|занят|недел|дн|день"
    r"|месяц|раз[а]?\b(?! в )|%|процент|урок|шт|экземпляр|пар\b|пары\b|класс|балл|рубл|страниц|участник|наставн|педагог"
    r"|мероприят|сут)|^ *(?:не (?:менее|более)|от|свыше|минимум|максимум)\b"
)
_PARTS = re.compile(r"[,;()]+| и |\bдалее\b|\bзатем\b")

_NOUNS = (
    "январь января январе февраль февраля феврале март марта марте апрель апреля апреле май мая мае июнь июня июне июль"
    " июля июле август августа августе сентябрь сентября сентябре октябрь октября октябре ноябрь ноября ноябре декабрь"
    " декабря декабре декада декады декаде декаду половина половины половине половину неделя недели неделе неделю"
    " квартал квартала квартале полугодие полугодия месяц месяца месяцев"
)
_OTHERS = (
    "первая первой первую вторая второй вторую третья третьей четвертая четвертой последняя начало начале середина"
    " середине конец конца конце ежемесячно ежеквартально еженедельно ежегодно течение позднее каждого каждый числа"
    " рабочих дней период года год согласно соответствии необходимости постоянно"
)
_MISSPELT_AMONG = tuple(_NOUNS.split())
_STEMS = (
    *("январ", "феврал", "март", "апрел", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"),
    *("декад", "половин", "недел", "квартал", "полугод", "месяц"),
)
_VOCABULARY = (*_MISSPELT_AMONG, *_OTHERS.split())
_FEMININE = ("первая", "вторая", "третья", "четвёртая", "пятая")
_NUMBERED = re.compile(r"\b([1-5])(?:-?(?:я|ая))? (?=декада|половина|неделя)")


def note_or_refusal(text: Text) -> AsNeeded | Reference:
    """A note in words that the grammar lacks; any other phrase raises UnclearError with its reason."""
    folded = text.folded
    reason = _reason(folded)
    if misspelt(folded) or _EITHER.search(folded):
        raise UnclearError(reason)
    if _NEED.search(folded):
        return AsNeeded()
    if _REFERENCE.search(folded):
        return Reference()
    raise UnclearError(reason)


def _reason(folded: str) -> Reason:
    if misspelt(folded):
        return Reason.NOT_UNDERSTOOD
    if _EITHER.search(folded) or _several_rules(folded):
        return Reason.AMBIGUOUS
    if _QUANTITY.search(folded) or not _TIME.search(folded):
        return Reason.NOT_A_DEADLINE
    return Reason.NOT_UNDERSTOOD


def _several_rules(folded: str) -> bool:
    """Every piece is a deadline, but not of one kind: a person must say which one counts."""
    pieces = [piece for piece in _PARTS.split(folded) if piece.strip(" .-")]
    return len(pieces) > 1 and all(_parses(piece) for piece in pieces)


def _parses(phrase: str) -> bool:
    try:
        parse(read(phrase))
    except UnclearError as error:
        return error.reason is Reason.AMBIGUOUS
    return True


def misspelt(folded: str) -> str | None:
    """The first word that is almost, but not quite, the name of a month or of a piece of the calendar."""
    for word in re.findall(r"[а-я]{3,}", folded):
        known = word in _VOCABULARY or word.startswith(_STEMS)
        if not known and get_close_matches(word, _MISSPELT_AMONG, 1, 0.8):
            return word
    return None


def is_event(event: str, *, same_day: bool) -> bool:
    """Whether the words can name an event: not a misspelt month («до сентебря»), nor, where nothing else is
    counted, only words of the calendar («до квартала»)."""
    words = re.findall(r"[а-яa-z0-9]+", read(event).folded)
    if not words or misspelt(words[0]):
        return False
    return not same_day or any(len(word) > 2 and not _TIME.search(word) and not word.isdigit() for word in words)


def suggestion(phrase: str) -> str | None:
    """The phrase with its misspelt words put right, when that makes a deadline of it."""
    folded = read(phrase).folded.strip(" .,;")
    corrected = re.sub(r"[а-я]{3,}", _nearest, folded)
    if corrected == folded or not _parses(corrected):
        return None
    return _NUMBERED.sub(lambda match: f"{_FEMININE[int(match[1]) - 1]} ", corrected)


def _nearest(match: re.Match[str]) -> str:
    word = match[0]
    near = [] if word in _VOCABULARY else get_close_matches(word, _VOCABULARY, 1, 0.75)
    return near[0] if near else word

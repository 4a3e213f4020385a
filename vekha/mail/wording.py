"""A digest in Russian: the subject, the parts and their lines, with the right forms of words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vekha.domain.reminders import Digest, Item, News, Request, Watched
from vekha.texts import plural, section, text

SHOWN = 50  # programmes of one letter to somebody who looks after a region


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a digest: what, when, where, and what to do about it: a command or an address."""

    title: str
    when: str
    where: str
    action: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a digest with its heading; `more` says how much of it is left out."""

    title: str
    lines: Sequence[Line]
    more: str = ""


def counted(key: str, number: int) -> str:
    """«5 мероприятий»: the form of `reminder.<key>` that fits the number."""
    forms = section(f"reminder.{key}")
    return plural(number, forms["one"], forms["few"], forms["many"]).format(number=number)


def subject(digest: Digest) -> str:
    """«Сроки: 2 мероприятия просрочены, у 1 мероприятия срок сегодня»."""
    if digest.requests:
        key = "asked" if digest.requests[0].state == "asked" else "answered"
        return text(f"reminder.requests.{key}")
    sizes = {key: len(getattr(digest, key)) for key in ("late", "today", "soon", "watched")}
    if digest.news and not any(sizes.values()):
        return text(f"reminder.news.{digest.news[0].kind}.subject")
    return text("reminder.subject", parts=", ".join(counted(key, size) for key, size in sizes.items() if size))


def parts(digest: Digest, console: str = "") -> tuple[Part, ...]:
    """What there is to say, late things first. `console` is the address of the console, when there is one."""
    return tuple(_parts(digest, console))


def _parts(digest: Digest, console: str) -> Iterator[Part]:
    for key in ("late", "today", "soon"):
        items: tuple[Item, ...] = getattr(digest, key)
        if items:
            yield Part(text(f"reminder.titles.{key}"), [_line(each, console) for each in items])
    if digest.requests:
        key = "asked" if digest.requests[0].state == "asked" else "answered"
        yield Part(text(f"reminder.titles.{key}"), [_request(each, console) for each in digest.requests])
    for kind in dict.fromkeys(each.kind for each in digest.news):
        lines = [_news(each, console) for each in digest.news if each.kind == kind]
        yield Part(text(f"reminder.news.{kind}.title"), lines)
    if digest.watched:
        rest = len(digest.watched) - SHOWN
        more = counted("more", rest) if rest > 0 else ""
        lines = [_watched(each, console) for each in digest.watched[:SHOWN]]
        yield Part(text("reminder.titles.watched"), lines, more)


def _line(item: Item, console: str) -> Line:
    return Line(item.title, _when(item), item.institution, _action(item.programme, console))


def _watched(row: Watched, console: str) -> Line:
    facts = {"count": counted("count", row.count), "days": counted("day", row.days)}
    return Line(row.institution, text("reminder.when.watched", **facts), "", _action(row.programme, console))


def _request(row: Request, console: str) -> Line:
    facts = {"wanted": f"{row.wanted:%d.%m.%Y}", "due": f"{row.due:%d.%m.%Y}", "words": row.words}
    asked = row.state == "asked"
    action = "vekha extension list --waiting" if asked and not console else _action(row.programme, console)
    return Line(row.title, text(f"reminder.when.{row.state}", **facts), row.institution, action)


def _news(row: News, console: str) -> Line:
    action = _action(row.programme, console)
    return Line(row.title, row.words, row.institution, f"{action}{row.path}" if console else action)


def _when(item: Item) -> str:
    kind = "late" if item.left < 0 else {0: "today", 1: "tomorrow"}.get(item.left, "soon")
    days = counted("day", abs(item.left))
    return text(f"reminder.when.{kind}", due=f"{item.due:%d.%m.%Y}", days=days)


def _action(programme: str, console: str) -> str:
    return f"{console.rstrip('/')}/programmes/{programme}" if console else f"vekha programme show {programme}"

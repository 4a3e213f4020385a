"""A change as a sentence: «Этап завершён: Подготовка»."""

from vekha.domain.access import ENGINE
from vekha.services.watch.trail import Entry
from vekha.texts import section, text

_REASONED = frozenset({"stage", "activity", "extension", "due_batch", "campaign", "person", "pair"})


def sentence(entry: Entry) -> str:
    """What happened; a change of a kind not known here is told as such."""
    words = section("web.happened").get(entry.family)
    if not isinstance(words, dict):
        return text("web.trail.other")
    new = entry.new
    if entry.family in ("person", "consent"):
        new = new.rpartition(":")[2]
    elif entry.family == "account":
        new = new.partition(":")[0]
    elif entry.family == "institution" and entry.old is None and new == "known":
        new = "added"
    elif entry.family == "activity" and entry.old is None:
        new = "planned"
    what = str(words.get(new) or words.get("other") or text("web.trail.other"))
    role = section("web.roles").get(entry.new.partition(":")[2], "") if entry.family == "account" else ""
    title = " – ".join(filter(None, (entry.title, role)))
    return text("web.trail.about", what=what, title=title) if title else what


def reason(entry: Entry) -> str:
    """Why, where the audit keeps a reason there and not a name of a file or a place."""
    return entry.why if entry.why and entry.family in _REASONED and entry.why != entry.title else ""


def who(entry: Entry) -> str:
    return text("web.trail.engine") if entry.who == ENGINE.name else entry.who

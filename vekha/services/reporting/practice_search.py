"""Searching the published practices of one's region: every word of the question in any of its forms, titles first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_
from sqlmodel import col, select

from vekha.documents.lemmas import lemmas
from vekha.domain.access import Action
from vekha.domain.reporting.practice import WEIGHTS, Card, PracticeState, words_of
from vekha.services.work import Work
from vekha.storage.tables import Institution, Practice, PracticeWord, Region

MOST = 100  # found ones shown
_WORDS = 8  # of a question
_PREFIX = 4  # letters from which the beginning of a word is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    row: Practice
    institution: str
    municipality: str
    score: int


def index(work: Work, number: int, card: Card) -> None:
    """Writes the words of a card anew."""
    weights: dict[str, int] = {}
    for part, words in card.parts.items():
        for word in words_of(words):
            for lemma in lemmas(word):
                weights[lemma] = max(weights.get(lemma, 0), WEIGHTS[part])
    work.session.execute(delete(PracticeWord).where(col(PracticeWord.practice) == number))
    work.session.add_all(
        PracticeWord(practice=number, word=word, weight=weight) for word, weight in sorted(weights.items())
    )
    work.session.flush()


def search(work: Work, question: str = "", model: str = "", municipality: str = "") -> list[Hit]:
    """Pinned ones first, then by how well they fit, then the newest. Nothing asked: all of them."""
    scores = _scores(work, words_of(question)[:_WORDS])
    rows = (
        select(Practice, Institution.short_title, Institution.municipality)
        .join(Institution, col(Institution.code) == col(Practice.institution))
        .where(Practice.state == PracticeState.PUBLISHED.value, col(Institution.region).in_(regions(work)))
    )
    if model:
        rows = rows.where(Practice.model == model)
    if municipality:
        rows = rows.where(Institution.municipality == municipality)
    if scores is not None:
        rows = rows.where(col(Practice.id).in_(list(scores)))
    found = [
        Hit(row=row, institution=title, municipality=place, score=(scores or {}).get(row.id or 0, 0))
        for row, title, place in work.session.exec(rows)
    ]
    return sorted(found, key=_order)[:MOST]


def _order(hit: Hit) -> tuple[bool, int, float, int]:
    at = hit.row.published_at
    return hit.row.pinned_at is None, -hit.score, -(at.timestamp() if at else 0.0), -(hit.row.id or 0)


def _scores(work: Work, words: Sequence[str]) -> dict[int, int] | None:
    """Practice → how well it fits, of those that have every word; None where nothing is asked."""
    found: dict[int, int] | None = None
    for word in words:
        fits = or_(col(PracticeWord.word).in_(sorted(lemmas(word))), *_beginning(word))
        rows = (
            select(PracticeWord.practice, func.max(col(PracticeWord.weight)))
            .where(fits)
            .group_by(col(PracticeWord.practice))
        )
        here = dict(work.session.exec(rows).all())
        found = here if found is None else {each: found[each] + here[each] for each in found.keys() & here.keys()}
    return found


def _beginning(word: str) -> list[ColumnElement[bool]]:
    return [col(PracticeWord.word).startswith(word, autoescape=True)] if len(word) >= _PREFIX else []


def municipalities(work: Work) -> list[str]:
    """Those of the regions one may search in."""
    rows = select(Institution.municipality).where(
        col(Institution.region).in_(regions(work)), Institution.municipality != ""
    )
    return list(work.session.exec(rows.distinct().order_by(col(Institution.municipality))))


def regions(work: Work) -> list[str]:
    """Where the actor belongs: practices are for everybody of a region."""
    grants = work.actor.granting(Action.VIEW)
    if any(not each.region and not each.institution for each in grants):
        return list(work.session.exec(select(Region.code).order_by(col(Region.code))))
    homes = [each.institution for each in grants if each.institution and not each.region]
    own = select(Institution.region).where(col(Institution.code).in_(homes))
    return sorted({each.region for each in grants if each.region} | {*work.session.exec(own)})

"""Surveys as papers print them: nothing of fewer than five respondents, nothing written with a name."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from vekha.documents.context import ChangeView, EffectView, QuestionView, SurveyView
from vekha.domain.surveys import LEAST, Effect, Figures, Tally
from vekha.forms.base import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFacts:
    """What is known of a survey besides its answers."""

    moment: str
    opens: dt.date
    closes: dt.date
    asked: int
    answered: int


def survey_view(form: type[Form], facts: SurveyFacts, tallies: Iterable[Tally]) -> SurveyView:
    """`tallies` are those that leave out small groups."""
    withheld = facts.answered < LEAST
    return SurveyView(
        form=form.code,
        title=form.title,
        moment=facts.moment,
        anonymous=form.anonymous,
        opens=facts.opens,
        closes=facts.closes,
        asked=facts.asked,
        answered=facts.answered,
        questions=() if withheld else tuple(map(_question, tallies)),
        withheld=withheld,
    )


def _question(each: Tally) -> QuestionView:
    figures = each.whole or Figures(n=0)
    return QuestionView(
        title=each.question.title,
        kind=each.question.kind.value,
        n=figures.n if each.whole else None,
        mean=None if figures.mean is None else round(figures.mean, 1),
        counts=figures.counts,
        texts=tuple(dict.fromkeys(figures.texts)),
        withheld=each.whole is None,
    )


def effect_view(form: type[Form], effect: Effect) -> EffectView:
    """A question that fewer have answered twice is left out."""
    return EffectView(
        form=form.code,
        title=form.title,
        n=effect.n,
        only_before=effect.only_before,
        only_after=effect.only_after,
        changes=tuple(
            ChangeView(
                title=each.question.title,
                n=each.n,
                before=round(each.before, 1),
                after=round(each.after, 1),
                better=each.better,
                same=each.same,
                worse=each.worse,
            )
            for each in effect.changes
            if each.n >= LEAST
        ),
        withheld=effect.n < LEAST,
    )

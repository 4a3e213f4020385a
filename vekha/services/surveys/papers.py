"""What the surveys of a programme add to its papers."""

import datetime as dt

from vekha.documents.context import EffectView, SurveyView
from vekha.documents.survey_views import SurveyFacts, effect_view, survey_view
from vekha.services.process.programmes import Loaded
from vekha.services.surveys import results
from vekha.services.surveys.results import Results
from vekha.services.work import Work


def survey_views(work: Work, loaded: Loaded) -> tuple[SurveyView, ...]:
    """The surveys that are over, oldest first."""
    return tuple(map(_view, results.finished(work, loaded.key)))


def effect_views(work: Work, loaded: Loaded, until: dt.date | None = None) -> tuple[EffectView, ...]:
    return tuple(effect_view(each.form, each.effect) for each in results.effects(work, loaded, until))


def _view(found: Results) -> SurveyView:
    row = found.survey.row
    facts = SurveyFacts(
        moment=row.moment,
        opens=row.opens,
        closes=row.closed_on or row.closes,
        asked=found.total.asked,
        answered=found.total.answered,
    )
    return survey_view(found.survey.form, facts, found.tallies)

"""Surveys: one dated sending of a form to many, and what their answers come to."""

from vekha.domain.surveys.disclosure import LEAST, shown
from vekha.domain.surveys.life import Audience, Moment, SurveyState, date_problems, state_of
from vekha.domain.surveys.pairing import Change, Effect, paired
from vekha.domain.surveys.release import secret, told
from vekha.domain.surveys.tallies import Answer, Figures, Kind, Question, Tally, released, tally

__all__ = [
    "LEAST",
    "Answer",
    "Audience",
    "Change",
    "Effect",
    "Figures",
    "Kind",
    "Moment",
    "Question",
    "SurveyState",
    "Tally",
    "date_problems",
    "paired",
    "released",
    "secret",
    "shown",
    "state_of",
    "tally",
    "told",
]

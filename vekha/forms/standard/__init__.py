"""The forms of the federal target model that several institution types share (DOMAIN.md §4).

Plugins reach them as `vekha.plugin.standard.X`; each form's `code` is what a roadmap names in `forms:`.
"""

from vekha.forms.base import YesNo
from vekha.forms.checks import in_cycle, in_order, in_term, not_ahead, shown, unique
from vekha.forms.standard import profiles, story
from vekha.forms.standard.consents import ConsentAdult, ConsentMinor, ConsentPublic
from vekha.forms.standard.employers import EmployerCard, Inn
from vekha.forms.standard.feedback import BeforeAfter, Feedback, Satisfaction, in_role
from vekha.forms.standard.opinion import ProgrammeOpinion
from vekha.forms.standard.people import Areas, MenteeEntry, MentorEntry, NeedsSurvey, OfferForm, PrelimRequest
from vekha.forms.standard.reports import BestPractice, CuratorReport, Mark2, Swot
from vekha.forms.standard.selection import MutualChoice, SkillTest
from vekha.forms.standard.words import (
    Area,
    DataCategory,
    EventKind,
    MeetingFormat,
    MeetingKind,
    MenteeKind,
    MentorBase,
    MentoringModel,
    Moment,
    Occupation,
    ParticipantRole,
    PublicCategory,
    Relation,
)
from vekha.forms.standard.work import AgreementForm, EventLog, MeetingLog, PlanForm, PlanRow, in_plan, plan_of

FORMS = (
    PrelimRequest,
    NeedsSurvey,
    MenteeEntry,
    MentorEntry,
    OfferForm,
    ConsentAdult,
    ConsentMinor,
    ConsentPublic,
    SkillTest,
    MutualChoice,
    AgreementForm,
    PlanForm,
    MeetingLog,
    EventLog,
    Feedback,
    Satisfaction,
    BeforeAfter,
    ProgrammeOpinion,
    Swot,
    CuratorReport,
    BestPractice,
    EmployerCard,
)

__all__ = [
    "FORMS",
    "AgreementForm",
    "Area",
    "Areas",
    "BeforeAfter",
    "BestPractice",
    "ConsentAdult",
    "ConsentMinor",
    "ConsentPublic",
    "CuratorReport",
    "DataCategory",
    "EmployerCard",
    "EventKind",
    "EventLog",
    "Feedback",
    "Inn",
    "Mark2",
    "MeetingFormat",
    "MeetingKind",
    "MeetingLog",
    "MenteeEntry",
    "MenteeKind",
    "MentorBase",
    "MentorEntry",
    "MentoringModel",
    "Moment",
    "MutualChoice",
    "NeedsSurvey",
    "Occupation",
    "OfferForm",
    "ParticipantRole",
    "PlanForm",
    "PlanRow",
    "PrelimRequest",
    "ProgrammeOpinion",
    "PublicCategory",
    "Relation",
    "Satisfaction",
    "SkillTest",
    "Swot",
    "YesNo",
    "in_cycle",
    "in_order",
    "in_plan",
    "in_role",
    "in_term",
    "not_ahead",
    "plan_of",
    "profiles",
    "shown",
    "story",
    "unique",
]

"""The tables. Natural keys (programme, stage, activity) spare a round trip for ids and make every re-run harmless.

Instants are UTC and aware; deadlines are local dates of the institution. Nothing here decides anything.
"""

from vekha.storage.tables.accounts import Account, AccountGrant, ApiToken, LoginSession, OneTimeLink, PersonalLink
from vekha.storage.tables.columns import UtcDateTime
from vekha.storage.tables.deadlines import DueBatch, DueChange, DueMove, Extension
from vekha.storage.tables.institutions import CaseForms, Consent, Employer, Guardian, Institution, Person, Region
from vekha.storage.tables.matching import MatchLink, MatchProposal
from vekha.storage.tables.outbox import Dispatcher, Outbox
from vekha.storage.tables.pairs import (
    Attendance,
    PairChange,
    PairFeed,
    PlanMove,
    PlannedMeeting,
    PlanStep,
    Reflection,
    ReflectionLink,
)
from vekha.storage.tables.papers import (
    Document,
    FormDraft,
    FormSchema,
    Journal,
    JournalEntry,
    JournalRule,
    LegalAct,
    Submission,
)
from vekha.storage.tables.people import Meeting, Pair, PairMember, Participation
from vekha.storage.tables.process import (
    Activity,
    Audit,
    Campaign,
    Programme,
    RoadmapVersion,
    Stage,
    VersionChange,
)
from vekha.storage.tables.registers import DutyConsent, PersonMerge, ToldApart
from vekha.storage.tables.reminders import Addressee, Contact, Duty, Feed, Notice, Said
from vekha.storage.tables.reporting import (
    Award,
    Collected,
    Collection,
    Practice,
    PracticeFile,
    PracticeWord,
    SwotAnalysis,
)
from vekha.storage.tables.surveys import Survey, SurveyAnswer, SurveyAsked, SurveyToken

__all__ = [
    "Account",
    "AccountGrant",
    "Activity",
    "Addressee",
    "ApiToken",
    "Attendance",
    "Audit",
    "Award",
    "Campaign",
    "CaseForms",
    "Collected",
    "Collection",
    "Consent",
    "Contact",
    "Dispatcher",
    "Document",
    "DueBatch",
    "DueChange",
    "DueMove",
    "Duty",
    "DutyConsent",
    "Employer",
    "Extension",
    "Feed",
    "FormDraft",
    "FormSchema",
    "Guardian",
    "Institution",
    "Journal",
    "JournalEntry",
    "JournalRule",
    "LegalAct",
    "LoginSession",
    "MatchLink",
    "MatchProposal",
    "Meeting",
    "Notice",
    "OneTimeLink",
    "Outbox",
    "Pair",
    "PairChange",
    "PairFeed",
    "PairMember",
    "Participation",
    "Person",
    "PersonMerge",
    "PersonalLink",
    "PlanMove",
    "PlanStep",
    "PlannedMeeting",
    "Practice",
    "PracticeFile",
    "PracticeWord",
    "Programme",
    "Reflection",
    "ReflectionLink",
    "Region",
    "RoadmapVersion",
    "Said",
    "Stage",
    "Submission",
    "Survey",
    "SurveyAnswer",
    "SurveyAsked",
    "SurveyToken",
    "SwotAnalysis",
    "ToldApart",
    "UtcDateTime",
    "VersionChange",
]

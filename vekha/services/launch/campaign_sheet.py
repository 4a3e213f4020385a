"""A campaign as its page shows it: how far the launch has come, how its programmes stand, its own deadlines."""

from dataclasses import dataclass

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.domain.campaign import CampaignState, ProgrammeState
from vekha.domain.errors import Problem, VekhaError
from vekha.services.launch.campaigns import Preview, campaign_of, chosen_for, preview
from vekha.services.work import Work
from vekha.storage.tables import Campaign, Institution, Outbox, Programme


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a launch: programmes started of those meant to be; `error` of the last attempt, when it did not succeed."""

    started: int
    meant: int
    error: str | None


@dataclass(frozen=True, slots=True)
class CampaignSheet:
    """`seen` is what a launch would do, for a draft; with `problems` it cannot be launched."""

    row: Campaign
    states: dict[str, int]  # of its programmes
    progress: Progress | None
    seen: Preview | None
    problems: tuple[Problem, ...]
    names: dict[str, str]  # of the institutions that it names

    @property
    def programmes(self) -> int:
        return sum(self.states.values())

    @property
    def unfinished(self) -> int:
        return self.states.get(ProgrammeState.RUNNING, 0) + self.states.get(ProgrammeState.PAUSED, 0)


def sheet(work: Work, code: str) -> CampaignSheet:
    """Raises VekhaError campaign.unknown or access.denied."""
    row = campaign_of(work, code)
    counts = select(Programme.state, func.count()).where(Programme.campaign == code).group_by(col(Programme.state))
    states = dict(work.session.exec(counts).all())
    seen, problems = _seen(work, code) if row.state == CampaignState.DRAFT else (None, ())
    progress = _progress(work, row, sum(states.values())) if row.state == CampaignState.LAUNCHING else None
    return CampaignSheet(row, states, progress, seen, problems, _names(work, row))


def _seen(work: Work, code: str) -> tuple[Preview | None, tuple[Problem, ...]]:
    try:
        return preview(work, code), ()
    except VekhaError as refusal:
        return None, refusal.problems


def _progress(work: Work, row: Campaign, started: int) -> Progress:
    meant = work.session.execute(chosen_for(row).with_only_columns(func.count()).order_by(None)).scalar_one()
    queued = col(Outbox.key).startswith(f"launch_campaign:{row.code}:", autoescape=True)
    last = select(Outbox.error).where(queued, col(Outbox.done_at).is_(None)).order_by(col(Outbox.id).desc())
    return Progress(started, meant, work.session.exec(last).first())


def _names(work: Work, row: Campaign) -> dict[str, str]:
    named = {level.partition(":")[2] for level in row.overrides if level.startswith("institution:")}
    named |= set(row.filter.get("institutions", ()))
    rows = select(Institution.code, Institution.short_title).where(col(Institution.code).in_(named))
    return dict(work.session.exec(rows).all()) if named else {}


def may_create(work: Work) -> bool:
    return bool(work.actor.granting(Action.SCHEDULE))

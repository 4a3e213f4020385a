"""`/campaigns`: cycles planned and launched."""

from typing import Annotated

from fastapi import APIRouter

from vekha.domain.tokens import Scope
from vekha.services.launch import campaigns
from vekha.services.launch.campaigns import CampaignData
from vekha.services.process import lists
from vekha.services.work import Work
from vekha.web.api.keys import Change, reads, writes
from vekha.web.api.models import CampaignIn, CampaignOut, Name, Page, PlannedStage, PreviewOut, ProblemOut

router = APIRouter(prefix="/campaigns", tags=["campaigns"])


@router.get("", summary="Запуски")
def listing(work: Annotated[Work, reads(Scope.READ_CAMPAIGNS)]) -> Page[CampaignOut]:
    """Все сразу, одной страницей: в регионе их несколько в год."""
    return Page(items=[_out(row) for row in lists.campaigns(work)], next=None)


@router.post("", status_code=201, summary="Создать запуск")
def create(told: CampaignIn, change: Annotated[Change, writes(Scope.WRITE_CAMPAIGNS)]) -> CampaignOut:
    """Черновик. Тот же код с теми же условиями ещё раз ничего не меняет."""
    chosen = {"types": told.types, "municipalities": told.municipalities, "institutions": told.institutions}
    data = CampaignData(
        code=told.code,
        title=told.title,
        region=told.region,
        year=told.year,
        chosen={name: values for name, values in chosen.items() if values},
        overrides=told.deadlines,
        roll=told.roll,
    )
    return change(lambda work: _made(work, campaigns.create(work, data).code))


@router.get("/{code}", summary="Один запуск")
def one(code: Name, work: Annotated[Work, reads(Scope.READ_CAMPAIGNS)]) -> CampaignOut:
    return _made(work, code)


@router.get("/{code}/preview", summary="Что сделал бы запуск")
def preview(code: Name, work: Annotated[Work, reads(Scope.READ_CAMPAIGNS)]) -> PreviewOut:
    found = campaigns.preview(work, code)
    roadmap_of = work.tools.registry.roadmap
    stages = {
        kind: [
            PlannedStage(code=each.code, title=roadmap_of(kind).stage(each.code).title, opens=each.opens, due=each.due)
            for each in plan.stages
        ]
        for kind, plan in found.plans.items()
    }
    warnings = {kind: [ProblemOut(**each.as_dict()) for each in told] for kind, told in found.warnings.items()}
    return PreviewOut(institutions=found.institutions, stages=stages, warnings=warnings)


@router.post("/{code}/launch", status_code=202, summary="Запустить")
def launch(code: Name, change: Annotated[Change, writes(Scope.WRITE_CAMPAIGNS)]) -> CampaignOut:
    """Ставит запуск в очередь и отвечает сразу; состояние станет «running», когда программы начнутся."""

    def queue(work: Work) -> CampaignOut:
        campaigns.request_launch(work, code)
        return _made(work, code)

    return change(queue)


def _made(work: Work, code: str) -> CampaignOut:
    campaigns.campaign_of(work, code)
    return next(_out(row) for row in lists.campaigns(work) if row["campaign"] == code)


def _out(row: lists.Row) -> CampaignOut:
    return CampaignOut(code=row["campaign"], **{key: row[key] for key in CampaignOut.model_fields if key != "code"})

"""Everything that is read of a whole region, as one router."""

from fastapi import APIRouter

from vekha.web.pages import board, dossier, late, plan, plugins, queue, trail

router = APIRouter()
for each in (board, dossier, late, plan, plugins, queue, trail):
    router.include_router(each.router)

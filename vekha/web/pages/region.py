"""Everything that is read of a whole region, as one router."""

from fastapi import APIRouter

from vekha.web.pages import board

router = APIRouter()
for each in (board,):
    router.include_router(each.router)

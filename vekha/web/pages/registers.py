"""«Реестры»: the registers of a programme or of the whole institution, to look at, to search and to save."""

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from vekha.domain.access import Action
from vekha.services.mentoring import portfolio, registers
from vekha.services.mentoring.registers import Register, Wanted
from vekha.services.process.programmes import load
from vekha.texts import text
from vekha.web.downloads import attachment, workbook
from vekha.web.rendering import page
from vekha.web.visitors import Reading

router = APIRouter(prefix="/programmes/{key}")
BASES = ("", "А", "Б", "В")
WHOLE = re.compile(r"[+\d][\d\s().-]{5,20}")  # a date, a telephone: not broken at a hyphen


def _wanted(register: Register = Register.MENTEES, whole: str = "", base: str = "", search: str = "") -> Wanted:
    return Wanted(register=register, whole=whole == "1", base=base if base in BASES else "", search=search[:200])


Asked = Annotated[Wanted, Depends(_wanted)]


@router.get("/registers")
def show(request: Request, work: Reading, key: str, wanted: Asked) -> Response:
    loaded = load(work, key, Action.VIEW)
    found = registers.read(work, key, wanted)
    asked: dict[str, Any] = {"register": wanted.register.value, "whole": "1" if wanted.whole else ""}
    asked |= {"base": wanted.base, "search": wanted.search}
    return page(
        request,
        "curator/registers.html",
        key=key,
        institution=loaded.institution.short_title,
        found=found,
        wanted=wanted,
        bases=[each for each in BASES if each] if loaded.institution.type == "college" else [],
        kinds=[each.value for each in Register],
        query=urlencode({name: value for name, value in asked.items() if value}),
        whole=lambda cell: bool(WHOLE.fullmatch(cell)),
        everywhere=wanted.register in (Register.LONG, Register.ALUMNI),
        here=f"/programmes/{key}/registers",
        paper=registers.paper_of(work, key, wanted.register),
    )


@router.get("/registers.xlsx")
def save(work: Reading, key: str, wanted: Asked) -> Response:
    found = registers.read(work, key, wanted)
    return workbook(text(f"registers.{wanted.register.value}.title"), [registers.as_table(found)])


@router.get("/people/{person}/portfolio.pdf")
def portfolio_paper(work: Reading, key: str, person: str) -> Response:
    found = portfolio.of(work, key, person)
    return attachment(portfolio.pdf(work, found), text("portfolio.file", name=found.name) + ".pdf", "application/pdf")

"""Personal links on paper: a slip for each person, with a QR code, to be cut apart and handed out."""

import base64
import datetime as dt
from collections.abc import Iterable

from vekha.documents.context import DocumentView
from vekha.documents.marks import code_svg
from vekha.services.mentoring.links import Made
from vekha.services.work import Work
from vekha.texts import text

_TEMPLATE = "base/links.html"


def sheet(work: Work, title: str, institution: str, made: Iterable[Made], base: str) -> bytes:
    """The PDF. `base` is where people reach the console."""
    view = DocumentView(code="links", title=text("link.sheet.title"), kind="materials", state="approved")
    slips = [
        {
            "name": each.name,
            "about": text("link.sheet.about", about=each.about) if each.about and each.about not in each.name else "",
            "address": each.address(base),
            "how": text("link.sheet.how", until=f"{each.expires_at:%d.%m.%Y}"),
            "code": base64.b64encode(code_svg(each.address(base))).decode(),
        }
        for each in made
    ]
    context = {"document": view, "form": title, "home": institution, "cut": text("link.sheet.cut"), "slips": slips}
    html = work.tools.renderer.html(_TEMPLATE, context).text
    return work.tools.renderer.pdf(html, title=view.title, created=dt.datetime.combine(work.now, dt.time(), dt.UTC))

"""Marks that a finished text gets: the QR code of sheet 1 and the mark of an electronic signature.

ГОСТ Р 7.0.97-2025: the code (its new requisite 31) stands at the bottom right of the first sheet, the mark in place of
the handwritten signature, as in the standard of 2016. Papers dated before the standard came into force have no code.
"""

import base64
import datetime as dt
import io
from dataclasses import dataclass

from markupsafe import escape

from vekha.domain.law import act
from vekha.texts import text

CODE_LENGTH = 12  # signs of the hash: nobody tries 16^12 of them
_SIDE = "18mm"
_FOOT = "23mm"
_PAGES = ("", "long", "landscape", "landscape-long")
_STYLE = (
    "<style>{pages} .qr {{ position: running(qr); width: {side} }}"
    " .qr img {{ width: {side}; height: {side}; display: block }}</style>"
)
_PAGE = (
    "@page {name}:first {{ margin-bottom: {foot}; @bottom-right {{ content: element(qr); width: {side};"
    " vertical-align: top; padding-top: 1mm }} }}"
)
_PLACE = '<div class="place"></div>'


@dataclass(frozen=True, slots=True)
class SignatureMark:
    """What «Документ подписан электронной подписью» says: the certificate, its owner, its first and last day."""

    certificate: str
    owner: str
    valid_from: dt.date
    valid_to: dt.date


def wants_code(dated: dt.date) -> bool:
    """Whether a paper of this date has a QR code."""
    return act("ГОСТ Р 7.0.97-2025").holds_on(dated)


def address_of(public_url: str, document: int, content: str) -> str:
    """Where a document is verified; the hash keeps anybody from trying numbers in turn."""
    return f"{public_url.rstrip('/')}/d/{document}?h={content[:CODE_LENGTH]}"


def with_code(html: str, address: str) -> str:
    """The text with the QR code of `address` at the bottom right of its first sheet."""
    pages = " ".join(_PAGE.format(name=name, foot=_FOOT, side=_SIDE) for name in _PAGES)
    picture = base64.b64encode(code_svg(address)).decode()
    style, label = _STYLE.format(pages=pages, side=_SIDE), escape(text("documents.code", address=address))
    mark = f'{style}<div class="qr"><img src="data:image/svg+xml;base64,{picture}" alt="{label}"></div>'
    head, opening, body = html.partition("<body")
    tag, end, rest = body.partition(">")
    return f"{head}{opening}{tag}{end}{mark}{rest}"


def code_svg(address: str) -> bytes:
    """A QR code as a picture, of the least size that survives a bad copy (level M)."""
    import segno  # noqa: PLC0415 — for documents only

    stream = io.BytesIO()
    segno.make(address, error="m", micro=False).save(stream, kind="svg", border=2, xmldecl=False, svgns=True)
    return stream.getvalue()


def with_signature(html: str, mark: SignatureMark) -> str:
    """The text with the mark in place of the first handwritten signature, or at the end of a text that has none."""
    block = '<div class="esign">' + "".join(f"<p>{escape(line)}</p>" for line in _lines(mark)) + "</div>"
    before, place, after = html.partition(_PLACE)
    if place:
        head, opening, row = before.rpartition('<div class="signature">')
        opening = opening.replace("signature", "signature electronic")
        return f'{head}{opening}{row}<div class="place signed">{block}</div>{after}'
    head, end, rest = html.rpartition("</body>")
    return f"{head}{block}{end}{rest}"


def _lines(mark: SignatureMark) -> list[str]:
    dates = {"since": f"{mark.valid_from:%d.%m.%Y}", "until": f"{mark.valid_to:%d.%m.%Y}"}
    return [
        text("documents.signature.title"),
        text("documents.signature.certificate", number=mark.certificate),
        text("documents.signature.owner", owner=mark.owner),
        text("documents.signature.validity", **dates),
    ]

"""Pictures for a DOCX: PNG and JPEG as they are, SVG drawn by WeasyPrint, since editors of old cannot draw it."""

import base64
import io

from vekha.documents.editable.xml import MILLIMETRE

_SCALE = 4  # of 72 dots per inch: as sharp as office printers need
_LARGEST = 170 * MILLIMETRE  # nothing is wider than a page


def raster(content: bytes, width: float, height: float) -> bytes:
    """PNG or JPEG of a picture that is shown this large (CSS pixels; 0 for its own size)."""
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return content
    import pypdfium2  # noqa: PLC0415
    import weasyprint  # noqa: PLC0415

    size = f"width: {width or _LARGEST / 2}px" + (f"; height: {height}px" if height else "")
    address = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
    html = f'<style>@page {{ margin: 0; size: 200mm }} body {{ margin: 0 }}</style><img src="{address}" style="{size}">'
    pdf = weasyprint.HTML(string=html).write_pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=_SCALE).to_pil()
    box = picture.convert("L").point(lambda shade: 255 if shade < 255 else 0).getbbox()
    stream = io.BytesIO()
    picture.crop(box).save(stream, "PNG", dpi=(72 * _SCALE, 72 * _SCALE))
    return stream.getvalue()

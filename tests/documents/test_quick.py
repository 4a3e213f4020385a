"""What is worked out once instead of for every cell changes no byte of any layout."""

import gc
import json
import subprocess
import sys
from hashlib import sha256

import pytest

from tests.documents.example import CREATED, LAYOUTS, ROOT, TITLES, context, renderer
from vekha.documents import quick
from vekha.documents.pdf import weasyprint

PLAIN = """
import json
from vekha.documents import pdf
pdf.quicken, pdf.page_class = lambda module: None, lambda module: module.HTML
pdf.encode_once, pdf.take_apart = None, lambda document: None
from tests.documents.test_quick import digests
from weasyprint.text import line_break
assert line_break.Layout.setup.__module__ == line_break.__name__
print(json.dumps(digests()))
"""


def digests() -> dict[str, str]:
    press = renderer()
    found: dict[str, str] = {}
    for code in LAYOUTS:
        html = press.html(f"example/{code}.html", context(code))
        for fillable in (False, True):
            pdf = press.pdf(html, title=TITLES[code], created=CREATED, fillable=fillable)
            found[f"{code} {fillable}"] = sha256(pdf).hexdigest()
    return found


@pytest.mark.slow
def test_no_byte_is_changed() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PLAIN], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert quick.fits()
    assert digests() == json.loads(run.stdout.splitlines()[-1])
    assert weasyprint().layout.block.resolve_percentages.__module__ == quick.__name__


def test_a_version_that_is_not_known_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(quick.MADE_FOR, "weasyprint", "0")
    assert not quick.fits()
    module = weasyprint()
    known = module.layout.block.resolve_percentages
    quick.quicken.__wrapped__(module)
    assert module.layout.block.resolve_percentages is known
    assert quick.page_class.__wrapped__(module) is module.HTML


@pytest.mark.slow
def test_a_printed_document_leaves_its_boxes_to_nobody() -> None:
    press = renderer()
    html = press.html("example/register.html", context("register"))
    press.pdf(html, title="x", created=CREATED)
    gc.collect()
    gc.disable()
    try:
        press.pdf(html, title="x", created=CREATED)
        left = {type(each).__name__ for each in gc.get_objects()}
    finally:
        gc.enable()
    assert not left & {"TableRowBox", "TableCellBox", "LineBox", "TextBox"}

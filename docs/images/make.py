"""Makes the picture of the README: the first page of a school's order, printed by the real pipeline.

Run by `script/docs`. It needs the development set-up (pypdfium2).
"""

import datetime as dt
from pathlib import Path

import pypdfium2

from vekha.example import Example, template_variables
from vekha.plugin_checks import renderer_of
from vekha.registry import load_plugins
from vekha.settings import CHECKOUT

SCALE = 1.1  # of 72 dpi: readable in a README, under 100 KB


def main() -> None:
    registry = load_plugins(CHECKOUT / "plugins", entry_points=False)
    school, roadmap = registry.type("school"), registry.roadmap("school")
    context = Example(school, roadmap).context("prepare", "order_launch", "")
    renderer = renderer_of([school])
    template = renderer.resolve("school", roadmap.documents["order_launch"].template or "")
    html = renderer.html(template, template_variables(context))
    created = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    pdf = renderer.pdf(html, title=roadmap.documents["order_launch"].title, created=created)
    page = pypdfium2.PdfDocument(pdf)[0]
    page.render(scale=SCALE).to_pil().convert("L").save(Path(__file__).parent / "order.png", optimize=True)


if __name__ == "__main__":
    main()

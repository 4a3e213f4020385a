"""How fast documents are made: ours against the naive way, in one run; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.documents`. Every measurement has a process of its own, so that none
warms another up or tunes its memory; the rounds alternate, and the best of each way counts: noise only slows.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.report import machine, write_section
from tests.documents.example import CREATED, ROOT, TITLES, context, renderer
from vekha.documents import tune_memory
from vekha.documents.fonts import FAMILY, font_files
from vekha.documents.pdf import weasyprint

ROUNDS = 5
ORDERS = 30
TARGET_SPEED, TARGET_NAIVE, TARGET_SLOW = 20, 1.5, 5
ROWS, TARGET_REGISTER = 400, 3
MARKS = (100, 500, 1000)
STYLES = ("font-weight: bold", "font-weight: bold; font-style: italic", "font-style: italic", "")  # of font_files()
TEMPLATE = "example/one_page.html"


def ours(count: int) -> float:
    """Orders a second by `Renderer`, from the template to the bytes, after a warm-up."""
    press = renderer()

    def order() -> None:
        press.pdf(press.html(TEMPLATE, context("order")), title=TITLES["order"], created=CREATED)

    order()
    tune_memory()
    return _speed(order, count)


def naive(count: int, faces: str = "") -> float:
    """Orders a second by `HTML(string=…).write_pdf()`: the same text and style sheet, nothing kept between.

    The font is what the system has: ours lies in a package, where fontconfig does not look.
    """
    press = renderer()
    style = faces + (ROOT / "templates/documents/base.css").read_text(encoding="utf-8")

    def order() -> None:
        html = press.html(TEMPLATE, context("order")).text.replace("</head>", f"<style>{style}</style></head>")
        weasyprint().HTML(string=html).write_pdf()

    order()
    return _speed(order, count)


def naive_font_face(count: int) -> float:
    """`naive` with our font, named by @font-face in the page."""
    faces = (
        f'@font-face {{ font-family: "{FAMILY}"; src: url("{path.as_uri()}"); {style} }}'
        for path, style in zip(font_files(), STYLES, strict=True)
    )
    return naive(count, "".join(faces))


def naive_slow(count: int) -> float:
    """`naive` as it is on a machine without libharfbuzz-subset: WeasyPrint then cuts its fonts by fontTools."""
    weasyprint().pdf.fonts.harfbuzz_subset = None
    return naive(count)


def memory(_count: int) -> list[float]:
    """Megabytes of resident memory after each of MARKS orders."""
    press = renderer()
    sizes: list[float] = []
    for number in range(1, MARKS[-1] + 1):
        press.pdf(press.html(TEMPLATE, context("order")), title=f"Приказ № {number}", created=CREATED)
        if number == 1:
            tune_memory()
        if number in MARKS:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            sizes.append(round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1))
    return sizes


def register(count: int) -> float:
    """Seconds for a school's register of `count` mentees of nine columns each, from the template to the bytes."""
    from tests.documents import test_templates as papers  # noqa: PLC0415 — loads every plugin

    paper = papers.find("school", "mentee_register")
    press, full = papers.renderer(), papers.context(paper)
    people = tuple(
        full.mentees[number % len(full.mentees)].model_copy(update={"code": f"x{number}"}) for number in range(count)
    )
    press.pdf(papers.rendered(paper), title=paper[3], created=CREATED)
    tune_memory()
    return 1 / _speed(lambda: press.pdf(papers.rendered(paper, mentees=people), title=paper[3], created=CREATED), 1)


def _speed(work: Callable[[], object], count: int) -> float:
    """By the processor's time of this one-threaded process: what others do on the machine does not count."""
    started = time.process_time()
    for _ in range(count):
        work()
    return count / (time.process_time() - started)


WAYS = {each.__name__: each for each in (ours, naive, naive_font_face, naive_slow, memory, register)}


def apart(way: str, count: int) -> Any:
    """One measurement in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.documents", way, str(count)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])


def section(speeds: Mapping[str, float], sizes: list[float], seconds: float) -> str:
    fast = speeds["ours"]

    def row(title: str, way: str, target: str, *, reached: bool) -> str:
        ratio = "" if way == "ours" else f"в {fast / speeds[way]:.1f} раза"
        return f"| {title} | {speeds[way]:.1f} | {ratio} | {target} | {'да' if reached else '**нет**'} |"

    rows = (
        row("Vekha", "ours", f"≥ {TARGET_SPEED}/с", reached=fast >= TARGET_SPEED),
        *(
            row(title, way, f"≥ {target} раза", reached=fast >= target * speeds[way])
            for title, way, target in (
                ("наивный путь, шрифт системы", "naive", TARGET_NAIVE),
                ("наивный путь, наш шрифт через @font-face", "naive_font_face", TARGET_NAIVE),
                ("наивный путь без libharfbuzz-subset", "naive_slow", TARGET_SLOW),
            )
        ),
    )
    return "\n".join(
        (
            "## Документы",
            "",
            "`python -m bench.documents`: приказ на одной странице, один процесс (его процессорное время), от шаблона"
            f" до готового PDF, лучший из {ROUNDS} чередующихся прогонов; {machine()},"
            f" WeasyPrint {version('weasyprint')}. Vekha делает PDF/A-3a с"
            " разметкой PDF/UA, наивный путь – `HTML(string=…).write_pdf()` с тем же текстом и стилями – обычный PDF.",
            "",
            "| | приказов в секунду | Vekha быстрее | цель | достигнута |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "Отсутствие libharfbuzz-subset изображено в том же прогоне: WeasyPrint не видит загруженную библиотеку и"
            " режет шрифты через fontTools, как на машине без неё.",
            "",
            f"Реестр школы на {ROWS} наставляемых (девять столбцов): {seconds:.1f} с, цель – до {TARGET_REGISTER} с,"
            f" {'достигнута' if seconds <= TARGET_REGISTER else '**не достигнута**'}.",
            "",
            f"Память процесса после {', '.join(map(str, MARKS))} документов:"
            f" {', '.join(f'{size:.0f}' for size in sizes)} МБ (прирост {sizes[-1] - sizes[0]:+.1f} МБ).",
        )
    )


def main() -> None:
    ways: tuple[str, ...] = ("ours", "naive", "naive_font_face", "naive_slow")
    rounds = [[apart(way, ORDERS) for way in ways] for _ in range(ROUNDS)]
    speeds: dict[str, float] = dict(zip(ways, map(max, zip(*rounds, strict=True)), strict=True))
    seconds = min(apart("register", ROWS) for _ in range(ROUNDS))
    text = section(speeds, apart("memory", 0), seconds)
    write_section("documents", text)
    print(text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(WAYS[sys.argv[1]](int(sys.argv[2]))))
    else:
        main()

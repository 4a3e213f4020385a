"""How fast documents are made: ours against the naive way, in one run; writes its section of docs/performance.md.

Run from the checkout: `.venv/bin/python -m bench.documents`. Every measurement has a process of its own, so that none
warms another up or tunes its memory; the rounds alternate, and the best of each way counts: noise only slows.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.peers import PRINTERS, orders_per_second
from bench.report import machine, write_section
from tests.documents.example import CREATED, ROOT, TITLES, context, renderer
from vekha.documents.fonts import FAMILY, font_files
from vekha.documents.wording import words_of
from vekha.memory import tune_memory

ROUNDS = 5
ORDERS = 30
TARGET_SPEED, TARGET_NAIVE, TARGET_SLOW = 25, 1.6, 5
TARGET_MIXED, TARGET_YEAR, TARGET_GROWTH = 15, 30, 15  # papers a second, seconds, megabytes
PROCESSES = 2
ROWS, TARGET_REGISTER = 400, 3
MARKS = (100, 1000, 2000)
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

    The font is what the system has: ours lies in a package, where fontconfig does not look. WeasyPrint is imported as
    anybody does: `vekha.documents` makes its own copy quicker.
    """
    import weasyprint  # noqa: PLC0415 — the plain one

    press = renderer()
    style = faces + (ROOT / "templates/documents/base.css").read_text(encoding="utf-8")

    def order() -> None:
        html = press.html(TEMPLATE, context("order")).text.replace("</head>", f"<style>{style}</style></head>")
        weasyprint.HTML(string=html).write_pdf()

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
    from weasyprint.pdf import fonts  # noqa: PLC0415 — the plain one

    fonts.harfbuzz_subset = None
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


def mixed(part: int) -> tuple[int, float]:
    """(papers, seconds by the clock) of one process's share of the demo's pack, from template to bytes: every document
    of the three roadmaps, for everybody it is made for."""
    from tests.documents import test_templates as papers  # noqa: PLC0415 — loads every plugin

    def subjects(paper: papers.Paper) -> Iterable[str | None]:
        kind, roadmap, _, code = paper
        return papers.example(kind, roadmap).subjects(papers.REGISTRY.roadmap(kind, roadmap).documents[code].per)

    pack = [(each, subject) for each in papers.PAPERS if each[0] == each[1] for subject in subjects(each)]
    press, own = papers.renderer(), pack[part::PROCESSES]
    press.pdf(papers.rendered(*own[0]), title=own[0][0][3], created=CREATED)
    tune_memory()
    started = time.perf_counter()
    for paper, subject in own:
        press.pdf(papers.rendered(paper, subject), title=paper[3], created=CREATED)
    return len(own), time.perf_counter() - started


def year(_count: int) -> tuple[int, float]:
    """(documents, seconds by the clock): the demo's year is lived, then every approved document is printed anew."""
    from sqlmodel import select  # noqa: PLC0415

    from vekha import bootstrap  # noqa: PLC0415
    from vekha.services.office import prints  # noqa: PLC0415
    from vekha.settings import Settings  # noqa: PLC0415
    from vekha.storage.tables import Document  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        subprocess.run([ROOT / ".venv/bin/vekha", "demo", "--out", out], cwd=ROOT, capture_output=True, check=True)
        app = bootstrap.build(Settings(home=out / "var", database_url=None, files_dir=None))
        with app.work(writes=False) as work:
            rows = [row for row in work.session.exec(select(Document)).all() if row.html is not None]
            tune_memory()
            started = time.perf_counter()
            for row in rows:
                prints.printed(work, row, work.tools.files.get(row.html or "").decode())
            seconds = time.perf_counter() - started
        app.engine.dispose()
    return len(rows), seconds


def _speed(work: Callable[[], object], count: int) -> float:
    """By the processor's time of this one-threaded process: what others do on the machine does not count."""
    started = time.process_time()
    for _ in range(count):
        work()
    return count / (time.process_time() - started)


WAYS = {each.__name__: each for each in (ours, naive, naive_font_face, naive_slow, memory, register, mixed, year)}


def apart(way: str, count: int) -> Any:
    """One measurement in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.documents", way, str(count)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(result.stdout.splitlines()[-1])


def together() -> float:
    """Papers a second of the mixed pack, shared between processes that run at once."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        shares = list(pool.map(lambda part: apart("mixed", part), range(PROCESSES)))
    return sum(papers for papers, _ in shares) / max(seconds for _, seconds in shares)


def order_words() -> str:
    """The order as paragraphs of plain words, for printers that know no HTML."""
    return "\n".join(words_of(renderer().html(TEMPLATE, context("order")).text))


def goal(title: str, found: str, target: str, *, reached: bool) -> str:
    return f"| {title} | {found} | {target} | {'да' if reached else '**нет**'} |"


def section(
    speeds: Mapping[str, float],
    sizes: list[float],
    seconds: float,
    pack: float,
    lived: tuple[int, float],
    peers: Mapping[str, float],
) -> str:
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
            "| | получилось | цель | достигнута |",
            "|---|---|---|---|",
            goal(
                f"реестр школы на {ROWS} наставляемых (девять столбцов), один процесс",
                f"{seconds:.1f} с",
                f"≤ {TARGET_REGISTER} с",
                reached=seconds <= TARGET_REGISTER,
            ),
            goal(
                f"все документы трёх карт вперемешку, на каждого и на каждую пару, процессов: {PROCESSES}",
                f"{pack:.1f}/с",
                f"≥ {TARGET_MIXED}/с",
                reached=pack >= TARGET_MIXED,
            ),
            goal(
                f"документы демонстрационного года ({lived[0]}), один процесс",
                f"{lived[1]:.1f} с",
                f"≤ {TARGET_YEAR} с",
                reached=lived[1] <= TARGET_YEAR,
            ),
            goal(
                f"память после {', '.join(map(str, MARKS))} документов",
                f"{', '.join(f'{size:.0f}' for size in sizes)} МБ",
                f"прирост ≤ {TARGET_GROWTH} МБ",
                reached=sizes[-1] - sizes[0] <= TARGET_GROWTH,
            ),
            "",
            "Для сравнения, тот же текст без PDF/A, разметки и бланка, приказов в секунду: "
            + (", ".join(f"{PRINTERS[name]} – {speed:.0f}" for name, speed in peers.items()) or "не измерено")
            + ".",
        )
    )


def main() -> None:
    ways: tuple[str, ...] = ("ours", "naive", "naive_font_face", "naive_slow")
    rounds = [[apart(way, ORDERS) for way in ways] for _ in range(ROUNDS)]
    speeds: dict[str, float] = dict(zip(ways, map(max, zip(*rounds, strict=True)), strict=True))
    seconds = min(apart("register", ROWS) for _ in range(ROUNDS))
    pack = max(together() for _ in range(ROUNDS))
    text = section(speeds, apart("memory", 0), seconds, pack, apart("year", 0), orders_per_second(order_words()))
    write_section("documents", text)
    print(text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(WAYS[sys.argv[1]](int(sys.argv[2]))))
    else:
        main()

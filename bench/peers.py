"""How fast others are: engines that start programmes of the same roadmap, printers of the same order.

They are installed into an environment of their own, in a folder that is thrown away: never a dependency of ours. Each
script in bench/peer_scripts/ prints one number, in the way that is most favourable to its engine.
"""

import subprocess
import tempfile
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

SCRIPTS = Path(__file__).parent / "peer_scripts"
PEERS = {
    "spiff": "SpiffWorkflow, JSON в SQLite",
    "viewflow": "django-viewflow, SQLite",
    "dbos": "DBOS, SQLite",
}
PRINTERS = {"typst": "typst, PDF", "docxtpl": "docxtpl, DOCX без PDF"}
PRINTER_PACKAGES = ("typst==0.14.8", "docxtpl==0.20.2")
PATIENCE = 300  # seconds for an installation, and for a run
PACKAGES = ("spiffworkflow==3.2.0", "django-viewflow==2.4.0", "dbos==3.4.0")


def starts_per_second() -> dict[str, float]:
    """Programmes a second by each peer; one that cannot be installed or does not run in time is left out, with its
    reason on the screen."""
    return _measured(PEERS, PACKAGES, "start", {})


def orders_per_second(words: str) -> dict[str, float]:
    """The same of printers: papers a second of these words, one line for each paragraph."""
    return _measured(PRINTERS, PRINTER_PACKAGES, "print", {"order.txt": words})


def _measured(
    peers: Mapping[str, str], packages: Sequence[str], verb: str, files: Mapping[str, str]
) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        found: dict[str, float] = {}
        for name, package in zip(peers, packages, strict=True):
            try:
                _told([python, "-m", "pip", "install", "-q", package], folder)
                with tempfile.TemporaryDirectory() as place:
                    for file, content in files.items():
                        (Path(place) / file).write_text(content, encoding="utf-8")
                    found[name] = float(_told([python, SCRIPTS / f"{verb}_{name}.py"], place).splitlines()[-1])
            except subprocess.TimeoutExpired:
                print(f"{peers[name]}: не уложился в {PATIENCE} с", flush=True)
            except subprocess.CalledProcessError as reason:
                print(f"{peers[name]}: {(reason.stderr.splitlines() or ['?'])[-1]}", flush=True)
        return found


def _told(command: list[str | Path], folder: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout

"""How many programmes a second other engines start: the same roadmap, its state saved.

They are installed into an environment of their own, in a folder that is thrown away: never a dependency of ours. Each
script in bench/peer_scripts/ prints one number, in the way that is most favourable to its engine.
"""

import subprocess
import tempfile
import venv
from pathlib import Path

SCRIPTS = Path(__file__).parent / "peer_scripts"
PEERS = {
    "spiff": "SpiffWorkflow, JSON в SQLite",
    "viewflow": "django-viewflow, SQLite",
    "dbos": "DBOS, SQLite",
}
PATIENCE = 300  # seconds for an installation, and for a run
PACKAGES = ("spiffworkflow==3.2.0", "django-viewflow==2.4.0", "dbos==3.4.0")


def starts_per_second() -> dict[str, float]:
    """Programmes a second by each peer; one that cannot be installed or does not run in time is left out, with its
    reason on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        found: dict[str, float] = {}
        for name, package in zip(PEERS, PACKAGES, strict=True):
            try:
                _told([python, "-m", "pip", "install", "-q", package], folder)
                with tempfile.TemporaryDirectory() as place:
                    found[name] = float(_told([python, SCRIPTS / f"start_{name}.py"], place).splitlines()[-1])
            except subprocess.TimeoutExpired:
                print(f"{PEERS[name]}: не уложился в {PATIENCE} с", flush=True)
            except subprocess.CalledProcessError as reason:
                print(f"{PEERS[name]}: {(reason.stderr.splitlines() or ['?'])[-1]}", flush=True)
        return found


def _told(command: list[str | Path], folder: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout

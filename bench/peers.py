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
PACKAGES = ("spiffworkflow==3.2.0", "django-viewflow==2.4.0", "dbos==3.4.0")


def starts_per_second() -> dict[str, float]:
    """Programmes a second by each peer; one that does not run is left out, with its reason on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True, stderr=subprocess.DEVNULL)
        found: dict[str, float] = {}
        for name in PEERS:
            with tempfile.TemporaryDirectory() as place:
                script = SCRIPTS / f"start_{name}.py"
                done = subprocess.run([python, script], cwd=place, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{name}: {done.stderr.splitlines()[-1:]}")
            else:
                found[name] = float(done.stdout.splitlines()[-1])
        return found

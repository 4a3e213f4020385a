"""What every bench shares: the words about the machine, and a place in docs/performance.md."""

import os
import platform
import re
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def machine() -> str:
    """The machine as a reader needs it to compare: cores and Python."""
    return f"{os.cpu_count()} ядра, Python {platform.python_version()}"


def peak_of(pid: int | None = None) -> int:
    """Megabytes a process has had in memory at most, this one unless told; 0 when it is gone.

    Not `getrusage`: a child's begins with what its parent had when it was started.
    """
    try:
        told = Path(f"/proc/{pid or os.getpid()}/status").read_text("ascii")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) // 1024 if found else 0


def write_section(name: str, text: str) -> None:
    """Puts the section `name` into the page, in place of its former self; the others stay."""
    section = f"<!-- {name}:begin -->\n{text}\n<!-- {name}:end -->"
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Скорость\n"
    pattern = rf"<!-- {name}:begin -->.*?<!-- {name}:end -->"
    after, replaced = re.subn(pattern, lambda _: section, before, flags=re.DOTALL)
    PAGE.write_text(after if replaced else f"{before.rstrip()}\n\n{section}\n", encoding="utf-8")

"""Completion as a person meets it: in a real bash, with the script that Vekha gives out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What bash does on Tab, without a terminal: it calls the registered function and reads COMPREPLY.
TAB = """
eval "$(vekha --show-completion)"
tab() {
    COMP_WORDS=($1) COMP_LINE=$1 COMP_POINT=${#1}
    [[ $1 == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
    "$(complete -p vekha | sed 's/.*-F \\([^ ]*\\).*/\\1/')" vekha
    echo "${COMPREPLY[*]}"
}
"""


@pytest.mark.slow
def test_tab_in_bash(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash
    lines = {"vekha sta": "stage", "vekha stage wi": "withdraw", "vekha institution add x --ty": "--type"}
    program = TAB + "\n".join(f"tab '{line}'" for line in lines)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    # Its own name for the shell: Vekha looks at the process that has started it.
    told = subprocess.run(
        [bash, "--norc", "--noprofile", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": path, "HOME": str(tmp_path), "SHELL": bash, "VEKHA_HOME": str(tmp_path)},
    )
    assert (told.stdout.splitlines(), told.returncode) == (list(lines.values()), 0), told.stderr

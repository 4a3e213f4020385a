"""Runs a module as one process of a tree: `python -m vekha.watched FD MODULE ARGS…`.

FD is the reading end of a pipe whose other end only the parent holds: when the parent is gone, even by kill -9, reading
ends, and the process asks itself to stop. The pipe is not passed on to processes of its own.
"""

import gc
import os
import runpy
import signal
import sys
import threading

GRACE = 15.0  # seconds to stop in good order


def _follow(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE)
    os._exit(1)


def main() -> None:
    pipe, module = int(sys.argv[1]), sys.argv[2]
    os.set_inheritable(pipe, False)  # noqa: FBT003 — the signature is theirs
    threading.Thread(target=_follow, args=(pipe,), daemon=True).start()
    sys.argv = sys.argv[2:]
    gc.set_threshold(50_000, 20, 20)  # a tenth of the start of a large program is the collector looking at its code
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

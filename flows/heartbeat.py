"""A dispatcher says that it is at work, whatever it is busy with: the console tells people when nobody is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.storage import heartbeat


@dataclass(slots=True)
class Voice:
    """What the dispatcher has to say besides being there."""

    trouble: str = ""


@contextmanager
def heard(app: App, name: str) -> Iterator[Voice]:
    """Beats in a thread until the block ends; a database that does not answer is waited out."""
    voice, over = Voice(), threading.Event()

    def beat() -> None:
        while True:
            with suppress(VekhaError):
                heartbeat.beat(app.engine, name, app.clock(), voice.trouble)
            if over.wait(heartbeat.EVERY):
                return

    thread = threading.Thread(target=beat, name="vekha-heartbeat", daemon=True)
    thread.start()
    try:
        yield voice
    finally:
        over.set()
        thread.join()
        with suppress(VekhaError):
            heartbeat.gone(app.engine, name)

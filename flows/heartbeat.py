"""A dispatcher says that it is at work, whatever it is busy with: the console tells people when nobody is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from vekha.bootstrap import App
from vekha.domain.errors import VekhaError
from vekha.storage import heartbeat


@dataclass(slots=True)
class Voice:
    """What the dispatcher has to say besides being there."""

    trouble: str = ""
    _news: threading.Event = field(default_factory=threading.Event)

    def say(self, trouble: str) -> None:
        """Tells what stands in the way, "" when nothing does: at once, not with the next beat."""
        self.trouble = trouble
        self._news.set()

    def wait(self, seconds: float) -> None:
        """Until there is something new to say, or it is time to say that one is still there."""
        self._news.wait(seconds)
        self._news.clear()


@contextmanager
def heard(app: App, name: str) -> Iterator[Voice]:
    """Beats in a thread until the block ends; a database that does not answer is waited out."""
    voice, over = Voice(), threading.Event()

    def beat() -> None:
        with suppress(VekhaError):
            heartbeat.beat(app.engine, name, app.clock(), voice.trouble)

    def go_on() -> None:
        while not over.is_set():
            voice.wait(heartbeat.EVERY)
            if not over.is_set():
                beat()

    beat()  # whoever looks from now on sees the dispatcher
    thread = threading.Thread(target=go_on, name="vekha-heartbeat", daemon=True)
    thread.start()
    try:
        yield voice
    finally:
        over.set()
        voice.say("")
        thread.join()
        with suppress(VekhaError):
            heartbeat.gone(app.engine, name)

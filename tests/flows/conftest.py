"""One Prefect server for the session, and installations of the toy type on it."""

from collections.abc import Iterator

import pytest

from tests.conftest import VirtualClock
from tests.flows.story import add_campaign, add_circles, toy_app
from vekha.bootstrap import App
from vekha.supervisor import Server, embedded_server


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with embedded_server(tmp_path_factory.mktemp("prefect")) as server:
        server.wait()
        yield server


@pytest.fixture
def toy(home, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """The toy type's installation; its listener writes to home/events.tsv."""
    monkeypatch.setenv("TOY_EVENTS", str(home / "events.tsv"))
    app = toy_app(home, clock=clock)
    yield app
    app.engine.dispose()


@pytest.fixture
def launched(toy: App, prefect_server: Server) -> App:
    """Two circles, launched, their first stage open."""
    from flows.dispatcher import drain  # noqa: PLC0415

    add_circles(toy, 2)
    add_campaign(toy)
    drain(toy)
    return toy

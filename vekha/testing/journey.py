"""A whole year of one invented institution, through the real services and gates, in a throw-away database."""

import datetime as dt
import tempfile
from pathlib import Path

from vekha.plugin import InstitutionType


def complete_journey(type_: InstitutionType, roadmap_code: str | None = None, *, year: int = 2026) -> None:
    """Runs the year of the type's cast: every form filled, every gate passed, every stage closed, no PDF made.

    The plugin is loaded anew from its folder, as an installation would. Raises VekhaError simulation.unfinished with
    everything that kept the programme from its end.
    """
    # The whole application: only those who run a journey should pay for importing it.
    from vekha.bootstrap import build  # noqa: PLC0415
    from vekha.services.region import institutions  # noqa: PLC0415
    from vekha.settings import Settings  # noqa: PLC0415
    from vekha.simulation.clock import VirtualClock  # noqa: PLC0415
    from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE  # noqa: PLC0415
    from vekha.simulation.region import live_through  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="vekha-journey-") as folder:
        home = Path(folder)
        settings = Settings(
            home=home,
            database_url=f"sqlite:///{home}/vekha.db",
            files_dir=home / "files",
            plugins_dir=type_.folder.parent,
        )
        clock = VirtualClock(dt.date(year, 1, 1))
        app = build(settings, clock)
        app.prepare()
        with app.work() as work:
            institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        try:
            live_through(app, clock, type_.code, 0, year, roadmap_code)
        finally:
            app.engine.dispose()

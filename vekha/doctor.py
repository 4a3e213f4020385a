"""What `vekha doctor` looks at: the machine, the libraries, the database, Prefect, the plugins. It changes nothing."""

import importlib
import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vekha.domain.errors import Problem, VekhaError
from vekha.settings import Settings
from vekha.texts import section, text

LITTLE_DISK, TOO_LITTLE_DISK = 1_000, 200  # MB
ZONES = ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Kamchatka")
SERVER_SECONDS = 3


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"  # works, slower or not completely
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table; `code` names the check, `advice` is what to do, empty when all is well."""

    code: str
    verdict: Verdict
    found: str
    advice: str = ""

    @property
    def title(self) -> str:
        return text(f"doctor.{self.code}.title")


Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, check by check; a check that breaks down is a finding as well."""
    for check in CHECKS:
        name = check.__name__.removeprefix("_")
        try:
            yield from check(settings)
        except VekhaError as refusal:
            yield from _refused(name, refusal.problems)
        except Exception as error:  # noqa: BLE001 — the doctor examines whatever state the installation is in
            yield Finding(name, Verdict.FAIL, f"{type(error).__name__}: {error}", text("doctor.set_up_again"))


def _refused(code: str, problems: Iterable[Problem], verdict: Verdict = Verdict.FAIL) -> Iterator[Finding]:
    for each in problems:
        place = f"{each.where}: " if each.where else ""
        yield Finding(code, verdict, f"{place}{each.message}", each.remedy)


def _says(code: str, key: str, verdict: Verdict = Verdict.OK, /, **facts: object) -> Finding:
    advice = text(f"doctor.{code}.{key}_advice", **facts) if verdict is not Verdict.OK else ""
    return Finding(code, verdict, text(f"doctor.{code}.{key}", **facts), advice)


def _python(_settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < (3, 11)
    yield _says("python", "old" if old else "good", Verdict.FAIL if old else Verdict.OK, version=version)


def _documents(_settings: Settings) -> Iterator[Finding]:
    from vekha.documents.pdf import system_check  # noqa: PLC0415 — loads WeasyPrint

    found = system_check()
    yield from _refused("documents", found)
    if not found:
        yield _says("documents", "good", version=importlib.metadata.version("weasyprint"))


def _time_zones(_settings: Settings) -> Iterator[Finding]:
    missing = [name for name in ZONES if not _known(name)]
    key = "missing" if missing else "good"
    yield _says("time_zones", key, Verdict.FAIL if missing else Verdict.OK, names=", ".join(missing))


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        return False
    return True


def _disk(settings: Settings) -> Iterator[Finding]:
    home = _existing(settings.home)
    free = shutil.disk_usage(home).free // 1_000_000
    verdict = Verdict.FAIL if free < TOO_LITTLE_DISK else Verdict.WARN if free < LITTLE_DISK else Verdict.OK
    yield _says("disk", "good" if verdict is Verdict.OK else "little", verdict, free=free, path=home)


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.absolute().parent)


def _database(settings: Settings) -> Iterator[Finding]:
    from vekha.storage import schema  # noqa: PLC0415
    from vekha.storage.engine import open_engine  # noqa: PLC0415

    kind = "SQLite" if settings.embedded else "PostgreSQL"
    if settings.embedded and not Path(settings.database.removeprefix("sqlite:///")).exists():
        yield _says("database", "new", path=settings.home)
        return
    engine = open_engine(settings.database)
    try:
        revision = schema.stored_revision(engine)
    finally:
        engine.dispose()
    current = revision == schema.newest_revision()
    key = "good" if current else "behind"
    facts = {"kind": kind, "revision": revision or "—", "newest": schema.newest_revision()}
    yield _says("database", key, Verdict.OK if current else Verdict.FAIL, **facts)


def _prefect(_settings: Settings) -> Iterator[Finding]:
    import prefect  # noqa: PLC0415 — a second, and only the doctor pays it
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    address = PREFECT_API_URL.value()
    if not address:
        yield _says("prefect", "embedded", version=prefect.__version__)
        return
    import httpx  # noqa: PLC0415

    try:
        httpx.get(f"{address.rstrip('/')}/health", timeout=SERVER_SECONDS).raise_for_status()
    except httpx.HTTPError:
        yield _says("prefect", "silent", Verdict.FAIL, version=prefect.__version__, address=address)
    else:
        yield _says("prefect", "good", version=prefect.__version__, address=address)


def _plugins(settings: Settings) -> Iterator[Finding]:
    from vekha.plugin_checks import run_checks  # noqa: PLC0415
    from vekha.registry import load_plugins  # noqa: PLC0415

    registry = load_plugins(settings.plugins_dir)
    yield from _refused("plugins", registry.problems)
    for each in registry.types.values():
        report = run_checks(each, registry)
        yield from _refused("plugins", report.errors)
        if not report.errors:
            yield _says("plugins", "good", code=each.code, warnings=len(report.warnings))


def _mail(settings: Settings) -> Iterator[Finding]:
    from vekha.mail.post import connected, read_server  # noqa: PLC0415

    server = read_server(settings.smtp)
    if server is None:
        yield _says("mail", "none")
        return
    with connected(server):
        yield _says("mail", "good", server=server, security=server.security)


def _oidc(settings: Settings) -> Iterator[Finding]:
    if not settings.oidc_issuer:
        yield _says("oidc", "none")
        return
    oidc = importlib.import_module("vekha.web.oidc")  # the console stands above: reached only by name
    try:
        provider = oidc.provider_of(settings)
        oidc.reach(provider)
    except VekhaError as refusal:  # its remedies are for whoever wanted to log in
        advice = section("doctor.oidc.advice")
        for each in refusal.problems:
            yield Finding("oidc", Verdict.FAIL, each.message, advice[each.code.rpartition(".")[2]])
        return
    yield _says("oidc", "good", issuer=provider.issuer, back=provider.back)


def _reminders(settings: Settings) -> Iterator[Finding]:
    from vekha.bootstrap import read_policies  # noqa: PLC0415

    days = ", ".join(map(str, read_policies(settings).base.days))
    yield _says("reminders", "good", days=days)


def _law(_settings: Settings) -> Iterator[Finding]:
    from vekha.domain.law import acts, unchecked  # noqa: PLC0415 — reads its records

    numbers = ", ".join(each.where for each in unchecked(acts()))
    key = "unchecked" if numbers else "good"
    yield _says("law", key, Verdict.WARN if numbers else Verdict.OK, count=len(acts()), numbers=numbers)


CHECKS: tuple[Check, ...] = (
    *(_python, _documents, _time_zones, _disk, _database, _prefect),
    *(_plugins, _reminders, _mail, _oidc, _law),
)

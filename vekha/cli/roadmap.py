"""`vekha roadmap`: running programmes step to a new version of their roadmap, seen first, and back."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from vekha.cli.arguments import argument, option, switch
from vekha.cli.office import work
from vekha.cli.output import as_json, count, line, progress, show_problems, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import Problem, VekhaError, WrongUseError, problem
from vekha.domain.versions import Difference
from vekha.services.process import versions
from vekha.services.process.versions import Step
from vekha.services.work import Work
from vekha.texts import text

commands = family("roadmap")

One = Annotated[str | None, argument("programme", "programme")]
OfCampaign = Annotated[str | None, option("--campaign", "campaign_programmes", "campaign")]
All = Annotated[bool, switch("--all", "all_programmes")]


@commands.command("preview")
def preview(programme: One = None, campaign: OfCampaign = None, everybody: All = False) -> None:
    done, problems = _each(_chosen(programme, campaign, everybody), versions.preview, writes=False)
    if options.json:
        as_json({"programmes": done, "problems": problems})
        return
    for (roadmap, old, new), steps in _alike(done).items():
        line(words("roadmap.versions", roadmap=roadmap, old=old, new=new, programmes=count(len(steps), "programme")))
        head = [words(f"columns.{name}") for name in ("what", "stage", "activity", "old", "new")]
        table(head, [_row(each) for each in steps[0].differences])
        for name in ("redated", "kept", "waived"):
            touched = sum(len(getattr(each, name)) for each in steps)
            line(words(f"roadmap.{name}", activities=count(touched, "activity")))
        line()
    _say_what_is_left(done, problems)


@commands.command("migrate")
def migrate(programme: One = None, campaign: OfCampaign = None, everybody: All = False) -> None:
    done, problems = _each(_chosen(programme, campaign, everybody), versions.step)
    _finish("migrated", [each.programme for each in done], problems)


@commands.command("undo")
def undo(programme: One = None, campaign: OfCampaign = None, everybody: All = False) -> None:
    keys = _chosen(programme, campaign, everybody, versions.changed_programmes)
    done, problems = _each(keys, lambda unit, key: (key, versions.undo(unit, key)))
    _finish("undone", [key for key, _ in done], problems)


def _chosen(
    programme: str | None,
    campaign: str | None,
    everybody: bool,
    find: Callable[[Work, str | None], list[str]] = versions.outdated,
) -> list[str]:
    """The programmes meant: exactly one way of naming them. Raises WrongUseError version.whom."""
    if [programme is not None, campaign is not None, everybody].count(True) != 1:
        raise WrongUseError(problem("version.whom"))
    if programme is not None:
        return [programme]
    with work(writes=False) as unit:
        return find(unit, campaign)


def _each(
    keys: Sequence[str], act: Callable[[Work, str], Any], *, writes: bool = True
) -> tuple[list[Any], list[Problem]]:
    """Each in a transaction of its own: one that is refused does not keep the others back."""
    done: list[Any] = []
    problems: list[Problem] = []
    for key in progress(keys, words("roadmap.title")):
        try:
            with work(writes=writes) as unit:
                found = act(unit, key)
        except VekhaError as refusal:
            if len(keys) == 1:
                raise
            problems += refusal.problems
        else:
            done += [found] if found is not None else []
    return done, problems


def _alike(steps: Sequence[Step]) -> dict[tuple[str, int, int], list[Step]]:
    found: dict[tuple[str, int, int], list[Step]] = {}
    for each in steps:
        found.setdefault((each.roadmap, each.old, each.new), []).append(each)
    return found


def _row(each: Difference) -> tuple[str, ...]:
    return text(f"versions.kind.{each.kind.value}"), each.stage, each.activity, each.old, each.new


def _finish(name: str, keys: Sequence[str], problems: Sequence[Problem]) -> None:
    if options.json:
        as_json({"programmes": list(keys), "problems": list(problems)})
    else:
        line(words(f"roadmap.{name}", programmes=count(len(keys), "programme")))
        _say_what_is_left(keys, problems)


def _say_what_is_left(done: Sequence[object], problems: Sequence[Problem]) -> None:
    if problems:
        show_problems(problems)
    elif not done:
        line(words("roadmap.nobody"))

"""Each check finds its fault: a sound plugin, one thing broken in it at a time."""

import warnings
from pathlib import Path

import pytest

from vekha.domain.errors import Problem
from vekha.plugin_checks import CHECKS, Report, run_checks, subject_of
from vekha.registry import load_plugins
from vekha.scaffold import create_plugin
from vekha.testing import PluginWarning, check_plugin
from vekha.texts import section

Edit = tuple[str, str, str]  # file, what stands there, what to write instead


def report_on(folder: Path, *edits: Edit) -> Report:
    home = create_plugin(folder / "plugins", "club", "Кружок")[0].parent
    for file, old, new in edits:
        text = (home / file).read_text()
        assert text.count(old) >= 1, old
        (home / file).write_text(text.replace(old, new, 1))
    registry = load_plugins(folder / "plugins", entry_points=False)
    assert registry.problems == ()
    return run_checks(registry.type("club"), registry)


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in problems]


def in_roadmap(old: str, new: str) -> Edit:
    return ("roadmap.yaml", old, new)


ERRORS: dict[str, tuple[list[Edit], list[tuple[str, str]]]] = {
    "a roadmap that cannot be read": (
        [in_roadmap("version: 1", "version: один")],
        [("roadmap.wrong_type", "roadmap.yaml:4")],
    ),
    "nobody responsible": (
        [in_roadmap("        responsible: director\n", "")],
        [("plugin.no_responsible", "roadmap.yaml:35")],
    ),
    "an unknown form": (
        [in_roadmap("forms: [wish]", "forms: [wishes, wish]")],
        [("plugin.unknown_form", "roadmap.yaml:41")],
    ),
    "a form asked of somebody else": (
        [in_roadmap("{code: mentee_entry, each: mentee}", "{code: mentee_entry, each: mentor}")],
        [("plugin.form_other_scope", "roadmap.yaml:47")],
    ),
    "an unknown condition": (
        [in_roadmap("[pairs_formed]", "[pairs_form]")],
        [("plugin.unknown_check", "roadmap.yaml:66")],
    ),
    "an unknown kind of meeting": (
        [in_roadmap("{training: 2}", "{trainings: 2}")],
        [("plugin.unknown_meeting", "roadmap.yaml:72")],
    ),
    "a template that is not there": (
        [in_roadmap("template: order_launch.html", "template: order_lunch.html")],
        [("document.template_missing", "roadmap.yaml:13")],
    ),
    "a template that does not compile": (
        [("templates/order_launch.html", "{% endblock %}", "{% endblok %}")],
        [("document.template_syntax", "club/order_launch.html:5")],
    ),
    "a template with a value that is not there": (
        [("templates/order_launch.html", "programme.starts", "programme.begins")],
        [("document.missing_variable", "club/order_launch.html:7")],
    ),
    "a template that looks where documents may not": (
        [("templates/order_launch.html", "{{ institution.short_title }}", "{{ ''.__class__ }}")],
        [("document.forbidden_expression", "club/order_launch.html:7")],
    ),
    "a template that reads a file": (
        [("templates/order_launch.html", "<li>Контроль", '<li><img src="file:///etc/passwd" alt="">Контроль')],
        [("document.forbidden_address", "club/order_launch.html")],
    ),
    "a template that asks the network": (
        [("templates/order_launch.html", "<li>Контроль", '<li style="background: url(http://example.com/a)">Контроль')],
        [("document.forbidden_address", "club/order_launch.html")],
    ),
    "two forms with one code": (
        [("forms.py", '"wish"', '"mentee_entry"'), in_roadmap("forms: [wish]", "forms: [mentee_entry]")],
        [("plugin.duplicate_form", ".")],
    ),
    "a form without words": (
        [
            ("forms.py", '    """Чего ждёте от наставничества. Ответ не обязывает участвовать."""\n\n', ""),
            ("forms.py", 'Field(title="Чему хотите научиться или научить")', "Field()"),
        ],
        [("plugin.form_undescribed", "forms.py:9"), ("plugin.form_undescribed", "forms.py:9")],
    ),
    "a form that names what is not there": (
        [("forms.py", "    example:", '    subject_field = "who"\n    filled_by = ("mentr",)\n    example:')],
        [("plugin.form_unknown_field", "forms.py:9"), ("plugin.form_unknown_role", "forms.py:9")],
    ),
    "a survey that asks nobody of nobody": (
        [
            ("forms.py", "    example:", '    survey = AsSurvey(audience=(), moment_field="when")\n    example:'),
            ("forms.py", "import Count,", "import AsSurvey, Count,"),
        ],
        [("plugin.survey", "forms.py:9"), ("plugin.survey", "forms.py:9"), ("plugin.survey", "forms.py:9")],
    ),
    "an anonymous form that is no survey and that a row collects": (
        [("forms.py", "    example:", "    anonymous = True\n    example:")],
        [("plugin.survey", "forms.py:9"), ("plugin.survey", "roadmap.yaml:41")],
    ),
    "an example that is refused": (
        [("forms.py", '"hours": 4', '"hours": "много"')],
        [("plugin.form_example", "forms.py:9"), ("plugin.form_sample", "forms.py:9")],
    ),
    "a Latin letter in a Russian word": (
        [in_roadmap("title: Работа пар", "title: Pабота пар")],
        [("plugin.mixed_alphabet", "roadmap.yaml:61")],
    ),
    "a cast without a role": (
        [("cast.py", '            "director": CastPerson', '            "head": CastPerson')],
        [("plugin.cast_incomplete", ".")],
    ),
    "a cast that changes": (
        [("cast.py", "def cast(", "from itertools import count\nN = count()\n\n\ndef cast("),
         ("cast.py", 'city="г. Заречье"', "city=str(next(N))")],
        [("plugin.cast_changes", ".")],
    ),
    "a cast without pairs": (
        [("cast.py", "CastPair(mentors=(0,), mentees=(0, 1)), CastPair(mentors=(1,), mentees=(2,))", "")],
        [("plugin.cast_empty", ".")],
    ),
    "a pair of somebody who is not there": (
        [("cast.py", "CastPair(mentors=(1,), mentees=(2,))", "CastPair(mentors=(2,), mentees=(2,))")],
        [("plugin.cast_pair", ".")],
    ),
}  # fmt: skip


def short(where: str) -> str:
    """Places without what depends on the folder of the test."""
    return (where.rpartition("/plugins/club")[2].lstrip("/") or ".") if "/plugins/club" in where else where


@pytest.mark.parametrize("fault", ERRORS)
def test_each_fault_is_found_and_nothing_else(fault: str, tmp_path: Path) -> None:
    edits, expected = ERRORS[fault]
    report = report_on(tmp_path, *edits)
    found = [(code, short(where)) for code, where in told(report.errors)]
    assert found == expected
    assert all(each.message and each.remedy for each in (*report.errors, *report.warnings))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (in_roadmap("  curator: куратор", "  guest: гость\n  curator: куратор"), ["plugin.unused_role"]),
        (in_roadmap("        documents: [order_launch]\n", ""), ["plugin.unused_document"]),
        (in_roadmap("        forms: [wish]\n", ""), ["plugin.unused_form"]),
        (("plugin.py", "    cast=cast,", "    cast=cast,\n    checks={'mine': len},"), ["plugin.unused_check"]),
        (in_roadmap("title: Работа пар", "title: Work"), ["plugin.not_russian"]),
        (in_roadmap("deadline: октябрь\n", "deadline: сентябрь\n"), ["roadmap.zero_slack"]),
        (in_roadmap("deadline: октябрь\n", "deadline: первая декада сентября\n"), ["roadmap.after_contradicts"]),
        (in_roadmap("deadline: октябрь–апрель", "deadline: сентябрь–октябрь"), ["roadmap.row_order"]),
    ],
)  # fmt: skip
def test_what_is_only_suspicious_is_a_warning(edit: Edit, expected: list[str], tmp_path: Path) -> None:
    edits = [edit]
    if expected == ["plugin.unused_role"]:  # a role nobody plays would be an error of the cast
        edits.append(
            ("cast.py", "        staff={", '        staff={\n            "guest": CastPerson(name="А Б", gender="m"),')
        )
    report = report_on(tmp_path, *edits)
    assert told(report.errors) == []
    assert [each.code for each in report.warnings] == expected


def test_an_exception_of_the_plugin_is_a_finding_with_its_line(tmp_path: Path) -> None:
    code = "    @classmethod\n    def sample(cls, request):\n        return {'goal': request.nothing}\n\n    example:"
    report = report_on(tmp_path, ("forms.py", "    example:", code))
    assert [(code, short(where)) for code, where in told(report.errors)] == [("plugin.check_raised", "forms.py:21")]
    (only,) = report.errors
    assert "ответы для показа принимаются" in only.message


def test_an_error_in_one_check_does_not_hide_the_others(tmp_path: Path) -> None:
    report = report_on(
        tmp_path,
        in_roadmap("[pairs_formed]", "[pairs_form]"),
        in_roadmap("{training: 2}", "{trainings: 2}"),
        ("forms.py", '"hours": 4', '"hours": "много"'),
    )
    assert [code for code, _ in told(report.errors)] == [
        "plugin.unknown_check",
        "plugin.unknown_meeting",
        "plugin.form_example",
        "plugin.form_sample",
    ]


def test_every_check_has_a_code_of_its_own_and_a_russian_title() -> None:
    codes = [each.code for each in CHECKS]
    assert len(set(codes)) == len(codes)
    assert sorted(codes) == sorted(set(section("plugin_checks")) - {"lacking", "unfit"})
    assert all(each.title for each in CHECKS)


def test_the_doors_share_the_list(tmp_path: Path) -> None:
    """What `run_checks` reports is what the kit raises and warns of."""
    report = report_on(
        tmp_path, in_roadmap("[pairs_formed]", "[pairs_form]"), in_roadmap("title: Работа пар", "title: Work")
    )
    with warnings.catch_warnings(record=True) as said, pytest.raises(AssertionError) as raised:
        warnings.simplefilter("always")
        check_plugin(report.type)
    assert str(raised.value).strip() == "\n".join(map(str, report.errors))
    assert [str(each.message) for each in said if each.category is PluginWarning] == list(map(str, report.warnings))


def test_types_share_a_renderer_only_when_asked(tmp_path: Path) -> None:
    home = create_plugin(tmp_path / "plugins", "club", "Кружок")[0].parent
    registry = load_plugins(tmp_path / "plugins", entry_points=False)
    assert subject_of(registry.type("club")).renderer.resolve("club", "order_launch.html") == "club/order_launch.html"
    assert (home / "templates" / "order_launch.html").is_file()

"""The renderer: what a template gives, and what it is refused, each refusal with its place."""

import datetime as dt
from pathlib import Path

import pytest

from tests.documents.example import LAYOUTS, ROOT, context
from vekha.documents import Html, Renderer
from vekha.documents.session import LOOP_STEPS, is_unset
from vekha.documents.views import person_view
from vekha.domain.errors import Problem, VekhaError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plugin").mkdir()
    return tmp_path / "plugin"


@pytest.fixture
def renderer(folder: Path) -> Renderer:
    return Renderer({"base": ROOT / "templates/documents", "plugin": folder})


def render(renderer: Renderer, folder: Path, source: str, **values: object) -> Html:
    (folder / "page.html").write_text(source, encoding="utf-8")
    return renderer.html("plugin/page.html", values)


def refusal(renderer: Renderer, folder: Path, source: str, **values: object) -> Problem:
    with pytest.raises(VekhaError) as refused:
        render(renderer, folder, source, **values)
    (found,) = refused.value.problems
    assert found.message
    assert found.remedy
    return found


# Blanks


@pytest.mark.parametrize(
    "value", [None, "", "  ", "____", "________ учебный год", "00.00.0000", "0.0.0000", "12.00.2026"]
)
def test_nothing_and_placeholders_are_unset(value: object) -> None:
    assert is_unset(value)


@pytest.mark.parametrize("value", [0, "0", False, "—", "24.05.2026", dt.date(2026, 5, 24), "приказ № 00.12-7", "a_b"])
def test_values_are_set(value: object) -> None:
    assert not is_unset(value)


def test_blanks_are_marked_and_counted_in_order(renderer: Renderer, folder: Path) -> None:
    html = render(
        renderer,
        folder,
        "{{ a|blank('город') }}|{{ b|short_date|blank('дата') }}|{{ a|blank('город') }}|{{ c|blank('имя') }}|{{ a }}",
        a=None,
        b=None,
        c="Анна",
    )
    mark = '<span class="blank">не\u00a0заполнено</span>'
    assert html == Html(f"{mark}|{mark}|{mark}|Анна|{mark}", ("город", "дата", "поле без названия"))


def test_a_literal_blank_is_counted_in_every_rendering(renderer: Renderer, folder: Path) -> None:
    source = "{% for x in [1, 2] %}{{ none|blank('решение') }}{% endfor %}"
    first, second = (render(renderer, folder, source) for _ in range(2))
    assert first == second
    assert first.blanks == ("решение",)
    assert first.text.count("не\u00a0заполнено") == 2


def test_a_part_of_what_is_unknown_is_a_blank(renderer: Renderer, folder: Path) -> None:
    assert render(renderer, folder, "{{ head.position|blank('должность') }}", head=None).blanks == ("должность",)


@pytest.mark.parametrize(("day", "shown"), [("2026-05-24", "24.05.2026"), (dt.date(2026, 5, 24), "24.05.2026")])
def test_days_of_stored_answers_are_texts(renderer: Renderer, folder: Path, day: object, shown: str) -> None:
    assert render(renderer, folder, "{{ day|short_date|blank('день') }}", day=day) == Html(shown)


def test_a_placeholder_is_no_day(renderer: Renderer, folder: Path) -> None:
    assert render(renderer, folder, "{{ day|long_date|blank('день') }}", day="00.00.0000").blanks == ("день",)


# Escaping and typography


def test_everything_is_escaped(renderer: Renderer, folder: Path) -> None:
    html = render(renderer, folder, "<p>{{ x }}</p>{{ ['a', x]|join('<br>') }}", x="<b onclick='1'>&")
    assert html.text == "<p>&lt;b onclick=&#39;1&#39;&gt;&amp;</p>a&lt;br&gt;&lt;b onclick=&#39;1&#39;&gt;&amp;"


def test_text_gets_its_spaces(renderer: Renderer, folder: Path) -> None:
    assert render(renderer, folder, '<p title="№ 5">№ {{ n }}</p>', n=5).text == '<p title="№ 5">№\u00a05</p>'


# Refusals


@pytest.mark.parametrize(
    ("source", "name", "near"),
    [
        ("{{ instituton.title }}", "instituton", "«institution»"),
        ("\n{{ institution.titel }}", "titel", "«title»"),
        ("{% for x in menteees %}{% endfor %}", "menteees", "«mentees»"),
        ("{{ staff.curatr }}", "curatr", "«curator»"),
        ("{{ institution.city.nowhere }}", "nowhere", ""),
    ],
)
def test_a_missing_variable_names_itself_its_line_and_its_likes(
    renderer: Renderer, folder: Path, source: str, name: str, near: str
) -> None:
    found = refusal(renderer, folder, source, **context())
    assert found.code == "document.missing_variable"
    assert found.where == f"plugin/page.html:{1 + source.count(chr(10))}"
    assert dict(found.params)["name"] == name
    assert near in found.remedy


def test_a_missing_variable_inside_an_included_template_keeps_its_own_line(renderer: Renderer, folder: Path) -> None:
    (folder / "part.html").write_text("<p>\n{{ nobody }}</p>", encoding="utf-8")
    assert refusal(renderer, folder, "{% include 'plugin/part.html' %}").where == "plugin/part.html:2"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ x.__init__.__globals__ }}",
        "{{ x['__class__'] }}",
        "{{ 'x'.ljust(10) }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{{ ''['__class__'] }}",
        "{{ rows.append(1) }}",
        "{% autoescape false %}{{ x }}{% endautoescape %}",
    ],
)
def test_expressions_that_reach_out_are_forbidden(renderer: Renderer, folder: Path, source: str) -> None:
    found = refusal(renderer, folder, source, x=dt.date(2026, 5, 24), rows=[])
    assert (found.code, found.where) == ("document.forbidden_expression", "plugin/page.html:1")


@pytest.mark.parametrize("filter_name", ["safe", "attr", "format", "default", "d", "tojson", "xmlattr", "_x"])
def test_filters_that_are_not_ours_do_not_exist(renderer: Renderer, folder: Path, filter_name: str) -> None:
    found = refusal(renderer, folder, f"{{{{ x|{filter_name} }}}}", x="<b>")
    assert (found.code, found.where) == ("document.unknown_filter", "plugin/page.html:1")
    assert dict(found.params)["name"] == filter_name


@pytest.mark.parametrize("name", ["lipsum", "cycler", "joiner", "Markup", "open", "self.__init__"])
def test_globals_that_are_not_ours_do_not_exist(renderer: Renderer, folder: Path, name: str) -> None:
    assert refusal(renderer, folder, f"{{{{ {name}() }}}}").code in (
        "document.missing_variable",
        "document.forbidden_expression",
    )


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in range(10**9) %}{% endfor %}",
        "{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ [0] * 99999999 }}",
        "{{ 9**9**9 }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
    ],
)
def test_work_without_an_end_is_stopped(renderer: Renderer, folder: Path, source: str) -> None:
    found = refusal(renderer, folder, source)
    assert (found.code, found.where) == ("document.too_much_work", "plugin/page.html:1")


def test_a_large_register_is_no_endless_work(renderer: Renderer, folder: Path) -> None:
    source = "{% for row in rows %}{% for cell in row %}{{ cell }}{% endfor %}{% endfor %}"
    rows = [["а"] * 20] * 2_000
    assert sum(map(len, rows)) < LOOP_STEPS
    assert render(renderer, folder, source, rows=rows).text.count("а") == 40_000


@pytest.mark.parametrize(
    "name", ["plugin/none.html", "../secret.html", "plugin/../../secret.html", "other/page.html", ""]
)
def test_nothing_outside_the_folders_is_a_template(renderer: Renderer, folder: Path, name: str) -> None:
    (folder.parent / "secret.html").write_text("secret", encoding="utf-8")
    found = refusal(renderer, folder, f"{{% include '{name}' %}}")
    assert (found.code, found.where) == ("document.template_missing", "plugin/page.html:1")


def test_a_link_that_leads_out_is_no_template(renderer: Renderer, folder: Path) -> None:
    (folder.parent / "secret.html").write_text("secret", encoding="utf-8")
    (folder / "link.html").symlink_to(folder.parent / "secret.html")
    with pytest.raises(VekhaError, match=r"нет шаблона «plugin/link\.html»"):
        renderer.html("plugin/link.html", {})


def test_a_filter_that_fails_says_where(renderer: Renderer, folder: Path) -> None:
    found = refusal(renderer, folder, "<p>\n{{ x|long_date }}</p>", x="завтра")
    assert (found.code, found.where) == ("document.template_failed", "plugin/page.html:2")


# Checking without rendering


def test_the_layouts_and_the_examples_are_sound() -> None:
    renderer = Renderer({"base": ROOT / "templates/documents", "example": ROOT / "tests/documents/templates"})
    assert [problem for name in renderer.templates() for problem in renderer.check(name)] == []
    assert {f"base/{layout}.html" for layout in LAYOUTS} - set(renderer.templates()) == {"base/stamps.html"}


def test_a_check_finds_everything_at_once(renderer: Renderer, folder: Path) -> None:
    (folder / "broken.html").write_text("{% if %}", encoding="utf-8")
    (folder / "page.html").write_text(
        "{% extends 'base/ordr.html' %}\n{% include 'plugin/broken.html' %}\n{% if x %}{{ x|shot_date }}{% endif %}",
        encoding="utf-8",
    )
    found = renderer.check("plugin/page.html")
    assert [(each.code, each.where) for each in found] == [
        ("document.unknown_filter", "plugin/page.html:3"),
        ("document.template_missing", "plugin/page.html:1"),
        ("document.template_syntax", "plugin/broken.html:1"),
    ]
    assert "«base/order.html»" in found[1].remedy
    assert "«short_date»" in found[0].remedy


def test_templates_that_include_each_other_are_checked_once(renderer: Renderer, folder: Path) -> None:
    (folder / "page.html").write_text("{% include 'plugin/page.html' %}", encoding="utf-8")
    assert renderer.check("plugin/page.html") == []


def test_a_cell_with_a_name_alone_is_one_box(renderer: Renderer, folder: Path) -> None:
    source = "<td>{{ who|name }}</td><td>{{ who|name }}, 8 класс</td>"
    html = render(renderer, folder, source, who=person_view("Заяц Ли")).text
    assert html == '<td class="name">Заяц Ли</td><td><span class="name">Заяц Ли</span>, 8\u00a0класс</td>'


def test_a_confirmed_position_wins_over_the_dictionary(renderer: Renderer, folder: Path) -> None:
    source = "{{ p|position('dative') }}, {{ q|position('dative') }}; {{ who|position_and_name('genitive') }}"
    known = {"тьютор-методист": {"dative": "тьютору-методисту 1", "genitive": "тьютора-методиста 1"}}
    told = {"p": "тьютор-методист", "q": "вожатый", "who": person_view("Заяц Ли", position="тьютор-методист")}
    text = render(renderer, folder, source, positions=known, **told).text
    assert text.startswith("тьютору-методисту 1, вожатому; тьютора-методиста 1 ")
    assert "1" not in render(renderer, folder, source, **told).text

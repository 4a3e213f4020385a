"""What Jinja says of a broken template, in Russian: every error that a slip of the pen makes, made by Jinja itself."""

import pytest
from jinja2 import Environment, TemplateSyntaxError

from vekha.documents.jinja_words import in_russian

BROKEN = {
    "{% if x %}": "шаблон кончился раньше времени; ожидается «elif» или «else» или «endif»; не закрыт блок «if»",
    "{% for x in y %}": "шаблон кончился раньше времени; ожидается «endfor» или «else»; не закрыт блок «for»",
    "{% block a %}": "шаблон кончился раньше времени; ожидается «endblock»; не закрыт блок «block»",
    "{% endblok %}": "неизвестный тег «endblok»",
    "{% if x %}{% for y in x %}{% endif %}": (
        "неизвестный тег «endif»; блоки закрываются не в том порядке: здесь ожидается «endfor» или «else»; "
        "не закрыт блок «for»"
    ),
    "{{ x": "шаблон кончился, а ожидается конец подстановки «}}»",
    "{{ x y }}": "ожидается конец подстановки «}}», а стоит «y»",
    "{{ x|}}": "ожидается имя, а стоит конец подстановки «}}»",
    "{{ (x }}": "стоит «}», а ожидается «)»",
    "{{ x) }}": "лишнее: «)»",
    "{{ x.? }}": "лишний знак «?»",
    "{{ }}": "ожидается выражение, а стоит конец подстановки «}}»",
    "{# x": "примечание не закрыто: нет «#}»",
    "{% raw %} x": "блок «raw» не закрыт: нет тега «endraw»",
    "{% %}": "после «{%» ожидается имя тега",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}": "блок «a» определён дважды",
    "{% block a-b %}{% endblock %}": "имя блока пишется латинскими буквами без дефиса",
    "{% set 1 = 2 %}": "присвоить можно только имени переменной",
    "{% macro a(b=1, c) %}{% endmacro %}": "параметр без значения по умолчанию стоит после параметра со значением",
    "{% call 5 %}{% endcall %}": "после «call» ожидается вызов макроса",
    "{% from 'a' import _b %}": "имя с подчёркиванием в начале импортировать нельзя",
    "{{ f(a=1, 2) }}": "вызов записан неверно: проверьте скобки и запятые",
    "{{ 1 is odd is even }}": "две проверки «is» подряд не ставятся: соедините их словом «and»",
    "{% block a required %}x{% endblock %}": "в обязательном блоке могут быть только примечания и пробелы",
}


@pytest.mark.parametrize("source", BROKEN)
def test_a_slip_of_the_pen_is_told_in_russian_with_jinjas_words_after_it(source: str) -> None:
    with pytest.raises(TemplateSyntaxError) as refused:
        Environment().from_string(source)
    original = refused.value.message or ""
    assert in_russian(original) == f"{BROKEN[source]} (Jinja: {original})"


def test_what_is_not_known_says_so_and_keeps_the_words() -> None:
    assert in_russian("something new") == "запись не разобрана (Jinja: something new)"
    assert in_russian("Unexpected end of template. New words.") == (
        "шаблон кончился раньше времени; запись не разобрана (Jinja: Unexpected end of template. New words.)"
    )

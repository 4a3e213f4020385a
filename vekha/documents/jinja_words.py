"""What Jinja says of a template that it cannot parse, in Russian: its own sentences are for programmers."""

import re

from vekha.texts import section, text

_SENTENCES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("unknown_tag", r"Encountered unknown tag (?P<one>'[^']*')\."),
        ("unexpected_end", r"Unexpected end of template\."),
        ("nesting", r"You probably made a nesting mistake\. .*? looking for (?P<one>'[^.]*')\."),
        ("looking_for", r"Jinja was looking for the following tags: (?P<one>'[^.]*')\."),
        ("innermost", r"The innermost block that needs to be closed is (?P<one>'[^']*')\."),
        ("expected_token", r"expected token (?P<one>'[^']*'), got (?P<two>'[^']*')"),
        ("end_expected", r"unexpected end of template, expected (?P<one>'[^']*')\."),
        ("unexpected_closing", r"unexpected (?P<one>'[^']*'), expected (?P<two>'[^']*')"),
        ("unexpected_char", r"unexpected char (?P<one>'[^']*'|\"[^\"]*\") at \d+"),
        ("unexpected", r"unexpected (?P<one>'[^']*')"),
        ("no_comment_end", r"Missing end of comment tag"),
        ("no_raw_end", r"Missing end of raw directive"),
        ("tag_name", r"tag name expected"),
        ("required_block", r"Required blocks can only contain comments or whitespace"),
        ("block_name", r"Block names in Jinja have to be valid Python identifiers.*"),
        ("block_twice", r"block (?P<one>'[^']*') defined twice"),
        ("assignment", r"can't assign to .*"),
        ("expression", r"Expected an expression, got (?P<one>'[^']*')"),
        ("import_underscore", r"names starting with an underline can not be imported"),
        ("default_argument", r"non-default argument follows default argument"),
        ("call", r"expected call"),
        ("name_or_number", r"expected name or number"),
        ("subscript", r"expected subscript expression"),
        ("arguments", r"invalid syntax for function call expression"),
        ("chained_tests", r"You cannot chain multiple tests with is"),
        ("identifier", r"Invalid character in identifier"),
        ("extends_twice", r"extended multiple times"),
    )
)
_BARE = ("unknown_tag", "innermost", "unexpected_closing", "unexpected_char", "block_twice")  # quoted by the words


def in_russian(message: str) -> str:
    """Jinja's `message`, sentence by sentence, and the message itself in brackets for whoever looks it up."""
    rest, said = message.strip(), []
    while rest:
        found = next(((name, match) for name, pattern in _SENTENCES if (match := pattern.match(rest))), None)
        if found is None:
            break
        name, match = found
        bare = name in _BARE
        said.append(
            text(
                f"template_syntax.{name}",
                **{key: _bare(value) if bare else _tokens(value) for key, value in match.groupdict().items()},
            )
        )
        rest = rest[match.end() :].lstrip()
    if not said or rest:
        said.append(text("template_syntax.other"))
    return f"{'; '.join(said)} (Jinja: {message.strip()})"


def _bare(quoted: str) -> str:
    return quoted[1:-1]


def _tokens(quoted: str) -> str:
    """«'elif' or 'end of statement block'» → «elif» или конец тега «%}»."""
    known = section("template_syntax.tokens")
    return text("template_syntax.or").join(
        known.get(_bare(each), f"«{_bare(each)}»") for each in re.findall(r"'[^']*'", quoted)
    )

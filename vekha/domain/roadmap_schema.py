"""The format of roadmaps as JSON Schema, for editors that complete and check YAML while it is being written.

`vekha plugin schema` prints it; `docs/roadmap.schema.json` is its committed copy. It says what pydantic says, and three
things more: the shorthands the reader accepts, and Russian titles and descriptions.
"""

from typing import Any

from vekha.domain.roadmap import Roadmap
from vekha.domain.roadmap_file import SHAPES
from vekha.texts import section

_ONE_FOR_LIST = {"Stage": ("was",), "Activity": ("was", "responsible", "deadline"), "DocumentUse": ("responsible",)}
_CODE_FOR_USE = ("forms", "documents")


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `roadmap.yaml`."""
    schema = Roadmap.model_json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    for model in SHAPES.values():
        _describe(schema if model is Roadmap else definitions[model.__name__], model.__name__)
    for name in ("Gate", "Scope", "DocumentKind"):
        definitions[name] |= {"description": section(f"roadmap.schema.{name}")["description"]}
        definitions[name].pop("title")
    for model, keys in _ONE_FOR_LIST.items():
        properties = definitions[model]["properties"]
        properties.update({key: _or(properties[key], properties[key]["items"]) for key in keys})
    row = definitions["Activity"]["properties"]
    for key in _CODE_FOR_USE:
        row[key]["items"] = _or(row[key]["items"], {"type": "string", "pattern": row["code"]["pattern"]})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _or(full: dict[str, Any], short: dict[str, Any]) -> dict[str, Any]:
    """What is meant in full, or what may stand for it; the description stays outside of the choice."""
    outside = {key: full[key] for key in ("description", "default") if key in full}
    return {**outside, "anyOf": [{key: value for key, value in full.items() if key not in outside}, short]}


def _describe(definition: dict[str, Any], model: str) -> None:
    """Russian words instead of docstrings and names; and no «null», since a key with nothing after it is refused."""
    words: dict[str, str] = section(f"roadmap.schema.{model}")
    definition |= {"description": words["description"], "title": model}
    for key, described in definition["properties"].items():
        described.pop("title", None)
        if "anyOf" in described:
            described.pop("default")
            described.update(next(each for each in described.pop("anyOf") if each != {"type": "null"}))
        described["description"] = words[key]

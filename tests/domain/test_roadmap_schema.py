"""The JSON Schema for editors: current, Russian, and as permissive as the reader."""

import json
from pathlib import Path

from vekha.domain.roadmap_schema import json_schema

COMMITTED = Path(__file__).parents[2] / "docs" / "roadmap.schema.json"


def test_the_committed_schema_is_current() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def test_every_key_is_described_in_russian() -> None:
    schema = json_schema()
    for definition in [schema, *schema["$defs"].values()]:
        for described in [definition, *definition.get("properties", {}).values()]:
            assert any("а" <= letter <= "я" for letter in described["description"].lower()), described


def test_shorthands_are_allowed_and_empty_values_are_not() -> None:
    row = json_schema()["$defs"]["Activity"]["properties"]
    assert [each["type"] for each in row["responsible"]["anyOf"]] == ["array", "string"]
    assert [each["type"] for each in row["deadline"]["anyOf"]] == ["array", "string"]
    assert [each.get("type", "use") for each in row["forms"]["items"]["anyOf"]] == ["use", "string"]
    assert row["number"]["type"] == "string"
    assert "null" not in json.dumps(json_schema())

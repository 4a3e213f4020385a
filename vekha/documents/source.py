"""The data that a PDF carries inside: what it was made from, and no more than whoever gets the paper may have.

The frozen content of a document knows everybody in the programme. The institution's own papers about the whole
programme carry all of it. A paper that is handed out or published does not: about one person, pair or employer it
carries theirs; one that is public carries nobody's.
"""

import json
from collections.abc import Mapping
from typing import Any

from vekha.documents.pdf import AttachedFile
from vekha.texts import text

NAME = "vekha.json"
_ALWAYS = ("institution", "programme", "document", "laws")
_ABOUT = ("person", "pair", "employer")


def attached_data(content: bytes, document: int, digest: str) -> AttachedFile:
    """`vekha.json`: the document's id, the SHA-256 of its frozen content, and the part of it that may travel."""
    data: Mapping[str, Any] = json.loads(content)
    shown = {"vekha": 1, "id": document, "content_sha256": digest, "content": _travelling(data)}
    packed = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return AttachedFile(NAME, packed, text("documents.attached"), "Source")


def _travelling(data: Mapping[str, Any]) -> Mapping[str, Any]:
    public = data["document"].get("public", False)
    about = [] if public else [name for name in _ABOUT if data.get(name)]
    if not public and not about:
        return data
    kept = {name: data[name] for name in (*_ALWAYS, *about)}
    if public:
        kept["institution"] = {name: value for name, value in kept["institution"].items() if name != "head"}
    return kept

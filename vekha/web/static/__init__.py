"""Our own static files, addressed by content: a file that changed has another address, so it may be cached for ever."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def static_address(name: str) -> str:
    """«/static/app.css?v=…». Raises OSError for a file that is not there: a mistake of ours."""
    content = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={content}"

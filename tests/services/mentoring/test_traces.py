"""Which stored files nothing leads to."""

import os
from typing import Any

import pytest

from tests.services.conftest import CURATOR, KEY, Club
from vekha.services.mentoring import traces
from vekha.storage.tables import FormSchema, Submission

ROW = {"properties": {"scan": {"type": "string", "widget": "file"}}}
IN_A_ROW = {"properties": {"papers": {"type": "array", "items": {"$ref": "#/$defs/Paper"}}}, "$defs": {"Paper": ROW}}


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        (ROW, lambda digest: {"scan": f"{digest}/скан.pdf"}),
        (IN_A_ROW, lambda digest: {"papers": [{"scan": f"{digest}/скан.pdf"}]}),
    ],
    ids=["field", "row of a list"],
)
def test_a_file_of_an_answer_is_needed_wherever_it_stands(club: Club, schema: dict[str, Any], answer: Any) -> None:
    files = club.app.tools.files
    kept, nobodys, new = (files.put(each) for each in (b"kept", b"of nobody", b"just now"))
    long_ago = club.app.clock().timestamp() - 2 * traces.GRACE.total_seconds()
    for each in (kept, nobodys):
        os.utime(files.path(each), (long_ago, long_ago))
    now = club.app.clock().timestamp()
    os.utime(files.path(new), (now, now))
    with club.work(CURATOR) as work:
        work.session.add(FormSchema(digest="d", code="f", version=1, content=schema))
        work.session.flush()
        place = {"programme": KEY, "stage": "people", "activity": "data", "form": "f", "form_version": 1}
        told = {"schema_digest": "d", "data": answer(kept), "at": work.now, "on": work.now.date(), "who": "x"}
        work.session.add(Submission(**place, **told))
        work.session.flush()
        assert nobodys in traces.unneeded(work, ()) and not {kept, new} & traces.unneeded(work, ())
        assert kept not in traces.unneeded(work, [kept])

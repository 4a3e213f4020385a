"""Many answers at once: none is lost, none is taken twice, and one costs the same however many people there are.

`python -m bench.surveys` hands in five thousand.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event

from tests.services.surveys.conftest import CURATOR, KEY, NOBODY, OPINION, School
from vekha.domain.errors import VekhaError
from vekha.services.surveys import answering, asking
from vekha.storage.tables import Submission, SurveyAnswer, SurveyAsked

CROWD, AGAIN, THREADS, SECONDS = 1000, 200, 16, 12.0  # the pace of five thousand in a minute


def test_a_crowd_answers_and_every_answer_is_there_once(any_school: School) -> None:
    """A thousand at a time, each a transaction of its own, and two hundred that are sent from another tab as well: what
    is said differs, so that an answer that took the place of another one would be missed."""
    number = any_school.create()
    tokens: list[str] = []
    while len(tokens) < CROWD:
        with any_school.app.work(CURATOR) as work:
            tokens += [each.token for each in asking.slips(work, KEY, number, "guardian", asking.MOST_SLIPS)]
    sent = [(token, f"слово {place}") for place, token in enumerate(tokens)]
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        became = Counter(pool.map(lambda each: said(any_school, *each), [*sent, *sent[:: CROWD // AGAIN]]))
    assert time.perf_counter() - started < SECONDS
    assert became == {"taken": CROWD, "survey.link_answered": AGAIN}
    assert sorted(row.data["keep"] for row in any_school.rows(SurveyAnswer)) == sorted(words for _, words in sent)
    assert [row.answered for row in any_school.rows(SurveyAsked)] == [True] * CROWD


def said(school: School, token: str, words: str) -> str:
    """What became of it: «taken» or the code of the refusal."""
    try:
        school.answer(token, {**OPINION, "keep": words})
    except VekhaError as refusal:
        return refusal.problems[0].code
    return "taken"


def test_an_answer_reads_nobody_but_the_one_who_answers(school: School) -> None:
    links = school.invite(school.create("before_after", moment="before"), ["p5", "p6"])
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(school.app.engine, "before_cursor_execute", note)
    costs: list[int] = []
    for token in links.values():
        sent.clear()
        with school.app.work(NOBODY) as work:
            answering.answer(work, token, {"usefulness": 7, "comfort": 6, "support": 6})
        costs.append(len(sent))
    event.remove(school.app.engine, "before_cursor_execute", note)
    assert costs[1] <= costs[0] <= 14, costs  # the schema of the form is stored once
    assert len(school.rows(Submission)) == 2

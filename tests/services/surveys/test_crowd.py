"""Many answers at once: none is lost, none is taken twice, and one costs the same however many people there are.

`python -m bench.surveys` hands in five thousand.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event
from sqlmodel import col, func, select

from bench.surveys import hand_in
from tests.services.surveys.conftest import CURATOR, KEY, NOBODY, School
from vekha.services.surveys import answering, asking
from vekha.storage.tables import Submission, SurveyAnswer, SurveyAsked


def test_a_crowd_answers_and_every_answer_is_there_once(any_school: School) -> None:
    number = any_school.create()
    with any_school.app.work(CURATOR) as work:
        tokens = [each.token for each in asking.slips(work, KEY, number, "guardian", 60)]
    with ThreadPoolExecutor(8) as pool:
        became = Counter(pool.map(lambda each: hand_in(any_school.app, each), [*tokens, *tokens[:20]]))
    assert became == {"taken": 60, "survey.link_answered": 20}
    with any_school.app.work(writes=False) as work:
        kept = work.session.exec(select(func.count()).select_from(SurveyAnswer)).one()
        marked = select(func.count()).select_from(SurveyAsked).where(col(SurveyAsked.answered).is_(True))
        assert (kept, work.session.exec(marked).one()) == (60, 60)


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

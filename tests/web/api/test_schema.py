"""The API against its own OpenAPI document: requests that fit it and requests that do not, and never a failure of ours.

Schemathesis makes the requests; they are the same on every run. Everybody's rights are there: the key is an
administrator's, with every scope, on a school whose programme runs.
"""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.api.test_api import key_of
from vekha.bootstrap import App
from vekha.web.app import create_app

KNOWN = {"region": "02", "type": "school", "year": 2027, "roll": "forward", "types": ["school"], "municipalities": []}
KNOWN |= {"institutions": [], "deadlines": {}}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


SAME_EACH_TIME = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.slow
def test_nothing_breaks_it(app: App, programme: str) -> None:
    assert programme
    headers = {"Authorization": f"Bearer {key_of(app, 'administrator')}"}
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(app))
    asked: Counter[int] = Counter()

    def ask(case: Any) -> None:
        if case.meta.generation.mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body |= {name: KNOWN[name] for name in case.body if name in KNOWN}  # or nobody is ever let through
        answer = case.call(headers=headers)
        asked[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 20
    for operation in operations:
        for mode in GenerationMode:
            SAME_EACH_TIME(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    assert {200, 201, 404, 422} <= set(asked)  # it came through to the services, and was refused by them

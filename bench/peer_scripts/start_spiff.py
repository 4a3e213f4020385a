"""SpiffWorkflow: seven stages with 31 human tasks, each instance started and saved as JSON in SQLite."""

import sqlite3
import time
from io import BytesIO
from itertools import pairwise

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

TASKS = (6, 3, 4, 4, 4, 3, 7)  # of each stage
COUNT = 300
NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def chain(names: list[str], prefix: str) -> str:
    return "".join(
        f'<sequenceFlow id="{prefix}{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(pairwise(names))
    )


def stage(number: int, tasks: int) -> str:
    """A subprocess whose tasks stand side by side."""
    every = [f"t{number}_{task}" for task in range(tasks)]
    nodes = "".join(f'<manualTask id="{name}"/>' for name in every)
    around = f'<startEvent id="b{number}"/><parallelGateway id="p{number}"/><parallelGateway id="j{number}"/>'
    flows = "".join(chain([f"p{number}", name, f"j{number}"], f"f{name}_") for name in every)
    ends = chain([f"b{number}", f"p{number}"], f"x{number}_") + chain([f"j{number}", f"e{number}"], f"y{number}_")
    return f'<subProcess id="s{number}">{around}{nodes}<endEvent id="e{number}"/>{flows}{ends}</subProcess>'


def bpmn() -> bytes:
    stages = "".join(stage(number, tasks) for number, tasks in enumerate(TASKS))
    flows = chain(["start", *(f"s{number}" for number in range(len(TASKS))), "end"], "m")
    body = f'<startEvent id="start"/>{stages}<endEvent id="end"/>{flows}'
    process = f'<process id="roadmap" isExecutable="true">{body}</process>'
    return f'<definitions xmlns="{NAMESPACE}">{process}</definitions>'.encode()


parser = BpmnParser()
parser.add_bpmn_io(BytesIO(bpmn()))
spec = parser.get_spec("roadmap")
stages = parser.get_subprocess_specs("roadmap")
serializer = BpmnWorkflowSerializer()
database = sqlite3.connect("spiff.db")
database.execute("PRAGMA journal_mode=WAL")
database.execute("CREATE TABLE programme (id INTEGER PRIMARY KEY, state TEXT)")
began = time.perf_counter()
for number in range(COUNT):
    workflow = BpmnWorkflow(spec, stages)
    workflow.do_engine_steps()
    database.execute("INSERT INTO programme VALUES (?, ?)", (number, serializer.serialize_json(workflow)))
    if number % 100 == 99:
        database.commit()
database.commit()
print(COUNT / (time.perf_counter() - began))

"""SpiffWorkflow driving one of our BPMN files, its state saved to PostgreSQL as JSON after every step.

The yardstick of `bench/main_job.py`: the same process, five user tasks from acceptance to delivery, and nothing of a
case around it. Alone: `python bench/workflow_oracle.py packs/jilin/processes/standard.bpmn 200 postgresql://…`.
"""

import argparse
import io
import json
import logging
import re
import time
from pathlib import Path
from typing import Any

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OUTCOMES = {"accept": "accept", "review": "pass", "check": "pass", "decide": "approve", "deliver": "done"}
_PYTHON = {"true": "True", "false": "False", "null": "None"}


def to_python(expression: str) -> str:
    """Write one of our conditions in Python, which is what SpiffWorkflow evaluates."""
    text = re.sub(r"\bsteps\.(\w+)\.(\w+)", r"steps['\1']['\2']", expression)
    return re.sub(r"\b(true|false|null)\b", lambda match: _PYTHON[match[1]], text)


def translate(xml: bytes) -> bytes:
    """Return the file with conditions and durations as Python expressions and service tasks as empty scripts."""
    root = etree.fromstring(xml)
    for condition in root.iter(f"{{{BPMN}}}conditionExpression"):
        condition.text = to_python(condition.text or "")
    for tag in ("timeDuration", "timeDate"):
        for timer in root.iter(f"{{{BPMN}}}{tag}"):
            timer.text = repr((timer.text or "").strip())
    for task in root.iter(f"{{{BPMN}}}serviceTask"):  # plain BPMN gives it nothing to call
        task.tag = f"{{{BPMN}}}scriptTask"
        etree.SubElement(task, f"{{{BPMN}}}script").text = "pass"
    return etree.tostring(root)


class Oracle:
    """A parsed process and a table for the states of its cases."""

    def __init__(self, bpmn_path: Path | str, connection: psycopg.Connection[Any], *, reload: bool = False) -> None:
        """Parse once; with `reload`, each step reads its state back first, as a web request has to."""
        logging.getLogger("spiff").setLevel(logging.ERROR)
        parser = BpmnParser()
        parser.add_bpmn_io(io.BytesIO(translate(Path(bpmn_path).read_bytes())))
        [key] = parser.get_process_ids()
        self.spec = parser.get_spec(key)
        self.subs = parser.get_subprocess_specs(key)
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self.connection = connection
        self.reload = reload
        self.bytes_saved = 0
        # an ordinary table, so its writes are logged like ours; jsonb would reorder keys, which SpiffWorkflow relies on
        connection.execute("DROP TABLE IF EXISTS bench_spiff_case")
        connection.execute("CREATE TABLE bench_spiff_case (id int PRIMARY KEY, state json NOT NULL)")

    def run_case(self, case_id: int) -> int:
        """Take one case from start to end; return the number of user tasks done."""
        workflow = BpmnWorkflow(self.spec, self.subs)
        workflow.task_tree.data.update({"situation": "", "steps": {}, "outcome": ""})
        workflow.do_engine_steps()
        self._save(case_id, workflow)
        done = 0
        while ready := workflow.get_tasks(state=TaskState.READY, manual=True):
            if self.reload:
                workflow = self._load(case_id)
                ready = workflow.get_tasks(state=TaskState.READY, manual=True)
            task = ready[0]
            outcome = OUTCOMES[task.task_spec.name]
            steps = {**task.data.get("steps", {}), task.task_spec.name: {"outcome": outcome}}
            task.data.update({"outcome": outcome, "steps": steps})
            task.run()
            workflow.do_engine_steps()
            self._save(case_id, workflow)
            done += 1
        if not workflow.is_completed():
            raise RuntimeError(f"case {case_id} did not reach an end")
        return done

    def _save(self, case_id: int, workflow: BpmnWorkflow) -> None:
        state = self.serializer.serialize_json(workflow)
        self.bytes_saved += len(state)
        with self.connection.transaction():
            self.connection.execute(
                "INSERT INTO bench_spiff_case VALUES (%s, %s::json) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
                [case_id, state],
            )

    def _load(self, case_id: int) -> BpmnWorkflow:
        row = self.connection.execute("SELECT state FROM bench_spiff_case WHERE id = %s", [case_id]).fetchone()
        if row is None:
            raise LookupError(case_id)
        return self.serializer.deserialize_json(json.dumps(row[0]))


def run_oracle(bpmn_path: Path | str, n: int, dsn: str, *, reload: bool = False) -> float:
    """Return whole cases per second over `n` cases on one process, after one to warm up."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        oracle = Oracle(bpmn_path, connection, reload=reload)
        tasks = oracle.run_case(0)
        begun = time.perf_counter()
        for case_id in range(1, n + 1):
            if oracle.run_case(case_id) != tasks:
                raise RuntimeError("cases took different ways")
        rate = n / (time.perf_counter() - begun)
        connection.execute("DROP TABLE bench_spiff_case")
        return rate


def main() -> None:
    """Print the rate with the state kept in memory, and with the state read back at each step."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("bpmn", type=Path)
    arguments.add_argument("cases", type=int, nargs="?", default=100)
    arguments.add_argument("dsn")
    chosen = arguments.parse_args()
    for reload in (False, True):
        rate = run_oracle(chosen.bpmn, chosen.cases, chosen.dsn, reload=reload)
        print(f"SpiffWorkflow, state {'read back' if reload else 'kept in memory'}: {rate:.1f} cases/s")


if __name__ == "__main__":
    main()

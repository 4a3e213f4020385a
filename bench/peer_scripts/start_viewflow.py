"""django-viewflow: seven stages with 31 human tasks, each process started in SQLite, a hundred in a transaction."""

import sys
import time

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "viewflow.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from viewflow import this  # noqa: E402
from viewflow.workflow import flow  # noqa: E402
from viewflow.workflow.models import Process  # noqa: E402

call_command("migrate", verbosity=0)
TASKS = (6, 3, 4, 4, 4, 3, 7)
COUNT = 300


MODULE = "viewflow.workflow.roadmap"  # a flow has to belong to an installed application
sys.modules[MODULE] = sys.modules[__name__]


def view(request):
    raise NotImplementedError


nodes = {"process_class": Process, "__module__": MODULE, "__doc__": "The roadmap"}
nodes["start"] = flow.StartHandle(lambda activation: activation.process).Next(this.split0)
for stage, tasks in enumerate(TASKS):
    split = flow.Split()
    for task in range(tasks):
        split = split.Next(getattr(this, f"t{stage}_{task}"))
        nodes[f"t{stage}_{task}"] = flow.View(view).Next(getattr(this, f"join{stage}"))
    nodes[f"split{stage}"] = split
    after = f"split{stage + 1}" if stage + 1 < len(TASKS) else "end"
    nodes[f"join{stage}"] = flow.Join().Next(getattr(this, after))
nodes["end"] = flow.End()
Roadmap = type("Roadmap", (flow.Flow,), nodes)

began = time.perf_counter()
for _ in range(COUNT // 100):
    with transaction.atomic():
        for _ in range(100):
            Roadmap.start.run()
print(COUNT / (time.perf_counter() - began))

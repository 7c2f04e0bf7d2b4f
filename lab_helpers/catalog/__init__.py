"""What the labs are: read from each lab's ``.source`` folder, never written here.

``labs/NN_name/.source/lab.toml``::

    id = "create_function"
    order = 1
    minutes = 30
    needs = ["lambda", "iam", "logs"]            # Capability values that every step needs
    exam = ["SAA-C03 2.1", "SOA-C03 3.1"]
    docs = ["https://docs.aws.amazon.com/lambda/latest/dg/getting-started.html"]
    title = { en = "Create a function", ja = "関数を作る" }
    proving_time_scale = 60                      # only where `author verify` must not hurry (600)

    [names]                                      # lab.name("uploads"); {account_id}, {region}
    function = "dojo-s3-python-lambda"
    uploads = "dojo-uploads-{account_id}"

    [[steps]]
    id = "create_role"
    points = 1
    needs = ["sqs"]                              # beyond those of the lab; a backend without them
                                                 # can still run the other steps
    exam = ["SAA-C03 1.1"]                       # those of the lab's tasks that this step serves
    title = { en = "Create the execution role", ja = "実行ロールを作る" }

``labs/NN_name/.source/hints.toml``, from vague to plain, as many in each language::

    [create_role]
    en = ["…", "…", "…"]
    ja = ["…", "…", "…"]

``labs/NN_name/.source/quiz.toml``, the warm-up that recalls the lab before::

    [[question]]
    id = "billed"
    text = { en = "…", ja = "…" }
    answer = "b"
    [question.choices.a]                         # two to four, lettered from a
    text = { en = "…", ja = "…" }
    why = { en = "…", ja = "…" }                 # told to who chooses it: why right, or why not

``.source/solution/steps.py`` has ``def <step_id>(lab: SolutionContext) -> None`` for every step,
and may have ``def prepare(lab)`` for what the lab stands on and ``def reset(lab)`` for what it
leaves behind. ``.source/wrong/<name>.py`` has ``STEP``, ``DIAGNOSIS`` and ``def apply(lab)``.
"""

from __future__ import annotations

from lab_helpers.catalog.lab import LANGUAGES, Lab, Language, Step, Text
from lab_helpers.catalog.quiz import Choice, Question, read_quiz
from lab_helpers.catalog.reading import find_lab, labs_folder, load_lab, load_labs

__all__ = [
    "LANGUAGES",
    "Choice",
    "Lab",
    "Language",
    "Question",
    "Step",
    "Text",
    "find_lab",
    "labs_folder",
    "load_lab",
    "load_labs",
    "read_quiz",
]

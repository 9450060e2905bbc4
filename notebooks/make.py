"""Writes start.ipynb from the course: python notebooks/make.py. A test says when it is stale."""

import ast
import linecache
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from torchkata import check
from torchkata.course import source
from torchkata.course.course import Course
from torchkata.grading.pack_notebooks import parts

ROOT = Path(__file__).parents[1]
PLACE = Path(__file__).with_name("start.ipynb")

EXERCISE = "probabilities/row_probabilities"
# One of its misconceptions that does not give the answer away.
MISTAKE, CALLED = "looks_at_each_score_alone", "first_try"

WELCOME = """\
# torchkata: a first exercise

Learn PyTorch by filling in functions. Your answer is run and compared, number by number, with a
reference solution, and a wrong one is told which mistake it makes. Nothing is graded here, and
nothing leaves this machine: try as often as you like.

Run the cells from above, one after the other (Shift+Enter)."""

INSTALL = """\
# In Colab, first put this repository, as one .zip file, among the files on the left: this installs
# the exercises from it, and keeps the torch that is there. Where they are, it does nothing.
import importlib.util
import shutil
from pathlib import Path

if importlib.util.find_spec("torchkata") is None:
    for archive in Path().glob("*.zip"):
        shutil.unpack_archive(archive)
    for course in (*Path.cwd().glob("*/course"), *Path.cwd().parent.glob("course")):
        %pip install -q {course.parent} {course}"""

PROMPT = """\
## Your turn

{prompt}

Read what is asked for, write it where it says `raise NotImplementedError`, and run that cell and
the next."""

CHECK = """\
from torchkata import check

check("{name}")"""

WRONG = """\
## When it is wrong

This is somebody's honest first try. It has another name, so it is handed over."""

HAND_IN = """\
What is checked is what you would hand in: the function, with the imports, functions, classes and
constants of your cells that it uses. If it uses anything else, you are told."""

NEXT = """\
## Where to go next

The exercises are in {modules} modules: {names}. Each is a file with a function or a class to
write. In a terminal:

```sh
kata init my-kata    # a folder with all of them
cd my-kata
kata                 # how far you are, and what is next
kata watch           # the result at each save
```

Or stay in notebooks: copy the text of such a file into a cell, and `check` it by its name. (In
Colab, run `!kata init my-kata` in a cell; the folder is then among the files on the left.)"""


def notebook():
    """The notebook, as the course has it now."""
    course = Course(ROOT)
    exercise = course.exercises[EXERCISE]
    prompt, stub = parts(exercise.stub)
    first_try = wrong_answer(exercise)
    names = ", ".join(f"`{module}`" for module in course.modules)
    following = NEXT.format(modules=len(course.modules), names=names)
    made = new_notebook(
        cells=[
            new_markdown_cell(WELCOME, id="welcome"),
            new_code_cell(INSTALL, id="install"),
            new_markdown_cell(PROMPT.format(prompt=prompt), id="prompt"),
            new_code_cell(stub, id="answer"),
            new_code_cell(CHECK.format(name=exercise.name), id="check"),
            new_markdown_cell(WRONG, id="wrong"),
            new_code_cell(
                f'{first_try}\n\n\ncheck("{exercise.name}", {CALLED})',
                id="first-try",
                outputs=[said_of(exercise, first_try)],
            ),
            new_markdown_cell(HAND_IN, id="hand-in"),
            new_markdown_cell(following, id="next"),
        ]
    )
    made.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    return made


def wrong_answer(exercise):
    """The misconception, as a learner would have written it."""
    tree = ast.parse(exercise.grader_path.read_text(encoding="utf-8"))
    found = (node for node in tree.body if getattr(node, "name", "") == MISTAKE)
    function = source.without_docstrings(next(found))
    function.name, function.decorator_list = CALLED, []
    return ast.unparse(function)


def said_of(exercise, text):
    """What a notebook shows of an answer."""
    place = "first_try.py"
    linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
    defined = {"__file__": place}
    exec(compile(text, place, "exec"), defined)
    done = check(exercise.id, defined[CALLED], course=ROOT)
    data = {"text/plain": repr(done), "text/html": done._repr_html_()}
    return new_output("execute_result", data=data)


def text():
    """What the file holds."""
    nbformat.validate(notebook())
    return nbformat.writes(notebook()) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")

"""`torchkata.check`: what it takes from a notebook, what it says, and that it leaves no trace."""

import _thread
import itertools
import linecache
import random
import runpy
import signal
import subprocess
import sys
import threading
import types

import nbformat
import numpy
import pytest
import torch
from nbclient import NotebookClient

import torchkata
from torchkata.course.answer_name import Asked
from torchkata.learning import check_result
from torchkata.notebooks.dependencies import Cell, hand_in
from torchkata.text import notebook_messages

from conftest import ROOT
from remarks import SENTENCE, WRITTEN_SO, with_a_remark

START = ROOT / "notebooks" / "start.ipynb"
RIGHT = "def half(x):\n    return x / 2\n"
_COUNT = itertools.count()


class Notebook:
    """Cells that were run one after the other, and what they made."""

    def __init__(self, *texts):
        self.space, self.cells = {"__name__": "notebook"}, []
        for text in texts:
            self.run(text)

    def run(self, text):
        """Run one more cell; what it raises stops it, and nothing else."""
        place = f"<cell {next(_COUNT)}>"
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        self.cells.append(Cell(f"cell [{len(self.cells)}]", text))
        try:
            exec(compile(text, place, "exec"), self.space)
        except ZeroDivisionError:
            return

    def handed_in(self, name="f"):
        """The lines of the file."""
        draft = hand_in(Asked(name), self.cells)
        return [line for line in draft.text.splitlines() if line]

    def missing(self, name="f"):
        """The names that would be missing in it."""
        return [n for n in hand_in(Asked(name), self.cells).missing if n in self.space]


@pytest.fixture
def program(elsewhere, monkeypatch):
    """Run a text as a program in the small course's folder; what its `check` found."""
    monkeypatch.chdir(elsewhere.root)

    def run(text, call='check("half")'):
        place = f"program_{next(_COUNT)}.py"
        whole = f"{text}\nfrom torchkata import check\nfound = {call}\n"
        linecache.cache[place] = (len(whole), None, whole.splitlines(keepends=True), place)
        space = {"__file__": place, "__name__": "program"}
        exec(compile(whole, place, "exec"), space)
        return space["found"]

    return run


def test_what_is_used_goes_along_and_nothing_else():
    """Imports, functions, classes and constants, wherever they were run, and what they need."""
    book = Notebook(
        "import math\nimport os\nimport textwrap as tw",
        "SCALE = 2 * math.pi\nUNUSED = 3",
        "def helper(x):\n    return x * SCALE\n\ndef other():\n    return os.name",
        "class Base:\n    pass",
        "print('something')",
        "def f(x):\n    class Inner(Base):\n        pass\n    return [helper(i) for i in x]",
    )
    text = book.handed_in()
    assert [line for line in text if not line.startswith(" ")] == [
        "class Base:",
        "import math",
        "SCALE = 2 * math.pi",
        "def helper(x):",
        "def f(x):",
    ]
    assert book.missing() == []


def test_a_variable_that_is_made_by_an_expression_is_missing():
    """And with it nothing that it was made from."""
    book = Notebook("import torch", "device = torch.device('cpu')", "def f(x): return x.to(device)")
    assert book.missing() == ["device"]
    assert book.handed_in() == ["def f(x): return x.to(device)"]


def test_in_the_functions_own_cell_an_expression_goes_along():
    """With all that the cell does to it."""
    book = Notebook(
        "import os", "table = dict(a=len(os.name))\ntable['b'] = 2\ndef f(): return table"
    )
    assert book.missing() == []
    assert book.handed_in()[1:3] == ["table = dict(a=len(os.name))", "table['b'] = 2"]


def test_a_number_that_was_counted_up_is_no_constant():
    """Its first value would be handed in, and not the one it has."""
    assert Notebook("n = 0", "n += 1", "def f(): return n").missing() == ["n"]
    assert Notebook("n = [0]", "n.append(1)", "def f(): return n").missing() == ["n"]


@pytest.mark.parametrize(
    "constant",
    ["-1.5", "(1, [2, 3])", "float('inf')", "'a' + 'b'", "math.sqrt(2)", "lambda x: x", "math.pi"],
)
def test_constants_go_along(constant):
    """Literals, what is calculated from them alone, and functions without a name."""
    book = Notebook("import math", f"c = {constant}", "def f(): return c")
    assert book.missing() == []
    assert f"c = {constant}" in book.handed_in()


def test_the_latest_form_counts():
    """Of a function, a helper and a constant alike, in whatever order they were run again."""
    book = Notebook("def g(): return 1", "C = 1", "def f(): return g() + C", "C = 2")
    book.run("def g(): return 2")
    assert book.handed_in() == ["C = 2", "def g(): return 2", "def f(): return g() + C"]
    book.run("def f(): return 0")
    assert book.handed_in() == ["def f(): return 0"]


def test_a_cell_that_failed_counts_by_its_text():
    """What is handed in is source code, and not what was run."""
    book = Notebook("def f(): return 1", "1 / 0\ndef f(): return 2")
    assert book.handed_in() == ["def f(): return 2"]
    assert hand_in(Asked("g"), book.cells) is None


def test_what_a_definition_needs_stands_before_it():
    """Even where the imports were run again later."""
    book = Notebook("import math", "def f(x=math.pi): return x", "import math")
    assert book.handed_in() == ["import math", "def f(x=math.pi): return x"]


def test_imports_of_everything_and_from_the_future():
    """A star goes along where a name came from it; annotations stay what they were."""
    future = "from __future__ import annotations"
    book = Notebook("from math import *", f"{future}\nimport os\ndef f(a: Nowhere): return pi")
    assert book.handed_in()[:2] == [future, "from math import *"]
    assert book.missing() == []


def test_definitions_behind_a_condition_go_along():
    """`try: import` is how many a helper begins."""
    text = "try:\n    import nowhere as np\nexcept ImportError:\n    import math as np"
    book = Notebook(text, "def f(): return np.pi")
    assert book.handed_in() == [*text.splitlines(), "def f(): return np.pi"]


def test_methods_that_are_added_in_the_own_cell_belong_to_the_class():
    """So does what is beside something else on a line."""
    book = Notebook("a = 1; b = 2", "class f:\n    x = b\n\ndef g(self): pass\nf.g = g")
    assert book.handed_in() == [
        "b = 2", "def g(self): pass", "class f:", "    x = b", "f.g = g",
    ]  # fmt: skip


def test_functions_that_call_each_other_are_handed_in_once():
    """A circle ends."""
    book = Notebook("def g(n): return f(n - 1)", "def f(n): return n and g(n)")
    assert sorted(book.handed_in()) == ["def f(n): return n and g(n)", "def g(n): return f(n - 1)"]


def test_what_came_in_otherwise_is_missing():
    """By `%run`, for example."""
    book = Notebook("def f(): return helper(np.zeros(n)), len, nowhere")
    book.space |= {"np": numpy, "helper": lambda x: x, "n": 3}
    assert book.missing() == ["helper", "n", "np"]
    said = [notebook_messages.not_handed_in(n, book.space[n], True) for n in book.missing()]
    assert "copy it into the function's own cell" in said[0]
    assert said[1] == (
        "`n` is a variable of this notebook and is not handed in: make it an argument, or define "
        "it in the function's own cell."
    )
    assert "write `import numpy as np` in the function's own cell" in said[2]


def test_a_program_gets_the_words_of_pytest(program, run, elsewhere, half):
    """To the letter, with the lines of its own file."""
    wrong = "import torch\n\n\ndef half(x):\n    return x.halve()\n"
    half.stub_path.write_text(wrong)
    assert str(program(wrong)) in run("exercises/warmup/half.py").said
    assert program(RIGHT).verdict == "passed"
    assert program(RIGHT).cases == dict.fromkeys(half.grader.cases, "passed")


def test_a_program_gets_a_remark_too(program, run, half):
    """After the pass, here and in pytest, which is else silent of what passed."""
    with_a_remark(half).stub_path.write_text(WRITTEN_SO)
    said = str(program(WRITTEN_SO))
    assert SENTENCE in said
    assert said in run("exercises/warmup/half.py").said


def test_a_function_may_have_another_name(program):
    """If it is handed over."""
    text = RIGHT.replace("half", "mine")
    assert program(text, 'check("half", mine)').verdict == "passed"
    said = program(text.replace("mine", "halve"))
    assert said.verdict == "missing"
    assert "There is a `halve`, but no `half`: rename it" in said.text


def test_an_answer_may_be_given_without_a_name(program):
    """The function itself, if it is called like its exercise."""
    assert program(RIGHT, "check(half)").verdict == "passed"
    assert program("def half(x):\n    return x / 3\n", "check(half)").verdict == "wrong"


def test_what_is_not_begun_is_told_so(program, half):
    """And nothing about cases."""
    said = program(half.stub)
    assert said.verdict == "todo"
    assert said.text.splitlines()[1:] == ["  Not begun. Write it where `half` is defined."]
    assert program("").text.splitlines()[1:] == ["  `half` is not defined here yet: write it."]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('check("hal")', None),
        ('check("huf")', "did you mean: warmup/half?"),
        ('check("zzz")', "no exercise is called 'zzz'"),
        ('check("./exercises/warmup/Half.py")', None),
        ('check("warmup")', "warmup is a module of 2 exercises; name one of them: warmup/double"),
        ('check("half", print)', "the text of this function or class is not to be found"),
        ("check(print)", "was given builtin_function_or_method"),
        ("check(lambda x: x)", "no exercise is called '<lambda>'"),
        ("check(3)", "or a function or class called like it, and was given int"),
        ('check("half", device="tpu")', "there is no device 'tpu' here"),
        ('check("half", course="nowhere")', "nowhere holds no exercises"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(program, call, said):
    """Which IPython shows alone, without a frame of the engine."""
    if said is None:
        assert program(RIGHT, call).verdict == "passed"
        return
    with pytest.raises(check_result.NotChecked, match=said.replace("?", r"\?")) as caught:
        program(RIGHT, call)
    assert caught.value._render_traceback_() == [f"torchkata: {caught.value}"]


def test_functions_without_text_are_told_so(program):
    """What `exec` has made, as in Python's own prompt; not what another function has made."""
    for text in ("exec('def half(x): return x')", "exec('class half: pass')"):
        with pytest.raises(check_result.NotChecked, match="not to be found"):
            program(text)
    text = "def make(y):\n    def half(x):\n        return x / y\n    return half\nhalf = make(2)"
    assert program(text).verdict == "passed"


def test_lines_are_those_of_the_cells(program):
    """Here of a file, in which other things are above; so are those of forbidden calls."""
    text = "import torch\n\nprint('above')\n\ndef helper(x):\n    return torch.div(x, 2)\n"
    said = program(f"{text}\ndef half(x):\n    return helper(x)").text
    assert "Line 6 uses torch.div" in said
    said = program(f"{text}\ndef half(x):\n    return helper(x).nope").text
    assert "Line 9 raised AttributeError" in said
    assert "9 | return helper(x).nope" in said


def test_prints_and_warnings_are_shown(program, capsys):
    """As in practice: beside what is wrong, and nowhere else."""
    text = "import warnings\ndef half(x):\n    print('hello')\n    warnings.warn('careful')\n"
    said = program(f"{text}    return 2 * x").text
    assert "printed: hello" in said
    assert "printed: UserWarning: careful" in said
    assert "hello" not in program(f"{text}    return x / 2").text
    assert capsys.readouterr().out == ""


def test_a_check_leaves_no_trace(program):
    """The settings of torch, all generators, and modules are as they were; nor do they matter."""
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    sys.modules["answer"] = mine = types.ModuleType("answer")
    try:
        before = torch.get_rng_state(), random.getstate(), numpy.random.get_state()[1].tolist()
        said = program("import torch\ndef half(x):\n    torch.manual_seed(3)\n    return x / 2")
        after = torch.get_rng_state(), random.getstate(), numpy.random.get_state()[1].tolist()
        assert said.verdict == "passed"
        assert torch.equal(before[0], after[0])
        assert before[1:] == after[1:]
        assert torch.get_default_dtype() == torch.float64
        assert torch.get_default_device().type == "meta"
        assert sys.modules["answer"] is mine
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        del sys.modules["answer"]


def test_what_an_answer_says_is_no_html(program):
    """Nor does it make the page's own."""
    said = program("def half(x):\n    raise ValueError('<script>alert(1)</script>')")
    assert "<script>" in repr(said)
    assert "<script>" not in said._repr_html_()
    assert "&lt;script&gt;alert(1)" in said._repr_html_()


def test_the_html_says_the_verdict_with_a_sign_and_a_word(program):
    """Colour is not the only sign, and no colour of letters or page is set: it may be dark."""
    html = program("def half(x): return 2 * x")._repr_html_()
    assert ">x</span> <strong>wrong</strong>, 0 of 3 cases right" in html
    assert "Twice is the other way round: half is `x / 2`." in html
    assert "background: none" in html
    assert "color: #" not in html.replace("solid #", "")
    assert "<pre" not in program(RIGHT)._repr_html_()


LOOP = "def half(x):\n    while True:\n        pass"


def test_an_endless_loop_is_ended(program):
    """In the main thread, in the time that practice gives."""
    said = program(LOOP)
    assert said.verdict == "timeout"
    assert "Not finished after 1 s" in said.text
    assert "2 | while True:" in said.text or "3 | pass" in said.text


@pytest.mark.slow
def test_an_endless_loop_is_ended_without_alarms_and_in_threads(program, monkeypatch):
    """On Windows there is no SIGALRM, and in a thread none is heard."""
    found = []
    thread = threading.Thread(target=lambda: found.append(program(LOOP)))
    thread.start()
    thread.join()
    monkeypatch.delattr(signal, "SIGALRM")
    found.append(program(LOOP))
    found.append(program(LOOP.replace("pass", "try: 1 / 0\n        except Exception: pass")))
    assert [one.verdict for one in found] == ["timeout"] * 3
    assert "Not finished after 1 s" in found[1].text
    assert program(RIGHT).verdict == "passed"


def interrupt_in(path):
    """Interrupt the main thread as soon as it runs a function of a file."""
    main = threading.main_thread().ident
    while (
        code := sys._current_frames()[main].f_code
    ).co_filename != path or code.co_name != "half":
        threading.Event().wait(0.01)
    _thread.interrupt_main()


def test_anyone_who_interrupts_is_told_where(program, half):
    """And the settings are put back."""
    text = half.grader_path.read_text().replace("timeout=1.0", "timeout=60.0")
    half.grader_path.write_text(text)
    threads = torch.get_num_threads()
    threading.Thread(target=interrupt_in, args=("<warmup/half>",), daemon=True).start()
    with pytest.raises(KeyboardInterrupt, match=r"stopped in line [23]: (while True:|pass)"):
        program(LOOP)
    assert torch.get_num_threads() == threads


def test_a_course_at_fault_is_one_sentence(program, half):
    """It is not the learner's."""
    half.grader_path.write_text("grader = 3\n")
    with pytest.raises(check_result.NotChecked, match=r"half\.py"):
        program(RIGHT)


def test_importing_torchkata_imports_neither_torch_nor_ipython():
    """Nor does importing `check`; and what there is not, is not there."""
    code = (
        "import sys, torchkata; assert 'torchkata.learning.notebook_check' not in sys.modules; "
        "from torchkata import check; assert not {'torch', 'IPython'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert set(torchkata.__all__) <= {*dir(torchkata)}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        torchkata.nothing  # noqa: B018


def test_the_first_notebook_is_current():
    """It is what the script makes of the course."""
    made = runpy.run_path(str(ROOT / "notebooks" / "make.py"))["text"]()
    assert made == START.read_text(encoding="utf-8"), "run: python notebooks/make.py"


def executed(notebook, folder):
    """Run a notebook in a kernel; what each of its cells showed, as text and as HTML."""
    client = NotebookClient(
        notebook,
        timeout=120,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return [_shown(cell) for cell in notebook.cells if cell.cell_type == "code"]


def _shown(cell):
    texts = []
    for output in cell.outputs:
        data = output.get("data", {})
        error = "\n".join(output.get("traceback", []))
        texts += [output.get("text", ""), data.get("text/plain", ""), error]
        texts += [data.get("text/html", "")]
    return "\n".join(filter(None, texts))


def test_the_first_notebook_runs_from_its_first_cell(course):
    """Unsolved, wrong and solved, in one kernel, with nothing to install."""
    notebook = nbformat.read(START, as_version=4)
    solution = course.exercises["probabilities/row_probabilities"].solution
    further = [
        "def row_probabilities(logits):\n    return logits.softmax(dim=0)",
        "check('row_prob')",
        solution.split('"""', 2)[2],
        "check('row_prob')",
    ]
    notebook.cells += map(nbformat.v4.new_code_cell, further)
    install, _, todo, wrong, _, worse, _, passed = executed(notebook, ROOT)
    assert install == ""
    assert "Not begun. Write it where `row_probabilities` is defined, and run that cell." in todo
    assert "<strong>todo</strong>" in todo
    assert "Sigmoid turns each score into a number" in wrong
    assert "<strong>wrong</strong>, 0 of " in wrong
    assert "Let each row sum to 1" in worse
    assert "<strong>passed</strong>" in passed


def test_a_kernel_hands_in_what_its_cells_define(elsewhere):
    """Timed cells too; a variable is named, a line is that of its cell, and names are suggested."""
    texts = [
        "from torchkata import check",
        "two = len('ab')",
        "%%time\ndef halve(x):\n    return x / SIZE",
        "SIZE = 2",
        "def half(x):\n    return halve(x)",
        "check('half')",
        "def half(x):\n    return x / two",
        "check('half')",
        "def halve(x):\n    return x.nope",
        "def half(x):\n    return halve(x)\ncheck('half')",
        "check('hlf')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, texts)])
    shown = executed(notebook, elsewhere.root)
    assert "<strong>passed</strong>" in shown[5]
    assert "`two` is a variable of this notebook and is not handed in" in shown[7]
    assert "Line 2 of cell [7] raised NameError: name 'two' is not defined" in shown[7]
    assert "Line 2 of cell [9] raised AttributeError" in shown[9]
    assert shown[10] == "torchkata: no exercise is called 'hlf'; did you mean: warmup/half?"

"""Writes docs/reference.md from the code: commands, files, Grader and records.

Run: python docs/make_reference.py      tests/project/test_reference.py says when it is stale
"""

import inspect
import json
import re
import typing
from datetime import datetime
from enum import Enum
from pathlib import Path

import msgspec
import typer

import torchkata
from torchkata.authoring.findings.kinds import ASKED, CONTRACTS
from torchkata.cli.app import app
from torchkata.course.grader import Grader
from torchkata.grading import manifest, overrides
from torchkata.grading.assignment import Assignment, Late
from torchkata.judging.verdicts import VERDICTS
from torchkata.platforms import roster
from torchkata.pytest_plugin import plugin
from torchkata.running import materials, observers

HERE = Path(__file__).parent

ROSTER = {
    "id": "who it is, in every file of kata, and the name of the student's folder; needed",
    "name": "as you write it; needed",
    "canvas_id": "Canvas's number of the student",
    "sis_id": "the number or name that your institution uses (SIS User ID, ID number)",
    "login": "the user name (SIS Login ID, username)",
    "moodle_id": "Moodle's number, as in the names of its folders",
    "brightspace_id": "Brightspace's number, as in the names of its folders",
    "github": "the GitHub user name",
    "gradescope_email": "the e-mail address in Gradescope, where it is another",
    "email": "the e-mail address",
    "group": "who hands in together, where `groups = true`; else for your own use",
}
# What a row calls otherwise than its column.
_COLUMN_OF = {"source": "from"}
_NAMES = {
    str: "text",
    bool: "true or false",
    float: "number",
    int: "number",
    datetime: "time with its offset",
    Late: "table",
}


def main():
    """Write the page."""
    (HERE / "reference.md").write_text(page(), encoding="utf-8")


def page():
    """The page, as it is to be."""
    parts = (_head(), _commands(), _pytest(), _assignment(), _roster(), _manifest(), _overrides())
    return "\n".join([*parts, _grader(), _check(), _record()]).rstrip("\n") + "\n"


def _head():
    return _lines(
        "# Reference",
        "",
        "Made from the code by `python docs/make_reference.py`: change docstrings, not this page.",
        "",
        "- [Commands](#commands), and [what pytest takes](#pytest)",
        "- Files that you write: [assignment.toml](#assignmenttoml), [roster](#roster), "
        "[overrides.csv](#overridescsv)",
        "- Files that kata writes: [manifest.csv](#manifestcsv), [records](#record)",
        "- In Python: [Grader](#grader), and [what `kata prove` asks of it](#findings), "
        "[torchkata.check](#torchkatacheck)",
    )


def _commands():
    lines = _section("Commands", "`kata` alone shows how far you are. Each command has `--help`.")
    group = typer.main.get_command(app)
    panels = {}
    for name, command in group.commands.items():
        panels.setdefault(command.rich_help_panel, []).append((name, command))
    for panel, members in panels.items():
        names = ", ".join(f"[{name}](#kata-{name})" for name, _ in members)
        lines.append(f"- {panel}: {names}")
    rows = [_option(param) for param in group.params if param.param_type_name == "option"]
    lines += ["", *_table(("option of `kata`", "takes", "what it does", "if not given"), rows)]
    for name, command in (pair for members in panels.values() for pair in members):
        lines += _command(name, command)
    return _lines(*lines)


def _command(name, command):
    """One command: how it is typed, what it does, how it ends, and what it takes."""
    options = [param for param in command.params if param.param_type_name == "option"]
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    typed = " ".join([f"kata {name}", *map(_typed, arguments), *["[OPTIONS]"] * bool(options)])
    what, _, status = inspect.cleandoc(command.help).partition("Exit status: ")
    yield from ("", f"### kata {name}", "", "```sh", typed, "```", "", what.strip())
    yield from ("", f"Exit status: {_joined(status)}")
    if arguments:
        rows = [(f"`{_called(one)}`", _takes(one), _sentence(one.help)) for one in arguments]
        yield from ("", *_table(("argument", "takes", "what it is"), rows))
    if options:
        rows = [_option(one) for one in options]
        yield from ("", *_table(("option", "takes", "what it does", "if not given"), rows))


def _typed(argument):
    several = "..." if argument.nargs == -1 else ""
    return _called(argument) + several if argument.required else f"[{_called(argument)}{several}]"


def _called(argument):
    return (argument.metavar or argument.name).upper()


def _option(option):
    names = ", ".join(f"`{name}`" for name in option.opts)
    if option.secondary_opts:
        names += f" or {', '.join(f'`{name}`' for name in option.secondary_opts)}"
    return names, _takes(option), _sentence(option.help), _default(option)


def _takes(param):
    """What a parameter takes, in a word; nothing for a switch."""
    annotation = param.type_descriptor.annotation
    # The innermost of `list[str] | None`, say.
    while typing.get_origin(annotation) not in (None, typing.Literal):
        annotation = typing.get_args(annotation)[0]
    if choices := typing.get_args(annotation):
        return ", ".join(f"`{value}`" for value in choices)
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return ", ".join(f"`{one}`" for one in annotation)
    return "" if annotation is bool else {Path: "path"}.get(annotation) or _NAMES[annotation]


def _default(option):
    if option.required:
        return "needed"
    if isinstance(option.show_default, str):
        return option.show_default
    if isinstance(option.default, bool) and option.secondary_opts:
        return f"`{(option.secondary_opts, option.opts)[option.default][0]}`"
    nothing = option.default is None or option.default is False or option.default == ""
    return "" if nothing else f"`{option.default}`"


class _Recorder:
    """Notes what a plugin would add to pytest's options."""

    def __init__(self):
        self.rows = []

    def getgroup(self, _):
        """The group is this one."""
        return self

    def addoption(self, name, help, metavar, default=""):
        """Note an option."""
        self.rows.append((f"`{name}`", f"`{metavar}`", _sentence(help), default and f"`{default}`"))


def _pytest():
    recorder = _Recorder()
    plugin.pytest_addoption(recorder)
    rows = _table(("option", "takes", "what it does", "if not given"), recorder.rows)
    return _lines(*_section("pytest", "In a workspace or a clone, pytest takes these, too."), *rows)


def _assignment():
    late = {field.name: field for field in msgspec.structs.fields(Late)}
    about = "What you decide about an assignment. An unknown name is refused."
    lines = _section("assignment.toml", about)
    lines += _fields(msgspec.structs.fields(Assignment), Assignment.__doc__)
    lines += ["", f"`[late]`: {_first(Late.__doc__)}", ""]
    return _lines(*lines, *_fields(late.values(), Late.__doc__))


def _fields(fields, doc):
    told = _attributes(doc)
    rows = [
        (f"`{one.name}`", _type(one.type), _sentence(told[one.name]), _if_left_out(one))
        for one in fields
    ]
    return _table(("name", "type", "what it is", "if left out"), rows)


def _if_left_out(field):
    if field.required:
        return "needed"
    made = field.default_factory
    value = field.default if made is msgspec.NODEFAULT else made()
    return "" if value is None or value == "" else f"`{_as_toml(value)}`"


def _as_toml(value):
    return json.dumps(value) if not isinstance(value, dict) else "{}"


def _type(annotation):
    """A type as a teacher knows it."""
    parts = [one for one in typing.get_args(annotation) if one is not type(None)]
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in parts)
    if origin is list:
        return f"list of {_type(parts[0])}s"
    if origin is dict:
        return f"table, each a {_type(parts[1])}"
    if parts:
        return _type(parts[0])
    return _NAMES[annotation]


def _roster():
    assert tuple(ROSTER) == (*roster.COLUMNS[:1], "name", *roster.COLUMNS[1:])
    rows = [(f"`{name}`", _sentence(text)) for name, text in ROSTER.items()]
    about = (
        "A CSV file (`kata collect --roster`). Canvas's gradebook and Moodle's participants "
        "are taken as they are exported. Columns of other names are not read."
    )
    return _lines(*_section("Roster", about), *_table(("column", "what it is"), rows))


def _manifest():
    told = _attributes(manifest.Row.__doc__)
    named = {_COLUMN_OF.get(name, name): text for name, text in told.items()}
    rows = [(f"`{name}`", _sentence(text)) for name, text in named.items()]
    about = (
        "`kata collect` writes it, and `kata grade` keeps a copy with the results, which counts "
        "from then on."
    )
    return _lines(*_section("manifest.csv", about), *_table(("column", "what it is"), rows))


def _overrides():
    told = _attributes(overrides.Override.__doc__)
    rows = [
        (f"`{name}`", _sentence(text), "needed" if name in overrides.COLUMNS else "")
        for name, text in told.items()
    ]
    about = "You write it, beside the records: points by hand, which outlive every regrade."
    return _lines(*_section("overrides.csv", about), *_table(("column", "what it is", ""), rows))


def _grader():
    lines = _section("Grader", f"`from torchkata import Grader`: {_first(Grader.__doc__)}")
    told, signature = _attributes(Grader.__doc__), inspect.signature(Grader)
    rows = [
        (f"`{name}`", _sentence(text), _given(signature.parameters[name]))
        for name, text in told.items()
    ]
    lines += _table(("`Grader(...)`", "what it is", "if left out"), rows)
    uses = (
        "observe",
        "case",
        "misconception",
        "edit",
        "edits",
        "remark",
        "equivalent",
        "not_here",
    )
    calls = [(_call(name), _first(getattr(Grader, name).__doc__)) for name in uses]
    lines += ["", *_table(("use", "what it does"), calls)]
    lines += ["", "What several graders share is imported from `torchkata` as well."]
    for title, module in (("look", observers), ("for a case", materials)):
        lines += ["", *_table((title, "what it does"), _public(module))]
    return _lines(*lines, *_findings())


def _public(module):
    """What a module gives to graders, in its own order."""
    for name, value in vars(module).items():
        if name in torchkata.__all__ and value.__module__ == module.__name__:
            yield f"`{name}{_bare(inspect.signature(value))}`", _first(value.__doc__)


def _bare(signature):
    """A signature without its types."""
    bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    return signature.replace(parameters=bare, return_annotation=signature.empty)


def _findings():
    """What `kata prove` asks for besides strength."""
    yield from ("", "## Findings", "")
    yield (
        "What `kata prove` asks of an exercise besides a grader that is strong and fair. Each "
        "finding has a file, a line and what to do; the exit status is 1. These are contracts:"
    )
    rows = [(one, _capital(asked)) for one, asked in CONTRACTS.items()]
    yield from ("", *_table(("finding", "what is asked"), rows), "")
    yield (
        "These are what authors forget. Where one is not meant, the grader says why, at its end: "
        '`grader.not_here("size not drawn: N", reason="The board has 9 fields.")`'
    )
    rows = [(one, _capital(asked)) for one, asked in ASKED.items()]
    yield from ("", *_table(("finding", "what is asked"), rows))


def _capital(text):
    return text[:1].upper() + text[1:]


def _call(name):
    parameters = list(inspect.signature(getattr(Grader, name)).parameters.values())[1:]
    options = [f"{one.name}=..." for one in parameters if one.kind is one.KEYWORD_ONLY]
    if name == "remark":
        return f"`@grader.remark({', '.join(options)})`"
    if name in ("edit", "edits", "equivalent", "not_here"):
        given = [one.name for one in parameters if one.kind is not one.KEYWORD_ONLY]
        return f"`grader.{name}({', '.join([*given, *options])})`"
    return f"`@grader.{name}`" + (f", `@grader.{name}({', '.join(options)})`" if options else "")


def _check():
    function = torchkata.check
    told, signature = _attributes(function.__doc__), inspect.signature(function)
    rows = [
        (f"`{name}`", _sentence(text), _given(signature.parameters[name]))
        for name, text in told.items()
    ]
    table = _table(("argument", "what it is", "if left out"), rows)
    return _lines(*_section("torchkata.check", _first(function.__doc__)), *table)


def _given(parameter):
    if parameter.default is parameter.empty:
        return "needed"
    return "" if parameter.default is None else f"`{parameter.default}`"


def _record():
    schema = json.loads((HERE / "record.schema.json").read_text(encoding="utf-8"))
    about = (
        "`records/ID.json`, as `kata grade --out` writes them, and a list of them with `--json`. "
        "The JSON schema: [record.schema.json](record.schema.json)."
    )
    lines = [*_section("Record", about), f"Verdicts: {', '.join(f'`{one}`' for one in VERDICTS)}."]
    for name, part in schema["$defs"].items():
        told = _attributes(part["description"])
        rows = [
            (f"`{key}`", _json_type(value), _sentence(told.get(key, "its version")))
            for key, value in part["properties"].items()
        ]
        lines += ["", f"`{name}`: {_first(part['description'])}", ""]
        lines += _table(("name", "type", "what it is"), rows)
    return _lines(*lines)


def _json_type(value):
    if "anyOf" in value:
        return " or ".join(map(_json_type, value["anyOf"]))
    if "$ref" in value:
        return f"`{value['$ref'].rpartition('/')[2]}`"
    inner = value.get("items") or value.get("additionalProperties")
    return f"{value['type']} of {_json_type(inner)}" if inner else value["type"]


def _attributes(doc):
    """{name: text} of the section `Attributes` or `Args` of a docstring."""
    _, _, section = inspect.cleandoc(doc).partition("\nAttributes:\n")
    section = section or inspect.cleandoc(doc).partition("\nArgs:\n")[2]
    section = re.split(r"\n\n?(?=\S)", section)[0]
    entries = re.findall(r"^ {4}(\w[\w, ]*): (.*(?:\n {5,}.*)*)", section, re.MULTILINE)
    return {name: _joined(text) for names, text in entries for name in names.split(", ")}


def _first(doc):
    return _joined(inspect.cleandoc(doc).split("\n\n")[0])


def _sentence(text):
    """What a docstring says of a name, as a cell of a table."""
    return _joined(text).rstrip(".")


def _joined(text):
    return " ".join(text.split())


def _table(heads, rows):
    """A table's lines. A bar would begin another cell."""
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(cell.replace('|', ' or ') for cell in line)} |" for line in lines]


def _section(title, about):
    return ["", f"## {title}", "", about, ""]


def _lines(*lines):
    return "\n".join(lines)


if __name__ == "__main__":
    main()

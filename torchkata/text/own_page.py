"""One person's page: what they have done, and what each exercise told them."""

from __future__ import annotations

from dataclasses import dataclass

from torchkata.text.pages import file, policy, render


@dataclass(frozen=True)
class Part:
    """One exercise.

    Attributes:
        name: of the exercise.
        said: what became of it, in a word or two.
        figures: a cell for each further column of the table.
        told: a sentence on when and how, or nothing.
        label, mistakes: sentences, and what is said of all of them.
        text: what was told, or the code.
        remarks: what a teacher says besides.
        note: what is to be known in the end, or nothing.
        passed: whether it is.
    """

    name: str
    said: str
    figures: tuple[str, ...] = ()
    told: str = ""
    label: str = ""
    mistakes: tuple[str, ...] = ()
    text: str = ""
    remarks: tuple[str, ...] = ()
    note: str = ""
    passed: bool = False


@dataclass(frozen=True)
class OwnPage:
    """What the page holds.

    Attributes:
        title: the heading.
        who: whose it is; may be empty.
        count: how much of how much, which is said first.
        lines: sentences on all of it.
        first: (sentence, where) of what to look at first.
        columns: the heads of the table of exercises, the first of them for their names.
        parts: the exercises.
    """

    title: str
    who: str
    count: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    first: tuple[tuple[str, str], ...] = ()


def own_page(page: OwnPage) -> str:
    """The page, as HTML that needs nothing else; all that is not ours is escaped."""
    style = file("class_page.css")
    return render("own_page.html", page=page, style=style, policy=policy([], style))

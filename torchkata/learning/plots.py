"""Draws pictures of expected against got, as PNG, with matplotlib, where it is installed.

Colours are those of Okabe and Ito, which colour-blind people tell apart; expected and got differ
in line and marker as well. Neither torch nor matplotlib is imported with this module.
"""

from __future__ import annotations

import importlib.util
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from torchkata.learning.plot_data import Numbers, Picture, choose, worst
from torchkata.text import messages
from torchkata.text import plot_texts as texts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from torchkata.course.grader import Grader
    from torchkata.judging.judge import Result

_Style = dict[str, Any]
_EXPECTED: _Style = {"color": "#0072B2", "linestyle": "-", "marker": "o", "label": texts.EXPECTED}
_GOT: _Style = {"color": "#D55E00", "linestyle": "--", "marker": "X", "label": texts.GOT}

_HANGUL = ("Noto Sans CJK KR", "Noto Sans CJK JP", "NanumGothic", "Malgun Gothic", "AppleGothic")
_INCHES, _DPI = (7.0, 4.6), 150
_TITLE_WIDTH, _CASE_WIDTH = 84, 17
_MOST_MARKERS, _MOST_LABELLED = 60, 100
# Points along each side of a surface, and its contours.
_GRID, _LEVELS = 100, 9
# From this ratio of the two sides on, an axis shows small numbers and large ones alike.
_FAR = 300


def draw(result: Result, grader: Grader, path: Path) -> bool:
    """Write a picture of what was expected and what was got, if one says more than the text.

    Args:
        result: what was judged.
        grader: by which.
        path: the file to write, ending in .png.

    Returns:
        Whether a picture was written.

    Raises:
        ImportError: matplotlib is not installed; str() says how to install it.
        OSError: the file cannot be written.
    """
    picture = choose(result, grader)
    if picture is None:
        return False
    if not available():
        raise ImportError(messages.PLOT_NEEDS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # A letter that the font lacks is no reason to fail.
        warnings.simplefilter("ignore")
        _write(picture, path)
    return True


def save(result: Result, grader: Grader, folder: Path) -> str:
    """Write a picture that is named like its exercise.

    Returns:
        Where it is; nothing where none says more than the text, or none can be written.
    """
    path = folder / f"{result.exercise.replace('/', '-')}.png"
    try:
        return str(path) if draw(result, grader, path) else ""
    except (ImportError, OSError):
        return ""


def available() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def _write(picture: Picture, path: Path) -> None:
    # Not pyplot, which keeps its figures and may look for a screen.
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: Any = {"font.family": _fonts(), "font.size": 10, "axes.grid": True, "grid.alpha": 0.3}
    with rc_context(settings):
        figure = Figure(_INCHES, layout="constrained")
        caption = _DRAWN[picture.kind](figure, picture)
        case = texts.CASE.format(picture.case) if picture.case else ""
        shows = f"{picture.name or texts.RESULT}: {texts.SHOWS[picture.kind]}"
        said = [picture.exercise + case, shows, *caption, _not_finite(picture)]
        lines = [line for one in said for line in textwrap.wrap(one, _TITLE_WIDTH)]
        figure.suptitle("\n".join(lines), x=0.02, ha="left", fontsize=11)
        figure.savefig(path, format="png", dpi=_DPI, metadata={"Description": " ".join(lines)})


def _curve(figure: Figure, picture: Picture) -> list[str]:
    axes = figure.add_subplot()
    many = len(picture.places) > _MOST_MARKERS
    for side, style in ((picture.expected, _EXPECTED), (picture.got, _GOT)):
        axes.plot(picture.places, side, **(style | {"marker": "" if many else style["marker"]}))
    axes.set_xlabel(picture.along)
    axes.set_ylabel(picture.name or texts.RESULT)
    _whole_numbers(axes)
    _far_apart(axes, picture.expected, picture.got)
    _legend(figure, axes)
    index = worst(picture.expected, picture.got)
    said = [_worst(picture, index, f"{picture.along} {picture.places[index]}")]
    if picture.along == "index" and not many:
        axes.set_xlim(left=-0.5)
        said += [texts.GAPS] if len(picture.places) <= int(picture.places[-1]) else []
    return said


def _path(figure: Figure, picture: Picture) -> list[str]:
    left, right = figure.subplots(1, 2)
    off = _difference(picture)
    reached = np.where(np.isfinite(off), np.abs(off), 0.0).max(axis=0)
    pair = sorted(np.argsort(-reached, kind="stable")[:2].tolist())
    for side, style in ((picture.expected, _EXPECTED), (picture.got, _GOT)):
        left.plot(side[:, pair[0]], side[:, pair[1]], **style)
        _name_ends(left, side[:, pair], picture, style)
    left.set_xlabel(texts.ENTRY.format(_place(pair[0], picture.shape)))
    left.set_ylabel(texts.ENTRY.format(_place(pair[1], picture.shape)))
    left.margins(0.3)
    if picture.loss is not None:
        _surface(left, picture.loss)
    _legend(figure, left)
    distance = np.sqrt(np.square(off).sum(axis=1))
    right.plot(picture.places, distance, color="black", marker="s", markersize=5)
    right.set_xlabel(picture.along)
    right.set_ylabel(texts.DISTANCE)
    _whole_numbers(right)
    right.set_ylim(0, 1.1 * float(distance[np.isfinite(distance)].max(initial=0.0)) or 1.0)
    index = worst(picture.expected, picture.got)
    step, entry = divmod(index, off.shape[1])
    place = _place(entry, picture.shape)
    where = texts.STEP_ENTRY.format(along=picture.along, place=picture.places[step], entry=place)
    return [_worst(picture, index, where), *([texts.CONTOURS] if picture.loss else [])]


def _surface(axes: Any, loss: Callable[..., Any]) -> None:
    """The loss beneath a path, as far as the path goes: a contour for each doubling of it."""
    limits = axes.get_xlim(), axes.get_ylim()
    across, up = (np.linspace(low, high, _GRID) for low, high in limits)
    heights = np.asarray(loss(*np.meshgrid(across, up)))
    levels = 2.0 ** np.arange(_LEVELS) * heights.max() / 2**_LEVELS
    drawn = axes.contour(across, up, heights, levels, colors="0.6", linewidths=0.8)
    axes.clabel(drawn, drawn.levels[-4:], fmt="%.2g", fontsize=8)
    axes.grid(visible=False)


def _heat(figure: Figure, picture: Picture) -> list[str]:
    from matplotlib.patches import Rectangle

    axes = figure.add_subplot()
    off = _difference(picture)
    finite = off[np.isfinite(off)]
    most = float(np.abs(finite).max(initial=0.0)) or 1.0
    shown = np.ma.masked_invalid(off)
    shades = axes.imshow(shown, cmap="PuOr", vmin=-most, vmax=most, aspect="auto")
    axes.set_facecolor("0.6")
    figure.colorbar(shades, label=texts.SHOWS["heat"])
    if off.size <= _MOST_LABELLED:
        for (row, column), value in np.ndenumerate(off):
            colour = "white" if most >= abs(value) > 0.6 * most else "black"
            text = _label(value, most) if np.isfinite(value) else f"{picture.got[row, column]:g}"
            size = 10 if off.shape[1] <= 6 else 8
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=size)
    index = worst(picture.expected, picture.got)
    row, column = divmod(index, off.shape[1])
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor="black", linewidth=4))
    axes.grid(visible=False)
    axes.set_xlabel(texts.COLUMN)
    axes.set_ylabel(texts.ROW)
    _whole_numbers(axes)
    axes.locator_params(axis="y", integer=True)
    return [_worst(picture, index, texts.FRAMED.format(row=row, column=column))]


def _bars(figure: Figure, picture: Picture) -> list[str]:
    axes = figure.add_subplot()
    places = np.arange(len(picture.places))
    for side, style, shift, hatch in (
        (picture.expected, _EXPECTED, -0.2, ""),
        (picture.got, _GOT, 0.2, "//"),
    ):
        heights = np.where(np.isfinite(side), side, 0.0)
        looks = {"color": style["color"], "label": style["label"], "edgecolor": "white"}
        drawn = axes.bar(places + shift, heights, 0.38, hatch=hatch, **looks)
        if len(places) * 2 <= 12:
            axes.bar_label(drawn, [f"{value:.4g}" for value in side], padding=2)
    cases = [str(case).replace("_", " ") for case in picture.places]
    axes.set_xticks(places, ["\n".join(textwrap.wrap(case, _CASE_WIDTH)) for case in cases])
    if len(places) > 4:
        axes.tick_params(axis="x", rotation=60)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.margins(y=0.15)
    _far_apart(axes, picture.expected, picture.got)
    _legend(figure, axes)
    return []


_DRAWN = {"curve": _curve, "path": _path, "heat": _heat, "bars": _bars}


def _label(value: float, most: float) -> str:
    if value == 0:
        return "0"
    return f"{value:+.2g}" if abs(value) >= 0.01 * most else "~0"


def _name_ends(axes: Any, points: Numbers, picture: Picture, style: _Style) -> None:
    """Write beside a path where it begins and ends: expected above, got below."""
    shift, across, down = (6, "left", "bottom") if style is _EXPECTED else (-6, "right", "top")
    first, last = f"{picture.along} {picture.places[0]}", str(picture.places[-1])
    ends = {0: first, -1: f"{picture.along} {last}"}
    if np.allclose(points[0], points[-1]):
        ends = {0: f"{first}-{last}"}
    for number, text in ends.items():
        if np.isfinite(points[number]).all():
            axes.annotate(
                text,
                points[number],
                xytext=(shift, shift),
                textcoords="offset points",
                color=style["color"],
                ha=across,
                va=down,
            )


def _legend(figure: Figure, axes: Any) -> None:
    """Below the picture, where it covers nothing."""
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)


def _fonts() -> list[str]:
    """Matplotlib's own, and one that knows Hangul, where there is one."""
    from matplotlib.font_manager import get_font_names

    there = get_font_names()
    return ["DejaVu Sans", *(name for name in _HANGUL if name in there)]


def _difference(picture: Picture) -> Numbers:
    with np.errstate(invalid="ignore"):
        return picture.got - picture.expected


def _worst(picture: Picture, index: int, where: str) -> str:
    if picture.lengths:
        return texts.LENGTHS.format(*picture.lengths)
    right, seen = picture.expected.flat[index], picture.got.flat[index]
    return texts.FURTHEST.format(where=where, expected=f"{right:.4g}", got=f"{seen:.4g}")


def _not_finite(picture: Picture) -> str:
    count = int((~np.isfinite(picture.got)).sum())
    if not count or picture.lengths:
        return ""
    return texts.NOT_FINITE.format(count=count, total=picture.got.size)


def _place(flat: int, shape: tuple[int, ...]) -> str:
    return str([int(part) for part in np.unravel_index(flat, shape)])


def _whole_numbers(axes: Any) -> None:
    """Let no tick be between two steps."""
    axes.locator_params(axis="x", integer=True)


def _far_apart(axes: Any, expected: Numbers, got: Numbers) -> None:
    """Where one side is much larger, let the other be seen as well."""
    sizes = [np.abs(side[np.isfinite(side)]).max(initial=0.0) for side in (expected, got)]
    if min(sizes) > 0 and max(sizes) > _FAR * min(sizes):
        axes.set_yscale("symlog", linthresh=min(sizes))

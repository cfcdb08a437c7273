"""Charts of results as PNG: waits, service level, occupancy, experts; a panel for each ring.

Drawn with matplotlib, which is an extra: import this module only where it is installed. Colours are of Okabe and Ito's
set, which people with any colour vision can tell apart, and no two things differ by colour alone. The files hold no
dates or versions, so the same results give the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from palvelurinki.simulation.needed import Need
from palvelurinki.simulation.results import Measures, Results
from palvelurinki.simulation.words import Words

# The busiest rings get panels; the rest are in the files.
PANELS_LIMIT: Final = 12
COLUMNS: Final = 3
BLUE, ORANGE, GREEN, BLACK, GREY = "#0072B2", "#D55E00", "#009E73", "#222222", "#767676"

Panel = Callable[[Axes, Sequence[Measures]], None]


def write_charts(results: Results, needs: Sequence[Need], folder: Path, words: Words) -> tuple[Path, ...]:
    """Write the four charts into the folder, which is there. Raises OSError."""
    needed: Mapping[tuple[str | None, int | None], Need] = {(need.ring, need.hour): need for need in needs}
    target = results.scenario.target_share * 100
    within = words.within.format(seconds=f"{results.scenario.within_s:g}")
    return (
        _chart(results, folder / "waits.png", words, words.title_waits, words.wait_minutes, _waits(words)),
        _chart(
            results,
            folder / "service-level.png",
            words,
            words.title_level,
            words.of_contacts,
            _level(words, target, f"{words.target} {target:g} % {within}"),
        ),
        _chart(results, folder / "occupancy.png", words, words.title_occupancy, f"{words.occupancy}, %", _occupancy()),
        _chart(results, folder / "experts.png", words, words.title_experts, words.experts, _experts(words, needed)),
    )


def _chart(results: Results, path: Path, words: Words, title: str, unit: str, draw: Panel) -> Path:
    busiest = sorted(results.rings, key=lambda each: -each.arrivals)[:PANELS_LIMIT]
    shown = [each.ring for each in results.rings if each in busiest and each.ring is not None]
    columns = min(COLUMNS, len(shown))
    rows = ceil(len(shown) / columns)
    with rc_context({"font.family": "DejaVu Sans", "font.size": 9, "axes.titlesize": 10, "svg.hashsalt": "0"}):
        size = (max(4.2 * columns, 6.4), 2.7 * rows + 1.3)
        figure = Figure(figsize=size, dpi=144, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        name = results.scenario.name
        figure.suptitle(f"{title} – {name}" if name else title, fontsize=12, fontweight="bold")
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True)
        for place, axes in enumerate(panels.flat):
            if place >= len(shown):
                axes.set_visible(False)
                continue
            hours = [each for each in results.hours_of(shown[place]) if each.arrivals or each.on_duty]
            draw(axes, hours)
            _dress(axes, shown[place], results, left=place % columns == 0, unit=unit)
            if place + columns >= len(shown):
                axes.set_xlabel(words.time_of_day)
                axes.tick_params(labelbottom=True)
        _legend(figure, panels.flat[0])
        # No date and no version: the same results give the same bytes.
        figure.savefig(path, format="png", metadata={"Software": None})
    return path


def _dress(axes: Axes, ring: str, results: Results, *, left: bool, unit: str) -> None:
    first, last = results.scenario.hours
    axes.set_title(ring, loc="left")
    axes.set_xlim(int(first), ceil(last))
    step = 1 if last - first <= 9 else 2 if last - first <= 16 else 4  # noqa: PLR2004
    ticks = range(int(first), ceil(last) + 1, step)
    axes.set_xticks(list(ticks), [f"{tick:02}" for tick in ticks])
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if left:
        axes.set_ylabel(unit)


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if len(handles) > 1:
        figure.legend(handles, labels, loc="outside lower center", ncols=len(handles), frameon=False)


def _waits(words: Words) -> Panel:
    def draw(axes: Axes, hours: Sequence[Measures]) -> None:
        known = [each for each in hours if each.median_s is not None]
        at = _middles(known)
        low, middle, high = (
            [(getattr(each, name) or 0) / 60 for each in known] for name in ("median_s", "p80_s", "p95_s")
        )
        axes.fill_between(at, low, middle, color=BLUE, alpha=0.45, linewidth=0, label=f"{words.median} – 80 %")
        axes.fill_between(at, middle, high, color=BLUE, alpha=0.18, linewidth=0, label="80 – 95 %")
        axes.plot(at, low, color=BLUE, marker="o", markersize=3.5, label=words.median)
        mean = [each.mean_wait_s.mean / 60 if each.mean_wait_s else 0 for each in known]
        axes.plot(at, mean, color=BLACK, linestyle=":", label=words.mean_wait)
        if max(high, default=0) == 0:
            axes.set_ylim(top=1)

    return draw


def _level(words: Words, target: float, told: str) -> Panel:
    def draw(axes: Axes, hours: Sequence[Measures]) -> None:
        known = [each for each in hours if each.service_level is not None]
        level = [each.service_level.mean * 100 if each.service_level else 0 for each in known]
        margin = [(each.service_level.half_width or 0) * 100 if each.service_level else 0 for each in known]
        colours = [BLUE if value >= target else ORANGE for value in level]
        bars = axes.bar(_middles(known), level, width=0.8, color=colours, label=words.service_level)
        for bar, value in zip(bars, level, strict=True):
            if value < target:
                bar.set_hatch("///")
                bar.set_edgecolor("white")
                bar.set_linewidth(0)
        if any(margin):
            low = [min(value, each) for value, each in zip(level, margin, strict=True)]
            high = [min(100 - value, each) for value, each in zip(level, margin, strict=True)]
            axes.errorbar(_middles(known), level, yerr=[low, high], fmt="none", ecolor=BLACK, elinewidth=0.8)
        axes.axhline(target, color=BLACK, linestyle="--", linewidth=1, label=told)
        axes.set_ylim(top=100)

    return draw


def _occupancy() -> Panel:
    def draw(axes: Axes, hours: Sequence[Measures]) -> None:
        known = [each for each in hours if each.occupancy is not None]
        share = [each.occupancy.mean * 100 if each.occupancy else 0 for each in known]
        axes.bar(_middles(known), share, width=0.8, color=GREEN)
        axes.set_ylim(top=100)

    return draw


def _experts(words: Words, needed: Mapping[tuple[str | None, int | None], Need]) -> Panel:
    def draw(axes: Axes, hours: Sequence[Measures]) -> None:
        at = _middles(hours)
        axes.bar(at, [each.on_duty for each in hours], width=0.8, color="#BBBBBB", label=words.on_duty)
        found = [needed.get((each.ring, each.hour)) for each in hours]
        for name, colour, marker, told in (
            ("formula", ORANGE, "_", words.needed_formula),
            ("simulated", BLUE, "D", words.needed_simulated),
        ):
            points = [(x, getattr(need, name)) for x, need in zip(at, found, strict=True) if need is not None]
            shown = [(x, value) for x, value in points if value is not None]
            if shown:
                size = 180 if marker == "_" else 24
                xs, ys = zip(*shown, strict=True)
                axes.scatter(xs, ys, s=size, color=colour, marker=marker, label=told, zorder=3)

        axes.yaxis.set_major_locator(MaxNLocator(integer=True))

    return draw


def _middles(hours: Sequence[Measures]) -> list[float]:
    return [(each.hour or 0) + 0.5 for each in hours]

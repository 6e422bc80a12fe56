"""The figures show the numbers of the library, and draw without a word for any input."""

import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from softback import figures, softmax, softmax_jacobian
from softback.figures import palette

INPUTS = {
    "two classes": [0.0, 1.0],
    "six classes": [3.0, -1.0, 0.0, 0.0, 2.0, 1.0],
    "seven classes, most of them negative": [-3.0, -1.0, 0.0, -0.5, -2.0, 1.0, -5.0],
    "nine classes": list(range(9)),
    "equal": [0.0, 0.0, 0.0],
    "one winner": [0.0, 40.0, 0.0],
    "one-hot": [0.0, 800.0, 0.0],
}
FIGURES = {
    "shares": lambda z: figures.shares(softmax(z)),
    "shares of logits": figures.shares,
    "shares of huge numbers": lambda z: figures.shares(np.subtract(z, 0.5) * 2e305),
    "forward_pass": lambda z: figures.forward_pass(np.minimum(z, 40)),
    "answer_to_a_nudge": lambda z: figures.answer_to_a_nudge(z, 0, 1.0),
    "pullback_areas": lambda z: figures.pullback_areas(softmax(z), np.arange(len(z)) - 1.0),
    "pullback_pipeline": lambda z: figures.pullback_pipeline(softmax(z), np.arange(len(z)) - 1.0),
    "temperature_sweep": lambda z: figures.temperature_sweep(z, np.geomspace(0.1, 10, 9)),
    "secants": lambda z: figures.secants(z, 1, 0, [2.0, 1.0]),
    "smooth_maximum": lambda z: figures.smooth_maximum(),
    "logsumexp_along": lambda z: figures.logsumexp_along(z, 1),
    "heat_map": lambda z: figures.heat_map(softmax_jacobian(softmax(z))),
    "jacobians": lambda z: figures.jacobians({"once": z, "twice": z, "thrice": z}),
    "axis_patterns": lambda z: figures.axis_patterns([z, z]),
    "loss_triangle": lambda z: figures.loss_triangle(softmax([*z, 0.0][:3])),
    "step_errors": lambda z: figures.step_errors({"f": {"a": powers(z), "b": powers(z)}, "g": {}}),
    "correct_digits": lambda z: figures.correct_digits(
        {"float64": {"a": powers(z)}, "float16": {"a": powers(z), "b": powers(z)}}, "gap", log=True
    ),
    "growth": lambda z: figures.growth({"seconds": {"a": powers(z)}, "bytes": {"b": powers(z)}}),
    "temperature_paths": lambda z: figures.temperature_paths([[*z, 0.0][:3], [0.0, 0.0, 1.0]]),
    "reach": lambda z: figures.reach(softmax([*z, 0.0][:3])),
    "chain_rule": lambda z: figures.chain_rule(z, np.arange(len(z)) - 1.0, 0),
    "balanced_flows": lambda z: figures.balanced_flows(softmax(z)),
    "who_keeps_y": lambda z: figures.who_keeps_y(),
    "attention_routes": lambda z: figures.attention_routes(),
    "tiles": lambda z: figures.tiles(),
}
PANELS = {
    "chain_rule": (2,),
    "who_keeps_y": (3,),
    "forward_pass": (3,),
    "pullback_pipeline": (4,),
    "smooth_maximum": (2,),
    "jacobians": (3,),
    "axis_patterns": (3,),
    "step_errors": (2,),
    "growth": (2,),
    "correct_digits": (2,),
}


def powers(z):
    """Return as many powers of two as there are logits, and a number for each that may be 0."""
    return 2.0 ** np.arange(len(z)), np.abs(z)


# In an interpreter of its own, where nobody has called setup before. As in a notebook, IPython is
# there already: it adds a warning filter of its own when it is imported.
CALM = """
import os, sys, warnings
import IPython.core.completer
import numpy as np
from softback import figures

def surroundings():
    settings = np.get_printoptions(), np.geterr(), list(warnings.filters), list(sys.path)
    return *settings, dict(os.environ), np.random.get_state()[1].tolist()

before = surroundings()
figures.setup()
assert surroundings() == before
"""


@pytest.fixture(autouse=True)
def _book_style():
    with mpl.rc_context():
        mpl.use("svg")
        figures.setup()
        yield
        plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def read(text):
    """Return the number that is written, with a true minus sign and no other."""
    assert "-" not in text
    return float(text.replace("−", "-"))


def test_every_public_figure_is_drawn_here():
    drawn = {name.split()[0] for name in FIGURES}
    assert drawn == set(figures.__all__) - {"setup"}


# Two classes are drawn below, twice: all that figures of fixed numbers need.
FIXED = ("smooth_maximum", "who_keeps_y", "attention_routes", "tiles")
DRAWN = [z for z in INPUTS if z not in ("two classes", "six classes", "one winner")]


@pytest.mark.parametrize("z", DRAWN)
@pytest.mark.parametrize("name", [name for name in FIGURES if name not in FIXED])
def test_draws_without_a_warning_and_returns_its_axes(name, z):
    draw(name, z)
    plt.gcf().draw_without_rendering()


def draw(name, z):
    axes = FIGURES[name](INPUTS[z])
    assert np.shape(axes) == PANELS.get(name.split()[0], ())
    assert all(isinstance(ax, mpl.axes.Axes) for ax in np.ravel(axes))


@pytest.mark.parametrize("z", INPUTS.values(), ids=INPUTS)
def test_bars_are_as_high_as_the_numbers_above_them(z):
    y = softmax(z)
    ax = figures.shares(y, digits=6)
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], y)
    np.testing.assert_allclose([float(t) for t in texts(ax)], y, atol=5e-7)


def test_forward_pass_ends_with_softmax():
    axes = figures.forward_pass([1.0, 2.0, 3.0])
    heights = [[bar.get_height() for bar in ax.patches] for ax in axes]
    np.testing.assert_allclose(heights[1], [np.e, np.e**2, np.e**3])
    np.testing.assert_allclose(heights[2], softmax([1.0, 2.0, 3.0]))
    written = [[float(t) for t in texts(ax)] for ax in axes]
    np.testing.assert_allclose(written[1], heights[1], atol=5e-3)
    np.testing.assert_allclose(written[2], heights[2], atol=5e-4)


@pytest.mark.parametrize("h", [-1.0, 0.5])
def test_arrows_of_a_nudge_point_where_the_shares_go(h):
    ax = figures.answer_to_a_nudge([1.0, 2.0, 3.0], 1, h)
    arrows = [t for t in ax.texts if not t.get_text()]
    change = softmax(np.array([1.0, 2 + h, 3.0])) - softmax([1.0, 2.0, 3.0])
    rises = [t.xy[1] - t.xyann[1] for t in arrows]
    np.testing.assert_allclose(rises, change)
    written = [read(t.get_text()) for t in ax.texts if t.get_text()]
    np.testing.assert_allclose(written, change, atol=5e-4)


@pytest.mark.parametrize("g", [[2.0, 0.5, 1.0], [-1.0, 3.0, 0.0], [1.5, 1.5, 1.5]])
def test_areas_above_and_below_the_level_are_the_product(g):
    y = softmax([1.0, 2.0, 3.0])
    ax = figures.pullback_areas(y, g)
    areas = [bar.get_width() * bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(areas, g @ softmax_jacobian(y), atol=1e-15)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], y)
    rising = [mpl.colors.to_hex(bar.get_facecolor()) == palette.BLUE for bar in ax.patches]
    assert [area >= 0 for area in np.round(areas, 12)] == rising
    (level,) = (t.removeprefix("$s$ = ") for t in texts(ax) if "s$" in t)
    np.testing.assert_allclose(float(level), y @ g, atol=5e-3)


def test_pipeline_ends_with_the_product():
    y, g = softmax([1.0, 2.0, 3.0]), np.array([2.0, 0.5, 1.0])
    axes = figures.pullback_pipeline(y, g)
    heights = [[bar.get_height() for bar in ax.patches] for ax in axes]
    np.testing.assert_allclose(heights[3], g @ softmax_jacobian(y), atol=1e-15)
    np.testing.assert_allclose(heights[2], g - y @ g)
    written = [[read(t) for t in texts(ax) if "$" not in t] for ax in axes]
    np.testing.assert_allclose(written, heights, atol=5e-3)
    (mean,) = (t.removeprefix("$s$ = ") for t in texts(axes[1]) if "$" in t)
    np.testing.assert_allclose(float(mean), y @ g, atol=5e-3)


def test_temperature_sweep_starts_and_ends_where_softmax_does():
    ax = figures.temperature_sweep([1.0, 2.0, 3.0], [0.1, 1.0, 10.0])
    curves = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == 3]
    np.testing.assert_allclose(np.transpose(curves)[1], softmax([1.0, 2.0, 3.0]))


def test_tangent_of_the_secants_has_the_slope_of_the_jacobian():
    ax = figures.secants([1.0, 2.0, 3.0], 2, 0, [2.0, 1.0])
    x, y = ax.lines[-1].get_data()
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    np.testing.assert_allclose(slope, softmax_jacobian(softmax([1.0, 2.0, 3.0]))[2, 0])


def test_smooth_maximum_is_log_2_above_the_kink():
    left, _ = figures.smooth_maximum()
    hard, soft = (line.get_ydata() for line in left.lines[:2])
    assert (soft > hard).all()
    np.testing.assert_allclose((soft - hard).max(), np.log(2))


@pytest.mark.parametrize("z", INPUTS.values(), ids=INPUTS)
def test_heat_map_is_centred_at_zero_and_writes_its_entries(z):
    jacobian = softmax_jacobian(softmax(z))
    ax = figures.heat_map(jacobian, digits=4)
    low, high = ax.images[0].get_clim()
    assert low == -high
    written = [float(t.replace("−", "-")) for t in texts(ax)]
    if jacobian.size <= 36:
        np.testing.assert_allclose(written, jacobian.ravel(), atol=5e-5)
        assert not any(t.startswith("−") and float(t[1:]) == 0 for t in texts(ax))
    else:
        assert written == []


def test_jacobians_share_one_scale():
    axes = figures.jacobians({"a": [0, 0, 0], "b": [9, 0, 0], "c": [1, 2, 3]})
    assert len(axes) == 3
    assert {ax.images[0].get_clim() for ax in axes} == {(-0.25, 0.25)}


def test_axis_patterns_show_what_is_exactly_zero():
    axes = figures.axis_patterns([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]])
    empty = [np.ma.getmaskarray(ax.images[0].get_array()) for ax in axes]
    assert [int(mask.sum()) for mask in empty] == [18, 24, 24]
    blocks = np.kron(np.eye(3), np.ones((2, 2))) == 0
    np.testing.assert_array_equal(empty[2], blocks)


def test_arrows_of_the_triangle_lead_nearer_to_the_target():
    t = np.array([0.2, 0.2, 0.6])
    ax = figures.loss_triangle(t)
    quiver = next(c for c in ax.collections if hasattr(c, "U"))
    to_target = t @ figures.triangle.CORNERS - np.stack([quiver.X, quiver.Y], axis=1)
    assert (quiver.U * to_target[:, 0] + quiver.V * to_target[:, 1] > 0).all()


def test_best_steps_are_ringed_and_errors_of_zero_left_out():
    steps = [1.0, 0.1, 0.01, 0.001]
    panel = {"forward": (steps, [0.5, 0.05, 0.005, 0.05]), "complex": (steps, [1e-2, 1e-4, 0, 0])}
    (ax,) = figures.step_errors({"float64": panel})
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    forward, best_forward, complex_step, best_complex = (line.get_xydata() for line in ax.lines)
    np.testing.assert_array_equal(forward[:, 1], panel["forward"][1])
    np.testing.assert_array_equal(complex_step[:, 1], [1e-2, 1e-4, np.nan, np.nan])
    np.testing.assert_array_equal(best_forward, [[0.01, 0.005]])
    np.testing.assert_array_equal(best_complex, [[0.1, 1e-4]])


def test_of_many_best_steps_the_first_is_ringed():
    steps, errors = 2.0 ** -np.arange(52), np.maximum(26 - np.arange(52), 1)
    (ax,) = figures.step_errors({"float64": {"complex": (steps, errors)}})
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[2.0**-25, 1]])


def test_errors_that_are_all_zero_leave_an_empty_line():
    (ax,) = figures.step_errors({"float64": {"complex": ([1.0, 0.1], [0.0, 0.0])}})
    assert np.isnan(ax.lines[0].get_ydata()).all()


def test_growth_has_a_line_for_each_way_and_names_it_once():
    ways = {"loops": ([1, 2], [1, 4]), "rule": ([1, 2, 4], [1, 2, 4])}
    left, right = figures.growth({"CPU seconds": ways, "bytes": ways})
    for ax, label in ((left, "CPU seconds"), (right, "bytes")):
        assert (ax.get_xscale(), ax.get_yscale(), ax.get_ylabel()) == ("log", "log", label)
        drawn = [(list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines]
        assert drawn == list(ways.values())
    (legend,) = left.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(ways)


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(name, tmp_path):
    def drawn(file):
        draw(name, "two classes")
        plt.savefig(tmp_path / file, metadata={"Date": None})
        return (tmp_path / file).read_bytes()

    assert drawn("a.svg") == drawn("b.svg")


def test_digits_are_those_of_the_error_and_never_more_than_the_format_has():
    errors = [1e-3, 1e-12, 0.0, 5.0, np.nan, np.inf]
    axes = figures.correct_digits(
        {name: {"a": (np.arange(6), errors)} for name in ("float64", "float32")}, "gap"
    )
    for ax, most in zip(axes, (15.95, 7.22), strict=True):
        drawn = ax.lines[-1].get_ydata()
        np.testing.assert_allclose(drawn, [3, min(12, most), most, 0, 0, 0], atol=0.01)


def test_zero_is_nearly_white_blue_is_above_and_orange_below():
    ax = figures.heat_map([[-3.0, 0.0, 1.0]])
    red, green, blue = ax.images[0].to_rgba(np.array([-3.0, 0.0, 3.0]))[:, :3].T
    assert min(red[1], green[1], blue[1]) > 0.94
    assert red[0] > green[0] > blue[0]
    assert blue[2] > green[2] > red[2]


def test_setup_changes_nothing_but_matplotlib():
    done = subprocess.run(
        [sys.executable, "-c", CALM], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_setup_works_where_there_is_no_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib_inline.backend_inline", None)
    mpl.rcdefaults()
    figures.setup()
    assert mpl.rcParams["svg.hashsalt"] == "softback"


def test_style_and_palette_name_the_same_colours():
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [mpl.colors.to_hex(c) for c in cycle] == list(palette.CLASSES)
    named = {
        palette.INK: ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"),
        palette.QUIET: ("axes.edgecolor", "xtick.color", "ytick.color"),
        palette.GRID: ("grid.color",),
        palette.CARD: ("figure.facecolor", "axes.facecolor", "savefig.facecolor"),
    }
    for colour, keys in named.items():
        assert {mpl.colors.to_hex(mpl.rcParams[key]) for key in keys} == {colour}


def test_no_class_has_a_colour_that_means_something_else():
    meant = {getattr(palette, name) for name in ("BLUE", "ORANGE", "GREEN", "PLUM", "SLATE", "RED")}
    assert not meant & {*palette.CLASSES}


@pytest.mark.parametrize("colour", [palette.INK, palette.QUIET, *palette.CLASSES])
def test_text_colours_are_readable_on_the_card(colour):
    channels = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5


def test_numbers_of_a_heat_map_stand_out_from_their_cells():
    shares = np.linspace(-1, 1, 35)
    numbers = figures.heat_map([shares], limit=1.0).texts
    for share, number in zip(shares, numbers, strict=True):
        cell = palette.DIVERGING(0.5 + 0.5 * share)[:3]
        assert palette.contrast(number.get_color(), cell) >= 3.8


def numbers_in(ax):
    """Return the numbers at the arrows, in their order."""
    return [read(t) for t in texts(ax) if t.lstrip("−").replace(".", "").isdigit()]


def test_the_routes_of_the_chain_rule_add_up_to_the_gradient():
    g = np.array([0.5, -1.0, 1.0])
    J = softmax_jacobian(softmax([1.0, 2.0, 3.0]))
    forward, back = figures.chain_rule([1.0, 2.0, 3.0], g, 1)
    np.testing.assert_allclose(numbers_in(forward), J[:, 1].round(2))
    np.testing.assert_allclose(numbers_in(back)[::2], g)
    np.testing.assert_allclose(numbers_in(back)[1::2], (g * J[:, 1]).round(2))
    assert "$dz_{2}$ = −0.36" in texts(back)
    assert (g @ J[:, 1]).round(2) == -0.36


def test_each_pair_of_classes_trades_the_same_both_ways():
    ax = figures.balanced_flows([0.2, 0.3, 0.5])
    arrows = [p for p in ax.patches if isinstance(p, mpl.patches.FancyArrowPatch)]
    widths = np.reshape([arrow.get_linewidth() for arrow in arrows], (3, 2))
    np.testing.assert_array_equal(widths[:, 0], widths[:, 1])
    assert numbers_in(ax) == [0.06, 0.1, 0.15]
    assert (widths[:, 0] == np.sort(widths[:, 0])).all()


def test_a_path_of_temperature_ends_in_the_centre_of_the_triangle():
    path = figures.temperature_paths([1.0, 2.0, 3.0]).lines[1]
    np.testing.assert_allclose(path.get_xydata()[-1], [1 / 2, np.sqrt(3) / 6], atol=1e-3)
    np.testing.assert_allclose(path.get_xydata()[0], [1 / 2, np.sqrt(3) / 2], atol=1e-3)


@pytest.mark.parametrize(("y", "rank"), [((0.2, 0.3, 0.5), 2), ((0.5, 0.5, 0), 1), ((0, 0, 1), 0)])
def test_the_reach_of_y_has_as_many_dimensions_as_the_jacobian_has_rank(y, rank):
    drawn = figures.reach(y).lines[1].get_xydata()
    assert np.linalg.matrix_rank(drawn - drawn.mean(axis=0), tol=1e-9) == rank


def test_one_block_is_held_and_none_after_it_has_been_read():
    ax = figures.tiles()
    cells = [p.get_facecolor() for p in ax.patches if isinstance(p, mpl.patches.Rectangle)][:15]
    colours = [mpl.colors.to_hex(c) for c in cells]
    assert colours == [palette.GRID] * 7 + [palette.ORANGE] + [palette.CARD] * 7

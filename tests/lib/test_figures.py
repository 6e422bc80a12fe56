"""The figures show the numbers of the library, and draw without a word for any input."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from softback import figures, softmax, softmax_jacobian
from softback.figures import palette

INPUTS = {
    "two classes": [0.0, 1.0],
    "six classes": [3.0, -1.0, 0.0, 0.0, 2.0, 1.0],
    "nine classes": list(range(9)),
    "equal": [0.0, 0.0, 0.0],
    "one winner": [0.0, 40.0, 0.0],
}


@pytest.fixture(autouse=True)
def _book_style():
    with mpl.rc_context():
        mpl.use("svg")
        figures.setup()
        yield
        plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


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


@pytest.mark.parametrize("h", [-1.0, 0.5])
def test_arrows_of_a_nudge_point_where_the_shares_go(h):
    ax = figures.answer_to_a_nudge([1.0, 2.0, 3.0], 1, h)
    arrows = [t for t in ax.texts if not t.get_text()]
    change = softmax(np.array([1.0, 2 + h, 3.0])) - softmax([1.0, 2.0, 3.0])
    rises = [t.xy[1] - t.xyann[1] for t in arrows]
    np.testing.assert_allclose(rises, change)
    written = [float(t.get_text()) for t in ax.texts if t.get_text()]
    np.testing.assert_allclose(written, change, atol=5e-4)


def test_pipeline_ends_with_the_product():
    y, g = softmax([1.0, 2.0, 3.0]), np.array([2.0, 0.5, 1.0])
    axes = figures.pullback_pipeline(y, g)
    heights = [[bar.get_height() for bar in ax.patches] for ax in axes]
    np.testing.assert_allclose(heights[3], g @ softmax_jacobian(y), atol=1e-15)
    np.testing.assert_allclose(heights[2], g - y @ g)


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


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    def drawn(name):
        figures.forward_pass([1.0, 2.0, 3.0])
        plt.savefig(tmp_path / name, metadata={"Date": None})
        return (tmp_path / name).read_bytes()

    assert drawn("a.svg") == drawn("b.svg")


def test_style_and_palette_name_the_same_colours():
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [mpl.colors.to_hex(c) for c in cycle] == list(palette.CLASSES)
    assert mpl.colors.to_hex(mpl.rcParams["text.color"]) == palette.INK


@pytest.mark.parametrize("colour", [palette.INK, palette.QUIET, *palette.CLASSES])
def test_text_colours_are_readable_on_the_card(colour):
    channels = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5

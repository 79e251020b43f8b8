"""Equal millimetres, unequal degrees: what a millimetre of each joint costs each angle, across and along its bone."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from core.records import Float64
from core.report.facts import foot
from core.report.records import Drawing, Section, Subject
from core.report.style import SMALL_PT, TEXT, sheet
from core.skeleton import JOINTS, joint_name
from core.study.slopes import Slopes
from core.study.words import number, several

__all__ = ["slopes"]


def slopes(subject: Subject) -> Section | None:
    """Heat maps of angles by joints; nothing where slopes were not measured."""
    found = subject.slopes
    if found is None:
        return None
    angle, joint = (int(k) for k in np.unravel_index(np.nanargmax(found.across), found.across.shape))
    text = (
        f"Slopes of the estimator at the reference poses of {several(found.frames, 'frame')} of "
        f"{several(found.clips, 'clip')}: by how many degrees an angle changes when one joint moves by one millimetre. "
        "Across the bone that ends in the joint, in the worst direction, a millimetre turns the bone; along it, it "
        "only changes its length, though it may turn the next one.",
        f"Most expensive is a millimetre of the {joint_name(joint)} across its bone: "
        f"{number(found.across[angle, joint], 2)}° of {subject.angles[angle].title.lower()}. A millimetre of a wrist "
        f"or an ankle along its bone costs {number(_ends(found), 2)}° of its elbow or knee. MPJPE counts them alike.",
    )
    return Section("slopes", "Degrees per millimetre", text, (_drawing(subject, found),))


def _ends(found: Slopes) -> float:
    """Mean of wrists and ankles along their bones, of elbow and knee flexion."""
    ends = [JOINTS.index(name) for name in ("l_wrist", "r_wrist", "l_ankle", "r_ankle")]
    return float(np.mean([found.along[8 + k, joint] for k, joint in enumerate(ends)]))


def _drawing(subject: Subject, found: Slopes) -> Drawing:
    shows = "slopes of the estimator at the reference poses, degrees of an angle per millimetre of a joint"
    n = f"{several(found.frames, 'frame')} of {several(found.clips, 'clip')}"
    figure = sheet(150, foot(subject, intervals=False, shows=shows, n=n))
    most = float(np.nanmax([found.across, found.along]))
    names = [angle.title for angle in subject.angles]
    for axes, values, title in zip(figure.subplots(2, 1, sharex=True), (found.across, found.along),
                                   ("Across the bone, worst direction", "Along the bone"), strict=True):  # fmt: skip
        image = _cells(axes, values, most)
        axes.set_yticks(range(len(names)), names)
        axes.set_title(title, fontweight="bold")
    axes.set_xticks(range(1, len(JOINTS)), [joint_name(k) for k in range(1, len(JOINTS))], rotation=55, ha="right",
                    rotation_mode="anchor")  # fmt: skip
    figure.colorbar(image, ax=figure.axes, label="degrees per millimetre", aspect=50, pad=0.01)
    caption = ("What a millimetre of each joint costs each angle: derivatives of the estimator at the reference poses, "
               "mean of their sizes over frames, across and along the bone that ends in the joint. The pelvis ends no "
               "bone and is left out here.")  # fmt: skip
    return Drawing("slopes", caption, figure, _numbers(subject, found))


def _cells(axes: Axes, values: Float64, most: float) -> AxesImage:
    image = axes.imshow(values, cmap=mpl.colormaps["viridis_r"], vmin=0, vmax=most, aspect="auto")
    axes.set_xlim(0.5, len(JOINTS) - 0.5)
    for row, column in np.argwhere(values >= 0.01):
        value = float(values[row, column])
        axes.text(column, row, f"{value:.2f}".removeprefix("0"), ha="center", va="center", fontsize=SMALL_PT,
                  color="white" if value > 0.5 * most else TEXT)  # fmt: skip
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return image


def _numbers(subject: Subject, found: Slopes) -> pl.DataFrame:
    return pl.DataFrame([
        {"angle": angle.name, "joint": joint, "steepest_deg_per_mm": found.steepest[a, j],
         "across_deg_per_mm": found.across[a, j], "along_deg_per_mm": found.along[a, j], "frames": found.frames}
        for a, angle in enumerate(subject.angles) for j, joint in enumerate(JOINTS)
    ]).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip

"""ISB angles against OpenSim 4.6 on real motion: every frame of every clip, every camera.

Files are read with numpy and json here, so that a mistake in our readers cannot hide one in the angles.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.angles.frames import Frame, long_bone_frame, pelvis_frame, thorax_frame
from core.angles.geometry import angles_in_frames, geometric_angles
from core.angles.isb import isb_angles
from core.angles.rotations import hip_zxy_deg, relative_rotation, shoulder_yxy_deg
from core.angles.views import arm_direction_error_deg, in_view
from core.conventions import ShoulderView, angle_names
from core.records import Angles, Axes, Points, Poses

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OpenSimClip:
    """One camera's copy of a trial, with the reference rows of its frames."""

    name: str
    points: Points
    reference: dict[str, Array]

    def column(self, side: str, name: str) -> Array:
        return self.reference[f"{side.upper()}_{name}_deg"]

    def mark(self, *labels: str) -> Array:
        """(3, n) mean of labels."""
        rows = [self.points.names.index(label) for label in labels]
        return self.points.xyz_mm[:, rows].mean(axis=1, dtype=np.float64).T


def _reference(path: Path) -> dict[str, Array]:
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module")
def clips(shared_data: Path) -> list[OpenSimClip]:
    root = shared_data / "opensim_ap3d"
    found = []
    for info_path in sorted((root / "data" / "test_set").glob("*/*.json")):
        info = json.loads(info_path.read_text())
        points = Points(
            np.load(info_path.with_suffix(".npy")), tuple(info["keypoint_name"]), info["fps"], Axes.WORLD_Z_UP
        )
        trial = f"{info_path.parent.name}_{info_path.stem.split('_cam_')[0]}"
        rows = slice(info["source_start_frame"], info["source_start_frame"] + points.n_frames)
        table = {k: v[rows] for k, v in _reference(root / "reference" / f"{trial}_angles.csv").items()}
        found.append(OpenSimClip(f"{trial}_{info_path.stem}", points, table))
    assert len(found) >= 20
    assert {len(clip.points.names) for clip in found} == {84, 111, 41}  # all three label sets take part
    return found


def test_twelve_angles_of_every_frame(clips: list[OpenSimClip]) -> None:
    """Within 0.01 degree; measured about 1e-4, the rounding of float32 coordinates."""
    names, worst = angle_names(), {}
    for clip in clips:
        deg = isb_angles(clip.points).deg
        points_used = "jc" if "RKNE" in clip.points.names else "epi"  # centres where the dialect has them (README)
        wanted = {"hip_flexion": "hip_flexion", "hip_adduction": "hip_adduction", "shoulder_flexion": "shoulder_FEdec",
                  "shoulder_abduction": "shoulder_ABDdec", "elbow_flexion": f"elbow_flexion_{points_used}",
                  "knee_flexion": f"knee_flexion_{points_used}"}  # fmt: skip
        for kind, column in wanted.items():
            for side in "lr":
                reference = clip.column(side, column)
                assert len(reference) == len(deg)
                difference = np.abs(deg[:, names.index(f"{kind}_{side}")] - reference)
                # Components stretch direction by E/sin(E): the issue asks them everywhere, so no frame is left out.
                assert difference.max() < 0.01, (clip.name, kind, side)
                worst[kind] = max(worst.get(kind, 0.0), float(difference.max()))
    print("largest difference to OpenSim, degrees:", {kind: f"{value:.1e}" for kind, value in worst.items()})


def test_raw_and_projected_views(clips: list[OpenSimClip]) -> None:
    for clip in clips:
        angles = isb_angles(clip.points)
        raw, projected = in_view(angles, ShoulderView.RAW), in_view(angles, ShoulderView.PROJECTED)
        for index, side in enumerate("lr"):
            elevation = clip.column(side, "shoulder_elev")
            assert np.abs(raw[:, 6 + index] - elevation).max() < 0.01, clip.name
            regular = (elevation > 15) & (elevation < 165)
            plane = raw[:, 4 + index] - clip.column(side, "shoulder_plane")
            plane = (plane + 180) % 360 - 180
            assert np.abs(plane[regular]).max() < 0.02, clip.name
            abduction = projected[:, 6 + index] - clip.column(side, "shoulder_AAproj")
            assert np.abs(abduction).max() < 0.01, clip.name
            flexion = projected[:, 4 + index] - clip.column(side, "shoulder_FEproj")
            flexion = (flexion + 180) % 360 - 180
            assert np.abs(flexion[np.abs(clip.column(side, "shoulder_AAproj")) < 75]).max() < 0.01, clip.name


def test_full_frames_and_decompositions(clips: list[OpenSimClip]) -> None:
    """All three angles of hip and shoulder from anatomical frames, including what the twelve do not show."""
    for clip in clips:
        a = "RASI" in clip.points.names

        def pick(dialect_a: str, dialect_b: str, a: bool = a) -> str:
            return dialect_a if a else dialect_b

        psis = (pick("LPSI", "L_PSIS"), pick("RPSI", "R_PSIS"))
        pelvis = pelvis_frame(
            clip.mark(pick("LASI", "L_ASIS")), clip.mark(pick("RASI", "R_ASIS")), clip.mark(*psis)
        ).matrices()
        t8 = "T8" if "T8" in clip.points.names else "T10"
        thorax = thorax_frame(*(clip.mark(label) for label in ("Manubrium", "Xiphoid", "C7", t8))).matrices()
        for side in "lr":
            s = side.upper()
            femur = long_bone_frame(
                clip.mark(pick(f"{s}HIP", f"{s}_Hip Joint")), clip.mark(pick(f"{s}KNL", f"{s}_Lateral Femur")),
                clip.mark(pick(f"{s}KNM", f"{s}_Medial Femur")), side,
            )  # fmt: skip
            got = hip_zxy_deg(relative_rotation(pelvis, femur.matrices()), side)
            for values, column in zip(got, ("hip_flexion", "hip_adduction", "hip_rotation"), strict=True):
                assert np.abs(values - clip.column(side, column)).max() < 0.01, (clip.name, column)
            humerus = long_bone_frame(
                clip.mark(f"{s}_Shoulder Joint"), clip.mark(pick(f"{s}ELL", f"{s}_Lateral Elbow")),
                clip.mark(pick(f"{s}ELM", f"{s}_Medial Elbow")), side,
            )  # fmt: skip
            plane, elevation, axial = shoulder_yxy_deg(relative_rotation(thorax, humerus.matrices()), side)
            assert np.abs(elevation - clip.column(side, "shoulder_elev")).max() < 0.01
            regular = (elevation > 15) & (elevation < 165)
            for values, column in ((plane, "shoulder_plane"), (axial, "shoulder_axial")):
                difference = (values - clip.column(side, column) + 180) % 360 - 180
                assert np.abs(difference[regular]).max() < 0.02, (clip.name, column)


def _joints(clip: OpenSimClip) -> Array:
    """(3, 17, n) with the joint centres that the long-axis identity needs; joints it does not need are the pelvis."""
    joints = np.tile(clip.mark("PELVIS")[:, None], (1, 17, 1))
    for index, labels in {
        1: ["RHIP"], 2: ["RKNL", "RKNM"], 3: ["RANK"], 4: ["LHIP"], 5: ["LKNL", "LKNM"], 6: ["LANK"],
        11: ["L_Shoulder Joint"], 12: ["LELL", "LELM"], 13: ["LWRT"],
        14: ["R_Shoulder Joint"], 15: ["RELL", "RELM"], 16: ["RWRT"],
    }.items():  # fmt: skip
        joints[:, index] = clip.mark(*labels)
    return joints


def test_17_joints_in_given_frames_are_the_isb_angles(clips: list[OpenSimClip]) -> None:
    """With pelvis and thorax given, long axes suffice: hips, shoulders as full decomposition, knees and elbows too.

    Joints are points of the bones' own axes (mid-epicondyles), as in the identity. The centres of rotation that H36M
    uses lie off this axis: the next test.
    """
    for clip in (clip for clip in clips if "RASI" in clip.points.names):
        pelvis = pelvis_frame(clip.mark("LASI"), clip.mark("RASI"), clip.mark("LPSI", "RPSI"))
        t8 = "T8" if "T8" in clip.points.names else "T10"
        thorax = thorax_frame(*(clip.mark(label) for label in ("Manubrium", "Xiphoid", "C7", t8)))
        deg = angles_in_frames(pelvis, thorax, _joints(clip))
        columns = ("hip_flexion", "hip_adduction", "shoulder_FEdec", "shoulder_ABDdec", "elbow_flexion_epi",
                   "knee_flexion_epi")  # fmt: skip
        for row, column in enumerate(columns):
            for index, side in enumerate("lr"):
                assert np.abs(deg[2 * row + index] - clip.column(side, column)).max() < 0.01, (clip.name, column, side)


def _trials(shared_data: Path) -> list[tuple[str, Path, dict[str, Array]]]:
    """Name, anatomical poses and reference of every trial."""
    paths = sorted((shared_data / "opensim_ap3d" / "reference").glob("*_h36m_anatomical.npy"))
    assert len(paths) >= 5
    names = [path.name.removesuffix("_h36m_anatomical.npy") for path in paths]
    return [(n, p, _reference(p.with_name(f"{n}_angles.csv"))) for n, p in zip(names, paths, strict=True)]


def test_h36m_joints_in_given_frames(shared_data: Path) -> None:
    """True joint centres: knees and elbows exact; hip and shoulder differ by the centre's place off the bone's axis.

    OpenSim's knee centre moves in the femur a few mm off the mid-epicondyles (a degree of a 400 mm thigh); its elbow
    centre lies about 16 mm off them (3.2 degrees of a 290 mm upper arm, as a direction: components stretch it).
    """
    for trial, path, table in _trials(shared_data):
        bodies = np.load(path.with_name(f"{trial}_osim.npz"))
        pelvis, thorax = (Frame(bodies[name].transpose(2, 1, 0)) for name in ("R_pelvis", "R_torso"))
        deg = angles_in_frames(pelvis, thorax, np.load(path).astype(np.float64).transpose(2, 1, 0))
        wanted = np.array(deg)
        for index, side in enumerate("LR"):
            assert np.abs(deg[8 + index] - table[f"{side}_elbow_flexion_jc_deg"]).max() < 0.01, trial
            assert np.abs(deg[10 + index] - table[f"{side}_knee_flexion_jc_deg"]).max() < 0.01, trial
            assert np.abs(deg[index] - table[f"{side}_hip_flexion_deg"]).max() < 1.0, trial
            assert np.abs(deg[2 + index] - table[f"{side}_hip_adduction_deg"]).max() < 1.0, trial
            wanted[4 + index], wanted[6 + index] = (
                table[f"{side}_shoulder_FEdec_deg"],
                table[f"{side}_shoulder_ABDdec_deg"],
            )
        arms = arm_direction_error_deg(Angles(deg.T, "joints"), Angles(wanted.T, "reference"))
        assert 1.0 < arms.max() < 4.0, (trial, arms.max())


def test_geometry_alone_misses_the_pelvis_tilt(shared_data: Path) -> None:
    """17 joints without given frames: the spine stands in for the pelvis. An offset of hip flexion, not another sign.

    Mean difference per trial is printed; the movement itself (difference less its mean) stays close.
    """
    for trial, path, table in _trials(shared_data):
        deg = geometric_angles(Poses(np.load(path), 60.0, Axes.WORLD_Z_UP)).deg
        for row, column, offset, spread in (
            (0, "hip_flexion", 12, 7),
            (2, "hip_adduction", 1, 0.3),
            (8, "elbow_flexion_jc", 0.01, 0.01),
            (10, "knee_flexion_jc", 0.01, 0.01),
        ):
            for index, side in enumerate("LR"):
                difference = deg[:, row + index] - table[f"{side}_{column}_deg"]
                print(f"{trial} {side} {column}: mean {difference.mean():+.2f}, SD {difference.std():.2f}")
                assert abs(difference.mean()) < offset, (trial, side, column)
                assert difference.std() < spread, (trial, side, column)
        wanted = np.zeros((len(deg), 12))
        for index, side in enumerate("LR"):
            for row, column in ((4, "FEdec"), (6, "ABDdec")):
                wanted[:, row + index] = table[f"{side}_shoulder_{column}_deg"]
        arms = arm_direction_error_deg(Angles(deg, "geometry"), Angles(wanted, "reference"))
        print(f"{trial} arm direction: mean {arms.mean():.1f}, largest {arms.max():.1f}")
        assert arms.max() < 4, trial  # the elbow centre off the bone's axis, as above

"""Known joint angles give labels from which ISB definitions return the same angles.

Oracle: frames built here from the labels as Wu et al. 2002 (J Biomech 35:543-548) and 2005 (J Biomech 38:981-992)
define them, decomposed by scipy's Rotation ('ZXY', 'YXY'); nothing of core.angles is used for it.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.angles.isb import isb_angles
from core.body.anthropometry import anthropometry
from core.body.landmarks import FIELD_LABELS, RUNNING_LABELS
from core.body.points import JOINT_CENTRES, label_positions_mm, labelled_points, poses_in_rig
from core.body.posture import COORDINATES, Posture, exact_angles, posture, segment_motion, shoulder_components
from core.body.segments import SEGMENTS, SegmentMotion, segment_offsets_mm, segment_origins_mm
from core.conventions import ANGLES
from core.records import Axes
from core.skeleton import MIRROR, RIGS

BODY = anthropometry(1780.0, "male", 1.05)


def random_posture(n: int = 200, seed: int = 3) -> Posture:
    """Every coordinate within what a person can do, both sides on their own; shoulders by plane and elevation."""
    rng = np.random.default_rng(seed)
    limits = {"hip_flexion": (-40, 120), "hip_adduction": (-50, 35), "knee": (0, 150), "elbow": (0, 150),
              "shoulder_rotation": (-90, 90), "pelvis_yaw": (-180, 180)}  # fmt: skip
    deg = {}
    for name in COORDINATES:
        low, high = next((span for key, span in limits.items() if name.startswith(key)), (-40, 40))
        deg[name] = rng.uniform(low, high, n)
    for side in "lr":
        plane, elevation = rng.uniform(-80, 130, n), rng.uniform(2, 165, n)
        deg[f"shoulder_flexion_{side}"], deg[f"shoulder_abduction_{side}"] = shoulder_components(plane, elevation)
    return posture(rng.normal(0, 500, (n, 3)), deg, 60.0)


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def frame(x, y, z):
    return np.stack([x, y, z], axis=-1)


class Labels:
    """Positions by name."""

    def __init__(self, motion: SegmentMotion) -> None:
        self.motion = motion

    def __call__(self, *names: str):
        return label_positions_mm(BODY, self.motion, names).mean(axis=1)


def oracle_angles(at: Labels, upper_back: str) -> np.ndarray:
    """(T, 12) by the ISB papers' own constructions and scipy's decompositions."""
    z = unit(at("RASI") - at("LASI"))
    y = unit(np.cross(z, at("RASI", "LASI") - at("RPSI", "LPSI")))
    pelvis = frame(np.cross(y, z), y, z)
    top, bottom = at("Manubrium", "C7"), at("Xiphoid", upper_back)
    y = unit(top - bottom)
    z = unit(np.cross(at("C7") - at("Manubrium"), bottom - at("Manubrium")))
    thorax = frame(np.cross(y, z), y, z)
    columns = {}
    for side, s in (("L", "l"), ("R", "r")):
        femur = limb(at(f"{side}HIP"), at(f"{side}KNL"), at(f"{side}KNM"), side)
        a, b, _ = Rotation.from_matrix(np.swapaxes(pelvis, 1, 2) @ femur).as_euler("ZXY", degrees=True).T
        columns[f"hip_flexion_{s}"], columns[f"hip_adduction_{s}"] = a, b if side == "R" else -b
        humerus = limb(at(f"{side}_Shoulder Joint"), at(f"{side}ELL"), at(f"{side}ELM"), side)
        relative = np.swapaxes(thorax, 1, 2) @ humerus
        if side == "L":
            mirror = np.diag([1, 1, -1])
            relative = mirror @ relative @ mirror
        plane, elevation, _ = Rotation.from_matrix(relative).as_euler("YXY", degrees=True).T
        plane = np.deg2rad(plane + 180.0)  # scipy's branch: elevation >= 0, plane half a turn away
        columns[f"shoulder_flexion_{s}"] = elevation * np.sin(plane)
        columns[f"shoulder_abduction_{s}"] = elevation * np.cos(plane)
        columns[f"elbow_flexion_{s}"] = bend(at(f"{side}_Shoulder Joint"), at(f"{side}ELB"), at(f"{side}WRT"))
        columns[f"knee_flexion_{s}"] = bend(at(f"{side}HIP"), at(f"{side}KNE"), at(f"{side}ANK"))
    return np.column_stack([columns[angle.name] for angle in ANGLES])


def limb(proximal, lateral, medial, side):
    y = unit(proximal - (lateral + medial) / 2)
    across = lateral - medial if side == "R" else medial - lateral
    x = unit(np.cross(y, across))
    return frame(x, y, np.cross(x, y))


def bend(a, b, c):
    u, v = b - a, c - b
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(u, v), axis=1), np.sum(u * v, axis=1)))


@pytest.mark.parametrize("upper_back", ["T8", "T10"])
def test_scipy_reads_the_generating_angles_from_the_labels(upper_back):
    joints = random_posture()
    measured = oracle_angles(Labels(segment_motion(joints)), upper_back)
    np.testing.assert_allclose(measured, exact_angles(joints).deg, atol=1e-4)


@pytest.mark.parametrize(("labels", "kind"), [(FIELD_LABELS, "A"), (RUNNING_LABELS, "B")])
def test_the_engine_reads_the_generating_angles_from_both_dialects(labels, kind):
    joints = random_posture(seed=7)
    measured = isb_angles(labelled_points(BODY, segment_motion(joints), labels))
    np.testing.assert_allclose(measured.deg, exact_angles(joints).deg, atol=1e-3)
    assert ("T10 for T8" in measured.notes) == (kind == "A")


@pytest.mark.parametrize("angle", [angle.name for angle in ANGLES])
@pytest.mark.parametrize("degrees", [5.0, 40.0, 85.0])
def test_one_angle_at_a_time(angle, degrees):
    joints = posture(np.zeros((1, 3)), {angle: degrees}, 60.0)
    expected = [degrees if a.name == angle else 0.0 for a in ANGLES]
    measured = isb_angles(labelled_points(BODY, segment_motion(joints))).deg[0]
    np.testing.assert_allclose(measured, expected, atol=1e-3)


@pytest.mark.parametrize(
    ("coordinate", "label", "axis", "sign"),
    [
        ("hip_flexion_r", "RKNE", 0, 1), ("hip_flexion_l", "LKNE", 0, 1), ("hip_adduction_r", "RKNE", 1, 1),
        ("hip_adduction_l", "LKNE", 1, -1), ("knee_flexion_l", "LANK", 0, -1), ("elbow_flexion_r", "RWRT", 0, 1),
        ("shoulder_flexion_l", "LELB", 0, 1), ("shoulder_abduction_l", "LELB", 1, 1),
        ("shoulder_abduction_r", "RELB", 1, -1), ("ankle_flexion_r", "R_Toe", 2, 1), ("pelvis_tilt", "C7", 0, 1),
        ("lumbar_flexion", "C7", 0, 1), ("lumbar_bending", "C7", 1, -1), ("lumbar_rotation", "Xiphoid", 1, 1),
        ("neck_flexion", "Vertex", 0, 1), ("neck_rotation", "Nasion", 1, 1), ("pelvis_yaw", "RASI", 0, 1),
        ("clavicle_elevation_l", "LSHO", 2, 1), ("clavicle_protraction_l", "LSHO", 0, 1),
        ("pelvis_list", "RHIP", 2, -1),
    ],
)  # fmt: skip
def test_positive_means_what_the_table_says(coordinate, label, axis, sign):
    """World of an upright body: x forward, y left, z up."""
    still, moved = (segment_motion(posture(np.zeros((1, 3)), {coordinate: deg}, 60.0)) for deg in (0.0, 20.0))
    shift = (label_positions_mm(BODY, moved, (label,)) - label_positions_mm(BODY, still, (label,)))[0, 0]
    assert np.sign(shift[axis]) == sign and abs(shift[axis]) > 5


def test_a_mirrored_posture_gives_mirrored_poses():
    joints = random_posture(50)
    sides = {"l": "r", "r": "l"}
    turned = ("yaw", "list", "lumbar_bending", "lumbar_rotation", "neck_bending", "neck_rotation")
    mirrored = {}
    for name in COORDINATES:
        source = f"{name[:-1]}{sides[name[-1]]}" if name[-2:] in ("_l", "_r") else name
        mirrored[name] = joints[source] * (-1 if name.endswith(turned) else 1)
    other = posture(joints.pelvis_mm * [1, -1, 1], mirrored, 60.0)
    here, there = (poses_in_rig(BODY, segment_motion(p), "ap3d").xyz_mm for p in (joints, other))
    np.testing.assert_allclose(there, here[:, MIRROR] * [1, -1, 1], atol=1e-3)


def test_segments_keep_their_lengths():
    motion = segment_motion(random_posture(80))
    origins = segment_origins_mm(BODY, motion)
    for child, offset in zip(SEGMENTS[1:], segment_offsets_mm(BODY)[1:], strict=True):
        parent = origins[:, SEGMENTS.index(PARENT[child])]
        length = np.linalg.norm(origins[:, SEGMENTS.index(child)] - parent, axis=1)
        np.testing.assert_allclose(length, np.linalg.norm(offset), atol=1e-9)


PARENT = {"abdomen": "pelvis", "thorax": "abdomen", "head": "thorax"} | {
    f"{name}_{side}": parent if parent in ("thorax", "pelvis") else f"{parent}_{side}"
    for side in "lr"
    for name, parent in (("clavicle", "thorax"), ("humerus", "clavicle"), ("forearm", "humerus"), ("hand", "forearm"),
                         ("femur", "pelvis"), ("tibia", "femur"), ("foot", "tibia"))
}  # fmt: skip


@pytest.mark.parametrize("rig", ["ap3d", "ap3d_running"])
def test_joints_of_a_rig_are_the_means_its_recipe_names(rig):
    motion = segment_motion(random_posture(20))
    joints = poses_in_rig(BODY, motion, rig)
    labels = FIELD_LABELS if rig == "ap3d" else RUNNING_LABELS
    points = labelled_points(BODY, motion, labels).xyz_mm
    for joint, recipe in enumerate(RIGS[rig].labels):
        mean = np.mean([points[:, labels.index(label)] for label in recipe], axis=0)
        np.testing.assert_allclose(joints.xyz_mm[:, joint], mean, atol=2e-3)
    assert joints.rig == rig


def test_the_h36m_rig_has_joint_centres():
    motion = segment_motion(random_posture(20))
    joints = poses_in_rig(BODY, motion, "h36m").xyz_mm
    np.testing.assert_allclose(joints, label_positions_mm(BODY, motion, JOINT_CENTRES), atol=1e-3)
    thigh = np.linalg.norm(joints[:, 1] - joints[:, 2], axis=1)
    np.testing.assert_allclose(thigh, BODY.thigh, atol=1e-3)
    np.testing.assert_allclose(joints[:, 0], (joints[:, 1] + joints[:, 4]) / 2, atol=1e-3)


def test_segment_rotations_alone_pose_the_body():
    """Retargeting starts from orientations: any rotations give rigid segments, whatever their frame of axes."""
    rng = np.random.default_rng(1)
    rotations = Rotation.random(5 * len(SEGMENTS), random_state=rng).as_matrix().reshape(5, len(SEGMENTS), 3, 3)
    motion = SegmentMotion(np.zeros((5, 3)), rotations, 100.0, Axes.WORLD_Y_UP)
    points = labelled_points(BODY, motion, ("RKNL", "RKNM", "RHIP"))
    assert points.axes is Axes.WORLD_Y_UP and points.fps == 100.0
    breadth = np.linalg.norm(points.xyz_mm[:, 0] - points.xyz_mm[:, 1], axis=1)
    np.testing.assert_allclose(breadth, BODY.knee_breadth, atol=1e-3)


def test_unknown_coordinate_and_label_are_named():
    with pytest.raises(ValueError, match="hip_flection"):
        posture(np.zeros((1, 3)), {"hip_flection": 3.0}, 60.0)
    with pytest.raises(KeyError, match="NOWHERE"):
        label_positions_mm(BODY, segment_motion(random_posture(1)), ("NOWHERE",))

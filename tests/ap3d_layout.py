"""Writes small datasets in AthletePose3D layout, for tests: a simple stick figure, no recorded data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIELD_LABELS = ("PELVIS", "RASI", "RPSI", "RKNE", "RANK", "LASI", "LPSI", "LKNE", "LANK", "Xiphoid", "T10", "CLAV",
                "Nasion", "Vertex", "EARC", "L_Shoulder Joint", "LELB", "LWRT", "R_Shoulder Joint", "RELB", "RWRT",
                "RHIP", "LHIP")  # fmt: skip
SIDE = {"R": -1.0, "L": 1.0}
STANDING = {
    "PELVIS": (0, 0, 1000), "RASI": (90, -120, 1010), "LASI": (90, 120, 1010), "RPSI": (-70, -45, 1020),
    "LPSI": (-70, 45, 1020), "RKNE": (20, -100, 500), "LKNE": (20, 100, 500), "RANK": (0, -90, 80),
    "LANK": (0, 90, 80), "Xiphoid": (100, 0, 1240), "T10": (-100, 0, 1260), "CLAV": (60, 0, 1450),
    "Nasion": (110, 0, 1650), "Vertex": (0, 0, 1780), "EARC": (10, 0, 1640), "L_Shoulder Joint": (0, 190, 1420),
    "R_Shoulder Joint": (0, -190, 1420), "LELB": (-20, 240, 1130), "RELB": (-20, -240, 1130),
    "LWRT": (90, 260, 900), "RWRT": (90, -260, 900), "RHIP": (0, -85, 930), "LHIP": (0, 85, 930),
}  # fmt: skip
# AthletePose3D rig.json "Human3.6M", as the project's reference on formats lists it.
FIELD_RECIPE = (("PELVIS",), ("RASI", "RPSI"), ("RKNE",), ("RANK",), ("LASI", "LPSI"), ("LKNE",), ("LANK",),
                ("Xiphoid", "T10"), ("CLAV",), ("CLAV", "Nasion"), ("Vertex", "EARC"), ("L_Shoulder Joint",),
                ("LELB",), ("LWRT",), ("R_Shoulder Joint",), ("RELB",), ("RWRT",))  # fmt: skip


def walking_points(n_frames: int, seed: int = 0) -> NDArray[np.float32]:
    """(T, K, 3) millimetres, Z up: the standing figure moving forward, its limbs swaying a little."""
    standing = np.array([STANDING[label] for label in FIELD_LABELS], np.float64)
    t = np.arange(n_frames) / 60
    rng = np.random.default_rng(seed)
    sway = 30 * np.sin(2 * np.pi * (t[:, None, None] + rng.random((1, len(FIELD_LABELS), 3))))
    return (standing + sway + t[:, None, None] * np.array([1500.0, 0, 0])).astype(np.float32)


def poses_of(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(T, 17, 3): the field recipe written out."""
    column = {label: k for k, label in enumerate(FIELD_LABELS)}
    joints = [points[:, [column[label] for label in labels]].mean(axis=1) for labels in FIELD_RECIPE]
    return np.stack(joints, axis=1).astype(np.float32)


def clip_info(**changes: Any) -> dict[str, Any]:
    """The content of a clip's ``.json``; a change to None takes the key out."""
    info = {"video_width": 1280, "video_height": 768, "fps": 60, "cam": "cam_a", "type": "fs",
            "source_file": "x.mp4", "keypoint_name": list(FIELD_LABELS), **changes}  # fmt: skip
    return {key: value for key, value in info.items() if value is not None}


def write_clip(folder: Path, stem: str, n_frames: int = 8, seed: int = 0, **changes: Any) -> Path:
    """Write ``.json``, ``.npy``, ``_h36m.npy`` of one clip; returns the path of the stem."""
    folder.mkdir(parents=True, exist_ok=True)
    points = walking_points(n_frames, seed)
    (folder / f"{stem}.json").write_text(json.dumps(clip_info(**changes)))
    np.save(folder / f"{stem}.npy", points)
    np.save(folder / f"{stem}_h36m.npy", poses_of(points))
    return folder / stem


def camera_entry(**changes: Any) -> dict[str, Any]:
    """One camera of ``cam_param.json``: 5 m in front of the origin on -X, looking along +X, 1.2 m up."""
    # Rows of the extrinsic matrix are right, up and backward; the readers flip the last two.
    entry = {"affine_intrinsics_matrix": [[1000, 0, 640], [0, 1001, 384], [0, 0, 1]], "distortion": [0.1] * 5,
             "extrinsic_matrix": [[0, -1, 0], [0, 0, 1], [-1, 0, 0]], "xyz": [-5000, 0, 1200]}  # fmt: skip
    return {**entry, **changes}


def write_dataset(root: Path, clips: dict[str, list[str]], n_frames: int = 8) -> Path:
    """A dataset of clips by folder below the root (``data/test_set/S1``), with two cameras; returns the root."""
    root.mkdir(parents=True, exist_ok=True)
    cameras = {"cam_a": camera_entry(), "cam_b": camera_entry(xyz=[-6000, 0, 1000])}
    (root / "cam_param.json").write_text(json.dumps(cameras))
    for folder, stems in clips.items():
        for seed, stem in enumerate(stems):
            write_clip(root / folder, stem, n_frames, seed)
    return root

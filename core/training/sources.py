"""What a network is trained and measured on: recorded motion on sampled bodies, or a dataset with labelled points.

Motion (folders of BVH) is divided by take, a dataset by athlete; the bodies of held-out motion are others than those
of training. Both give a numbered supply of pairs and the pairs that are held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.angles.isb import isb_angles
from core.body.rigs_bvh import JointMap
from core.conventions import ANGLES
from core.dataset import iter_clips, open_dataset
from core.errors import DataError
from core.records import Clip, Float32, Points
from core.skeleton import MIRROR
from core.training.corpus import Take, corpus_sha256, load_takes, postures_of, split_takes
from core.training.evaluation import Measured, take_pairs
from core.training.loop import Supply
from core.training.pairs import Pairs, PairSource

__all__ = ["RecordedSupply", "Source", "is_motion", "measured_set", "source_for"]

_HELD_OUT_BODIES, _EVERY = 4, 5
_SWAP_SIDES = tuple(column ^ 1 for column in range(len(ANGLES)))
_H36M = ("{0}HIP|{0}_Hip Joint", "{0}KNE|{0}_Lateral Femur,{0}_Medial Femur",
         "{0}ANK|{0}_Lateral Ankle,{0}_Medial Ankle")  # fmt: skip
_H36M_ARM = ("{0}_Shoulder Joint", "{0}ELB|{0}_Lateral Elbow,{0}_Medial Elbow",
             "{0}WRT|{0}_Lateral Wrist,{0}_Medial Wrist")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """supply : numbered training pairs. held_out : for measuring. data : hash per folder. split : in words."""

    supply: Supply
    held_out: Measured
    data: dict[str, str]
    split: str


class RecordedSupply:
    """Pairs that were recorded, drawn at random, half of them mirrored; the same number gives the same pairs."""

    def __init__(self, pairs: Pairs, seed: int) -> None:
        self.pairs, self.seed = pairs, seed

    def chunk(self, number: int, size: int) -> Pairs:
        """Pairs number ``number``."""
        rng = np.random.default_rng([self.seed, 3, number])
        rows = rng.integers(len(self.pairs.deg), size=size)
        xyz, deg = self.pairs.xyz_mm[rows], self.pairs.deg[rows]
        flip = rng.random(size) < 0.5
        # Which axis is turned over does not matter: features know no world.
        xyz[flip] = xyz[flip][:, list(MIRROR)] * np.array([1, 1, -1], np.float32)
        deg[flip] = deg[flip][:, list(_SWAP_SIDES)]
        return Pairs(xyz, deg)


def is_motion(path: Path) -> bool:
    """Whether a file or folder holds jointed motion (BVH)."""
    return path.suffix.lower() == ".bvh" or (path.is_dir() and next(path.rglob("*.[bB][vV][hH]"), None) is not None)


def source_for(paths: Sequence[Path], rig: str, seed: int, joint_map: JointMap | None = None) -> Source:
    """Training and held-out pairs of folders of BVH, or of datasets with labelled points.

    Raises :class:`DataError` for a mixture of both, for a folder with neither, and where nothing can be held out.
    """
    motion = [is_motion(path) for path in paths]
    if any(motion) and not all(motion):
        raise DataError("motion and datasets cannot be mixed in one training", path=paths[motion.index(False)])
    return _of_motion(paths, rig, seed, joint_map) if all(motion) else _of_datasets(paths, rig, seed)


def _of_motion(paths: Sequence[Path], rig: str, seed: int, joint_map: JointMap | None) -> Source:
    split = split_takes(load_takes(paths, joint_map))
    if not split.held_out:
        raise DataError("too few takes to hold any out", path=paths[0], expected="at least 4")
    names = ", ".join(sorted(take.name for take in split.held_out))
    supply = PairSource(postures_of(split.train), rig, seed)
    held_out = take_pairs(split.held_out, rig, seed, bodies=_HELD_OUT_BODIES)
    return Source(supply, held_out, _hashes(paths, (*split.train, *split.held_out)),
                  f"by take and by body; held out with their twins: {names}")  # fmt: skip


def _hashes(paths: Sequence[Path], takes: Sequence[Take]) -> dict[str, str]:
    folders = {path.name for path in paths}
    return {name: corpus_sha256(take for take in takes if take.folder == name) for name in sorted(folders)}


def _of_datasets(paths: Sequence[Path], rig: str, seed: int) -> Source:
    clips: list[Clip] = []
    data = {}
    for path in paths:
        dataset = open_dataset(path)
        data[path.name] = dataset.fingerprint
        clips += [clip for clip in iter_clips(dataset) if isinstance(clip, Clip)]
    athletes = sorted({clip.athlete for clip in clips})
    held = set(athletes[_EVERY // 2 :: _EVERY] or athletes[-1:])
    learnt = _recorded([clip for clip in clips if clip.athlete not in held], rig)
    measured = _recorded([clip for clip in clips if clip.athlete in held], rig)
    if learnt is None or measured is None:
        raise DataError(f"no pairs in rig {rig} on both sides of the split", path=paths[0],
                        expected="labelled points of at least two athletes", got=f"{len(athletes)}")  # fmt: skip
    return Source(
        RecordedSupply(learnt.pairs, seed), measured, data, f"by athlete; held out: {', '.join(sorted(held))}"
    )


def measured_set(path: Path, rig: str, seed: int, joint_map: JointMap | None = None) -> Measured:
    """All of a folder of BVH (on unseen bodies), or all clips of a dataset with points, to measure on.

    For rig ``h36m`` joint centres are taken from the labels where the dataset's own poses are of another rig.
    Raises :class:`DataError` where nothing fits the rig.
    """
    if is_motion(path):
        return take_pairs(load_takes([path], joint_map), rig, seed + 1, bodies=2)
    found = _recorded([clip for clip in iter_clips(open_dataset(path)) if isinstance(clip, Clip)], rig)
    if found is None:
        raise DataError(f"no clip has labelled points and poses in rig {rig}", path=path)
    return found


def _recorded(clips: Sequence[Clip], rig: str) -> Measured | None:
    """Pairs of the clips that have points and poses of the rig, frames with a gap left out."""
    xyz, deg, sizes = [], [], []
    for clip in clips:
        joints = _joints(clip, rig)
        if joints is None or clip.points is None:
            continue
        angles = isb_angles(clip.points).deg
        whole = np.isfinite(joints).all(axis=(1, 2)) & np.isfinite(angles).all(axis=1)
        xyz.append(joints[whole])
        deg.append(angles[whole])
        sizes.append(int(whole.sum()))
    if not sum(sizes):
        return None
    return Measured(Pairs(np.concatenate(xyz), np.concatenate(deg)), np.repeat(np.arange(len(sizes)), sizes))


def _joints(clip: Clip, rig: str) -> Float32 | None:
    """(T, 17, 3) joints of a clip in a rig, None where it has none."""
    if clip.poses.rig == rig:
        return clip.poses.xyz_mm
    return _h36m_joints(clip.points) if rig == "h36m" and clip.points is not None else None


def _h36m_joints(points: Points) -> Float32 | None:
    """Joint centres from labels; spine, neck base and head as the nearest middle of two labels."""
    column = {name: index for index, name in enumerate(points.names)}

    def centre(text: str) -> Float32 | None:
        for alternative in text.split("|"):
            labels = alternative.split(",")
            if all(label in column for label in labels):
                middle: Float32 = points.xyz_mm[:, [column[label] for label in labels]].mean(axis=1)
                return middle
        return None

    legs = [centre(text.format(side)) for side in "RL" for text in _H36M]
    trunk = [centre(text) for text in ("Xiphoid,T10", "Manubrium,C7", "Nasion,EARC", "Vertex")]
    arms = [centre(text.format(side)) for side in "LR" for text in _H36M_ARM]
    joints = [*legs, *trunk, *arms]
    known = [joint for joint in joints if joint is not None]
    if len(known) < len(joints):
        return None
    return np.stack([(known[0] + known[3]) / 2, *known], axis=1)

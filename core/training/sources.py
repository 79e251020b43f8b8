"""What networks are trained and measured on: recorded motion on sampled bodies, or a dataset with labelled points.

Motion (folders of BVH) is divided by take, a dataset by athlete; the bodies of held-out motion are others than those
of training. Both give, for every rig, a numbered supply of pairs, pairs to watch and calibrate with, and pairs that
are held out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.angles.isb import isb_angles
from core.body.rigs_bvh import JointMap
from core.conventions import ANGLES
from core.dataset import iter_clips, open_dataset
from core.errors import DataError, UsageError
from core.records import Clip, Float32, Points
from core.skeleton import MIRROR, RIGS
from core.training.corpus import corpus_sha256, load_takes, postures_of, split_takes
from core.training.evaluation import Measured, take_pairs
from core.training.loop import Supply
from core.training.pairs import Pairs, PairSource

__all__ = ["RecordedSupply", "Source", "athletes_apart", "is_motion", "joints_in_rig", "measured_sets", "named_once",
           "source_for"]  # fmt: skip

_BODIES, _TEST_BODIES, _EVERY = 8, 2, 5
_TEST_SEED = 1_000_000_007  # of the bodies of test motion: no training has it
_WATCHED = 4096
_SWAP_SIDES = tuple(column ^ 1 for column in range(len(ANGLES)))
_H36M = ("{0}HIP|{0}_Hip Joint", "{0}KNE|{0}_Lateral Femur,{0}_Medial Femur",
         "{0}ANK|{0}_Lateral Ankle,{0}_Medial Ankle")  # fmt: skip
_H36M_ARM = ("{0}_Shoulder Joint", "{0}ELB|{0}_Lateral Elbow,{0}_Medial Elbow",
             "{0}WRT|{0}_Lateral Wrist,{0}_Medial Wrist")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """supplies : numbered training pairs. validation : to watch and calibrate with. held_out : to measure on in the
    end. All three by rig. data : hash per folder. split : in words. files : hashes of recordings that are not held
    out.
    """

    supplies: dict[str, Supply]
    validation: dict[str, Measured]
    held_out: dict[str, Measured]
    data: dict[str, str]
    split: str
    files: frozenset[str] = frozenset()

    @property
    def rigs(self) -> tuple[str, ...]:
        """Those that it has pairs of."""
        return tuple(self.supplies)

    def watched(self) -> dict[str, Pairs]:
        """Some thousand validation pairs of each rig, spread evenly, to look at while training."""
        return {rig: measured.thinned(_WATCHED).pairs for rig, measured in self.validation.items()}


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


def source_for(
    paths: Sequence[Path], rigs: Sequence[str] = (), seed: int = 1, joint_map: JointMap | None = None
) -> Source:
    """Training and held-out pairs of folders of BVH, or of datasets with labelled points.

    rigs : empty: all that there are pairs of. Raises :class:`DataError` for a mixture of both, for a folder with
    neither, for a rig without pairs, and where nothing can be held out, :class:`UsageError` for two of one name.
    """
    named_once(paths)
    motion = [is_motion(path) for path in paths]
    if any(motion) and not all(motion):
        raise DataError("motion and datasets cannot be mixed in one training", path=paths[motion.index(False)])
    return _of_motion(paths, rigs, seed, joint_map) if all(motion) else _of_datasets(paths, rigs, seed)


def _of_motion(paths: Sequence[Path], rigs: Sequence[str], seed: int, joint_map: JointMap | None) -> Source:
    by_path = {path: load_takes([path], joint_map) for path in paths}
    split = split_takes([take for takes in by_path.values() for take in takes])
    if not split.held_out:
        raise DataError("too few takes to hold any out", path=paths[0], expected="at least 4")
    named = {"held out": split.held_out, "watched": split.validation}
    words = "; ".join(f"{word}: {', '.join(sorted(take.name for take in takes))}" for word, takes in named.items())
    wanted = tuple(rigs) or tuple(RIGS)
    pool = postures_of(split.train)
    return Source(
        {rig: PairSource(pool, rig, seed) for rig in wanted},
        {rig: take_pairs(split.validation, rig, seed + 1, bodies=_BODIES) for rig in wanted},
        {rig: take_pairs(split.held_out, rig, seed, bodies=_BODIES) for rig in wanted},
        {_name(path): corpus_sha256(take.sha256 for take in takes) for path, takes in by_path.items()},
        f"by take and by body, twins together; {words}",
        frozenset(take.sha256 for take in (*split.train, *split.validation)),
    )


def named_once(paths: Sequence[Path]) -> None:
    """:class:`UsageError` where two folders have the same name, by which cards tell them apart."""
    if len({_name(path) for path in paths}) < len(paths):
        raise UsageError(f"two of the --data have the same name: {', '.join(map(str, paths))}")


def _name(path: Path) -> str:
    return path.resolve().name


def _of_datasets(paths: Sequence[Path], rigs: Sequence[str], seed: int) -> Source:
    clips: list[Clip] = []
    data = {}
    for path in paths:
        dataset = open_dataset(path)
        data[_name(path)] = dataset.fingerprint
        clips += [clip for clip in iter_clips(dataset) if isinstance(clip, Clip)]
    learnt, watched, held = athletes_apart({clip.athlete for clip in clips})
    parts: dict[str, tuple[Measured, ...]] = {}
    for rig in tuple(rigs) or tuple(RIGS):
        found = [_recorded([clip for clip in clips if clip.athlete in some], rig)
                 for some in (learnt, watched, held)]  # fmt: skip
        whole = tuple(part for part in found if part is not None)
        if len(whole) == len(found):
            parts[rig] = whole
    missing = [rig for rig in rigs if rig not in parts] or ([] if parts else ["any"])
    if missing:
        raise DataError(f"no pairs in rig {missing[0]} on both sides of the split", path=paths[0],
                        expected="labelled points and poses in that rig of at least two athletes")  # fmt: skip
    words = f"by athlete; held out: {', '.join(sorted(held))}; watched: {', '.join(sorted(watched))}"
    return Source({rig: RecordedSupply(part[0].pairs, seed) for rig, part in parts.items()},
                  {rig: part[1] for rig, part in parts.items()}, {rig: part[2] for rig, part in parts.items()},
                  data, words)  # fmt: skip


def athletes_apart(athletes: Collection[str]) -> tuple[set[str], set[str], set[str]]:
    """Athletes to learn from, to watch the training with, and to measure on in the end."""
    ordered = sorted(athletes)
    held = set(ordered[_EVERY // 2 :: _EVERY] or ordered[-1:])
    # Too few athletes for three parts: those held out are watched as well, and the card says so.
    watched = set(ordered[::_EVERY]) if len(ordered) >= _EVERY else held
    return set(ordered) - held - watched, watched, held


def measured_sets(
    path: Path, rigs: Sequence[str], joint_map: JointMap | None = None, learnt: Collection[str] = ()
) -> dict[str, Measured]:
    """All of a folder of BVH (on unseen bodies), or all clips of a dataset with points, in each rig that it fits.

    For rig ``h36m`` joint centres are taken from the labels where the dataset's own poses are of another rig.
    learnt : hashes of recordings that were trained on. Raises :class:`DataError` where one of them is here.
    """
    if not is_motion(path):
        clips = [clip for clip in iter_clips(open_dataset(path)) if isinstance(clip, Clip)]
        return {rig: found for rig in rigs if (found := _recorded(clips, rig)) is not None}
    takes = load_takes([path], joint_map)
    known = [take.name for take in takes if take.sha256 in learnt]
    if known:
        raise DataError("motion to test on was trained on", path=path, got=", ".join(known[:3]))
    return {rig: take_pairs(takes, rig, _TEST_SEED, bodies=_TEST_BODIES) for rig in rigs}


def _recorded(clips: Sequence[Clip], rig: str) -> Measured | None:
    """Pairs of the clips that have points and poses of the rig, frames with a gap left out."""
    xyz, deg, follows, used = [], [], [], []
    for clip in clips:
        joints = joints_in_rig(clip, rig)
        if joints is None or clip.points is None:
            continue
        angles = isb_angles(clip.points).deg
        rows = np.concatenate([joints.reshape(len(joints), -1), angles], axis=1)
        whole = np.isfinite(rows).all(axis=1)
        if whole.any():
            xyz.append(joints[whole])
            deg.append(angles[whole])
            follows.append(np.append(False, whole[:-1])[whole])
            used.append(clip)
    if not used:
        return None
    numbers = np.repeat(np.arange(len(used)), [len(part) for part in deg])
    return Measured(Pairs(np.concatenate(xyz), np.concatenate(deg)), numbers, np.concatenate(follows),
                    tuple(clip.activity for clip in used), np.full(len(used), np.nan))  # fmt: skip


def joints_in_rig(clip: Clip, rig: str) -> Float32 | None:
    """(T, 17, 3) joints of a clip in a rig, None where it has none; those of ``h36m`` also from labels."""
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

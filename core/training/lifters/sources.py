"""What lifters are trained and measured on: folders of motion on sampled bodies, or datasets with their cameras.

Motion (BVH) is divided by take, twins together, and by body; a dataset by athlete. Motion of a set (``lab``) is trained
on by itself, and what is in the other set is measured on as motion of another kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.body.rigs_bvh import JointMap
from core.dataset import iter_clips, open_dataset
from core.errors import DataError, UsageError
from core.records import Camera, Clip, Float32
from core.training.corpus import corpus_sha256, held_groups
from core.training.lifters.motion import MovingTake, load_motion, of_set
from core.training.lifters.sequences import AS_RECORDED, Sequences, Widening, at_fps, posed_takes
from core.training.lifters.views import ViewSupply
from core.training.sources import athletes_apart, is_motion, joints_in_rig, named_once

__all__ = ["CAMERAS", "LifterSource", "MotionSplit", "UnseenSet", "lifter_source", "motion_split", "unseen_set"]

CAMERAS = ("auto", "real", "virtual")
"""Which cameras see a dataset; ``auto``: those that recorded it. Motion has virtual ones only."""

_RIG = "h36m"
_BODIES, _TEST_BODIES = 96, 2
_TEST_SEED = 1_000_000_007  # of the bodies of test motion: no training has it
_SHORTEST = 25
_TITLES = (("cmu", "CMU"), ("deepmimic", "DeepMimic"))


@dataclass(frozen=True, slots=True, eq=False)
class UnseenSet:
    """Motion to measure on. domain : ``in`` (as in training, but other takes and bodies) or ``out``."""

    name: str
    domain: str
    sequences: Sequences


@dataclass(frozen=True, slots=True, eq=False)
class LifterSource:
    """supply : numbered training views. validation : to watch the training with. tests : held-out motion, then motion
    of another kind. data : hash per folder. split : in words. minutes : of recorded motion that is learnt from.
    files : hashes of recordings that are learnt from or watched. what : the motion, in a few words.
    """

    supply: ViewSupply
    validation: ViewSupply
    tests: tuple[UnseenSet, ...]
    data: dict[str, str]
    split: str
    minutes: float
    what: str
    files: frozenset[str] = frozenset()


def lifter_source(
    paths: Sequence[Path], wanted: str | None = None, seed: int = 1, joint_map: JointMap | None = None,
    cameras: str = "auto", widening: Widening | None = None,
) -> LifterSource:  # fmt: skip
    """Training, validation and test views of folders of BVH or of datasets.

    wanted : set of takes to train on, None: all. cameras : of :data:`CAMERAS`. Raises :class:`DataError` for a mixture
    of both, nothing to hold out, a take of no set, no poses or cameras, :class:`UsageError` for two folders of one
    name, a set of a dataset's and real cameras of motion.
    """
    named_once(paths)
    motion = [is_motion(path) for path in paths]
    if any(motion) and not all(motion):
        raise DataError("motion and datasets cannot be mixed in one training", path=paths[motion.index(False)])
    if not any(motion):
        if wanted is not None:
            raise UsageError("--set chooses among takes of motion (BVH); these are datasets")
        return _of_datasets(paths, seed, cameras)
    if cameras == "real":
        raise UsageError("--cameras real: motion (BVH) was recorded without cameras")
    return _of_motion(paths, wanted, seed, joint_map, widening or Widening())


@dataclass(frozen=True, slots=True, eq=False)
class MotionSplit:
    """Takes of folders of motion: learnt from, watched, held out, and those of the other set; twins are together.

    data : hash per folder.
    """

    train: tuple[MovingTake, ...]
    watch: tuple[MovingTake, ...]
    test: tuple[MovingTake, ...]
    outside: tuple[MovingTake, ...]
    data: dict[str, str]


def motion_split(paths: Sequence[Path], wanted: str | None = None, joint_map: JointMap | None = None) -> MotionSplit:
    """The takes of folders of BVH, divided. wanted : set of takes to train on, None: all.

    Raises :class:`DataError` for too few takes and for a take of no set.
    """
    by_path = {path: load_motion([path], joint_map) for path in paths}
    takes = [take for found in by_path.values() for take in found]
    inside, outside = of_set(takes, wanted) if wanted else (tuple(takes), ())
    held, watched = held_groups(take.group for take in inside)
    train, watch, test = (
        tuple(take for take in inside if (take.group in held, take.group in watched) == where)
        for where in ((False, False), (False, True), (True, False))
    )
    if not (train and watch and test):
        raise DataError("too few takes to hold any out", path=paths[0], expected="at least 4")
    data = {path.resolve().name: corpus_sha256(take.sha256 for take in found) for path, found in by_path.items()}
    return MotionSplit(train, watch, test, outside, data)


def _of_motion(
    paths: Sequence[Path], wanted: str | None, seed: int, joint_map: JointMap | None, widening: Widening
) -> LifterSource:
    split = motion_split(paths, wanted, joint_map)
    parts, outside = (split.train, split.watch, split.test), split.outside
    train, watch, test = (
        posed_takes(part, bodies, np.random.default_rng([seed, 1, number]), how)
        for number, (part, bodies, how) in enumerate(
            zip(parts, (_BODIES, 8, _TEST_BODIES), (widening, AS_RECORDED, AS_RECORDED), strict=True)
        )
    )
    word = wanted or "all"
    tests = [UnseenSet(f"{word}, held out", "in", test)]
    if outside:
        rng = np.random.default_rng([seed, 1, 3])
        tests.append(
            UnseenSet("athletic" if wanted == "lab" else "lab", "out", posed_takes(outside, _TEST_BODIES, rng))
        )
    said = "; ".join(f"{how}: {', '.join(sorted(take.name for take in part))}"
                     for how, part in zip(("held out", "watched"), (parts[2], parts[1]), strict=True))  # fmt: skip
    trained = {take.sha256 for part in parts[:2] for take in part}
    return LifterSource(ViewSupply(train, seed), ViewSupply(watch, seed + 1), tuple(tests), split.data,
                        f"{word} takes, by take and by body, twins together; {said}",
                        _minutes(parts[0]), _words(paths), frozenset(trained))  # fmt: skip


def _minutes(takes: Sequence[MovingTake]) -> float:
    """Duration of the takes, of twins once."""
    longest: dict[str, float] = {}
    for take in takes:
        longest[take.group] = max(take.minutes, longest.get(take.group, 0.0))
    return sum(longest.values())


def _words(folders: Iterable[Path]) -> str:
    """``CMU and DeepMimic motion``."""
    names = [path.resolve().name for path in folders]
    known = [next((title for start, title in _TITLES if name.startswith(start)), name) for name in names]
    return f"{' and '.join(dict.fromkeys(known))} motion"


def _of_datasets(paths: Sequence[Path], seed: int, cameras: str) -> LifterSource:
    data, clips = {}, []
    for path in paths:
        dataset = open_dataset(path)
        data[path.resolve().name] = dataset.fingerprint
        clips += [clip for clip in iter_clips(dataset) if isinstance(clip, Clip)]
    train, watched, held = athletes_apart({clip.athlete for clip in clips})
    parts = [_sequences([clip for clip in clips if clip.athlete in some], cameras) for some in (train, watched, held)]
    if any(part is None for part in parts):
        raise DataError("no poses in rig h36m (and cameras) on both sides of the split", path=paths[0],
                        expected="reference and cameras of at least two athletes")  # fmt: skip
    learnt, watch, test = (part for part in parts if part is not None)
    words = f"by athlete; held out: {', '.join(sorted(held))}; watched: {', '.join(sorted(watched))}"
    what = " and ".join(data)
    return LifterSource(ViewSupply(learnt, seed), ViewSupply(watch, seed + 1),
                        (UnseenSet(f"{what}, held out", "in", test),), data, words, learnt.minutes, what)  # fmt: skip


def unseen_set(
    path: Path, cameras: str = "auto", joint_map: JointMap | None = None, learnt: Collection[str] = ()
) -> UnseenSet:
    """All of a folder of BVH, on unseen bodies, or all clips of a dataset.

    learnt : hashes of recordings that were trained on. Raises :class:`DataError` where one of them is here, and for a
    dataset without poses in rig h36m.
    """
    if not is_motion(path):
        found = _sequences([clip for clip in iter_clips(open_dataset(path)) if isinstance(clip, Clip)], cameras)
        if found is None:
            raise DataError("no clip has poses in rig h36m (and a camera)", path=path)
        return UnseenSet(path.resolve().name, "out", found)
    takes = load_motion([path], joint_map)
    known = [take.name for take in takes if take.sha256 in learnt]
    if known:
        raise DataError("motion to test on was trained on", path=path, got=", ".join(known[:3]))
    posed = posed_takes(takes, _TEST_BODIES, np.random.default_rng([_TEST_SEED, 1]))
    return UnseenSet(path.resolve().name, "out", posed)


def _sequences(clips: Sequence[Clip], cameras: str) -> Sequences | None:
    """Joints of rig h36m of clips at 50 frames/s, cut where a joint is missing; None where there are none."""
    parts: list[Float32] = []
    of: list[Clip] = []
    for clip in clips:
        joints = joints_in_rig(clip, _RIG)
        if joints is None or (cameras != "virtual" and clip.camera is None):
            continue
        for part in _whole_parts(joints, clip.fps):
            parts.append(part)
            of.append(clip)
    if not parts:
        return None
    seen: tuple[Camera, ...] = ()
    if cameras != "virtual":
        seen = tuple(clip.camera for clip in of if clip.camera is not None)
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return Sequences(np.concatenate(parts), starts, tuple(clip.name for clip in of),
                     tuple(clip.activity for clip in of), seen)  # fmt: skip


def _whole_parts(joints: Float32, fps: float) -> list[Float32]:
    """Stretches (T, 17, 3) of at least half a second without a missing joint, at 50 frames/s."""
    whole = np.isfinite(joints).all(axis=(1, 2))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(np.int8))).reshape(-1, 2)
    resampled = (at_fps(joints[first:end], fps) for first, end in edges)
    return [part for part in resampled if len(part) >= _SHORTEST]

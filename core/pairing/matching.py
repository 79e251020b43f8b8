"""Which clip a file name or a record's keys mean: by words, never by position or guess.

Names are cut into lower-case words at everything that is no letter or digit. A name means a clip where the words of
``<athlete folder>_<stem>`` stand in it one after the other (``out_S1_Running_1_cam_1_pred``). The words of the stem
alone are enough where nothing but known words stand before them (lifter, split, athlete), since ``Spin_discus_1``
also ends in ``discus_1``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from core.dataset import ClipEntry
from core.dataset.layout import SPLITS

__all__ = ["ClipMatcher", "words"]

_LAYOUT_WORDS = frozenset({"data", "predictions", "results", "set", *SPLITS})
_WORD = re.compile(r"[^\W_]+")
Words = tuple[str, ...]


def words(text: str) -> Words:
    """Lower-case words of a name: ``S1/Axel_1.npy`` -> ``s1 axel 1 npy``."""
    return tuple(_WORD.findall(text.lower()))


class ClipMatcher:
    """Finds the clips that a name means.

    clips : of the dataset. lifter : its words may stand before a stem.
    """

    def __init__(self, clips: Iterable[ClipEntry], lifter: str) -> None:
        self._whole: dict[Words, list[ClipEntry]] = defaultdict(list)
        self._stems: dict[Words, list[ClipEntry]] = defaultdict(list)
        self._trials: dict[Words, list[ClipEntry]] = defaultdict(list)
        for clip in clips:
            stem = words(clip.stem)
            self._whole[words(clip.folder) + stem].append(clip)
            self._stems[stem].append(clip)
            self._trials[words(f"{clip.folder} {clip.activity} {clip.trial}")].append(clip)
        self._whole_lengths = sorted({len(key) for key in self._whole}, reverse=True)
        self._stem_lengths = sorted({len(key) for key in self._stems}, reverse=True)
        self._known = _LAYOUT_WORDS | set(words(lifter))

    def by_name(self, name: str) -> tuple[tuple[ClipEntry, ...], Words]:
        """Clips that a file or record name means (several where it does not say which), and the words after it."""
        said = words(name)
        for length in self._whole_lengths:
            for start in range(len(said) - length + 1):
                clips = self._whole.get(said[start : start + length])
                if clips:
                    return self._of_split(clips, said[:start]), said[start + length :]
        return self._by_stem(said)

    def _by_stem(self, said: Words) -> tuple[tuple[ClipEntry, ...], Words]:
        for length in self._stem_lengths:
            for start in range(len(said) - length + 1):
                clips = self._stems.get(said[start : start + length], [])
                before = set(said[:start]) - self._known
                named = [clip for clip in clips if before and before == set(words(clip.folder))]
                fitting = named if before else clips
                if fitting:
                    return self._of_split(fitting, said[:start]), said[start + length :]
        return (), ()

    @staticmethod
    def _of_split(clips: list[ClipEntry], before: Words) -> tuple[ClipEntry, ...]:
        """Of clips with one name those of the split that stands before it; all where none is named."""
        named = [clip for clip in clips if clip.split and clip.split in before]
        return tuple(named or clips)

    def by_keys(self, subject: str, action: str, camera: str, cameras: frozenset[str]) -> tuple[ClipEntry, ...]:
        """Clips of a record's (subject, action, camera); several where one record serves all cameras of a trial.

        camera : id, or number as in the stem; where ``cameras`` (all of this action) count from 0, the position
        among the trial's cameras. Empty: the record belongs to every camera.
        """
        action_words = words(action)
        if "cam" in action_words:
            action_words = action_words[: action_words.index("cam")]
        trial = self._trials.get(words(subject) + action_words, [])
        if not camera:
            return tuple(trial)
        named = tuple(clip for clip in trial if camera.lower() == clip.camera_id.lower())
        if named:
            return named
        if "0" in cameras and camera.isdigit():
            in_order = sorted(trial, key=lambda clip: int(clip.camera_index or 0))
            return tuple(in_order[int(camera) : int(camera) + 1])
        return tuple(clip for clip in trial if clip.camera_index == camera)

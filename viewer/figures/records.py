"""What a figure is drawn from. No Qt and no matplotlib here."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.content.records import ClipContent, Track
from viewer.figures.choices import FrameRange
from viewer.scene.arrows import SlopesAt
from viewer.scene.eye import Eye
from viewer.view import View

__all__ = ["Subject", "frames_of", "spread_frames"]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is on screen. eye : from where the scene is seen at the view's frame. frames : first and last, both
    included, of what is drawn over time. fingerprint : of the estimator, empty where it is not known. slopes : which
    way the joints change the selected angle, where the window shows that.
    """

    content: ClipContent
    view: View
    eye: Eye
    frames: tuple[int, int]
    fingerprint: str = ""
    slopes: SlopesAt | None = None

    @property
    def n_frames(self) -> int:
        """Frames drawn over time."""
        return self.frames[1] - self.frames[0] + 1

    @property
    def part(self) -> slice:
        """These frames of the clip's arrays."""
        return slice(self.frames[0], self.frames[1] + 1)

    @property
    def shown(self) -> tuple[Track, ...]:
        """Reference and lifters that are not hidden."""
        return tuple(track for track in self.content.everyone if track.name not in self.view.hidden)


def spread_frames(subject: Subject, shots: int) -> tuple[int, ...]:
    """So many frames evenly over those drawn, the first and the last among them; one is the current frame."""
    first, last = subject.frames
    count = min(shots, subject.n_frames)
    if count <= 1:
        return (subject.view.frame,)
    return tuple(round(first + (last - first) * i / (count - 1)) for i in range(count))


def frames_of(content: ClipContent, view: View, wanted: FrameRange, zoom_s: tuple[float, float]) -> tuple[int, int]:
    """First and last frame of a range; all of them where nothing is marked. zoom_s : seconds that the traces show."""
    last = content.n_frames - 1
    if wanted is FrameRange.SPAN and view.span is not None:
        return view.span
    if wanted is FrameRange.ZOOM:
        first, end = (min(max(0, round(second * content.fps)), last) for second in zoom_s)
        return (first, end) if end > first else (0, last)
    return 0, last

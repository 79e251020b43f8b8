"""Where points of the study lead: to their lifter, and to their clip at its worst frame once its errors are there."""

from __future__ import annotations

from core.conventions import N_ANGLES
from viewer.content import ClipContent
from viewer.panels.study.plots import Plot
from viewer.panels.study.targets import Target
from viewer.panels.worst import ToWorst
from viewer.session import Session
from viewer.view import StudyPlot, View

__all__ = ["Leading"]


class Leading:
    """Changes the view, and goes to a frame when the clip that was asked for has come."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._worst = ToWorst(session)

    def lifter(self, name: str) -> None:
        """Select a lifter, and draw it."""
        self._session.update(lifter=name, hidden=self._session.view.hidden - {name})

    def follow(self, target: Target, plot: Plot) -> None:
        """Select the lifter of a point, and show its clip where it has one."""
        if target.published:
            return
        if not target.clip:
            if target.lifter:
                self.lifter(target.lifter)
            return
        view, lifter = self._session.view, target.lifter or _worse(plot, target.clip)
        changes: dict[str, object] = {} if target.clip == view.clip else {"clip": target.clip, "frame": 0}
        self._session.update(lifter=lifter, hidden=view.hidden - {lifter}, **changes)
        column = view.angle if view.study.plot is StudyPlot.ANGLE else N_ANGLES
        self._worst.ask(target.clip, lifter, column)

    def show_content(self, content: ClipContent | None) -> None:
        """The clip that was asked for may be here now."""
        self._worst.show_content(content)

    def show_view(self, new: View) -> None:
        """Another clip may be wanted meanwhile."""
        self._worst.show_view(new)


def _worse(plot: Plot, clip: str) -> str:
    """Which of the two lifters whose differences are shown has more degrees on a clip."""
    assert plot.pair is not None  # noqa: S101 - it was clicked
    dots, place = plot.dots, plot.study.scores.clips.index(clip)
    return plot.pair.fewer_mm if float(dots.y[dots.clips == place][0]) > 0 else plot.pair.other

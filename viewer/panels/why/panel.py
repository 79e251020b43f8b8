"""The panel: position error in parts at the frame, the selected angle's error in parts over the span, and flags."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.anatomy import AngleSplit, Cause, Flag, angle_split_of, explained
from core.skeleton import PARENTS, joint_name
from viewer.content.records import ClipContent, Track
from viewer.jobs import Jobs
from viewer.panels.halves import Halves
from viewer.panels.why.bars import Bars, Part, Shares
from viewer.panels.why.flags import FlagList
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View
from viewer.whys import Why, beside, whys_of
from viewer.wording import span_text

__all__ = ["WhyPanel"]

_KIND = "why"
_NO_REFERENCE = "Nothing to compare with: the clip has no reference, or no lifter is open."


class WhyPanel(Halves):
    """Says why the selected lifter (else the first that is drawn) is wrong; :meth:`go` steps through flagged spans."""

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session, self._theme, self._jobs = session, theme, jobs
        self._content: ClipContent | None = None
        self._whys: Mapping[str, Why] = {}
        self.head, self.angle_head, self.says = QLabel(), QLabel(), QLabel()
        self.flag_head = QLabel()
        self.positions = Bars(theme, "Position error in parts")
        self.bone, self.parts = QLabel(), QLabel()
        self.shares = Shares(theme, "Angle error in parts")
        self.flags = FlagList(theme)
        self.flags.chosen.connect(self._to_flag)
        self._lay_out()
        self.setAccessibleName("Why here?")
        self.show_theme(theme)
        self.show_content(session.content)

    @property
    def whys(self) -> Mapping[str, Why]:
        """What was found of each source; empty until it is computed."""
        return self._whys

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip: its parts and flags are computed beside."""
        self._content, self._whys = content, {}
        self._jobs.cancel(_KIND)
        if content is not None and content.found is not None:
            self._jobs.run(_KIND, "looking for reasons", whys_of(content), self._found, self._failed)
        self._show_flags()
        self._show_all()

    def show_view(self, new: View, old: View) -> None:
        """Another lifter, joint, angle or span."""
        if (new.lifter, new.hidden) != (old.lifter, old.hidden):
            self._show_flags()
        self._show_all()

    def show_frame(self, frame: int) -> None:  # noqa: ARG002 - the session has it
        """Parts at another frame."""
        if self.isVisible():
            self._show_position()

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the parts follow with the whole clip, once the joint is let go."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.positions.show_theme(theme)
        self.shares.show_theme(theme)
        self.flags.show_theme(theme)
        for label in (self.angle_head, self.flag_head, self.head):
            label.setStyleSheet("font-weight: bold;")
        for label in (self.says, self.bone):
            label.setStyleSheet(f"color: {theme.dim};")
        self._show_all()

    def go(self, *, forward: bool) -> bool:
        """To the next or previous flagged span of the lifters that are drawn; False where there is none."""
        view, content = self._session.view, self._content
        if content is None:
            return False
        names = tuple(track.name for track in content.tracks if track.name not in view.hidden)
        found = beside(self._whys, names, view.frame, forward=forward)
        if found is None:
            none = f"no {'further' if forward else 'earlier'} flagged frame in this clip"
            self._session.message.emit("still looking for flags in this clip" if self._jobs_run() else none)
            return False
        frame, flag = found
        self._session.update(frame=frame, lifter=flag.source)
        return True

    def showEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """What was left out while nobody looked."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._show_all()

    def _lay_out(self) -> None:
        for label in (self.head, self.bone, self.angle_head, self.parts, self.says, self.flag_head):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        left, right = self.left, self.right
        for part in (self.head, self.positions, self.bone, self.angle_head, self.shares, self.parts, self.says):
            left.addWidget(part)
        left.addStretch(1)
        right.addWidget(self.flag_head)
        right.addWidget(self.flags, 1)
        self.flags.setMinimumHeight(110)

    def _found(self, whys: Mapping[str, Why]) -> None:
        self._whys = whys
        self._show_flags()
        self._show_all()

    def _failed(self, line: str) -> None:
        self._session.message.emit(line)

    def _track(self) -> Track | None:
        """Whose reasons are told: the selected lifter's, else the first drawn one's."""
        content, view = self._content, self._session.view
        if content is None or content.reference is None:
            return None
        chosen = content.track(view.lifter)
        if chosen is not None and chosen.colour >= 0:
            return chosen
        return next((track for track in content.tracks if track.name not in view.hidden), None)

    def _to_flag(self, flag: Flag) -> None:
        self._session.update(frame=flag.frames[0][0], lifter=flag.source)

    def _show_flags(self) -> None:
        track = self._track()
        why = None if track is None else self._whys.get(track.name)
        self.flags.show_flags(() if why is None else why.flags)
        many = 0 if why is None else len(why.flags)
        told = "…" if why is None and self._jobs_run() else "none" if not many else str(many)
        self.flag_head.setText("" if track is None else f"Flags of {track.label}: {told}")

    def _jobs_run(self) -> bool:
        return _KIND in self._jobs.running()

    def _show_all(self) -> None:
        if self.isVisible():
            self._show_position()
            self._show_angle()

    def _show_position(self) -> None:
        track, view = self._track(), self._session.view
        why = None if track is None else self._whys.get(track.name)
        if track is None or why is None:
            self.head.setText(_NO_REFERENCE if track is None else f"{track.label}: looking for reasons…")
            self.positions.show_parts((), self._theme.accent)
            self.bone.setText("")
            return
        frame, joint, split = view.frame, view.joint, why.positions
        whole = _at(split.error_mm, frame, joint)
        whose = joint_name(joint) if joint >= 0 else "mean of the joints"
        self.head.setText(f"Frame {frame}, {whose}: {_mm(whole)} off")
        self.head.setToolTip(f"{track.label} against the reference, pelvis on pelvis")
        parts = (("along the bone", split.along_mm), ("across the bone", split.across_mm),
                 ("in depth", split.depth_mm), ("in the picture", split.plane_mm))  # fmt: skip
        colour = self._theme.lifter(track.colour)
        values = [(name, _at(array, frame, joint)) for name, array in parts]
        longest = max((abs(value) for _, value in values if np.isfinite(value)), default=1.0) or 1.0
        signed = joint >= 0
        self.positions.show_parts([Part(name, _mm(value, signed and name in ("along the bone", "in depth")),
                                        value / longest) for name, value in values], colour)  # fmt: skip
        length, turned = _at(split.length_percent, frame, joint), _at(split.direction_deg, frame, joint)
        longer, off = _text(length, "+.0f" if signed else ".0f", " %"), _text(turned, ".0f", "°")
        self.bone.setText(f"bone {joint_name(PARENTS[joint])} to {whose}: length {longer}, direction off by {off}"
                          if joint > 0 else f"bones: length off by {longer}, direction by {off} on average"
                          if joint < 0 else "")  # fmt: skip
        self.flags.show_now(why.at(frame))

    def _show_angle(self) -> None:
        track, view, content = self._track(), self._session.view, self._content
        evaluation = None
        if track is not None and content is not None:
            evaluation = next((e for e in content.evaluations if e.source == track.name), None)
        if evaluation is None or content is None or track is None:
            self.angle_head.setText("")
            self.says.setText("")
            self.parts.setText("")
            self.shares.show_shares(())
            return
        last = content.n_frames - 1
        span = None if view.span is None or view.span[0] > last else (view.span[0], min(view.span[1], last))
        split, column = angle_split_of(evaluation, span), view.angle
        where = "whole clip" if span is None else span_text(*span)
        rms = float(np.sqrt(split.mean_square_deg2[column]))
        self.angle_head.setText(f"{content.angles[column].title}, {where}: RMSE {_text(rms, '.1f', '°')}")
        self.says.setText(explained(split, column))
        pieces = [(part.value, float(share)) for part, share in zip(Cause, split.shares[column], strict=True)]
        self.shares.show_shares([] if np.isnan(split.shares[column]).any() else pieces)
        self.parts.setText(_parts_text(split, column))


def _parts_text(split: AngleSplit, column: int) -> str:
    """Bias, lag, gain and rest in one line."""
    lag, gain = split.lag_frames[column], split.gain[column]
    side = "behind" if lag > 0 else "ahead"
    late = f"{abs(lag):.1f} frames ({abs(1000 * split.lag_s[column]):.0f} ms) {side}"
    late = late if np.isfinite(lag) else "no lag found"
    swing = f"gain {gain:.2f}" if np.isfinite(gain) else "no gain: the reference is still"
    bias, rest = _text(split.bias_deg[column], "+.1f", "°"), _text(split.rest_rms_deg[column], ".1f", "°")
    return f"bias {bias} · {late} · {swing} · rest {rest}"


def _at(values: np.ndarray, frame: int, joint: int) -> float:
    """Of a joint at a frame, or the mean of the sizes over all joints that have one."""
    row = values[min(frame, len(values) - 1)]
    if joint >= 0:
        return float(row[joint])
    known = np.abs(row[np.isfinite(row)])
    return float(known.mean()) if len(known) else float("nan")


def _mm(value: float, signed: bool = False) -> str:
    return _text(value, "+.0f" if signed else ".0f", " mm")


def _text(value: float, how: str, unit: str) -> str:
    return f"{value:{how}}{unit}".replace("-", "\N{MINUS SIGN}") if np.isfinite(value) else "–"

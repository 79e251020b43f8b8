"""The dialog that makes a film of the clip on screen: what, which frames, how large and how fast, with a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPalette, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.errors import AnglescopeError
from viewer.content.records import ClipContent
from viewer.dialogs.latest import Latest
from viewer.film.encoding import require_pyav
from viewer.film.film import Film, film_of
from viewer.film.options import SIZES, SPEEDS, FilmFormat, FilmLayout, FilmOptions, FilmSpan
from viewer.film.painter import FilmPainter
from viewer.film.writing import write_film
from viewer.scene.arrows import SlopesAt
from viewer.scene.eye import Eye
from viewer.view import View
from viewer.whatif.slopes import slopes_on_screen
from viewer.wording import span_text
from viewer.workbench import EXPORT

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["FilmDialog", "ask_film"]

_PREVIEW_PX = (640, 480)
_PAUSE_MS = 120
_LAYOUTS = ((FilmLayout.SCENE, "Skeletons only"), (FilmLayout.ANGLE, "Skeletons and the selected angle"),
            (FilmLayout.TWELVE, "Skeletons and all twelve angles"))  # fmt: skip
_SPEEDS: Mapping[float, str] = dict(zip(SPEEDS, ("Real time", "Half speed", "Quarter speed"), strict=True))
_USUAL_SIZE = {FilmFormat.MP4: (1920, 1080), FilmFormat.GIF: (800, 450)}


def ask_film(window: Window) -> None:
    """Ask what film of the clip on screen to make, and make it; nothing without a clip."""
    content, bench = window.session.content, window.bench
    if content is None:
        return
    try:
        require_pyav()
    except AnglescopeError as error:
        bench.said.emit(str(error), "error")
        return
    folder = Path.home() if bench.workspace is None else bench.workspace.path.parent
    view = window.session.view
    slopes = slopes_on_screen(content, view, window.whatif.lifter)
    dialog = FilmDialog(content, view, window.scene.area.eye, bench.settings.film, folder, window, slopes)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def write(film: Film, path: Path) -> None:
        bench.settings = msgspec.structs.replace(bench.settings, film=film.options)
        work = write_film(film, bench.workspace, path)
        bench.jobs.run(EXPORT, f"writing {path.name}", work, lambda out: bench.said.emit(f"written: {out}", "info"),
                       lambda line: bench.said.emit(line, "error"))  # fmt: skip

    dialog.chosen.connect(write)
    dialog.open()


class Choice(QComboBox):
    """One of some values, each with its text. Values stay what they are, which Qt's own data would not."""

    def __init__(self, name: str, entries: Iterable[tuple[Any, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._values: list[Any] = []
        for value, text in entries:
            self._values.append(value)
            self.addItem(text)

    @property
    def value(self) -> Any:
        """The one that is chosen."""
        return self._values[self.currentIndex()]

    def choose(self, value: object) -> None:
        """Choose a value, or the first where it is not there."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else 0)


class FilmDialog(QDialog):
    """Choices at the left, one frame of the film at the right. ``chosen(film, path)`` comes before it closes."""

    chosen = Signal(object, object)

    def __init__(self, content: ClipContent, view: View, eye: Eye, options: FilmOptions, folder: Path,
                 parent: QWidget | None = None, slopes: SlopesAt | None = None) -> None:  # fmt: skip
        """With what was chosen last (options), where saving begins, and the arrows on screen (slopes)."""
        super().__init__(parent)
        self.setWindowTitle("Make a film")
        self._content, self._view, self._eye, self._folder, self._slopes = content, view, eye, folder, slopes
        self._latest = Latest(self)
        self._latest.ended.connect(self._on_preview)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._preview)
        self._make(options)
        self._arrange()
        self._show_first(options)
        self._connect()
        self._on_change()

    @property
    def film(self) -> Film:
        """The film as it is chosen; raises :class:`core.errors.DataError` for a span without frames."""
        return film_of(self._content, self._view, self._eye, self.options, *self._span(), self._slopes)

    @property
    def options(self) -> FilmOptions:
        """What is chosen."""
        return FilmOptions(
            self.layout_box.value, self.format_box.value, self.size_box.value,
            self.theme_box.value, self.speed_box.value, self.every.isChecked(),
            self.turning.isChecked(), self.span_box.value,
        )  # fmt: skip

    def _make(self, options: FilmOptions) -> None:
        last = self._content.n_frames - 1
        span = self._view.span
        spans = [*(((FilmSpan.SPAN, f"In to out, {span_text(*span)}"),) if span else ()),
                 (FilmSpan.CLIP, f"Whole clip, {span_text(0, last)}"),
                 (FilmSpan.RANGE, "From frame … to frame …")]  # fmt: skip
        sizes = dict.fromkeys((*SIZES, options.size))
        self.layout_box = Choice("What the film shows", _LAYOUTS)
        self.span_box = Choice("Which frames", spans)
        self.first_box, self.last_box = _frame_box("First frame", last, 0), _frame_box("Last frame", last, last)
        self.format_box = Choice("Format", [(FilmFormat.MP4, "MP4 video"), (FilmFormat.GIF, "GIF, plays in a loop")])
        self.size_box = Choice("Size", [(size, f"{size[0]} × {size[1]}") for size in sizes])
        self.speed_box = Choice("Speed", list(_SPEEDS.items()))
        self.theme_box = Choice("Colours", [("dark", "Dark"), ("light", "Light")])
        self.every = QCheckBox("Keep every frame, slower where the film holds fewer")
        self.turning = QCheckBox("Turn the view slowly")
        self.preview = QLabel("…")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setFrameShape(QLabel.Shape.StyledPanel)
        self.preview.setFixedSize(*(pixels + 2 for pixels in _PREVIEW_PX))
        self.preview.setAccessibleName("Preview of one frame")
        self.says = QLabel()
        self.says.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save = self.buttons.addButton("Save…", QDialogButtonBox.ButtonRole.AcceptRole)

    def _arrange(self) -> None:
        ends = QHBoxLayout()
        ends.addWidget(self.first_box, 1)
        ends.addWidget(QLabel("to"))
        ends.addWidget(self.last_box, 1)
        form = QFormLayout()
        for name, widget in (("Content", self.layout_box), ("Frames", self.span_box), ("", ends),
                             ("Format", self.format_box), ("Size", self.size_box), ("Speed", self.speed_box),
                             ("", self.every), ("Colours", self.theme_box), ("", self.turning)):  # fmt: skip
            form.addRow(name, widget)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addStretch(1)
        left.addWidget(self.says)
        left.addWidget(self.buttons)
        both = QHBoxLayout(self)
        both.addLayout(left)
        both.addWidget(self.preview)
        both.setSpacing(16)
        self.save.setDefault(True)
        self.layout_box.setFocus()

    def _show_first(self, options: FilmOptions) -> None:
        """What was chosen last, as far as it is there for this clip."""
        for box, value in ((self.layout_box, options.layout), (self.format_box, options.format),
                           (self.size_box, options.size), (self.speed_box, options.speed),
                           (self.theme_box, options.theme), (self.span_box, options.span)):  # fmt: skip
            box.choose(value)
        self.every.setChecked(options.every_frame)
        self.turning.setChecked(options.turning)

    def _connect(self) -> None:
        for box in (self.layout_box, self.span_box, self.size_box, self.speed_box, self.theme_box):
            box.currentIndexChanged.connect(self._on_change)
        self.format_box.currentIndexChanged.connect(self._on_format)
        for number in (self.first_box, self.last_box):
            number.valueChanged.connect(self._on_change)
        for check in (self.every, self.turning):
            check.toggled.connect(self._on_change)
        self.save.clicked.connect(self._ask_where)
        self.buttons.rejected.connect(self.reject)

    def _span(self) -> tuple[int, int]:
        which: FilmSpan = self.span_box.value
        if which is FilmSpan.RANGE:
            return self.first_box.value(), self.last_box.value()
        span = self._view.span if which is FilmSpan.SPAN else None
        return span or (0, self._content.n_frames - 1)

    def _on_format(self) -> None:
        """Films and GIFs are usually of other sizes."""
        self.size_box.choose(_USUAL_SIZE[self.format_box.value])
        self._on_change()

    def _on_change(self) -> None:
        """Say how long the film would be, and show another preview soon."""
        for number in (self.first_box, self.last_box):
            number.setEnabled(self.span_box.value is FilmSpan.RANGE)
        try:
            timing = self.film.timing
        except AnglescopeError as error:
            self._latest.drop()
            self._pause.stop()
            self._say(str(error), warns=True)
            return
        frames = f"{timing.n_written} frame{'' if timing.n_written == 1 else 's'}"
        self._say(f"{frames}, {timing.seconds:.1f} s\n{timing.said}")
        self._pause.start()

    def _say(self, text: str, *, warns: bool = False) -> None:
        self.save.setEnabled(not warns)
        self.says.setText(text)
        role = QPalette.ColorRole.BrightText if warns else QPalette.ColorRole.WindowText
        self.says.setForegroundRole(role)

    def _preview(self) -> None:
        film = self.film
        self._latest.run(lambda: _previewed(film))

    def _on_preview(self, image: QImage | None, error: str) -> None:
        if image is None:
            self.preview.setText(error)
        else:
            self.preview.setPixmap(QPixmap.fromImage(image))

    def _ask_where(self) -> None:
        """Into which file."""
        kind: FilmFormat = self.format_box.value
        dialog = QFileDialog(self, "Save the film", str(self._folder), f"{kind.value.upper()} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind.value)
        dialog.selectFile(f"{self._content.name}.{kind}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda text: self._choose(Path(text)))
        dialog.open()

    def _choose(self, path: Path) -> None:
        self.chosen.emit(self.film, path)
        self.accept()


def _previewed(film: Film) -> QImage:
    """The frame on screen as the film would show it, or its nearest; painted on a worker."""
    frames = film.timing.frames
    frame = min(max(film.view.frame, film.first), frames[-1])
    image = FilmPainter(film).image((frame - film.first) // frames.step)
    return image.scaled(*_PREVIEW_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _frame_box(name: str, last: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setAccessibleName(name)
    box.setRange(0, last)
    box.setValue(value)
    return box

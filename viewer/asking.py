"""What the window asks of the user and tells in dialogs; none of them blocks the event loop."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QTextBrowser,
    QVBoxLayout,
)

from core import __version__
from core.results.folder import JOURNAL, RUN
from viewer.actions import ACTIONS, MOUSE
from viewer.conventions_page import conventions_html
from viewer.notes import notes_html
from viewer.opening import is_dataset

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["Asking"]

_FPS = (1.0, 2000.0)
_POSES = "Poses and studies (*.npy *.npz *.json *.pkl *.csv *.parquet *.toml);;All files (*)"


class Asking(QObject):
    """The dialogs of a window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    def folder(self) -> None:
        """Which dataset or results folder to open."""
        self._files("Open a dataset or results folder", QFileDialog.FileMode.Directory,
                    lambda path: self._window.bench.open([path]))  # fmt: skip

    def file(self) -> None:
        """Which file to open."""
        self._files("Open a study, a file of a clip, or a file of poses", QFileDialog.FileMode.ExistingFile,
                    lambda path: self._window.bench.open([path]), _POSES)  # fmt: skip

    def demo(self) -> None:
        """Open the demo that ships."""
        self._window.bench.open([demo_folder()])

    def take(self, paths: Sequence[Path]) -> None:
        """What was dropped on the window: a dataset is opened, poses beside an open dataset are offered as a lifter."""
        workspace = self._window.bench.workspace
        if workspace is not None and workspace.job is not None and not is_dataset(paths[0]):
            for path in paths:
                self.lifter_at(path)
        else:
            self._window.bench.open(paths)

    def lifter(self) -> None:
        """Which predictions to add: a folder, or by its button a file."""
        box = self._box("Add a lifter", "Are the lifter's predictions in one file or in a folder of files?")
        one = box.addButton("File…", QMessageBox.ButtonRole.AcceptRole)
        many = box.addButton("Folder…", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        one.clicked.connect(lambda: self._files("Predictions of a lifter", QFileDialog.FileMode.ExistingFile,
                                                self.lifter_at, _POSES))  # fmt: skip
        many.clicked.connect(lambda: self._files("Predictions of a lifter", QFileDialog.FileMode.Directory,
                                                 self.lifter_at))  # fmt: skip
        box.open()

    def lifter_at(self, path: Path) -> None:
        """Show what was understood of predictions, and add them when the user agrees."""
        workspace = self._window.bench.workspace
        if workspace is None or workspace.job is None:
            return
        from viewer.dialogs.add_lifter import AddLifterDialog  # what it inspects files with takes a while to load

        taken = tuple(pairing.lifter for pairing in workspace.job.pairings)
        dialog = AddLifterDialog(workspace.job.dataset, path, taken, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._window.bench.add_lifter(dialog.pairing()))
        dialog.open()

    def export_clip(self) -> None:
        """Where to write the errors of the clip on screen."""
        content = self._window.session.content
        if content is not None:
            self._save("Export the errors of this clip", f"{content.name}.csv", "CSV (*.csv)",
                       self._window.bench.export_clip)  # fmt: skip

    def save_edited(self) -> None:
        """Where to write the edited poses of the lifter, as a source beside the others."""
        if self._window.whatif.lifter and self._window.whatif.edits:
            name = f"{self._window.whatif.lifter}-edited"
            dialog = QFileDialog(self._window, "Save the edited poses into a new folder", self._folder())
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setFileMode(QFileDialog.FileMode.AnyFile)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.selectFile(name)
            lifter = self._window.whatif.lifter
            dialog.fileSelected.connect(lambda text: self._window.bench.save_edited(Path(text), lifter))
            self._show(dialog)

    def export_all(self) -> None:
        """Into which folder to score all clips; earlier results there are asked about."""
        self._files("Export the errors of all clips into a new or empty folder", QFileDialog.FileMode.Directory,
                    self.export_all_into)  # fmt: skip

    def export_all_into(self, out: Path) -> None:
        """Score all clips into ``out``, after a question where it holds results."""
        bench = self._window.bench
        unfinished, finished = (out / JOURNAL).is_file(), (out / RUN).is_file()
        if not unfinished and not finished:
            bench.export_all(out)
            return
        what = "an unfinished run" if unfinished else "the results of an earlier run"
        box = self._box("Export the errors of all clips", f"{out} holds {what}.")
        if unfinished:
            resume = box.addButton("Go on with it", QMessageBox.ButtonRole.AcceptRole)
            resume.clicked.connect(lambda: bench.export_all(out, resume=True))
        replace = box.addButton("Replace it", QMessageBox.ButtonRole.DestructiveRole)
        replace.clicked.connect(lambda: bench.export_all(out, overwrite=True))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.open()

    def weights(self) -> None:
        """Which file of weights to compute angles with."""
        self._files("Weights of a pose-to-angle network", QFileDialog.FileMode.ExistingFile,
                    lambda path: self._window.session.update_engine(estimator=str(path)),
                    "Weights (*.safetensors)")  # fmt: skip

    def picture(self) -> None:
        """Where to save a picture of the window, taken before the dialog covers it."""
        image = self._window.picture()

        def save(path: Path) -> None:
            if not image.save(str(path)):
                self._window.messages.say(f"{path}: the picture could not be written", "error")

        name = self._window.session.view.clip or "anglescope"
        self._save("Save a picture of the window", f"{name}.png", "PNG (*.png)", save)

    def keys(self) -> None:
        """All actions with their keys, and what the mouse does."""
        from viewer.dialogs.key_sheet import KeySheet

        rows = [(action.menu.replace("/", " › "), action.text, self._window.actions_.keys_of(action.id))
                for action in ACTIONS]  # fmt: skip
        self._show(KeySheet([*(row for row in rows if row[2]), *MOUSE], self._window))

    def conventions(self) -> None:
        """What the angles mean in the view that is shown, and what errors are."""
        self._page("Conventions of the angles", conventions_html(self._window.session.view.engine.shoulder), 1060, 640)

    def notes(self) -> None:
        """What was assumed, substituted or adapted for the clip on screen."""
        content = self._window.session.content
        if content is not None:
            self._page("Notes on this clip", notes_html(content), 720, 520)

    def frame_rate(self) -> None:
        """Frames per second of the file that stands alone."""
        content = self._window.session.content
        if content is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Frame rate of the file")
        dialog.setLabelText("Frames per second:")
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleDecimals(3)
        dialog.setDoubleRange(*_FPS)
        dialog.setDoubleValue(content.fps)
        dialog.doubleValueSelected.connect(lambda fps: self._window.session.update_engine(fps=fps))
        self._show(dialog)

    def _page(self, title: str, html: str, width: int, height: int) -> None:
        dialog = QDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.resize(width, height)
        text = QTextBrowser(dialog)
        text.setHtml(html)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
        buttons.rejected.connect(dialog.reject)
        column = QVBoxLayout(dialog)
        column.addWidget(text)
        column.addWidget(buttons)
        self._show(dialog)

    def about(self) -> None:
        """Name, version, and what computes the angles."""
        content = self._window.session.content
        by = "" if content is None else f"\nAngles by {content.estimator} on {content.device}."
        box = self._box("About anglescope", f"anglescope {__version__}\nCompare 3D pose lifters by joint angles beside "
                                            f"millimetres.{by}\n{self._window.scene.about()}")  # fmt: skip
        box.addButton(QMessageBox.StandardButton.Ok)
        box.open()

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _box(self, title: str, text: str) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.NoButton, self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box

    def _files(self, title: str, mode: QFileDialog.FileMode, use: Callable[[Path], object], names: str = "") -> None:
        dialog = QFileDialog(self._window, title, self._folder(), names)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda text: use(Path(text)))
        self._show(dialog)

    def _save(self, title: str, name: str, names: str, use: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self._window, title, self._folder(), names)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(name).suffix)
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda text: use(Path(text)))
        self._show(dialog)

    def _folder(self) -> str:
        """Where dialogs begin: beside what is open, else at home."""
        workspace = self._window.bench.workspace
        return str(Path.home() if workspace is None else workspace.path.parent)


def demo_folder() -> Path:
    """The demo dataset as installed."""
    return Path(str(importlib.resources.files("resources") / "demo"))

"""What leaves the window: figures, copies on the clipboard, files of angles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from core.errors import AnglescopeError
from viewer.angle_files import AngleFormat, angle_paths, export_angles
from viewer.copying import angle_text
from viewer.exporting import clip_provenance
from viewer.figures.choices import FigureChoices
from viewer.study_files import export_study
from viewer.whatif.slopes import slopes_on_screen
from viewer.wording import span_text
from viewer.workbench import EXPORT

if TYPE_CHECKING:
    from viewer.figures.records import Subject
    from viewer.window import Window

__all__ = ["TakeAway"]


class TakeAway(QObject):
    """Figures, copies and files of angles of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window

    # -- figures -------------------------------------------------------------------------------------------------
    def figure(self) -> None:
        """Ask what figure to make of what is on screen; one line where matplotlib is missing."""
        window = self._window
        content, workspace = window.session.content, window.bench.workspace
        if content is None or workspace is None:
            return
        from viewer.dialogs.figure import FigureDialog  # what draws figures takes a while to load
        from viewer.figures.sheet import require_matplotlib

        try:
            require_matplotlib()
        except AnglescopeError as error:
            window.bench.said.emit(str(error), "error")
            return
        engine, view = window.session.view.engine, window.session.view
        slopes = slopes_on_screen(content, view, window.whatif.lifter)
        dialog = FigureDialog(content, view, window.scene.area.eye, window.traces.time_range(),
                              lambda: clip_provenance(content, workspace, engine), window.bench.settings.figure,
                              window, slopes)  # fmt: skip
        dialog.remembered.connect(self._remember)
        dialog.copied.connect(self._put)
        dialog.chosen.connect(lambda subject, choices: self._ask_where(dialog, subject, choices))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_where(self, dialog: QDialog, subject: Subject, choices: FigureChoices) -> None:
        """Which file; Qt asks before one is replaced."""
        suffix = str(choices.format)
        ask = QFileDialog(dialog, "Save the figure", self._folder(), f"{suffix.upper()} (*.{suffix})")
        ask.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ask.setDefaultSuffix(suffix)
        ask.selectFile(f"{subject.content.name}_{choices.kind}.{suffix}")

        def save(text: str) -> None:
            self.write_figure(subject, choices, Path(text))
            dialog.accept()

        ask.fileSelected.connect(save)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.open()

    def write_figure(self, subject: Subject, choices: FigureChoices, path: Path) -> None:
        """Draw and write a figure of what is on screen, by a job that can be cancelled."""
        from viewer.figures.writing import export_figure

        bench, workspace = self._window.bench, self._window.bench.workspace
        if workspace is None:
            return
        engine = self._window.session.view.engine
        work = export_figure(subject, choices, lambda: clip_provenance(subject.content, workspace, engine), path)
        bench.jobs.run(EXPORT, f"drawing {path.name}", work, self._written, self._failed)

    def _remember(self, choices: FigureChoices) -> None:
        bench = self._window.bench
        bench.settings = msgspec.structs.replace(bench.settings, figure=choices)

    # -- copies --------------------------------------------------------------------------------------------------
    def copy_picture(self, name: str = "") -> None:
        """Put a picture of a panel on the clipboard, as it is on screen; of that with the focus where none is named."""
        name = name or self.panel_in_focus()
        self._put(self._picture(name), {"window": "the window", "scene": "the scene"}.get(name, f"the {name}"))

    def panel_in_focus(self) -> str:
        """Name of the dock that has the keyboard, else ``scene``."""
        focus = QApplication.focusWidget()
        docks = self._window.docks
        return next((name for name in docks if focus is not None and docks[name].isAncestorOf(focus)), "scene")

    def _picture(self, name: str) -> QImage:
        if name == "window":
            return self._window.picture()
        if name == "scene":
            return self._window.scene.snapshot()
        return self._window.docks[name].widget().grab().toImage()

    def copy_angle(self) -> None:
        """Put the selected angle over the clip, or from in to out, on the clipboard."""
        content, view = self._window.session.content, self._window.session.view
        if content is not None:
            QGuiApplication.clipboard().setText(angle_text(content, view))
            first, last = view.span or (0, content.n_frames - 1)
            angle = content.angles[view.angle].title.lower()
            self._window.bench.said.emit(f"copied: {angle}, {span_text(first, last)}", "info")

    def copy_table(self) -> None:
        """Put all numbers of the frame on the clipboard."""
        self._window.readout.copy_table()
        self._window.bench.said.emit(f"copied: the numbers of frame {self._window.session.frame}", "info")

    def _put(self, image: QImage, what: str = "the figure") -> None:
        QGuiApplication.clipboard().setImage(image)
        self._window.bench.said.emit(f"copied: {what}, {image.width()} × {image.height()} pixels", "info")

    # -- angles --------------------------------------------------------------------------------------------------
    def angles(self, kind: AngleFormat) -> None:
        """Ask into which folder to write the angles of the clip on screen."""
        if self._window.session.content is None:
            return
        ask = QFileDialog(self._window, "Write the angles of this clip into a folder", self._folder())
        ask.setFileMode(QFileDialog.FileMode.Directory)
        ask.fileSelected.connect(lambda text: self.angles_into(Path(text), kind))
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.open()

    def angles_into(self, folder: Path, kind: AngleFormat) -> None:
        """Write them, after a question where that would replace files."""
        content = self._window.session.content
        if content is None:
            return
        there = [path for path in angle_paths(content, folder, kind) if path.exists()]
        if not there:
            self._write_angles(folder, kind)
            return
        what = f"{folder} holds {len(there)} of these files, such as {there[0].name}."
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Write the angles of this clip", what,
                          QMessageBox.StandardButton.NoButton, self._window)  # fmt: skip
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        replace = box.addButton("Replace them", QMessageBox.ButtonRole.DestructiveRole)
        replace.clicked.connect(lambda: self._write_angles(folder, kind))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.open()

    def _write_angles(self, folder: Path, kind: AngleFormat) -> None:
        bench, view = self._window.bench, self._window.session.view
        content, workspace = self._window.session.content, bench.workspace
        if content is not None and workspace is not None:
            work = export_angles(content, workspace, view.engine, view.edits_of(content.name), folder, kind)
            bench.jobs.run(EXPORT, "writing angles", work, self._written, self._failed)

    # -- the study -----------------------------------------------------------------------------------------------
    def ask_study(self) -> None:
        """Ask where to write the numbers of the study."""
        window = self._window
        if window.study.study is None:
            window.bench.said.emit("there is no study yet: open its panel, and score some clips", "info")
            return
        ask = QFileDialog(window, "Export the numbers of the study", self._folder(), "CSV (*.csv)")
        ask.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ask.setDefaultSuffix("csv")
        ask.selectFile("study.csv")
        ask.fileSelected.connect(lambda text: self.write_study(Path(text)))
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.open()

    def write_study(self, path: Path) -> None:
        """Write them with their provenance beside them."""
        bench, panel = self._window.bench, self._window.study
        if panel.study is not None and bench.workspace is not None:
            engine = self._window.session.view.engine
            work = export_study(panel.table(), panel.study, bench.workspace, engine, path)
            bench.jobs.run(EXPORT, f"writing {path.name}", work, self._written, self._failed)

    # -- both ----------------------------------------------------------------------------------------------------
    def _written(self, path: Path) -> None:
        self._window.bench.said.emit(f"written: {path}", "info")

    def _failed(self, line: str) -> None:
        self._window.bench.said.emit(line, "error")

    def _folder(self) -> str:
        """Where dialogs begin: beside what is open."""
        workspace = self._window.bench.workspace
        return str(Path.home() if workspace is None else workspace.path.parent)

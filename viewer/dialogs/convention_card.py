"""The convention card: what the selected angle means, with a drawing; stays open and follows the selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout

from core.conventions import N_ANGLES, AngleDef, angles_in
from viewer.cards.drawing import AngleDrawing
from viewer.cards.text import card_html, card_text

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["ConventionCard", "show_card"]

_LARGER = 1.3


class ConventionCard(QDialog):
    """Drawing, facts, and buttons: the angle before and after, copy, and the page of all conventions."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self.setObjectName("convention")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.drawing = AngleDrawing(self)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("Convention")
        self._title = QLabel(self)
        font = QFont(self.font())
        font.setPointSizeF(_LARGER * font.pointSizeF())
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)
        self._lay_out()
        self._session.view_changed.connect(self._follow)
        self._session.content_changed.connect(self._follow)
        self.show_angle()

    @property
    def angle(self) -> AngleDef:
        """The angle that the card is of: the selected one, in the shown view of the shoulder."""
        view = self._session.view
        return angles_in(view.engine.shoulder)[view.angle]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a drawing beside lines of usual length."""
        return QSize(760, 470)

    def show_angle(self) -> None:
        """What is known of the selected angle now."""
        angle, content = self.angle, self._session.content
        self.setWindowTitle(f"Convention: {angle.title}")
        self._title.setText(angle.title)
        self.drawing.show_angle(angle)
        self.text.setHtml(card_html(angle, content))

    def copy(self) -> None:
        """Put the card on the clipboard as plain text."""
        QGuiApplication.clipboard().setText(card_text(self.angle, self._session.content))

    def turn(self, by: int) -> None:
        """Select the angle that many places on."""
        self._session.update(angle=(self._session.view.angle + by) % N_ANGLES)

    def _follow(self, *_: object) -> None:
        self.show_angle()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.drawing)
        row.addWidget(self.text, 1)
        foot = QHBoxLayout()
        for text, tip, run in (("‹", "The angle before", lambda: self.turn(-1)),
                               ("›", "The next angle", lambda: self.turn(1))):  # fmt: skip
            button = QPushButton(text, self)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFixedWidth(36)
            button.setAutoDefault(False)
            button.clicked.connect(run)
            foot.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        every = buttons.addButton("All conventions…", QDialogButtonBox.ButtonRole.HelpRole)
        copy.clicked.connect(self.copy)
        every.clicked.connect(self._window.ask.conventions)
        buttons.rejected.connect(self.reject)
        foot.addWidget(buttons, 1)
        column = QVBoxLayout(self)
        column.addWidget(self._title)
        column.addLayout(row, 1)
        column.addLayout(foot)


def show_card(window: Window, angle: int | None = None) -> ConventionCard:
    """The card of the window, in front; angle : select this column first."""
    if angle is not None:
        window.session.update(angle=angle)
    card = window.findChild(ConventionCard) or ConventionCard(window)
    card.show()
    card.raise_()
    card.activateWindow()
    return card

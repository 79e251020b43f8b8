"""The convention card: its drawing has the angle it names, its words come from the table, every place opens it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from core.angles.geometry import geometric_angles
from core.angles.views import in_view
from core.conventions import ANGLES, ShoulderView, angle_facts, angles_in
from core.records import Axes, Poses
from viewer.cards.drawing import AngleDrawing, label_places
from viewer.cards.posture import Sight, posture, sketch_of
from viewer.cards.text import card_html, card_lines, card_text
from viewer.dialogs.convention_card import ConventionCard, show_card
from viewer.theme import DARK, LIGHT, palette_of
from viewer.view import HeatRows

EVERY = [(view, column) for view in ShoulderView for column in range(12)]
NAMES = [f"{view}-{angles_in(view)[column].name}" for view, column in EVERY]


@pytest.mark.parametrize(("view", "column"), EVERY, ids=NAMES)
class TestFigure:
    @pytest.mark.parametrize("deg", [0.0, 20.0, 45.0, 70.0])
    def test_has_the_value_that_it_shows_and_none_elsewhere(self, view, column, deg):
        angle = angles_in(view)[column]
        poses = Poses(posture(angle, deg)[None], 1.0, Axes.WORLD_Y_UP)
        shown = in_view(geometric_angles(poses), view)[0]
        assert shown[column] == pytest.approx(deg, abs=1e-3)
        if view is not ShoulderView.RAW:  # there elevation and plane come together
            others = np.delete(shown, column)
            np.testing.assert_allclose(others[np.isfinite(others)], 0, atol=1e-3)

    def test_its_arc_leads_from_zero_to_the_limb(self, view, column):
        sketch = sketch_of(angles_in(view)[column])
        centre = sketch.posed[sketch.moving[0]]
        first, last, limb = sketch.arc[0] - centre, sketch.arc[-1] - centre, sketch.posed[sketch.moving[1]] - centre
        for a, b in ((first, sketch.proximal[1] - centre), (last, limb)):
            assert a @ b == pytest.approx(np.hypot(*a) * np.hypot(*b), rel=1e-6)
        turn = np.degrees(np.arccos(first @ last / np.hypot(*first) / np.hypot(*last)))
        assert turn == pytest.approx(sketch.deg, abs=1e-3)  # seen along its axis: the angle as it is


def test_a_positive_angle_goes_the_way_that_the_table_says():
    """Thigh and arm forward are to the right in a picture from the right; left limbs mirror that."""
    for column, sight, sign in ((1, Sight.RIGHT, 1), (0, Sight.LEFT, -1), (5, Sight.RIGHT, 1), (11, Sight.RIGHT, -1)):
        sketch = sketch_of(ANGLES[column])
        assert sketch.sight is sight
        moved = sketch.posed[sketch.moving[-1]] - sketch.zero[sketch.moving[-1]]
        assert np.sign(moved[0]) == sign


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_drawing_is_drawn_in_the_colours_of_the_palette(qtbot, theme):
    drawing = AngleDrawing()
    qtbot.addWidget(drawing)
    drawing.setPalette(palette_of(theme))
    drawing.resize(230, 320)
    drawing.show_angle(ANGLES[0])
    image = drawing.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 230, 2) for y in range(0, 320, 2)}
    assert {theme.base, theme.accent} <= colours
    assert "plus 50 degrees" in drawing.accessibleName()


@pytest.mark.parametrize(("view", "column"), EVERY, ids=NAMES)
def test_the_value_stands_clear_of_the_limb_that_turns(view, column):
    rect = QRectF(0, 0, 230, 320)
    value, nought, limb = label_places(sketch_of(angles_in(view)[column]), rect, 15.0)
    along = (limb[:-1, None] + np.linspace(0, 1, 60)[:, None] * np.diff(limb, axis=0)[:, None]).reshape(-1, 2)
    letters = np.array([14.0, 6.0])  # half of +25°
    for at in (value, nought):
        assert (letters < at).all() and (at < (230 - letters[0], 320 - letters[1])).all()
    assert ((np.abs(along - value) > letters).any(axis=1)).all()
    assert (np.abs(value - nought) > (16.0, 12.0)).any()


class TestWords:
    def test_hinges_tell_of_their_frames_and_that_they_are_unsigned(self):
        for column, bone in ((8, "humerus"), (11, "femur")):
            lines = dict(card_lines(ANGLES[column], None))
            assert "unsigned angle between the long axes" in lines["Axes"]
            assert f"epicondyles of the {bone}" in lines["Axes"]
            assert lines["Near-singular"].startswith("never, but a straight limb is unsigned")
            assert "positive bias" in lines["Near-singular"]
        assert dict(card_lines(ANGLES[0], None))["Axes"] == "X forward, Y up, Z right on both sides"

    @pytest.mark.parametrize(("view", "column"), EVERY, ids=NAMES)
    def test_every_fact_of_the_table_is_told(self, view, column):
        angle = angles_in(view)[column]
        text, facts = card_text(angle, None), angle_facts(angle)
        for fact in (angle.title, angle.positive, angle.zero, angle.singular, facts.sequence, facts.turn,
                     facts.why_singular, facts.joints, facts.axes, *facts.sources):  # fmt: skip
            assert fact in text
        assert ("short way round" in text) == angle.circular
        assert card_html(angle, None).count("<tr>") == len(card_lines(angle, None))

    def test_landmarks_have_the_labels_of_the_clip(self, demo_content, other_content):
        for content in (demo_content, other_content):
            lines = dict(card_lines(content.angles[0], content))
            labels = [part.rstrip(")").split(" + ") for part in lines["Landmarks"].split("(")[1:]]
            named = {label.partition(")")[0] for group in labels for label in group}
            assert named
            assert named <= set(content.found.clip.points.names)

    def test_substitutions_of_the_clip_are_told_for_the_angles_they_concern(self, other_content):
        shoulder = dict(card_lines(other_content.angles[4], other_content))
        elbow = dict(card_lines(other_content.angles[8], other_content))
        assert "T10" in shoulder["Substituted"]
        assert "Substituted" not in elbow


def context_menu(widget, at: QPoint) -> list[QMenu]:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
    QApplication.sendEvent(widget, event)
    QApplication.processEvents()
    return [menu for menu in widget.findChildren(QMenu) if menu.isVisible()]


def choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if text in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    QApplication.processEvents()


class TestOnTheWindow:
    def test_key_opens_it_for_the_selected_angle_and_it_follows(self, window):
        window.session.update(angle=3)
        window.setFocus()
        QTest.keySequence(window, QKeySequence("Shift+I"))
        card = window.findChild(ConventionCard)
        assert card.isVisible()
        assert not card.isModal()
        assert card.windowTitle() == "Convention: Right hip adduction"
        window.session.update(angle=11)
        assert card.angle.name == "knee_flexion_r"
        assert "toward the thigh" in card.text.toPlainText()
        assert show_card(window) is card
        QTest.keyClick(card, Qt.Key.Key_Escape)
        assert not card.isVisible()

    def test_buttons_turn_the_page_copy_and_link_to_all(self, window):
        card = show_card(window, 0)
        buttons = {button.accessibleName() or button.text(): button for button in card.findChildren(QPushButton)}
        buttons["The next angle"].click()
        assert window.session.view.angle == 1
        buttons["The angle before"].click()
        buttons["Copy"].click()
        assert QGuiApplication.clipboard().text() == card_text(card.angle, window.session.content)
        buttons["All conventions…"].click()
        QApplication.processEvents()
        assert any("Conventions" in w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible())

    def test_title_of_a_plot_has_it_in_its_menu(self, window):
        head = window.traces.grid.plot(5).head.boundingRect().center().toPoint()
        menus = context_menu(window.traces.view.viewport(), head)
        choose(menus[0], "Convention of right shoulder flexion")
        assert window.findChild(ConventionCard).angle.name == "shoulder_flexion_r"
        inside = window.traces.view.viewport().rect().center()
        assert window.traces.view.head_at(inside.toPointF()) is None
        assert not context_menu(window.traces.view.viewport(), inside)

    def test_row_of_a_heatmap_has_it_and_joints_do_not(self, window):
        canvas = window.heatmaps.canvas
        row = QPoint(5, canvas.layout_px.tops[0] + 1)
        choose(context_menu(canvas, row)[0], "Convention of left hip flexion")
        assert window.session.view.angle == 0
        window.session.update_plots(rows=HeatRows.JOINTS)
        assert not context_menu(canvas, row)

    def test_row_of_the_readout_has_it(self, window):
        geometry = window.readout._table.geometry
        at = QPoint(30, geometry.row_top(2) + 2)
        window.readout.contextMenuEvent(
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, window.readout.viewport().mapToGlobal(at))
        )
        QApplication.processEvents()
        menu = next(menu for menu in window.readout.findChildren(QMenu) if menu.isVisible())
        choose(menu, "Convention of left hip adduction")
        assert window.findChild(ConventionCard).angle.name == "hip_adduction_l"

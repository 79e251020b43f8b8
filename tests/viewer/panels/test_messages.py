"""The message area: one line at a time, counted, kept as long as it matters, all of it within reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QListWidget, QToolButton, QToolTip, QVBoxLayout, QWidget

from viewer.panels.messages import MessageArea, Severity
from viewer.panels.severities import severity_colour, severity_picture
from viewer.theme import DARK, LIGHT

LONG = "/data/predictions/a/S1_Running_1_cam_1.npy, frame 12: infinite coordinate; expected finite numbers. " * 4


@pytest.fixture
def area(qtbot):
    return shown(qtbot)


def shown(qtbot, **options):
    whole = QWidget()
    qtbot.addWidget(whole)
    column = QVBoxLayout(whole)
    found = MessageArea(DARK, **options)
    column.addWidget(found)
    column.addStretch(1)
    whole.resize(700, 300)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    found.keeps_parent = whole
    return found


def button(area, name):
    return next(b for b in area.findChildren(QToolButton) if b.accessibleName() == name)


def click(qtbot, area, name):
    qtbot.mouseClick(button(area, name), Qt.MouseButton.LeftButton)


def open_list(qtbot, area):
    click(qtbot, area, "Show all messages")
    return area.findChild(QListWidget)


def texts(area):
    return [(message.text, str(message.severity), message.count) for message in area.messages()]


def test_it_is_there_only_while_it_has_something_to_say(area):
    assert not area.isVisible()
    area.say("cannot be read", "error")
    assert area.isVisible()
    area.clear()
    assert not area.isVisible()
    assert area.messages() == ()


def test_the_gravest_is_shown_then_the_newest(qtbot, area):
    area.say("first", "warning")
    assert button(area, "Show all messages").text() == "Details"
    for text, severity, shown in (("second", "error", "second"), ("third", "info", "second"),
                                  ("fourth", "error", "fourth"), ("fifth", "warning", "fourth")):  # fmt: skip
        area.say(text, severity)
        assert area._text.text() == area.shown().text == shown
    assert button(area, "Show all messages").text() == "4 more"
    order = []
    while area.shown() is not None:
        order.append(area.shown().text)
        click(qtbot, area, "Dismiss this message")
    assert order == ["fourth", "second", "fifth", "first", "third"]


def test_the_counter_has_the_colour_of_the_gravest_it_hides(area):
    def colour():
        image = button(area, "Show all messages").grab().toImage()
        names = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        return {severity for severity in Severity if severity_colour(severity, DARK) in names}

    area.say("broken", "error")
    area.say("saved")
    assert colour() == set()
    area.say("odd", "warning")
    assert colour() == {Severity.WARNING}
    area.say("broken, too", "error")
    assert colour() == {Severity.ERROR}


def test_it_always_has_the_same_height(qtbot, area):
    heights = set()
    for text, severity in (("saved", "info"), ("odd", "warning"), (LONG, "error"), (LONG, "error")):
        area.say(text, severity)
        heights.add(area.height())
    below = area.window().rect().height()
    open_list(qtbot, area)
    heights.add(area.height())
    assert len(heights) == 1
    assert heights.pop() <= 26
    assert area.window().rect().height() == below


def test_what_is_said_again_is_counted_and_becomes_the_newest(area):
    area.say("a", "error")
    area.say("b", "error")
    area.say("a", "error")
    area.say("a", "error")
    assert texts(area) == [("b", "error", 1), ("a", "error", 3)]
    assert area._count.text() == "×3"
    assert area._count.isVisible()
    area.say("a", "warning")  # another severity is another message
    assert texts(area)[-1] == ("a", "warning", 1)
    area.say("b", "error")
    area.say("c", "error")
    assert not area._count.isVisible()


def test_lines_become_one_line(area):
    area.say("one\n  two", "error")
    assert texts(area) == [("one two", "error", 1)]


def test_an_unknown_severity_is_a_mistake(area):
    with pytest.raises(ValueError, match="fatal"):
        area.say("x", "fatal")


def test_infos_pass_and_the_rest_stays(qtbot):
    area = shown(qtbot, info_ms=120)
    area.say("broken", "error")
    area.say("odd", "warning")
    area.say("saved")
    qtbot.waitUntil(lambda: len(area.messages()) == 2, timeout=3000)
    qtbot.wait(200)
    assert texts(area) == [("broken", "error", 1), ("odd", "warning", 1)]
    assert area._text.text() == "broken"


def test_an_info_said_again_stays_longer(qtbot):
    area = shown(qtbot, info_ms=400)
    area.say("saved")
    qtbot.wait(250)
    area.say("saved")
    qtbot.wait(250)
    assert texts(area) == [("saved", "info", 2)]
    qtbot.waitUntil(lambda: not area.isVisible(), timeout=3000)


def test_a_long_line_is_cut_and_whole_in_its_tip_and_in_the_list(qtbot, area):
    area.say(LONG, "error")
    whole = " ".join(LONG.split())
    assert area._text.fontMetrics().horizontalAdvance(whole) > area._text.width() > 300
    assert area.window().width() == 700
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), area._text.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(area._text, event)
    assert whole in QToolTip.text()
    assert whole in open_list(qtbot, area).item(0).text()


def test_copy_and_dismiss_by_mouse(qtbot, area):
    area.say("first", "error")
    area.say("second", "error")
    click(qtbot, area, "Copy this message")
    assert QGuiApplication.clipboard().text() == "second"
    click(qtbot, area, "Dismiss this message")
    assert area._text.text() == "first"
    assert not button(area, "Dismiss all messages").isVisible()
    area.say("third", "error")
    click(qtbot, area, "Dismiss all messages")
    assert not area.isVisible()


def test_the_list_has_everything_newest_first_with_times(qtbot, area):
    for text in ("first", "second", "second"):
        area.say(text, "warning")
    found = open_list(qtbot, area)
    assert found.isVisible()
    newest, oldest = area.messages()[::-1]
    assert found.item(0).text() == f"{newest.when:%H:%M:%S}   second   ×2"
    assert found.item(1).text() == f"{oldest.when:%H:%M:%S}   first"
    area.say("third", "error")
    assert found.item(0).text().endswith("third")
    click(qtbot, area, "Show all messages")
    assert not found.isVisible()


def test_a_click_on_the_text_opens_the_list(qtbot, area):
    area.say("first", "error")
    qtbot.mouseClick(area._text, Qt.MouseButton.LeftButton)
    assert area.findChild(QListWidget).isVisible()


def test_the_list_closes_with_the_last_message(qtbot, area):
    area.say("first", "error")
    found = open_list(qtbot, area)
    area.clear()
    area.say("second", "error")
    assert not found.isVisible()


def test_every_button_is_reached_and_pressed_by_keys(qtbot, area):
    area.say("first", "error")
    area.say("second", "error")
    names = ["Show all messages", "Copy this message", "Dismiss this message", "Dismiss all messages"]
    button(area, names[0]).setFocus()
    for name in names[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget().accessibleName() == name
    button(area, "Dismiss this message").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert area._text.text() == "first"


def test_escape_closes_the_list_then_dismisses(qtbot, area):
    area.say("first", "error")
    found = open_list(qtbot, area)
    assert found.hasFocus()
    qtbot.keyClick(found, Qt.Key.Key_Escape)
    assert not found.isVisible()
    assert not button(area, "Show all messages").isChecked()
    assert area.isVisible()
    qtbot.keyClick(button(area, "Copy this message"), Qt.Key.Key_Escape)
    assert not area.isVisible()


def test_the_list_lies_under_the_strip_and_is_as_wide(qtbot, area):
    area.say("first", "error")
    found = open_list(qtbot, area)
    assert found.mapToGlobal(QPoint(0, 0)) == area.mapToGlobal(QPoint(0, area.height()))
    assert found.width() == area.width()


def test_at_the_bottom_of_the_window_the_list_opens_upwards(qtbot, area):
    area.window().layout().insertStretch(0, 100)
    area.say("first", "error")
    qtbot.wait(20)
    found = open_list(qtbot, area)
    assert found.mapToGlobal(QPoint(0, found.height())) == area.mapToGlobal(QPoint(0, 0))


def test_keys_of_the_list(qtbot, area):
    for text in ("first", "second", "third"):
        area.say(text, "error")
    found = open_list(qtbot, area)
    found.setCurrentRow(1)
    qtbot.keyClick(found, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "second"
    qtbot.keyClick(found, Qt.Key.Key_Delete)
    assert [message.text for message in area.messages()] == ["first", "third"]


def test_very_many_messages_push_the_oldest_out(area):
    for number in range(250):
        area.say(f"message {number}", "error")
    assert len(area.messages()) == 200
    assert area.messages()[-1].text == "message 249"


def test_screen_readers_hear_severity_and_text(area):
    area.say("broken", "error")
    assert area._text.accessibleName() == "error: broken"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_severities_differ_in_shape_and_colour(qtbot, theme):
    pictures = [severity_picture(severity, theme, 1.0).toImage() for severity in Severity]
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
    corners = [image.pixelColor(QPointF(2, 13).toPoint()).alpha() for image in pictures]
    assert corners[1] > 200 > corners[0]  # a triangle fills its corner, a disc does not
    assert len({severity_colour(severity, theme) for severity in Severity}) == 3


def test_another_theme(area):
    area.say("broken", "error")
    dark = area.grab().toImage()
    area.show_theme(LIGHT)
    assert area.grab().toImage() != dark
    assert area._text.text() == "broken"

"""Playing follows the clock: frames are dropped where they must be, time never."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from viewer.playback import SPEEDS, Playback
from viewer.session import Session
from viewer.view import Loop, View

FPS = 60.0


@pytest.fixture
def clip(demo_content):
    """The clip at 60 frames per second; playing looks at its rate, length and name only."""
    return replace(demo_content, fps=FPS)


def started(clip, view=None):
    session = Session(view or View())
    session.show_content(clip)
    return session, Playback(session)


class Watch:
    """Frames that were shown, and by how many each was from the clock at that moment."""

    def __init__(self, session, rate_hz):
        self._session, self._rate_hz = session, rate_hz
        self._begin, self._from = time.perf_counter(), session.frame
        self.frames, self.off = [], []
        session.frame_changed.connect(self._hear)

    def _hear(self, frame):
        elapsed = time.perf_counter() - self._begin
        self.frames.append(frame)
        self.off.append(frame - self._from - elapsed * self._rate_hz)

    @property
    def worst_off(self):
        """The third largest distance from the clock: a busy machine may interrupt a moment or two."""
        return sorted(map(abs, self.off))[-3]


def test_at_60_fps_the_frame_is_within_one_of_the_clock(qtbot, clip):
    session, playback = started(clip)
    playback.play()
    watch = Watch(session, FPS)
    qtbot.wait(1000)
    playback.pause()
    assert watch.worst_off <= 1.1  # the watch starts a little after the clock
    assert watch.frames == sorted(set(watch.frames))
    assert len(watch.frames) > 30


def test_a_slow_machine_drops_frames_and_not_time(qtbot, clip):
    session, playback = started(clip)
    playback.play()
    watch = Watch(session, FPS)
    session.frame_changed.connect(lambda _: time.sleep(0.03))
    qtbot.wait(1000)
    playback.pause()
    assert watch.worst_off <= 1.1
    steps = [b - a for a, b in zip(watch.frames, watch.frames[1:], strict=False)]
    assert max(steps) >= 2
    assert len(watch.frames) < 40


def test_every_frame_shows_every_frame_and_is_late_instead(qtbot, clip):
    session, playback = started(clip, View(every_frame=True))
    playback.play()
    watch = Watch(session, FPS)
    session.frame_changed.connect(lambda _: time.sleep(0.03))
    qtbot.wait(800)
    playback.pause()
    assert watch.frames == list(range(1, len(watch.frames) + 1))
    assert 8 <= len(watch.frames) < 0.8 * FPS - 10


def test_every_frame_is_not_faster_than_the_clock(qtbot, clip):
    session, playback = started(clip, View(every_frame=True))
    playback.play()
    watch = Watch(session, FPS)
    qtbot.wait(600)
    playback.pause()
    assert watch.frames == list(range(1, len(watch.frames) + 1))
    assert max(watch.off) < 1.0


@pytest.mark.parametrize("speed", [0.25, 2.0, 4.0])
def test_speed_is_that_of_the_view(qtbot, clip, speed):
    session, playback = started(clip, View(speed=speed))
    playback.play()
    watch = Watch(session, FPS * speed)
    qtbot.wait(500)
    playback.pause()
    assert watch.frames
    assert watch.worst_off <= 1.1 + FPS * speed / 60


def test_a_change_of_speed_goes_on_from_the_frame_on_screen(qtbot, clip):
    session, playback = started(clip)
    playback.play()
    qtbot.wait(300)
    before = session.frame
    session.update(speed=0.05)
    qtbot.wait(200)
    assert playback.playing
    assert before <= session.frame <= before + 6


def test_it_ends_at_the_last_frame_and_starts_over(qtbot, clip):
    session, playback = started(clip, View(frame=clip.n_frames - 10))
    told = []
    playback.playing_changed.connect(told.append)
    with qtbot.waitSignal(playback.playing_changed, check_params_cb=lambda playing: not playing, timeout=3000):
        playback.play()
    assert session.frame == clip.n_frames - 1
    assert told == [True, False]
    playback.play()
    assert session.frame == 0
    playback.pause()


def test_backwards_it_ends_at_the_first_frame_and_starts_at_the_last(qtbot, clip):
    session, playback = started(clip, View(frame=8))
    with qtbot.waitSignal(playback.playing_changed, check_params_cb=lambda playing: not playing, timeout=3000):
        playback.play(backwards=True)
    assert session.frame == 0
    assert session.view.speed == -1.0
    playback.play(backwards=True)
    assert session.frame == clip.n_frames - 1
    playback.pause()


@pytest.mark.parametrize("every_frame", [False, True])
def test_the_whole_clip_loops(qtbot, clip, every_frame):
    session, playback = started(clip, View(frame=clip.n_frames - 8, loop=Loop.ALL, every_frame=every_frame))
    playback.play()
    watch = Watch(session, FPS)
    qtbot.waitUntil(lambda: 5 < session.frame < 60, timeout=3000)
    assert playback.playing
    playback.pause()
    jump = next(i for i, (a, b) in enumerate(zip(watch.frames, watch.frames[1:], strict=False)) if b < a)
    assert watch.frames[jump] > clip.n_frames - 8
    if every_frame:
        assert watch.frames[jump : jump + 2] == [clip.n_frames - 1, 0]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_span_loops_and_is_entered_from_outside(qtbot, clip, backwards):
    session, playback = started(clip, View(frame=200, loop=Loop.SPAN, span=(40, 59)))
    watch = Watch(session, FPS)
    playback.play(backwards)
    qtbot.wait(700)
    playback.pause()
    assert watch.frames[0] == (59 if backwards else 40)
    assert set(watch.frames) <= set(range(40, 60))
    assert len(watch.frames) > 20
    steps = [b - a for a, b in zip(watch.frames, watch.frames[1:], strict=False)]
    assert any(step > 0 for step in steps)
    assert any(step < 0 for step in steps)


def test_a_seek_while_playing_goes_on_from_there(qtbot, clip):
    session, playback = started(clip)
    playback.play()
    qtbot.wait(150)
    session.seek(150)
    watch = Watch(session, FPS)
    qtbot.wait(300)
    playback.pause()
    assert watch.worst_off <= 1.1
    assert 150 < watch.frames[0] < 190


def test_a_step_pauses(qtbot, clip):
    session, playback = started(clip)
    playback.play()
    qtbot.wait(100)
    playback.step(10)
    frame = session.frame
    assert not playback.playing
    qtbot.wait(100)
    assert session.frame == frame
    playback.step(-1)
    assert session.frame == frame - 1
    playback.step(-1000)
    assert session.frame == 0


def test_home_end_toggle_and_reverse(qtbot, clip):
    session, playback = started(clip, View(frame=100))
    playback.end()
    assert session.frame == clip.n_frames - 1
    playback.home()
    assert session.frame == 0
    playback.toggle()
    assert playback.playing
    playback.reverse()
    assert playback.playing
    assert session.view.speed == -1.0
    playback.reverse()
    assert session.view.speed == 1.0
    playback.toggle()
    assert not playback.playing
    playback.reverse()
    assert session.view.speed == -1.0
    playback.pause()
    playback.toggle()
    assert session.view.speed == 1.0
    playback.pause()


def test_speeds_are_a_ladder_and_keep_the_direction(qtbot, clip):
    session, playback = started(clip)
    seen = [session.view.speed]
    for _ in range(4):
        playback.faster()
        seen.append(session.view.speed)
    assert seen == [1.0, 2.0, 4.0, 8.0, 8.0]
    session.update(speed=-0.3)
    playback.slower()
    assert session.view.speed == -0.25
    for _ in SPEEDS:
        playback.slower()
    assert session.view.speed == -0.05
    playback.faster()
    assert session.view.speed == -0.1


def test_another_clip_pauses_and_the_same_one_computed_again_does_not(qtbot, clip, other_content):
    session, playback = started(clip)
    playback.play()
    session.show_content(replace(clip))
    assert playback.playing
    session.show_content(other_content)
    assert not playback.playing
    playback.play()
    session.update(clip="elsewhere", frame=0)
    assert not playback.playing
    playback.play()
    session.show_content(None)
    assert not playback.playing
    playback.play()
    assert not playback.playing


def test_a_span_beyond_the_clip_is_its_last_frame(qtbot, clip):
    session, playback = started(clip, View(loop=Loop.SPAN, span=(9_000, 9_010)))
    playback.play()
    qtbot.wait(60)
    playback.pause()
    assert session.frame == clip.n_frames - 1


def test_a_slot_that_pauses_is_obeyed(qtbot, clip):
    session, playback = started(clip)
    stopped = []

    def stop_at_ten(frame):
        if frame >= 10:
            playback.pause()
            stopped.append(frame)

    session.frame_changed.connect(stop_at_ten)
    playback.play()
    qtbot.waitUntil(lambda: bool(stopped), timeout=3000)
    qtbot.wait(80)
    assert not playback.playing
    assert stopped == [session.frame]

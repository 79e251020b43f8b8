"""Placing 2D keypoints: each named way against hand-computed numbers and the formulas of those who use it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError, UsageError
from core.lifters.card import Coding, LifterCard
from core.lifters.normalisation import NORMALISATIONS, check_normalisation, check_picture, placement
from core.records import Origin, Poses2D

EVERY = slice(None)
SIZED = ("full image", "pixel")


def keypoints(n_frames: int = 12, seed: int = 0, size=(1920, 1080), confidence=None) -> Poses2D:
    rng = np.random.default_rng(seed)
    centre = np.array([600.0, 500.0]) + np.cumsum(rng.normal(0, 8, (n_frames, 1, 2)), axis=0)
    xy = centre + rng.uniform(-90, 90, (n_frames, 17, 2)) * [1, 2]
    return Poses2D(xy.astype(np.float32), "h36m17", 50, confidence, size, Origin("some/2d.json"))


def two_joints(*frames, size=(1000, 800), confidence=None) -> Poses2D:
    return Poses2D(np.array(frames, np.float32), "h36m17", size_px=size, confidence=confidence)


def placed(poses: Poses2D, name: str) -> np.ndarray:
    return placement(poses, name).place(EVERY)


def moved(poses: Poses2D, factor: float = 1.0, shift=(0.0, 0.0)) -> Poses2D:
    xy = (poses.xy_px * np.float64(factor) + shift).astype(np.float32)
    return Poses2D(xy, poses.layout, poses.fps, poses.confidence, poses.size_px, poses.origin)


# What the numbers must be, by hand: picture 1000 x 800, a person from (400, 200) to (600, 600).
BY_HAND = {
    # corner -> -1 and -h/w; (400 * 2 / 1000 - 1, 200 * 2 / 1000 - 0.8)
    "full image": [(-0.2, -0.4), (0.2, 0.4)],
    # box 400 high, enlarged to 500; (-100, -200) / 500 * 400 + (528, 427) = (448, 267) px of 1000 -> (-0.104, -0.466);
    # (608, 587) -> (0.216, 0.174)
    "person crop": [(-0.104, -0.466), (0.216, 0.174)],
    # square of 400 round the centre (500, 400)
    "clip box": [(-0.5, -1.0), (0.5, 1.0)],
    # (400 - 500) / 400, (200 - 400) / 400
    "pixel": [(-0.25, -0.5), (0.25, 0.5)],
    # 400 / 500 - 1, 200 / 500 - 1
    "z-score": [(-0.2, -0.6), (0.2, 0.2)],
}


def test_there_are_numbers_for_every_way():
    assert set(BY_HAND) == set(NORMALISATIONS)
    assert all(sentence.endswith(".") and ". " not in sentence for sentence in NORMALISATIONS.values())
    assert LifterCard(model="videopose3d", config={}, name="a", title="A").normalisation in NORMALISATIONS


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name):
    made = placement(two_joints([(400, 200), (600, 600)]), name)
    assert made.name == name
    assert made.n_frames == 1
    numbers = made.place(slice(0, 1))
    assert numbers.dtype == np.float32
    assert np.allclose(numbers[0], BY_HAND[name], atol=1e-6)


def test_full_image_is_videopose3ds_and_motionberts_training():
    """VideoPose3D ``normalize_screen_coordinates``: X / w * 2 - [1, h / w]; MotionBERT: the same, axis by axis."""
    poses = keypoints()
    w, h = poses.size_px
    xy = poses.xy_px.astype(np.float64)
    assert np.allclose(placed(poses, "full image"), xy / w * 2 - [1, h / w], atol=1e-6)
    assert np.allclose(placed(poses, "full image")[..., 1], (xy[..., 1] * 2 - h) / w, atol=1e-6)
    # MMPose (formats.md 4): (xy - [w/2, h/2]) / (w/2), the same numbers
    assert np.allclose(placed(poses, "full image"), (xy - [w / 2, h / 2]) / (w / 2), atol=1e-6)


def test_clip_box_is_motionberts_crop_scale():
    """``crop_scale`` with ratio 1, its steps written out: corner of the square, share of it, from [0, 1] to [-1, 1]."""
    confidence = np.ones((12, 17))
    confidence[3, 5] = 0
    poses = keypoints(confidence=confidence)
    xy = poses.xy_px.astype(np.float64)
    valid = xy[confidence != 0]
    low, high = valid.min(axis=0), valid.max(axis=0)
    side = (high - low).max()
    corner = (low + high - side) / 2
    expected = np.clip(((xy - corner) / side - 0.5) * 2, -1, 1)
    assert np.allclose(placed(poses, "clip box"), expected, atol=1e-6)
    assert np.isclose(np.abs(placed(poses, "clip box")).max(), 1)


def test_what_was_not_seen_makes_the_box_no_larger_and_is_cut():
    confidence = np.ones((1, 3))
    confidence[0, 2] = 0
    poses = two_joints([(400, 200), (600, 600), (5000, 0)], confidence=confidence)
    assert np.allclose(placed(poses, "clip box")[0], [*BY_HAND["clip box"], (1, -1)])
    assert np.allclose(placed(two_joints([(400, 200), (600, 600), (5000, 0)]), "clip box")[0, 2], (1, -600 / 4600))


@pytest.mark.parametrize("size", [(1920, 1080), (720, 1280)])
def test_pixel_is_motionberts(size):
    """``infer_wild --pixel``: less half the size, over half the shorter side, whichever that is."""
    poses = keypoints(size=size)
    expected = (poses.xy_px - np.array(size) / 2) / (min(size) / 2)
    assert np.allclose(placed(poses, "pixel"), expected, atol=1e-6)


def test_person_crop_frame_by_frame_as_mmposes_inferencer():
    """(xy - box centre) / longest side * 400 + (528, 427), box = extents of the frame times 1.25; pixels of 1000."""
    poses = keypoints()
    pixels = (placed(poses, "person crop").astype(np.float64) + 1) * 500
    for frame, xy in enumerate(poses.xy_px.astype(np.float64)):
        x1, y1, x2, y2 = *xy.min(axis=0), *xy.max(axis=0)
        longest = max((x2 - x1) * 1.25, (y2 - y1) * 1.25)
        expected = (xy - [(x1 + x2) / 2, (y1 + y2) / 2]) / longest * 400 + [528, 427]
        assert np.allclose(pixels[frame], expected, atol=1e-3)


def test_z_score_gives_a_standardising_model_its_pixels_back():
    poses = keypoints()
    assert np.allclose((placed(poses, "z-score").astype(np.float64) + 1) * 500, poses.xy_px, atol=1e-3)


@pytest.mark.parametrize("name", [name for name in NORMALISATIONS if name not in ("clip box", "person crop")])
def test_round_trip_to_pixels(name):
    """Two keypoints of known pixels give the map; it brings all others back."""
    poses = keypoints()
    numbers = placed(poses, name).astype(np.float64)
    a, b = numbers[0, 0], numbers[-1, -1]
    pixel_a, pixel_b = poses.xy_px[0, 0].astype(np.float64), poses.xy_px[-1, -1].astype(np.float64)
    back = pixel_a + (numbers - a) / (b - a) * (pixel_b - pixel_a)
    assert np.allclose(back, poses.xy_px, atol=0.05)


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_a_mirrored_picture_is_mirrored_about_centre_x(name):
    """Flip averaging mirrors about this x. The person crop's centre is 528: MMPose does not flip there."""
    if name == "person crop":
        assert placement(keypoints(), name).centre_x == 0
        return
    poses = keypoints()
    mirrored = Poses2D(np.stack((poses.size_px[0] - poses.xy_px[..., 0], poses.xy_px[..., 1]), axis=-1), "h36m17",
                       size_px=poses.size_px)  # fmt: skip
    centre = placement(poses, name).centre_x
    assert np.allclose(placed(mirrored, name)[..., 0], 2 * centre - placed(poses, name)[..., 0], atol=1e-5)
    assert name == "z-score" or centre == 0


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(tuple(NORMALISATIONS)), st.integers(1, 40), st.integers(1, 17), st.integers(0, 2**16), st.booleans()
)
def test_block_by_block_is_the_whole(name, n_frames, block, seed, with_confidence):
    rng = np.random.default_rng(seed)
    confidence = np.maximum(rng.random((n_frames, 17)) - 0.1, 0) if with_confidence else None
    made = placement(keypoints(n_frames, seed, confidence=confidence), name)
    blocks = [made.place(slice(first, first + block)) for first in range(0, n_frames, block)]
    assert np.array_equal(np.concatenate(blocks), made.place(EVERY))
    assert np.array_equal(made.place(slice(n_frames - 1, n_frames))[0], made.place(EVERY)[-1])


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["person crop", "clip box"]), st.floats(0.2, 5), st.floats(-2000, 2000), st.floats(-2000, 2000),
    st.integers(0, 2**16),
)  # fmt: skip
def test_crops_do_not_depend_on_place_or_size(name, factor, x, y, seed):
    poses = keypoints(seed=seed)
    assert np.allclose(placed(moved(poses, factor, (x, y)), name), placed(poses, name), atol=2e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 100), st.integers(0, 2**16))
def test_the_whole_picture_scaled_with_its_size_is_the_same(twentieths, seed):
    poses = keypoints(seed=seed, size=(2000, 1000))
    resized = moved(poses, twentieths / 20)
    resized = Poses2D(resized.xy_px, "h36m17", size_px=(100 * twentieths, 50 * twentieths))
    for name in SIZED:
        assert np.allclose(placed(resized, name), placed(poses, name), atol=1e-5)


def test_the_person_crop_follows_each_frame_and_the_clip_box_does_not():
    poses = keypoints(2)
    xy = poses.xy_px.copy()
    xy[1] = xy[0] + 50
    still = Poses2D(xy, "h36m17", size_px=poses.size_px)
    assert np.allclose(placed(still, "person crop")[0], placed(still, "person crop")[1], atol=1e-4)
    box = placed(still, "clip box")
    assert (box[1] - box[0] > 0.05).all()


@pytest.mark.parametrize("name", SIZED)
def test_unknown_size_is_asked_for(name):
    with pytest.raises(DataError) as caught:
        placement(keypoints(size=None), name)
    assert str(caught.value) == (f"some/2d.json: picture size is not known, and normalisation {name!r} needs it. "
                                 "State it with --size WIDTHxHEIGHT")  # fmt: skip


@pytest.mark.parametrize("name", ["person crop", "clip box", "z-score"])
def test_the_others_do_without_a_size(name):
    assert np.array_equal(placed(keypoints(size=None), name), placed(keypoints(), name))
    assert placement(keypoints(size=None), name).centre_x == 0
    assert placement(keypoints(size=(1920, 1080)), "z-score").centre_x == pytest.approx(0.92)


def test_a_person_without_extent():
    with pytest.raises(DataError, match="frame 1: all keypoints lie in one point"):
        placement(two_joints([(300, 300), (400, 500)], [(10, 10), (10, 10)]), "person crop")
    with pytest.raises(DataError, match="all keypoints lie in one point"):
        placement(two_joints([(10, 10), (10, 10)], [(10, 10), (10, 10)]), "clip box")
    unseen = two_joints([(1, 1), (9, 9)], confidence=np.zeros((1, 2)))
    with pytest.raises(DataError, match="all keypoints lie in one point"):
        placement(unseen, "clip box")


def test_gaps_must_be_filled_before():
    poses = two_joints([(1, 1), (9, 9)], [(1, 1), (np.nan, 9)])
    with pytest.raises(DataError, match="frame 1: keypoints are missing; expected gaps filled"):
        placement(poses, "full image")


def test_names_are_refused_with_the_others():
    for coding in (Coding.SCREEN, Coding.ZSCORE):
        with pytest.raises(UsageError, match="unknown normalisation 'box'; known: full image, person crop, clip box"):
            check_normalisation("box", coding)
    with pytest.raises(UsageError) as caught:
        check_normalisation("z-score", Coding.SCREEN)
    assert str(caught.value).endswith("this model reads: full image, person crop, clip box, pixel")
    for name in NORMALISATIONS:
        check_normalisation(name, Coding.ZSCORE)
    with pytest.raises(UsageError, match="unknown normalisation"):
        placement(keypoints(), "none")


def share_outside(share: float) -> Poses2D:
    """A hundred keypoints in one frame of a picture 1000 x 800, this share of them right of it."""
    x = np.where(np.arange(100) < round(share * 100), 1200, 500)
    return Poses2D(np.stack((x, np.linspace(300, 500, 100)), axis=-1)[None], "h36m17", size_px=(1000, 800),
                   origin=Origin("a.json"))  # fmt: skip


def test_keypoints_outside_the_picture():
    assert check_picture(share_outside(0)) == ()
    assert check_picture(share_outside(0.05)) == ()
    assert check_picture(share_outside(0.06)) == (
        "caution: 6% of the keypoints lie outside the picture of 1000x800 pixels",)  # fmt: skip
    assert len(check_picture(share_outside(0.5))) == 1
    with pytest.raises(DataError) as caught:
        check_picture(share_outside(0.51))
    assert str(caught.value) == ("a.json: wrong image size; expected keypoints within 1000x800 pixels, got 51% of them "
                                 "outside, x 500 to 1200, y 300 to 500")  # fmt: skip


def test_extents_of_several_pictures_are_the_wrong_size():
    xy = np.array([[(500.0, 400.0)] * 60 + [(-1400.0, 0.0)] * 20 + [(1700.0, 799.0)] * 20])
    with pytest.raises(DataError, match=r"wrong image size.*40% of them outside, x -1400 to 1700"):
        check_picture(Poses2D(xy, "h36m17", size_px=(1000, 800)))


def test_one_wild_detection_is_no_wrong_size():
    poses = keypoints(60)
    xy = poses.xy_px.copy()
    xy[30, 4] = 90000
    assert check_picture(Poses2D(xy, "h36m17", size_px=poses.size_px)) == ()


def test_a_size_of_another_video_is_noticed():
    """4K coordinates with the size of a phone's picture, and the right one."""
    poses = keypoints()
    with pytest.raises(DataError, match="wrong image size"):
        check_picture(moved(Poses2D(poses.xy_px, "h36m17", size_px=(640, 360)), 3, (600, 300)))
    assert check_picture(poses) == ()
    assert check_picture(keypoints(size=None)) == ()


@pytest.mark.parametrize("low", [0, -1])
def test_coordinates_that_are_normalised_already(low):
    xy = np.random.default_rng(1).uniform(low, 1, (9, 17, 2))
    for size in (None, (1000, 800)):
        with pytest.raises(DataError, match="2D keypoints are not in pixels"):
            check_picture(Poses2D(xy, "h36m17", size_px=size))


def test_can_be_sent_to_another_process():
    made = placement(keypoints(), "person crop")
    again = pickle.loads(pickle.dumps(made))
    assert np.array_equal(again.place(slice(2, 5)), made.place(slice(2, 5)))

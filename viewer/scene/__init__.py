"""The 3D scene: skeletons of a clip, by OpenGL through vispy or, without it, by Qt's painter.

Everything but the widgets (:mod:`area`, :mod:`panel`, :mod:`names`, :mod:`legend`, :mod:`colour_bar`, :mod:`overlay`,
:mod:`surface`, :mod:`gl`) knows no Qt: an eye, strokes in the world, and the strokes as that eye sees them in pixels.
"""

from viewer.scene.opengl import opengl_problem
from viewer.scene.panel import ScenePanel

__all__ = ["ScenePanel", "opengl_problem"]

"""What the panels draw of one clip, and how it is made from the engine's numbers. No Qt here."""

from viewer.content.build import Identity, build_content, lone_content
from viewer.content.records import ClipContent, Ground, Track

__all__ = ["ClipContent", "Ground", "Identity", "Track", "build_content", "lone_content"]

"""The Qt window on top of ``core``; nothing in ``core`` may import from here."""

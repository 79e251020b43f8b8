"""The panels of the window, each independent of the others."""

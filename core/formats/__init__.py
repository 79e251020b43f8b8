"""One module per file format, detection by content, and the safe ways to read arrays."""

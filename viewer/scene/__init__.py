"""The skeletons in space: by OpenGL, or in 2D where there is none."""

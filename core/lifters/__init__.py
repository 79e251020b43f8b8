"""The lifters: models from 2D keypoints to 3D poses, their checkpoints, and what is done to their input and output."""

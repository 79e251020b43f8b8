"""What-if: a joint is moved, and both errors move with it."""

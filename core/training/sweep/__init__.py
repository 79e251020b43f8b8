"""The same lifter trained with different weights of a loss in degrees, and what each weight does to mm and degrees."""

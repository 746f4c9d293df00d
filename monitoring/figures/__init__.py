"""From observations to figures: the house's data behind the formula language, computation, release."""

"""What an operator sees of a running house: health, metrics, logs, errors. Nothing personal stands in any of them."""

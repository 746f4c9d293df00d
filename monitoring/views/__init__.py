"""Public pages: the board of measures, consultations, the indicator browser. All work without scripts."""

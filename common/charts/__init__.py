"""Charts for pages and documents: readable without colour, with their figures as a table.

    chart = line_chart(_("Remittances"), labels=["2023", "2024"], series=[Series("KG", [1.2, None])], unit="%")
    chart.svg(), chart.png(), chart.pdf(), chart.columns, chart.rows, chart.table

A value is a number, None (missing) or `SUPPRESSED`; the last two leave a gap and are told apart in the table.
"""

from common.charts.base import Chart, Series
from common.charts.chords import chord_chart
from common.charts.flows import Flow, flow_chart
from common.charts.grids import board_chart, oblast_map
from common.charts.plots import Estimate, bar_chart, interval_chart, line_chart
from common.charts.timeline import Bar, timeline

__all__ = [
    "Bar",
    "Chart",
    "Estimate",
    "Flow",
    "Series",
    "bar_chart",
    "board_chart",
    "chord_chart",
    "flow_chart",
    "interval_chart",
    "line_chart",
    "oblast_map",
    "timeline",
]

"""Figures of an indicator as SDMX: CSV 2.0, JSON 2.1 data, ML 2.1 structure and data."""

from .flow import Flow, flow_of
from .text import to_csv, to_json
from .xml import data_xml, structure_xml

WRITERS = {
    "sdmx.csv": (to_csv, "application/vnd.sdmx.data+csv;version=2.0.0"),
    "sdmx.json": (to_json, "application/vnd.sdmx.data+json;version=2.1.0"),
    "sdmx.xml": (data_xml, "application/vnd.sdmx.structurespecificdata+xml;version=2.1"),
    "structure.xml": (structure_xml, "application/vnd.sdmx.structure+xml;version=2.1"),
}

__all__ = ["WRITERS", "Flow", "data_xml", "flow_of", "structure_xml", "to_csv", "to_json"]

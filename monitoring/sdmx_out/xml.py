"""SDMX-ML 2.1: the structure (concepts, code lists, data structure, dataflow) and structure-specific data."""

from typing import Any

from .flow import AGENCY, ATTRIBUTES, CONCEPTS, CONFIDENTIALITY_NAMES, STATUS_NAMES, Flow

CODED = {"OBS_STATUS": STATUS_NAMES, "CONF_STATUS": CONFIDENTIALITY_NAMES}


def structure_xml(flow: Flow) -> bytes:
    """Everything that a reader of the data needs to understand it, names in three languages."""
    import sdmx
    from sdmx.message import StructureMessage

    built = _Built(flow)
    message = StructureMessage(header=built.header)
    for one in (built.concepts, *built.lists.values(), built.structure, built.flow):
        message.add(one)
    return sdmx.to_xml(message, pretty_print=True)


def data_xml(flow: Flow) -> bytes:
    import sdmx
    import sdmx.model.v21 as model
    from sdmx.message import DataMessage

    built = _Built(flow)
    dsd = built.structure
    data = model.StructureSpecificDataSet(structured_by=dsd)
    for key, observations in flow.series.items():
        series = dsd.make_key(model.SeriesKey, dict(zip(flow.dimensions, key, strict=True)))
        data.add_obs([built.observation(series, one) for one in observations], series)
    message = DataMessage(
        header=built.header, dataflow=built.flow, observation_dimension=dsd.dimensions.get("TIME_PERIOD")
    )
    message.data.append(data)
    return sdmx.to_xml(message, pretty_print=True)


class _Built:
    """The objects of one message; the library is loaded only when somebody asks for XML (a second of import)."""

    def __init__(self, flow: Flow):
        import sdmx.model.v21 as model
        from sdmx.message import Header

        self.model, self.source = model, flow
        self.agency = model.Agency(id=AGENCY)
        self.header = Header(
            id=f"{flow.code}_{flow.prepared:%Y%m%d%H%M%S}",
            test=False,
            prepared=flow.prepared,
            sender=self.agency,
        )
        self.concepts = model.ConceptScheme(**self._kept(f"CS_{flow.code}"), name={"en": "Concepts"})
        self.lists: dict[str, Any] = {}
        self.structure = model.DataStructureDefinition(**self._kept(f"DSD_{flow.code}"), name=flow.names)
        self._components()
        self.flow = model.DataflowDefinition(
            **self._kept(f"DF_{flow.code}"),
            structure=self.structure,
            name=flow.names,
            description=flow.descriptions,
        )

    def _kept(self, code: str) -> dict[str, Any]:
        return {
            "id": code,
            "version": self.source.number,
            "maintainer": self.agency,
            "is_final": True,
            "is_external_reference": False,
        }

    def _concept(self, code: str):
        concept = self.model.Concept(id=code, name={"en": CONCEPTS.get(code, code)})
        self.concepts.append(concept)
        return concept

    def _list(self, name: str, codes: dict[str, dict[str, str]]):
        """One list for all dimensions that take their codes from it."""
        found = self.lists.get(name)
        if found is None:
            found = self.lists[name] = self.model.Codelist(**self._kept(name), name={"en": name})
        for code, words in codes.items():
            if code not in found.items:
                found.append(self.model.Code(id=code, name=words))
        return self.model.Representation(enumerated=found)

    def _components(self) -> None:
        model, dsd = self.model, self.structure
        for order, name in enumerate(self.source.dimensions, start=1):
            local = self._list(self.source.list_of(name), self.source.codes[name])
            dsd.dimensions.append(
                model.Dimension(
                    id=name, order=order, concept_identity=self._concept(name), local_representation=local
                )
            )
        last = len(self.source.dimensions) + 1
        dsd.dimensions.append(
            model.TimeDimension(id="TIME_PERIOD", order=last, concept_identity=self._concept("TIME_PERIOD"))
        )
        self.measure = model.PrimaryMeasure(id="OBS_VALUE", concept_identity=self._concept("OBS_VALUE"))
        dsd.measures.append(self.measure)
        for name in ATTRIBUTES:
            coded = {code: {"en": words} for code, words in CODED.get(name, {}).items()}
            local = self._list(f"CL_{name}", coded) if coded else None
            dsd.attributes.append(
                model.DataAttribute(
                    id=name,
                    concept_identity=self._concept(name),
                    local_representation=local,
                    related_to=model.PrimaryMeasureRelationship(),
                )
            )

    def observation(self, series, one):
        """A figure without a number is NaN, as SDMX-ML 2.1 writes it, with its status beside it."""
        model, dsd = self.model, self.structure
        observation = model.Observation(
            dimension=dsd.make_key(model.Key, {"TIME_PERIOD": one.period}),
            series_key=series,
            value=one.number or "NaN",
            value_for=self.measure,
        )
        for name, value in (one.attributes | {"UNIT_MEASURE": self.source.version.unit}).items():
            observation.attached_attribute[name] = model.AttributeValue(
                value=value, value_for=dsd.attributes.get(name)
            )
        return observation

"""What programs are given. Numbers of persons go out masked; the desk alone shows them whole."""

from typing import Any

from rest_framework import serializers

from common.tables.sheets import place
from pensions.enums import RowKind
from pensions.imports.problems import reason
from pensions.models import Employer, EmployerIdentifier, Worker, WorkRecordImport


class WorkerSerializer(serializers.ModelSerializer):
    registry_number = serializers.SerializerMethodField()

    class Meta:
        model = Worker
        fields = [
            *("id", "registry_number", "family_name", "given_name", "patronymic"),
            *("latin_family_name", "latin_given_name", "birth_on", "birth_place", "sex", "citizenship"),
            *("state", "registered_in", "merged_into"),
        ]

    def get_registry_number(self, worker) -> str:
        return str(worker)


_BY_NAME = [(name, Worker._meta.get_field(name).attname) for name in WorkerSerializer.Meta.fields]


def plain_row(worker: Worker) -> dict[str, Any]:
    """What `WorkerSerializer` tells of a worker, for lists, where its work for each field is most of all."""
    row = {name: getattr(worker, attname) for name, attname in _BY_NAME}
    return row | {"registry_number": str(worker)}


class NumberSerializer(serializers.Serializer):
    kind = serializers.CharField()
    masked = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField())


class WorkerDetailSerializer(WorkerSerializer):
    numbers = NumberSerializer(source="open_numbers", many=True)

    class Meta(WorkerSerializer.Meta):
        fields = [*WorkerSerializer.Meta.fields, "numbers"]


class EmployerNumberSerializer(serializers.ModelSerializer):
    class Meta:
        model = EmployerIdentifier
        fields = ["kind", "value"]


class EmployerSerializer(serializers.ModelSerializer):
    identifiers = EmployerNumberSerializer(many=True, read_only=True)

    class Meta:
        model = Employer
        fields = ["id", "name", "state", "region", "industry", "liquidated_on", "successor", "identifiers"]


class ImportSerializer(serializers.ModelSerializer):
    file_name = serializers.CharField(source="file.name")
    employer = serializers.UUIDField(source="employer_id")
    registry_state = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = WorkRecordImport
        fields = [
            *("id", "state", "file_name", "format", "employer", "registry_state", "counts", "problems"),
            *("progress", "refusal", "created_at", "applied_at"),
        ]

    def get_registry_state(self, run) -> str:
        return run.params["state"]

    def get_counts(self, run) -> dict[str, int]:
        return {key: value for key, value in (run.counts or {}).items() if isinstance(value, int)}

    def get_problems(self, run) -> list[dict]:
        counts, found = run.counts or {}, []
        for one in counts.get("problems", []):
            sheet, row = place(one["example"], counts.get("notes", {}).get("sheets", ()))
            found.append(
                {
                    "code": one["problem"],
                    "field": one["problem_field"],
                    "text": reason(one["problem"], one["problem_field"]),
                    "rows": one["count"],
                    "first_row": row,
                    "sheet": sheet,
                }
            )
        return found

    def get_progress(self, run) -> int:
        return run.job.percent if run.job else 0


class UploadSerializer(serializers.Serializer):
    employer = serializers.UUIDField()
    registry_state = serializers.CharField(max_length=2)
    entries = serializers.ChoiceField(choices=RowKind.choices, default=RowKind.ORIGINAL)
    file = serializers.FileField()
    mapping = serializers.JSONField(required=False, help_text="{column key: title in the file}")

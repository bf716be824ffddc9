"""Documents and tasks in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django_filters.utils import translate_validation
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from provinces.dates import today
from provinces.filters import refuse_unreadable
from provinces.models import Agency
from provinces.reading.views import ReadViewSet
from provinces.representing import Represented
from resolutions.counts import count_tasks
from resolutions.filters import DocumentFilterSet, TaskFilterSet
from resolutions.models import Document, DocumentLink, Extension, Task, TaskStanding, TaskStep


class DocumentLinkSerializer(serializers.ModelSerializer[DocumentLink]):
    document = serializers.IntegerField(source="other_id", help_text="`id` of the other document.")
    key = serializers.CharField(source="other.key")

    class Meta:
        model = DocumentLink
        fields = ["relation", "document", "key"]


class DocumentSerializer(serializers.ModelSerializer[Document]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True)
    key = serializers.CharField(read_only=True, help_text="issuer|number|date; a number alone is no key.")
    title = serializers.CharField(read_only=True, help_text="The title in the language asked for.")
    links = DocumentLinkSerializer(many=True, read_only=True)
    on_track_from = serializers.DecimalField(
        3, 2, read_only=True, help_text="Share of the expected pace from which a target is on track."
    )
    at_risk_from = serializers.DecimalField(3, 2, read_only=True)

    class Meta:
        model = Document
        fields = [
            *("id", "key", "issuer", "number", "issued_on", "kind", "unit", "title", "title_vi"),
            *("title_en", "valid_from", "valid_to", "note_vi", "note_en", "is_illustrative"),
            *("on_track_from", "at_risk_from", "links"),
        ]


@extend_schema(tags=["documents"])
@extend_schema_view(
    list=extend_schema(
        summary="Documents that set targets",
        description=(
            "Resolutions, directives, plans, decisions and projects, the latest first, with what they "
            "implement and replace. Packet of QCVN 125:2021/BTTTT: reporting regimes (chế độ báo cáo). "
            "Open to everybody signed in."
        ),
    ),
    retrieve=extend_schema(summary="One document"),
)
class DocumentViewSet(Represented, ReadViewSet[Document]):
    resource = "document"
    queryset = (
        Document.objects.for_list()
        .prefetch_related(Prefetch("links", DocumentLink.objects.select_related("other")))
        .order_by("-issued_on", "-pk")
    )
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilterSet
    lookup_value_regex = "[0-9]{1,18}"


class TaskStepSerializer(serializers.ModelSerializer[TaskStep]):
    class Meta:
        model = TaskStep
        fields = ["position", "title", "due_on", "done_on"]


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = ["former_due_on", "new_due_on", "reason", "state", "decision"]


class TaskStandingsSerializer(serializers.Serializer[Any]):
    """Tasks per standing; together they are the total."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {each.value: serializers.IntegerField() for each in TaskStanding}


class TaskCountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    finished = serializers.IntegerField(help_text="Done in time and done late together.")
    counts = TaskStandingsSerializer()


class TaskSerializer(serializers.ModelSerializer[Task]):
    unit: Any = serializers.SlugRelatedField("ref", read_only=True)
    document = serializers.IntegerField(
        source="document_id", allow_null=True, help_text="`id` of the document that asks for it."
    )
    lead: Any = serializers.SlugRelatedField(
        "ref", read_only=True, allow_null=True, help_text="`ref` of the agency that leads it."
    )
    cooperating: Any = serializers.SlugRelatedField(
        "ref", many=True, read_only=True, help_text="`ref` of each agency that helps."
    )
    person = serializers.IntegerField(
        source="person_id", allow_null=True, help_text="Number of the person who answers for it."
    )
    targets: Any = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True, help_text="`id` of each target it serves."
    )
    first_due_on = serializers.DateField(
        read_only=True, help_text="The day it was due on before any extension; `due_on` is the one in force."
    )
    steps = TaskStepSerializer(many=True, read_only=True)
    extensions = ExtensionSerializer(
        many=True, read_only=True, help_text="Every request for a later day, granted or not, the first first."
    )
    standing = serializers.SerializerMethodField(
        help_text="How it stands today with its days. Worked out when it is read; the due day is in time."
    )

    class Meta:
        model = Task
        fields = [
            *("id", "unit", "document", "title_vi", "title_en", "product", "lead", "cooperating"),
            *("person", "targets", "started_on", "first_due_on", "due_on", "done_on", "standing"),
            *("is_illustrative", "steps", "extensions"),
        ]

    @extend_schema_field(serializers.ChoiceField(TaskStanding.choices))
    def get_standing(self, task: Task) -> str:
        return task.standing_on(today())


def _targets() -> Any:
    rows: Any = Task.targets.rel.model._default_manager
    return rows.only("pk").order_by("pk")


@extend_schema(tags=["tasks"])
@extend_schema_view(
    list=extend_schema(
        summary="Tasks of documents",
        description=(
            "What documents ask somebody to do by a day, who leads it and how it stands. Officials see the "
            "tasks of the nation, of every province, and of all units of their own province. By due day."
        ),
    ),
    retrieve=extend_schema(summary="One task"),
)
class TaskViewSet(Represented, ReadViewSet[Task]):
    resource = "task"
    queryset = (
        Task.objects.select_related("unit", "lead")
        .prefetch_related(
            Prefetch("cooperating", Agency.objects.order_by("ref")),
            # Only the ids of the targets are shown; whoever may see one finds it at its own address.
            Prefetch("targets", _targets()),
            "steps",
            "extensions",
        )
        .order_by("due_on", "pk")
    )
    serializer_class = TaskSerializer
    filterset_class = TaskFilterSet
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)

    @extend_schema(
        operation_id="tasks_counts",
        summary="How many tasks stand how",
        description=(
            "Of the tasks that the same parameters list, how many stand how today; the standings add up to "
            "the total."
        ),
        responses=TaskCountsSerializer,
        filters=True,
    )
    @action(detail=False, pagination_class=None)
    def counts(self, request: Request) -> Response:
        refuse_unreadable(request.query_params, known=list(TaskFilterSet.get_filters()), several=["standing"])
        rows = Task.objects.visible_to(request.user)
        filterset = TaskFilterSet(request.query_params, rows, request=request)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        found = count_tasks(filterset.qs)
        if not found.total:
            filterset.refuse_unknown()
        return Response({"total": found.total, "finished": found.finished, "counts": found.by_standing})

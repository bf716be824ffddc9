"""An indicator's data as CSV on the Web: the file and its metadata, at addresses that belong together."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.permissions import first_or_404
from indicators.api.csvw import lines_of, metadata_of, rows_of
from indicators.filters import indicator_rows
from indicators.models import Indicator
from provinces.filters import refuse_unreadable

CSV = "text/csv; charset=utf-8; header=present"
METADATA = "application/csvm+json"


class OneForm(BaseContentNegotiation):
    """The name of the address says the form; only errors are rendered, in the form of all errors."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class _OfIndicator(APIView):
    content_negotiation_class = OneForm

    def indicator(self, request: Request, code: str) -> Indicator:
        refuse_unreadable(request.query_params, known=())
        found: Indicator = first_or_404(indicator_rows(code))
        return found


class DataView(_OfIndicator):
    @extend_schema(
        tags=["indicators"],
        operation_id="indicators_data",
        summary="Data of an indicator as CSV on the Web",
        description=(
            "Every figure of the indicator that you may see, as one table: reported and approved ones as in "
            "`measurements`, pooled ones as in `rollups`. Its metadata (W3C CSV on the Web) are at the same "
            "address with `-metadata.json`; `Link` names them. Streamed, whole, by `source` and `id`. Packet "
            "of QCVN 125:2021/BTTTT: indicator data (số liệu chỉ tiêu)."
        ),
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        indicator = self.indicator(request, code)
        # A server would read the whole table to throw it away for HEAD.
        lines = [] if request.method == "HEAD" else lines_of(rows_of(indicator, request.user))
        answer = StreamingHttpResponse(lines, content_type=CSV)
        answer["Link"] = f'<data.csv-metadata.json>; rel="describedby"; type="{METADATA}"'
        answer["Content-Disposition"] = f'attachment; filename="{indicator.code}.csv"'
        return answer


class MetadataView(_OfIndicator):
    @extend_schema(
        tags=["indicators"],
        operation_id="indicators_data_metadata",
        summary="Metadata of that table",
        description=(
            "W3C CSV on the Web: title, source, and each column's titles in Vietnamese and English, datatype "
            "and whether it may be empty; the primary key is `source` with `id`."
        ),
        responses={(200, METADATA): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        indicator = self.indicator(request, code)
        return HttpResponse(orjson.dumps(metadata_of(indicator, "data.csv")), content_type=METADATA)

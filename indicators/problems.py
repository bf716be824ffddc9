"""Refusals of writing through the API, with the codes that programs go by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import status

from accounts.problems import Problem


class Refusal(Problem):
    """Read and understood, and not done; nothing was written."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class RowsRefused(Refusal):
    default_code = "rows_refused"
    default_detail = _("Nothing was written, for some rows were refused; mend them and send all again.")


class ReportClosed(Refusal):
    """`report_locked` or `period_not_open`."""

    default_code = "report_locked"
    default_detail = _("The report is locked; ask for it to be opened again.")


class ReportNotReady(Refusal):
    default_code = "report_not_ready"
    default_detail = _("The report cannot be sent yet; mend what is named and send it again.")


class NothingToSend(Refusal):
    default_code = "nothing_to_send"
    default_detail = _("There is nothing new to send.")


class EvidenceNotAccepted(Refusal):
    default_code = "evidence_refused"
    default_detail = _("This file is not accepted.")

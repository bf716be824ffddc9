"""`manage.py make_brief_template`: writes the portal's own Word template of the leaders' brief anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.briefs.builtin import BUILT_IN, built_in_template


class Command(BaseCommand):
    help = "Write dashboard/briefs/templates/bao-cao.docx from dashboard/briefs/builtin.py."

    def handle(self, *args: Any, **options: Any) -> None:
        BUILT_IN.parent.mkdir(exist_ok=True)
        BUILT_IN.write_bytes(built_in_template())
        self.stdout.write(str(BUILT_IN))

"""What the trial needs before its processes start: tables, reference and demo data, static files."""

import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection

from accounts.models import ApiToken
from config.celery import app
from config.trial import Demo, TrialError, demo_for, fingerprint


def prepare_data(wanted_password: str, *, say: Callable[[str], None]) -> Demo:
    """Migrate; load what is missing; collect the static files that changed."""
    path = settings.DATA_DIR / "demo.json"
    demo = demo_for(path, wanted_password=wanted_password, make_token=ApiToken.new_secret)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        here = _database()
        if demo.database != here or not get_user_model().objects.exists():
            say("loading reference and demo data, once …")
            call_command("load_reference", stdout=sys.stderr)
            call_command("load_demo", password=demo.password, token=demo.token, stdout=sys.stderr)
            # Written last: a load that was broken off is done again by the next start.
            demo.database = here
            demo.write(path)
    except DatabaseError as error:
        raise TrialError(f"the database cannot be used: {str(error).splitlines()[0]}") from None
    _collect_static(settings.DATA_DIR / "static.stamp")
    return demo


def ring() -> None:
    """Ask the worker for a heartbeat now; beat's first one comes only after its interval."""
    app.send_task("indicators.tasks.worker_heartbeat", expires=60)


def _database() -> str:
    """Which database this is, without its password."""
    named = connection.settings_dict
    return f"{connection.vendor} {named.get('HOST', '')} {named['NAME']}"


def _collect_static(stamp: Path) -> None:
    files = [Path(place.path(name)) for finder in get_finders() for name, place in finder.list([])]
    now = fingerprint(files)
    if not stamp.exists() or stamp.read_text() != now or not Path(settings.STATIC_ROOT).exists():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(now)

"""The Celery application: `celery -A config worker`, `celery -A config beat`.

The broker is only a bell: what must be done stands in the job table, and beat sends again what was never
claimed.
"""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# `filesystem://` of the trial; see there for what it adds to Kombu's own.
TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The Celery application: `celery -A config worker`, `celery -A config beat`.

The broker is only a bell: what must be done stands in the job table, and beat sends again what was never
claimed.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

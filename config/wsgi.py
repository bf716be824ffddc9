"""The web process: `gunicorn config.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# A page makes some hundred thousand objects that are gone with it, and by default the collector looks through
# what lives every 700 of them: a third of the time of rendering. What was loaded by now stays for good.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

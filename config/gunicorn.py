"""The web server, in the trial and in production: `gunicorn -c python:config.gunicorn config.wsgi`."""

from config.logging import JsonFormatter

# One request waits for the database while the other computes.
threads = 2
graceful_timeout = 5
# The proxy in front writes the access log; the portal's own request lines hold no personal data.
accesslog = None
# A socket for commands that nobody here sends.
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}

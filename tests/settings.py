"""The settings under test: the portal's own, with what makes tests fast, separate and repeatable.

The environment is set here, before the portal's settings read it, and is inherited by the processes that
tests start.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "PORTAL_TESTS_DIR" not in os.environ:
    # Memory where there is some: the tests' database files never need to reach a disk.
    memory = Path("/dev/shm")
    made = tempfile.mkdtemp(prefix="portal-tests-", dir=memory if os.access(memory, os.W_OK) else None)
    os.environ["PORTAL_TESTS_DIR"] = made
    maker = os.getpid()

    def clear_up() -> None:
        if os.getpid() == maker:
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(clear_up)

# Tests run in several processes at once, each with a folder and a broker of its own.
process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
os.environ["DATA_DIR"] = str(Path(os.environ["PORTAL_TESTS_DIR"]) / process)
if "REDIS_URL" in os.environ:
    server = "/".join(os.environ["REDIS_URL"].split("/")[:3])
    os.environ["REDIS_URL"] = f"{server}/{process.removeprefix('gw')}"
os.environ.setdefault("SECRET_KEY", "only for tests " + "x" * 50)
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ["PORTAL_MODE"] = "trial"
os.environ["PORTAL_TODAY"] = "now"

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

DATA_DIR.mkdir(parents=True, exist_ok=True)
# whitenoise warns of a missing folder, and warnings are errors.
STATIC_ROOT.mkdir(exist_ok=True)

# The cheapest hash: a test that signs in must not pay for Argon2.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory, so that a real worker process can open the tests' database.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": "test_portal"}

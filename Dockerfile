FROM python:3.13-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The processes run as a person of their own, who can write to /data and nowhere else.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent portal \
    && install --directory --owner portal --mode 0700 /data

COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.lock

COPY manage.py ./
COPY config config
COPY provinces provinces
COPY accounts accounts
COPY resolutions resolutions
COPY indicators indicators
COPY events events
COPY dashboard dashboard
COPY templates templates
COPY static static
COPY locale locale

ENV DATA_DIR=/data STATIC_ROOT=/app/collected
# The key is for this one command and in no layer's environment.
RUN SECRET_KEY=unused-while-building DATA_DIR=/tmp/build python manage.py collectstatic --no-input \
    && python -m compileall -q .

USER portal
EXPOSE 8000
CMD ["sh", "-c", "exec gunicorn -c python:config.gunicorn config.wsgi --bind 0.0.0.0:8000 --workers ${WEB_CONCURRENCY:-2} --worker-tmp-dir /dev/shm"]

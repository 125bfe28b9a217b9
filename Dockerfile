# One image for the site, the worker, the clock and the migrations; docker-compose.yml starts it four times.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
# Ready-made builds only: nothing is compiled, so nothing to compile with is installed.
RUN python -m venv /venv \
    && sed '/^# --- only for/,$d' requirements.txt > container.txt \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: -r container.txt \
    && /venv/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=civic.settings \
    PLAZA_DATA_DIR=/data
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin plaza \
    && mkdir -p /data/media \
    && chown -R plaza:plaza /data
WORKDIR /plaza
COPY --from=packages /venv /venv
# By name: whatever else lies beside the code (.env, .data, .venv) never enters the image.
COPY manage.py ./
COPY civic civic
COPY requests_app requests_app
COPY staff staff
COPY templates templates
COPY static static
# These two only read the code; the servers they name do not exist and are not asked.
RUN export DATABASE_URL=postgresql://nobody@localhost/nothing REDIS_URL=redis://localhost SECRET_KEY=for-the-build-only CREDENTIALS_KEY=for-the-build-only \
    && python manage.py compile_translations \
    && python manage.py collectstatic --no-input \
    && python -m compileall -q civic requests_app staff
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8000/healthz', timeout=4)"]
CMD ["gunicorn", "civic.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--max-requests", "20000", "--max-requests-jitter", "2000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]

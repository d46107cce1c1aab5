# The front-end packages, checked against package-lock.json.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

# The environment, the served files and the collected static files.
FROM python:3.11-slim-bookworm AS build
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
COPY . .
COPY --from=packages /app/node_modules node_modules
# The settings ask for secrets and addresses; collecting files uses none of them.
RUN python scripts/build_assets.py --copy-only \
    && rm -rf node_modules \
    && DJANGO_SETTINGS_MODULE=config.settings.production SECRET_KEY=none ALLOWED_HOSTS=none \
       DATABASE_URL=postgres:///none REDIS_URL=redis://none python manage.py collectstatic --no-input

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production MEDIA_ROOT=/data/media
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin shifancun \
    && install -d -o shifancun -g shifancun -m 0750 /data/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER shifancun
VOLUME /data/media
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "scripts/healthcheck.py"]
# WEB_CONCURRENCY sets the number of worker processes.
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--max-requests", "5000", \
     "--max-requests-jitter", "500", "--access-logfile", "-"]

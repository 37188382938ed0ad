# One image for the worker, the API and the preparation of the database: only the command differs.
ARG PYTHON=python:3.13.16-slim@sha256:3dd7cc108ec1493442514f5c2a871af6af0ec31d768ff6e378a93340c3b3db5f

# What the pages take from npm, each package by its hash; Node.js comes as a package too, by its own.
FROM ${PYTHON} AS pages
WORKDIR /pages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements-build.lock ./
RUN pip install --require-hashes -r requirements-build.lock
COPY api/web/package.json api/web/package-lock.json api/web/vendor.mjs api/web/vendor.json api/web/install.py ./
RUN python install.py --omit=dev

FROM ${PYTHON} AS build
WORKDIR /build
RUN python -m venv /opt/otklik
ENV PATH=/opt/otklik/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# First what changes seldom, every file of it by its hash.
COPY requirements.lock requirements-build.lock ./
RUN pip install --require-hashes -r requirements.lock \
    && python -m venv /opt/builder \
    && /opt/builder/bin/pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md cli.py settings.py worker.py ./
COPY calendar_rules calendar_rules
COPY workflows workflows
COPY activities activities
COPY store store
COPY telemetry telemetry
COPY service service
COPY api api
COPY --from=pages /pages/static/vendor api/web/static/vendor
COPY embedded embedded
COPY deploy/wheel_hook.py deploy/wheel_hook.py
COPY docs/ru docs/ru
RUN /opt/builder/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /build/wheels . \
    && pip install --no-deps /build/wheels/otklik-*.whl

FROM ${PYTHON}
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent otklik \
    && install --directory --mode 700 --owner 10001 /var/lib/otklik/keys /var/lib/otklik/anchors
COPY --from=build /opt/otklik /opt/otklik
ENV PATH=/opt/otklik/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /
USER 10001
# 8000: pages and API; 8001: state and measures of a worker.
EXPOSE 8000 8001
ENTRYPOINT ["otklik"]
CMD ["--help"]

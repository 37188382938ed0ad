# One image for the worker, the API and the preparation of the database: only the command differs.
ARG PYTHON=python:3.13.16-slim@sha256:3dd7cc108ec1493442514f5c2a871af6af0ec31d768ff6e378a93340c3b3db5f
# Where packages come from: `checkout` takes them from their registries, `bundle` has them beside this file.
ARG SOURCE=checkout

# Each file of Python's packages and npm's by its hash; Node.js comes as a package too, and stays in this stage.
FROM ${PYTHON} AS checkout
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# First what changes seldom.
COPY requirements.lock requirements-build.lock ./
RUN pip install --require-hashes -r requirements-build.lock \
    && pip download --require-hashes --only-binary :all: --dest /packages -r requirements.lock
COPY api/web/package.json api/web/package-lock.json api/web/vendor.mjs api/web/vendor.json api/web/install.py api/web/
RUN python api/web/install.py --omit=dev
COPY pyproject.toml README.md cli.py settings.py worker.py ./
COPY calendar_rules calendar_rules
COPY workflows workflows
COPY activities activities
COPY store store
COPY telemetry telemetry
COPY service service
COPY api api
COPY embedded embedded
COPY deploy/wheel_hook.py deploy/wheel_hook.py
COPY docs/ru docs/ru
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /packages .

FROM ${PYTHON} AS bundle
COPY packages /packages

FROM ${SOURCE} AS packages

FROM ${PYTHON} AS build
COPY requirements.lock ./
# Without pip of its own: nothing is installed once the image is made.
RUN --mount=from=packages,source=/packages,target=/packages \
    python -m venv --without-pip /opt/otklik \
    && pip --python /opt/otklik install --no-cache-dir --no-index --find-links /packages --require-hashes -r requirements.lock \
    && pip --python /opt/otklik install --no-cache-dir --no-index --no-deps /packages/otklik-*.whl

FROM ${PYTHON}
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent otklik \
    && install --directory --mode 700 --owner 10001 /var/lib/otklik/anchors
COPY --from=build /opt/otklik /opt/otklik
ENV PATH=/opt/otklik/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /
USER 10001
# 8000: pages and API; 8001: state and measures of a worker.
EXPOSE 8000 8001
ENTRYPOINT ["otklik"]
CMD ["--help"]

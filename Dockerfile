# The course in one image: `docker compose up` (see docker-compose.yml). Small, not root, pinned by
# the same lock as every other installation.
ARG PYTHON_TAG=3.13-slim-bookworm

FROM python:${PYTHON_TAG} AS build
WORKDIR /src
COPY requirements/learner.txt requirements/
RUN python -m venv /opt/dojo \
    && /opt/dojo/bin/pip install --no-cache-dir --no-compile -r requirements/learner.txt
COPY pyproject.toml README.md LICENSE ./
COPY lab_helpers lab_helpers
COPY labs labs
RUN /opt/dojo/bin/pip install --no-cache-dir --no-compile --no-deps .

FROM python:${PYTHON_TAG}
# JupyterLab listens on the loopback of its own network only; socat lets the published port in.
# Debian keeps one version of a package at a time: one that is named here could not be had later.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends socat tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 learner \
    && install --directory --owner=learner /home/learner/workspace /home/learner/.local/share
COPY --from=build /opt/dojo /opt/dojo
ENV PATH=/opt/dojo/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1
# learner; by number, so that others can see that it is not root
USER 1000
WORKDIR /home/learner
EXPOSE 8889
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8888), 3)"]
# The address that `up` prints, http://127.0.0.1:8888/…, is the one to open outside as well.
ENTRYPOINT ["tini", "--", "sh", "-c", "socat TCP-LISTEN:8889,fork,reuseaddr TCP:127.0.0.1:8888 & exec lambda-dojo up --workspace /home/learner/workspace --port 8888 --no-browser"]

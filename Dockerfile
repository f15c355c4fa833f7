# The platform in one image; each container does one thing:
#
#   webserver   docker run -p 127.0.0.1:3000:3000 -v mut:/var/lib/mut mut-assets
#   daemon      docker run --no-healthcheck -v mut:/var/lib/mut mut-assets dagster-daemon run -w workspace.yaml
#   one run     docker run --no-healthcheck -v mut:/var/lib/mut mut-assets mut run
#
# Exactly one daemon. Settings and credentials come from the environment at run time (-e, or the task's role); none are
# built in. The volume holds Dagster's history and, without an account, the bucket; it must be a local disk.

FROM python:3.12-slim AS builder
WORKDIR /src
COPY deploy/install.sh deploy/
COPY requirements.lock ./
RUN PIP_NO_CACHE_DIR=1 deploy/install.sh /opt/mut packages
COPY pyproject.toml LICENSE dagster.yaml workspace.yaml ./
COPY mut_assets mut_assets
RUN PIP_NO_CACHE_DIR=1 deploy/install.sh /opt/mut project

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home mut \
    && install -d -o mut -g mut /var/lib/mut
COPY --from=builder /opt/mut /opt/mut
WORKDIR /srv/mut
COPY workspace.yaml dagster.yaml ./
COPY deploy/start.sh deploy/
ENV PATH=/opt/mut/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MUT_HOME=/var/lib/mut \
    DAGSTER_HOME=/var/lib/mut/dagster
USER mut
VOLUME /var/lib/mut
# The UI has no login: publish the port on loopback only, or behind a proxy that asks who is there (docs/security.md).
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:3000/server_info', timeout=4)"]
ENTRYPOINT ["deploy/start.sh"]
CMD ["mut", "webserver", "-h", "0.0.0.0", "-p", "3000", "-w", "workspace.yaml"]

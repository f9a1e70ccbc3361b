FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/firstfive
COPY requirements.lock ./
RUN /opt/firstfive/bin/pip install --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY store ./store
COPY templates ./templates
COPY checklists ./checklists
COPY rules ./rules
COPY fonts ./fonts
RUN /opt/firstfive/bin/pip install --no-deps .

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="firstfive" \
      org.opencontainers.image.licenses="Apache-2.0"
# The keyring has a folder of its own, so that a backup of the data never carries the keys to it.
RUN groupadd --gid 10001 firstfive \
    && useradd --uid 10001 --gid firstfive --home-dir /data --no-create-home --shell /usr/sbin/nologin firstfive \
    && install --directory --owner=firstfive --group=firstfive --mode=700 /data /keys
COPY --from=build /opt/firstfive /opt/firstfive
ENV PATH=/opt/firstfive/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/firstfive.db \
    FIRSTFIVE_HOST=0.0.0.0 \
    FIRSTFIVE_PORT=8080 \
    FIRSTFIVE_KEYRING=/keys/firstfive-keyring.json \
    FIRSTFIVE_LOG_FORMAT=json
WORKDIR /data
VOLUME ["/data", "/keys"]
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"FIRSTFIVE_PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["firstfive"]
CMD ["serve"]

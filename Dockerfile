# hubrank with everything in hubrank[all]; docs/install.md says how to run it.
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN python -m pip install --no-cache-dir uv
RUN uv build --quiet --all-packages --wheel --out-dir /wheels
RUN python -m venv /opt/hubrank
RUN uv pip install --quiet --no-cache --compile-bytecode --python /opt/hubrank --find-links /wheels "hubrank[all]"

FROM python:3.13-slim
COPY --from=build /opt/hubrank /opt/hubrank
RUN useradd --create-home hubrank
ENV PATH=/opt/hubrank/bin:$PATH HUBRANK_CACHE=/tmp/hubrank
USER hubrank
WORKDIR /data
ENTRYPOINT ["hubrank"]
CMD ["--help"]

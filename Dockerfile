# The server alone: pinned packages, no compiler, not root. State, keys and configuration come from outside:
#   docker run -p 8000:8000 -v $PWD/facade.yaml:/etc/facade.yaml:ro --env-file secrets.env ehr-fhir-facade
FROM python:3.12-slim

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY capability ./capability
COPY mappings ./mappings
COPY adapters ./adapters
COPY facade ./facade
COPY conformance ./conformance
COPY deploy ./deploy
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && useradd --system facade
USER facade
ENV FACADE_CONFIG=/etc/facade.yaml
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=3)"]
ENTRYPOINT ["facade"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

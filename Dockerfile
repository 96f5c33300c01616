# One image for the services and the command line; the compose file says which of them a container runs.
#   docker build -t onward:local .
# Behind a proxy that has a certificate authority of its own, or with a registry mirror:
#   docker build -t onward:local --secret id=ca,src=ca.pem --secret id=npmrc,src=npmrc .

FROM node:24-slim AS manifests
WORKDIR /source
COPY . .
RUN mkdir /manifests && find . -name package.json -exec cp --parents {} /manifests \; && cp package-lock.json .npmrc /manifests

FROM node:24-slim AS dependencies
WORKDIR /app
COPY --from=manifests /manifests .
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
  if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
  npm ci --ignore-scripts

# What is compiled, and what lies beside it: migrations, schemas, example orders.
FROM dependencies AS build
COPY . .
RUN npm run build \
  && mkdir /suite \
  && find libs services tools/onward \( -name node_modules -o -name src \) -prune -o -type f -not -name '*.tsbuildinfo' -exec cp --parents -t /suite {} + \
  && cp -r --parents schemas test/fixtures tools/onward/bin tools/docker/*.mjs LICENSE /suite

# What runs: the packages of the services, the libraries and the command line, and no tool's.
FROM node:24-slim AS production
WORKDIR /app
COPY --from=manifests /manifests .
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
  if [ -e /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
  npm ci --omit=dev --ignore-scripts -w libs -w services -w tools/onward

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production /app .
COPY --from=build /suite .
RUN mkdir /data && chown node:node /data
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "tools/docker/health.mjs"]

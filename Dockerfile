# Home Miner Manager with its database inside, for amd64 and arm64.
#
# What has to be run is run on the machine that builds; the last stage only copies, so that no machine is emulated.
# docs/image.md says how it is built, also where no registry can be reached, and what was measured.

ARG BASE=debian:trixie-slim
# The same as in rust-toolchain.toml.
ARG RUST=1.95.0
ARG NODE=20

# --- the web app -----------------------------------------------------------------------------------------------------
FROM --platform=$BUILDPLATFORM node:${NODE}-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-progress --no-audit --no-fund
COPY web ./
RUN npm run build

# --- the manager, with the web app inside ----------------------------------------------------------------------------
FROM --platform=$BUILDPLATFORM rust:${RUST}-slim-trixie AS server
ARG RUST
ARG TARGETARCH
# The toolchain of this image, without the parts that only checks need.
ENV RUSTUP_TOOLCHAIN=${RUST}
WORKDIR /src
COPY container/hmm.sh /usr/local/bin/
RUN hmm.sh tools "$TARGETARCH"
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY migrations migrations
COPY docs/problems docs/problems
COPY docs/examples docs/examples
COPY --from=web /src/web/dist web/dist
RUN hmm.sh build "$TARGETARCH" /out/hmm

# --- PostgreSQL ------------------------------------------------------------------------------------------------------
FROM --platform=$TARGETPLATFORM ${BASE} AS base

FROM --platform=$BUILDPLATFORM ${BASE} AS postgresql
ARG TARGETARCH
RUN apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends binutils
COPY --from=base /usr /base/usr
COPY container/postgresql.sh /usr/local/bin/
RUN postgresql.sh "$TARGETARCH" /base /out
# Open to all, as /tmp is: a container that starts with `user:` finds a new volume like this. Who starts as root closes it.
RUN mkdir --mode=1777 /out/config

# --- what both images have in common ---------------------------------------------------------------------------------
FROM base AS surroundings
LABEL org.opencontainers.image.title="Home Miner Manager" \
      org.opencontainers.image.description="Looks after a home fleet of small Bitcoin miners" \
      org.opencontainers.image.licenses="MIT"
COPY --from=postgresql /out/ /
COPY LICENSE /usr/share/doc/hmm/copyright
COPY container/marker /usr/share/hmm/container

VOLUME /config
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["hmm", "healthcheck"]
# As root, which `hmm` leaves for PUID:PGID before anything else; or as whoever `user:` names.
ENTRYPOINT ["hmm"]

# --- the image around a manager that was compiled elsewhere, for which PREBUILT names the file ------------------------
FROM surroundings AS prebuilt
ARG PREBUILT
COPY ${PREBUILT} /usr/local/bin/hmm

# --- the image -------------------------------------------------------------------------------------------------------
FROM surroundings
COPY --from=server /out/hmm /usr/local/bin/hmm

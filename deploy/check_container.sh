#!/usr/bin/env bash
# Builds the Containerfile and starts what it made, on a machine without a container engine: the base
# is made by debootstrap from Debian's packages, buildah runs the steps in a chroot, as root.
#
#   apt-get install -y debootstrap buildah
#   deploy/check_container.sh [FOLDER]      FOLDER keeps the base for the next time
#
# CHECK_MOUNTS: further folders or files that the build may read ("/etc/pip.conf /opt/wheels"), for
# machines whose package index is set up in files.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
tool=(buildah --root "$work/store" --runroot "$work/run")

mounts=(-v /etc/ssl/certs:/etc/ssl/certs:ro)
for one in ${CHECK_MOUNTS:-}; do mounts+=(-v "$one:$one:ro"); done

if [ ! -e "$work/base/etc/debian_version" ]; then
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d | head -1)
  debootstrap --variant=minbase bookworm "$work/base" ${mirror:+$mirror}
fi
if ! "${tool[@]}" inspect --type image localhost/base >/dev/null 2>&1; then
  base=$("${tool[@]}" from scratch)
  "${tool[@]}" add -q "$base" "$work/base" / >/dev/null
  "${tool[@]}" commit -q "$base" localhost/base >/dev/null
  "${tool[@]}" rm "$base" >/dev/null
fi
echo "== build"
"${tool[@]}" build --network host --build-arg BASE=localhost/base --ignorefile .containerignore \
  "${mounts[@]}" -f Containerfile -t localhost/between-sessions .

echo "== start, as the image says"
made=$("${tool[@]}" from localhost/between-sessions)
finish() { kill "${started:-0}" 2>/dev/null || true; wait 2>/dev/null || true; "${tool[@]}" rm "$made" >/dev/null || true; }
trap finish EXIT
port=${CHECK_PORT:-8877}
"${tool[@]}" run --network host "$made" -- between serve --processes 1 --address 127.0.0.1 --port "$port" &
started=$!
for _ in $(seq 120); do
  if curl -fs "http://127.0.0.1:$port/_stcore/health" >/dev/null; then break; fi
  sleep 1
done
echo "health: $(curl -fs "http://127.0.0.1:$port/_stcore/health")"
echo "a stranger is sent to: $(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Accept: text/html' "http://127.0.0.1:$port/")"
run() { "${tool[@]}" run --network host "$made" -- "$@"; }
echo "runs as: $(run id -un), torch: $(run python -c 'import importlib.util as u; print(u.find_spec("torch"))')"
run between doctor
run between transcribe clips/media/"$(ls clips/media | grep mp3 | head -1)"
echo "size: $("${tool[@]}" images --format '{{.Size}}' localhost/between-sessions)"
echo "== all well"

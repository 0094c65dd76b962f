#!/bin/sh
# Django's own deployment checks under production settings, with dummy secrets that sign nothing.
set -eu
python=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -c 'import base64, os; [print(name + ":" + base64.b64encode(os.urandom(32)).decode()) for name in ("k1", "index")]' >"$scratch/key-ring"
env KAITEKI_MODE=production KAITEKI_VAR="$scratch" KAITEKI_PUBLIC_URL=https://card.example \
    KAITEKI_SECRET_KEY="$("$python" -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    KAITEKI_KEY_RING_FILE="$scratch/key-ring" \
    "$python" manage.py check --deploy --fail-level WARNING

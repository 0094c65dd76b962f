#!/bin/sh
# Install Debian's packages that the tests drive for real. Where it cannot (no root, another
# system), it says which tests are left out; with CI=true that is a failure.
set -u

missing=""
need() { # test, package...
    test=$1
    shift
    sh -c "$test" >/dev/null 2>&1 || missing="$missing $*"
}
need 'test -x /usr/bin/chromium' chromium
need 'ls /usr/lib/postgresql/*/bin/initdb' postgresql
need 'command -v softhsm2-util' softhsm2
need 'fc-list | grep -qi "Noto Sans CJK"' fonts-noto-cjk fontconfig
need 'fc-list | grep -qi "IPAexGothic"' fonts-ipaexfont
need 'ldconfig -p | grep -q libpangoft2' libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
need 'command -v pdftoppm' poppler-utils
need 'command -v openssl' openssl

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing ..."
    # shellcheck disable=SC2086  # a list of package names
    if apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "Not installed:$missing. Their tests are left out; as root: apt install$missing" >&2
[ "${CI:-}" != true ]

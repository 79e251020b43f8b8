#!/usr/bin/env bash
# Make the virtual environment VENV and install this checkout with EXTRAS into it.
# usage: scripts/setup.sh VENV [EXTRAS]      (EXTRAS as pip takes them: dev, or dev,bench)
# PYTHON=/path/to/python3.12 chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1 extras=${2:+[$2]}

# Debian packages that a command needs beside Python itself; setup installs those that are missing: what Qt's window
# needs of X and OpenGL, a font, and a virtual screen for tests and for pictures of the window without a screen.
# The interpreter's own venv package is found by version in venv_package.
SYSTEM_PACKAGES=(libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
  libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libegl1 libgl1 libgl1-mesa-dri libglib2.0-0 libdbus-1-3 libfontconfig1
  fonts-dejavu-core xvfb)

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

choose_python() {
  local candidate candidates=${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}
  for candidate in $candidates; do
    if is_new_enough "$candidate"; then command -v "$candidate"; return; fi
  done
  die "Python 3.11 or newer is needed; none of these is: $candidates." \
      "Install one (Debian 12, Ubuntu 24.04 or later: apt install python3 python3-venv) or set PYTHON=/path/to/it."
}

# ensurepip is what Debian splits off; venv itself imports without it.
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

venv_package() { "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'; }

install_system_packages() {
  (($#)) || return 0
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo -n); fi
  if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    die "these system packages are missing. Run:  sudo apt-get install -y $*"
  fi
  say "installing system packages: $*"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

missing_system_packages() {
  command -v dpkg-query >/dev/null || return 0
  local package
  for package in ${SYSTEM_PACKAGES[@]+"${SYSTEM_PACKAGES[@]}"}; do
    # Newer releases call some libraries <name>t64; apt-get still knows the old name.
    { dpkg-query -W -f '${Status}\n' "$package" "${package}t64" 2>/dev/null || true; } | grep 'ok installed' >/dev/null ||
      echo "$package"
  done
}

python=$(choose_python)
needed=$(missing_system_packages)
can_make_venv "$python" || needed="$needed $(venv_package "$python")"
install_system_packages $needed

# An environment whose interpreter is gone or too old (upgraded system, moved folder) is made again.
if ! is_new_enough "$venv/bin/python" || ! "$venv/bin/pip" --version >/dev/null 2>&1; then
  say "making $venv with $("$python" --version)"
  "$python" -m venv --clear "$venv"
fi
say "installing anglescope$extras and what it needs"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e ".$extras"

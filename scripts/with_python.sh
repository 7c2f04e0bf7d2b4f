#!/bin/sh
# Run a Python script with the newest Python (3.11 or later) of this machine:
#   sh scripts/with_python.sh [--python PATH] SCRIPT [ARGUMENT…]
set -eu

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

if [ "${1:-}" = --python ]; then
    candidates=$2
    shift 2
else
    candidates="python3.14 python3.13 python3.12 python3.11 python3 python"
fi

# .venv first: once it is made it decides, and a newer Python on the machine changes nothing.
for python in .venv/bin/python $candidates; do
    # pyenv leaves stubs for versions that are not chosen: only one that runs counts.
    if command -v "$python" >/dev/null 2>&1 && "$python" -c "$new_enough" >/dev/null 2>&1; then
        exec "$python" "$@"
    fi
done

found=$(python3 --version 2>/dev/null || echo "no python3 at all")
cat >&2 <<END
Lambda Dojo needs Python 3.11 or newer, and this machine has none.
  Why: looked for $candidates; found: $found.
  Now: install one, then run the same command again:
       Debian, Ubuntu   sudo apt-get install python3 python3-venv
       Fedora           sudo dnf install python3.13
       macOS            brew install python@3.13
       anywhere         https://www.python.org/downloads/
       It is elsewhere? make lab PYTHON=/path/to/python3.12
END
exit 1

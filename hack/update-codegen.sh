#!/usr/bin/env bash
# Emits everything again: from apis/ into generated/, and beside the types.
set -euo pipefail
cd "$(dirname "$0")/.."
go generate ./apis/...

#!/usr/bin/env bash
# Takes docs/inspect.png, the page of examples/inspect in a browser. It needs Chromium and curl, and the port 6060.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
go build -o "$dir/inspect" ./examples/inspect
"$dir/inspect" >/dev/null 2>&1 &
program=$!
trap 'kill $program; rm -rf "$dir"' EXIT
page=http://localhost:6060/debug/typewright
# Both replicas are there, and some retries have been made.
until curl -fs "$page" | grep -q 'charger-0, charger-1'; do
	kill -0 $program || { echo "examples/inspect has ended: is port 6060 in use?" >&2; exit 1; }
	sleep 1
done
sleep 10
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$dir/profile" --window-size=1180,880 \
	--screenshot="$PWD/docs/inspect.png" "$page" 2>/dev/null
echo "next: look at docs/inspect.png, and commit it"

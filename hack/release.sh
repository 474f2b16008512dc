#!/usr/bin/env bash
# Makes the commit and the tags of a release. It pushes nothing, and says what to push.
#
#   hack/release.sh v0.2.0
#
# It refuses a version that is none, exists already or has no section in CHANGELOG.md, and a tree with changes that are not committed.
# "make test" must have passed on the commit; the script does not run it.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "release: $*" >&2; exit 1; }

# The folders of the modules that programs need, each with its tag's prefix.
modules='. generated/kubernetes standin runtime/apitest/cel'
self=github.com/typewright/typewright

version=${1:-}
[ $# -eq 1 ] || fail "usage: hack/release.sh v0.2.0"
[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "$version is no version such as v0.2.0 or v0.2.0-rc.1"
[[ $version =~ ^v[01]\. ]] || fail "$version: from v2 on the paths of the modules have to end with the major version"
[ -z "$(git status --porcelain)" ] || fail "commit or put away what is changed first: git status lists it"
grep -q "^## ${version#v}\$" CHANGELOG.md || fail "CHANGELOG.md has no section \"## ${version#v}\""
for module in $modules; do
	tag=${module#.}/$version
	tag=${tag#/}
	! git rev-parse -q --verify "refs/tags/$tag" >/dev/null || fail "the tag $tag exists"
done

# The modules below require the same version of this one. Their replace lines stay: the go command heeds those of the main module only.
for module in $modules; do
	for path in "$self" "$self/generated/kubernetes"; do
		if grep -q "$path v" "$module/go.mod"; then
			go mod edit -require="$path@$version" "$module/go.mod"
		fi
	done
done
git diff --quiet || git commit -qam "Release $version"
tags=()
for module in $modules; do
	tag=${module#.}/$version
	tags+=("${tag#/}")
	git tag -a "${tag#/}" -m "${tag#/}"
done
echo "Made the tags ${tags[*]}."
echo "next: git push origin HEAD ${tags[*]}"

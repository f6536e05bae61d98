#!/usr/bin/env bash
# What action.yml does. All input comes by the environment, and none of it becomes part of a script.
#
# AIGW_BACKEND_ARCHIVES names a folder with archives and checksums.txt, instead of a download; so it runs anywhere:
#
#     AIGW_BACKEND_ARCHIVES=dist INPUT_FILES=manifests .github/actions/check/check.sh
#
# Bash 3.2, which macOS has, must do.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Ends the step as usage that is wrong does. Line breaks of inputs would end the workflow command.
fail() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::error title=aigw-backend::%s\n' "${text//$'\n'/%0A}"
  put exit-code 2
  exit 2
}

# An output of the step.
put() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }

sum() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum --algorithm 256; fi | cut -c 1-64
}

# --- which release, for which machine

version=${INPUT_VERSION-}
if [[ -z $version ]]; then
  version=v$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$here/../../../Cargo.toml")
fi
[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$ ]] || fail "version: \`$version\` is not of the form v1.2.3"

case ${RUNNER_OS:-$(uname -s)} in
  Linux) os=linux extension=tar.gz exe='' ;;
  macOS | Darwin) os=darwin extension=tar.gz exe='' ;;
  Windows | MINGW* | MSYS*) os=windows extension=zip exe=.exe ;;
  *) fail "no release is made for ${RUNNER_OS:-this system}" ;;
esac
case ${RUNNER_ARCH:-$(uname -m)} in
  X64 | x86_64) arch=amd64 ;;
  ARM64 | aarch64 | arm64) arch=arm64 ;;
  *) fail "no release is made for ${RUNNER_ARCH:-this machine}" ;;
esac
archive=kubectl-aigw_backend_${version}_${os}_$arch.$extension

# --- what to run; before anything is downloaded

format=${INPUT_FORMAT:-github}
case $format in
  github | table | wide | json | yaml | name | junit | sarif | markdown) ;;
  *) fail "format: \`$format\` is none of github, table, wide, json, yaml, name, junit, sarif, markdown" ;;
esac
case ${INPUT_FAIL_ON:-error} in
  error | warning | info | never) ;;
  *) fail "fail-on: \`$INPUT_FAIL_ON\` is none of error, warning, info, never" ;;
esac
case ${INPUT_ATTESTATION:-false} in
  true | false) ;;
  *) fail "attestation: \`$INPUT_ATTESTATION\` is neither true nor false" ;;
esac

temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}
# one form of path for bash and for programs of Windows: D:/a/b
if command -v cygpath >/dev/null; then temporary=$(cygpath --mixed "$temporary"); fi
work=$(mktemp -d "$temporary/aigw-backend.XXXXXX")

args=(check "--fail-on=${INPUT_FAIL_ON:-error}" -o "$format" -o "sarif=$work/aigw-backend.sarif" -o "markdown=$work/summary.md")
if [[ -n ${INPUT_NAMESPACE-} ]]; then args+=("--namespace=$INPUT_NAMESPACE"); fi
recursive=
while IFS=$' \t\r' read -r file; do
  if [[ -n $file ]]; then args+=("--filename=$file") recursive=1; fi
done <<<"${INPUT_FILES-}"
if [[ -n $recursive ]]; then args+=(--recursive); fi
read -r -d '' -a further <<<"${INPUT_ARGS-}" || true
args+=(${further[@]+"${further[@]}"})

# --- get it, and hold it against its sum

if [[ -n ${AIGW_BACKEND_ARCHIVES-} ]]; then
  for file in checksums.txt "$archive"; do
    cp "$AIGW_BACKEND_ARCHIVES/$file" "$work/" || fail "there is no $file in $AIGW_BACKEND_ARCHIVES"
  done
else
  from=${GITHUB_SERVER_URL:-https://github.com}/${RELEASES_OF:?says whose releases}/releases/download/$version
  for file in checksums.txt "$archive"; do
    curl --proto =https --proto-redir =https --fail --location --silent --show-error --retry 3 --output "$work/$file" "$from/$file" ||
      fail "cannot download $from/$file; input \`version\` chooses another release"
  done
fi
expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/checksums.txt")
[[ $expected =~ ^[0-9a-f]{64}$ ]] || fail "checksums.txt of $version has no sum of $archive"
actual=$(sum <"$work/$archive")
[[ $actual == "$expected" ]] || fail "$archive has the sum $actual, and checksums.txt of $version says $expected"
if [[ ${INPUT_ATTESTATION:-false} == true ]]; then
  gh attestation verify "$work/$archive" --repo "$RELEASES_OF" --signer-workflow "$RELEASES_OF/.github/workflows/release.yml" ||
    fail "$archive was not built by the release workflow of $RELEASES_OF"
fi

program=kubectl-aigw_backend$exe
case $extension in
  zip) unzip -q "$work/$archive" "$program" -d "$work" ;;
  *) tar -xzf "$work/$archive" -C "$work" "$program" ;;
esac

# --- run it

# A cluster or a file may hold a line that looks like a workflow command. `-o github` writes such commands, and escapes what is
# not its own; all else is printed where commands do not count.
stop=$(od -An -N 16 -t x1 /dev/urandom | tr -d ' \n')
code=0
"$work/$program" "${args[@]}" >"$work/stdout" 2>"$work/stderr" || code=$?
if [[ $format == github ]]; then cat "$work/stdout"; fi
printf '::stop-commands::%s\n' "$stop"
if [[ $format != github ]]; then cat "$work/stdout"; fi
cat "$work/stderr"
# its own line, whatever was written last
printf '\n::%s::\n' "$stop"

if [[ -s $work/summary.md && -n ${GITHUB_STEP_SUMMARY-} ]]; then
  # GitHub takes no more than 1 MiB, and then nothing at all
  if (($(wc -c <"$work/summary.md") < 1000000)); then
    cat "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"
  else
    echo 'The report of aigw-backend is too long for a summary: it is in the log and in the SARIF file.' >>"$GITHUB_STEP_SUMMARY"
  fi
fi
put version "$version"
if [[ -s $work/aigw-backend.sarif ]]; then put sarif "$work/aigw-backend.sarif"; fi
put exit-code "$code"
exit "$code"

/**
 * What a build pod runs by `sh -c`: the folder of the code, the project's folder below it, seconds for all steps, then for each step the
 * number of its words and the words. Of what it is given it evaluates nothing; what `eval` reads are numbers of its own. Prints each
 * step before it begins, all on one stream: two are told apart by an engine, but not kept in their order. Ends with the code of the step that failed, or 124 when the time was up.
 * What `npm ci` lays follows from package.json, the lock file and npm's settings alone, where no program runs at its end and no folder is linked:
 * then it is kept in the home folder, and laid again while they are the same.
 */
export const buildScript = String.raw`set -u
exec 2>&1
code=$1 folder=$2 end=$(($(date +%s) + $3))
shift 3
PATH="$code/.agentpod/bin:$PATH"
export PATH
cd "$code/$folder" 2> /dev/null || { echo "==> there is no folder $folder"; exit 1; }
say() { printf '==> %s\n' "$*"; }
late() { say "out of time"; exit 124; }
limited() {
  left=$((end - $(date +%s)))
  [ "$left" -gt 0 ] || late
  if command -v timeout > /dev/null; then timeout -k 10 "$left" "$@"; else "$@"; fi
}
npm_is() {
  about=$(dirname "$(readlink -f "$(command -v npm)")")/../package.json
  if [ -f "$about" ]; then cat "$about"; else npm --version; fi
}
npm_ci() {
  kept=$HOME/.agentpod-packages mark=
  if [ -f package-lock.json ] && ! grep -Eq '"(hasInstallScript|link)":' package-lock.json &&
    ! grep -oE '"file:[^"]*"' package-lock.json | grep -qv '\.tgz"' &&
    ! grep -Eq '"(workspaces|(pre|post)?install|(pre|post)?prepare|prepublish)"[[:space:]]*:' package.json; then
    from=$(node --version && uname -sm && npm_is && env | grep -iE '^(npm_config_|node_env=)' | sort &&
      cat package.json package-lock.json && { [ ! -f .npmrc ] || cat .npmrc; }) &&
      mark=$(printf %s "$from" | sha256sum | cut -d ' ' -f 1)
  fi
  if [ -n "$mark" ] && [ "$(cat "$kept/mark" 2> /dev/null)" = "$mark" ]; then
    rm -rf node_modules
    if tar -xf "$kept/node_modules.tar"; then
      say "nothing changed of what it installs: its packages are those of before"
      return 0
    fi
  fi
  limited npm ci || return
  rm -rf "$kept" "$kept.new"
  if [ -n "$mark" ] && [ -d node_modules ]; then
    { mkdir "$kept.new" && tar -cf "$kept.new/node_modules.tar" node_modules && printf %s "$mark" > "$kept.new/mark" && mv "$kept.new" "$kept"; } 2> /dev/null ||
      rm -rf "$kept.new"
  fi
  return 0
}
while [ "$#" -gt 0 ]; do
  words=$1
  shift
  names= at=1
  while [ "$at" -le "$words" ]; do names="$names \"\${$at}\"" at=$((at + 1)); done
  eval "say $names"
  if [ "$words" -eq 2 ] && [ "$1 $2" = "npm ci" ]; then npm_ci; else eval "limited $names"; fi
  status=$?
  if [ "$status" -ne 0 ]; then
    [ "$(date +%s)" -lt "$end" ] || late
    eval "say $names: exit code $status"
    exit "$status"
  fi
  shift "$words"
done
cd "$code" || exit 1
top=$(pwd -P)
find . -type l | while IFS= read -r link; do
  to=$(readlink -f "$link") || to=
  case $to in
    "$top"/*) case $(readlink "$link") in /*) ln -sfnr "$to" "$link" ;; esac ;;
    *)
      if [ -f "$to" ]; then cp -p "$to" "$link.agentpod" && mv -f "$link.agentpod" "$link"
      else rm -f "$link" && say "$link led out of the project and is left out"; fi ;;
  esac
done
find . -name pyvenv.cfg | while IFS= read -r config; do
  for file in "$(dirname "$config")"/bin/*; do
    [ -f "$file" ] && IFS= read -r first 2> /dev/null < "$file" || continue
    name=$(basename "$first")
    case $first in "#!$top"/* | "#!$code"/*) ;; *) continue ;; esac
    case $name in *[!A-Za-z0-9._-]*) continue ;; esac
    { printf '%s\n' '#!/bin/sh' "'''exec' \"\$(dirname \"\$0\")/$name\" \"\$0\" \"\$@\"" "' '''"; tail -n +2 "$file"; } > "$file.agentpod" &&
      cat "$file.agentpod" > "$file"
    rm -f "$file.agentpod"
  done
done
say done
`;

/** What starts an application by `sh -c`: the folder of the code, the project's folder below it, then the words of the command, which it becomes. */
export const startScript = `cd "$1/$2" || exit 1
PATH="$1/.agentpod/bin:$PATH"
export PATH
[ -w "$HOME" ] || { HOME=/tmp; export HOME; }
shift 2
exec "$@"
`;

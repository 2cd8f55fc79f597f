#!/bin/sh
# One night: start a run, and resume it while the infrastructure fails.
#   nightly.sh CONFIG OUT
set -u
config=$1
out=$2
name=${PIEFORGE_NIGHT:-$(date +%F)}
tries=${PIEFORGE_TRIES:-5}
pause_s=${PIEFORGE_PAUSE_S:-600}
if [ -e "$out/$name/run.toml" ]; then
    set -- --resume "$out/$name" "$config"
else
    set -- "$config" --name "$name" --out "$out"
fi
while :; do
    # In the background, so that this shell hands a signal on at once.
    pieforge run "$@" &
    run=$!
    trap 'kill -TERM "$run"' TERM INT
    wait "$run"
    status=$?
    # After a signal the first wait ends before the run has.
    kill -0 "$run" 2>/dev/null && { wait "$run"; exit $?; }
    tries=$((tries - 1))
    case $status in
        1 | 75) [ "$tries" -gt 0 ] || exit "$status" ;;
        *) exit "$status" ;;
    esac
    sleep "$pause_s"
    if [ -e "$out/$name/run.toml" ]; then
        set -- --resume "$out/$name" "$config"
    fi
done

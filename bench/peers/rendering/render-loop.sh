#!/usr/bin/env bash
# A Scribus for each document, AT_ONCE of them at a time, as people write it. Ends with 1 if one of them has failed.
#
#   render-loop.sh AT_ONCE SCRIPT DIRECTORY DOCUMENT...
at_once=$1 script=$2 directory=$3
shift 3
pids=()
for document in "$@"; do
  while [ "$(jobs -pr | wc -l)" -ge "$at_once" ]; do wait -n; done
  name=$(basename "$document")
  scribus -platform offscreen -g -ns -py "$script" "$document" "$directory/${name%.sla*}.pdf" &
  pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
exit $failed

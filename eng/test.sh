#!/usr/bin/env bash
# Sets up what the tests need, builds, and runs all of them with every engine required. Ends with one line:
#   N passed, N failed, N skipped
# Arguments go to the test runner, e.g.  eng/test.sh --filter-class '*IngestorTests'
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

eng/install-test-engines.sh

export KUBEMEMORY_REQUIRE_ENGINES=1
results="$PWD/artifacts/test-results"
rm -rf "$results"

dotnet build KubeMemory.sln -c Release

status=0
dotnet test --solution KubeMemory.sln -c Release --no-build --results-directory "$results" --report-trx "$@" || status=$?

passed=0 failed=0 skipped=0
shopt -s nullglob
for report in "$results"/*.trx; do
  counters=$(grep -o '<Counters [^>]*' "$report" | head -n 1)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  passed=$((passed + $(count passed)))
  failed=$((failed + $(count failed) + $(count error) + $(count timeout) + $(count aborted)))
  skipped=$((skipped + $(count notExecuted)))
done

if [ $((passed + failed)) -eq 0 ]; then
  echo "No test ran." >&2
  [ "$status" -ne 0 ] || status=1
fi
[ "$failed" -eq 0 ] || [ "$status" -ne 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"

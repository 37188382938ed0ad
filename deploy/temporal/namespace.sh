#!/bin/sh
# Run by Temporal's admin tools once its server answers: the namespace of the messages, and what they are found by.
# A second time changes nothing.
set -eu

: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${HISTORY_KEPT_FOR:?}"

attempts=60
again() {
    until "$@"; do
        attempts=$((attempts - 1))
        [ "$attempts" -gt 0 ] || exit 1
        sleep 1
    done
}

again temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$HISTORY_KEPT_FOR"
# A new namespace is known everywhere only after some seconds.
again temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
    --name Stage --type Keyword \
    --name Body --type Keyword \
    --name Network --type Keyword \
    --name Importance --type Keyword \
    --name NextDue --type Datetime \
    --name Overdue --type Bool

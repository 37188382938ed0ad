#!/bin/sh
# Run by Temporal's admin tools once its server answers: the namespace of the messages, and what they are found by; and
# that of the office's work, whose runs are many and of no use once they have ended. A second time changes nothing.
set -eu

: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${HISTORY_KEPT_FOR:?}"
: "${OTKLIK_OFFICE_NAMESPACE:?}" "${OFFICE_HISTORY_KEPT_FOR:?}"

attempts=60
again() {
    until "$@"; do
        attempts=$((attempts - 1))
        [ "$attempts" -gt 0 ] || exit 1
        sleep 1
    done
}

made() {
    temporal operator namespace describe --namespace "$1" >/dev/null 2>&1 ||
        temporal operator namespace create --namespace "$1" --retention "$2"
}

again temporal operator cluster health
made "$TEMPORAL_NAMESPACE" "$HISTORY_KEPT_FOR"
made "$OTKLIK_OFFICE_NAMESPACE" "$OFFICE_HISTORY_KEPT_FOR"
# A new namespace is known everywhere only after some seconds.
again temporal workflow list --namespace "$OTKLIK_OFFICE_NAMESPACE" --limit 1 >/dev/null
again temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
    --name Stage --type Keyword \
    --name Body --type Keyword \
    --name Network --type Keyword \
    --name Importance --type Keyword \
    --name NextDue --type Datetime \
    --name Overdue --type Bool

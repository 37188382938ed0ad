{{- define "otklik.labels" -}}
app.kubernetes.io/name: otklik
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "otklik.image" -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- end }}

{{/* A variable from a key of a secret: name, secret, key; optional where only some installations have it. */}}
{{- define "otklik.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
      {{- with .optional }}
      optional: {{ . }}
      {{- end }}
{{- end }}

{{/* What every process is told of the database. */}}
{{- define "otklik.database" -}}
- {name: OTKLIK_DATABASE_CA, value: /tls/database/ca.crt}
- {name: OTKLIK_LOG_FORMAT, value: json}
{{- end }}

{{/* What API and workers are told. */}}
{{- define "otklik.environment" -}}
{{ include "otklik.database" . }}
{{- range $name, $key := dict "OTKLIK_DATABASE_URL" "database-url" "OTKLIK_KEYS" "keys" }}
{{ include "otklik.secret" (dict "name" $name "secret" $.Values.secrets.program "key" $key) }}
{{- end }}
{{ include "otklik.secret" (dict "name" "OTKLIK_SMTP_URL" "secret" .Values.secrets.program "key" "smtp-url" "optional" true) }}
- {name: OTKLIK_HOST, value: 0.0.0.0}
- {name: OTKLIK_ANCHORS, value: /var/lib/otklik/anchors}
- {name: OTKLIK_TEMPLATES, value: /etc/otklik}
- {name: OTKLIK_UI_URL, value: {{ .Values.temporal.uiUrl | quote }}}
- {name: TEMPORAL_ADDRESS, value: {{ .Values.temporal.address | quote }}}
- {name: TEMPORAL_NAMESPACE, value: {{ .Values.temporal.namespace | quote }}}
- {name: TEMPORAL_TLS_SERVER_CA_CERT_PATH, value: /tls/temporal/ca.crt}
- {name: TEMPORAL_TLS_CLIENT_CERT_PATH, value: /tls/temporal/tls.crt}
- {name: TEMPORAL_TLS_CLIENT_KEY_PATH, value: /tls/temporal/tls.key}
{{- range $name, $value := .Values.settings }}
- {name: OTKLIK_{{ upper $name }}, value: {{ $value | toString | quote }}}
{{- end }}
{{- end }}

{{/* Where a pod runs, as whom, and what it may not. */}}
{{- define "otklik.pod" -}}
automountServiceAccountToken: false
# A service of the release would else become variables that begin like the program's own: OTKLIK_PORT, for one.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "otklik.labels" . | nindent 14 }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "otklik.confined" -}}
image: {{ include "otklik.image" . }}
imagePullPolicy: IfNotPresent
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Volumes of API and workers. 288 is 0440: for the group of the pod. */}}
{{- define "otklik.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: database-ca, mountPath: /tls/database, readOnly: true}
- {name: temporal-tls, mountPath: /tls/temporal, readOnly: true}
- {name: files, mountPath: /etc/otklik, readOnly: true}
{{- end }}

{{- define "otklik.volumes" -}}
# In memory: files of citizens pass here.
- {name: tmp, emptyDir: {medium: Memory, sizeLimit: 640Mi}}
- {name: database-ca, secret: {secretName: {{ .Values.database.caSecret }}, defaultMode: 288, items: [{key: ca.crt, path: ca.crt}]}}
- {name: temporal-tls, secret: {secretName: {{ .Values.temporal.tlsSecret }}, defaultMode: 288}}
- {name: files, configMap: {name: {{ .Release.Name }}-files}}
{{- end }}

{{- define "otklik.anchors" -}}
- {name: anchors, persistentVolumeClaim: {claimName: {{ .Release.Name }}-anchors}}
{{- end }}

{{/* A pod that has read other files is another pod. */}}
{{- define "otklik.annotations" -}}
checksum/files: {{ .Values.files | toJson | sha256sum }}
{{- end }}

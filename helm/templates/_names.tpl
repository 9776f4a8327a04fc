{{- /* Names are Calico's: whoever looks for calico-node finds it, and taking over is an upgrade in place. */ -}}
{{- define "margay.labels" -}}
k8s-app: calico-node
app.kubernetes.io/name: margay
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "margay.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

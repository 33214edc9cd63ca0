{{- /* SPDX-License-Identifier: Apache-2.0 */ -}}

{{- define "vc.labels" -}}
app.kubernetes.io/part-of: virtualcluster
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "vc.image" -}}
{{ .root.Values.images.registry }}/{{ .name }}:{{ .root.Values.images.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- /* Placement of a pod: nodeSelector, tolerations, affinity, priority. */ -}}
{{- define "vc.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "vc.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "vc.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* What the containers of all three processes know about themselves. */ -}}
{{- define "vc.env" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: VC_LOG_FORMAT
  value: {{ .Values.log.format }}
- name: VC_LOG_LEVEL
  value: {{ .Values.log.level }}
{{- end }}

{{- /* Probes of operator and syncer. Start-up is given a minute; after it, being alive is asked every ten seconds. */ -}}
{{- define "vc.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 1
  failureThreshold: 60
readinessProbe:
  httpGet: {path: /readyz, port: http}
  periodSeconds: 1
  failureThreshold: 3
livenessProbe:
  httpGet: {path: /livez, port: http}
  periodSeconds: 10
  failureThreshold: 3
{{- end }}

{{- /* What the operator itself would refuse at its start, each time anew. */ -}}
{{- define "vc.operator.checkPool" -}}
{{- $pool := .Values.operator.serviceCidrPool }}
{{- $slice := int .Values.operator.serviceSlicePrefix }}
{{- $smallest := ternary 124 28 (contains ":" $pool) }}
{{- $largest := max (sub $smallest 8) (splitList "/" $pool | last | int) }}
{{- if or (lt $slice (int $largest)) (gt $slice $smallest) }}
{{- fail (printf "operator.serviceSlicePrefix is %d, and a slice out of operator.serviceCidrPool %s must be between /%d and /%d" $slice $pool $largest $smallest) }}
{{- end }}
{{- end }}

{{- define "vc.operator.args" -}}
{{- include "vc.operator.checkPool" . -}}
- --service-cidr-pool={{ .Values.operator.serviceCidrPool }}
- --service-slice-prefix={{ .Values.operator.serviceSlicePrefix }}
{{- with .Values.operator.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "vc.syncer.args" -}}
{{- with .Values.syncer.extraArgs }}
{{- toYaml . }}
{{- else }}[]{{ end }}
{{- end }}

{{- define "vc.agent.args" -}}
- --node-name=$(NODE_NAME)
- --kubelet-address=$(NODE_IP)
- --client-ca-file=/etc/vn-agent/client-ca/ca.crt
- --kubelet-ca-file={{ if .Values.agent.kubeletCAConfigMap }}/etc/vn-agent/kubelet-ca/ca.crt{{ else }}{{ .Values.agent.kubeletCAFile }}{{ end }}
{{- with .Values.agent.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* What all pods of a tenant's control plane share. */ -}}
{{- define "vc.controlPlanePod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: {{ ne .uid 0 }}
  runAsUser: {{ .uid }}
  runAsGroup: {{ .uid }}
  fsGroup: {{ .uid }}
  # A large volume is not walked at each start.
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- if gt (int .replicas) 1 }}
# On different nodes where there is room.
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {tenancy.x-k8s.io/control-plane: {{ .part }}}}
{{- end }}
{{- $placement := include "vc.placement" (dict "nodeSelector" .cp.nodeSelector "tolerations" .cp.tolerations "priorityClassName" .cp.priorityClassName) | trim }}
{{- with $placement }}
{{ . }}
{{- end }}
{{- end }}

{{- /* Readiness is asked every second: what a new tenant waits for is this. No start-up probe, which would come before it. */ -}}
{{- define "vc.controlPlaneProbes" -}}
readinessProbe:
  httpGet: {path: {{ .path | default "/readyz" }}, port: {{ .port }}, scheme: {{ .scheme }}}
  periodSeconds: 1
  timeoutSeconds: 5
  failureThreshold: 5
livenessProbe:
  httpGet: {path: {{ .path | default "/livez" }}, port: {{ .port }}, scheme: {{ .scheme }}}
  initialDelaySeconds: 60
  periodSeconds: 10
  timeoutSeconds: 15
  failureThreshold: 6
{{- end }}

{{- define "vc.goEnv" -}}
- {name: GOGC, value: {{ .gogc | quote }}}
- {name: GOMEMLIMIT, value: {{ .goMemLimit | quote }}}
{{- end }}

{{- /* CEL: what both policies of operator and syncer ask. */ -}}
{{- define "vc.admission.variables" -}}
# Cluster-scoped objects have no namespaceObject; neither has a Namespace itself.
- name: labelled
  expression: >-
    object == null || (has(object.metadata.labels) && object.metadata.labels[?'tenancy.x-k8s.io/controlled'].orValue('') == 'true')
# A label that was taken away by hand must be put back: then what we wrote beside it tells that the object is ours.
- name: wasOurs
  expression: >-
    oldObject == null
    || (has(oldObject.metadata.labels) && oldObject.metadata.labels[?'tenancy.x-k8s.io/controlled'].orValue('') == 'true')
    || (has(oldObject.metadata.annotations) && (oldObject.metadata.annotations[?'tenancy.x-k8s.io/uid'].orValue('') != ''
    || oldObject.metadata.annotations[?'tenancy.x-k8s.io/vcuid'].orValue('') != ''))
- name: inOurNamespace
  expression: >-
    namespaceObject != null && has(namespaceObject.metadata.labels)
    && namespaceObject.metadata.labels[?'tenancy.x-k8s.io/controlled'].orValue('') == 'true'
- name: root
  expression: >-
    (namespaceObject != null && has(namespaceObject.metadata.annotations)
    && namespaceObject.metadata.annotations[?'tenancy.x-k8s.io/vcrootns'].orValue('') == 'true')
    || (request.resource.resource == 'namespaces' && request.resource.group == ''
    && ((object != null && has(object.metadata.annotations) && object.metadata.annotations[?'tenancy.x-k8s.io/vcrootns'].orValue('') == 'true')
    || (oldObject != null && has(oldObject.metadata.annotations) && oldObject.metadata.annotations[?'tenancy.x-k8s.io/vcrootns'].orValue('') == 'true')))
{{- end }}

{{- /* Everything that writes. */ -}}
{{- define "vc.admission.match" -}}
failurePolicy: Fail
matchConstraints:
  matchPolicy: Equivalent
  resourceRules:
    - apiGroups: ["*"]
      apiVersions: ["*"]
      resources: ["*/*"]
      operations: [CREATE, UPDATE, DELETE, CONNECT]
      scope: "*"
{{- end }}

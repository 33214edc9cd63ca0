// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer.kinds;

import dev.virtualcluster.runtime.cluster.ObjectKey;
import dev.virtualcluster.syncer.tenant.Tenant;
import dev.virtualcluster.syncer.tenant.TenantWords;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.EventSource;
import io.fabric8.kubernetes.api.model.ObjectReference;
import org.jspecify.annotations.Nullable;

/** Makes the tenant's event out of the super cluster's. */
final class EventTranslation {
    private EventTranslation() {}

    /**
     * The event as the tenant sees it; nothing of the super side's names and UIDs is in it.
     *
     * @param key place of the event in the tenant
     * @param object the tenant object it is about
     * @param uid that object's UID
     */
    static Event translated(Tenant tenant, ObjectKey key, Event event, ObjectKey object, String uid) {
        ObjectReference involved = event.getInvolvedObject();
        String superUid = involved.getUid();
        String component = component(event);
        String host = event.getSource() == null ? null : event.getSource().getHost();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(involved.getApiVersion())
                .withKind(involved.getKind())
                .withNamespace(object.namespace())
                .withName(object.name())
                .withUid(uid)
                .withFieldPath(involved.getFieldPath())
                .endInvolvedObject()
                .withType(event.getType())
                .withReason(event.getReason())
                .withMessage(message(tenant, event.getMessage(), superUid, uid))
                .withAction(event.getAction())
                .withEventTime(event.getEventTime())
                .withFirstTimestamp(event.getFirstTimestamp())
                .withLastTimestamp(event.getLastTimestamp())
                .withCount(event.getCount())
                .withSeries(event.getSeries())
                .withSource(new EventSource(component, host))
                .withReportingComponent(component)
                // The instance is often the host name of a super-side controller.
                .withReportingInstance(host == null ? component : host)
                .build();
    }

    private static String message(
            Tenant tenant, @Nullable String message, @Nullable String superUid, String tenantUid) {
        String words = message == null ? "" : message;
        if (superUid != null && !superUid.isEmpty()) {
            words = words.replace(superUid, tenantUid);
        }
        return TenantWords.of(tenant, words);
    }

    private static String component(Event event) {
        if (event.getSource() != null && event.getSource().getComponent() != null) {
            return event.getSource().getComponent();
        }
        return event.getReportingComponent() == null ? "" : event.getReportingComponent();
    }
}

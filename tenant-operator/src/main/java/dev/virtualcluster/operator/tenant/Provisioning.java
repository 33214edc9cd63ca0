// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator.tenant;

import dev.virtualcluster.apis.ConditionTypes;
import dev.virtualcluster.apis.CoreDnsSpec;
import dev.virtualcluster.apis.VirtualClusterSpec;
import dev.virtualcluster.operator.addons.AddOnInstaller;
import dev.virtualcluster.operator.address.SliceClaims;
import dev.virtualcluster.operator.agents.AgentAuthorityStore;
import dev.virtualcluster.operator.apply.Parallel;
import dev.virtualcluster.operator.caches.SuperCaches;
import dev.virtualcluster.operator.controlplane.ControlPlaneTemplates;
import dev.virtualcluster.operator.controlplane.Part;
import dev.virtualcluster.operator.controlplane.TemplateException;
import dev.virtualcluster.operator.controlplane.TenantFacts;
import dev.virtualcluster.operator.credentials.Authorities;
import dev.virtualcluster.operator.credentials.CredentialInputs;
import dev.virtualcluster.operator.credentials.CredentialStore;
import dev.virtualcluster.operator.identity.Tenant;
import dev.virtualcluster.operator.pki.PkiException;
import dev.virtualcluster.operator.status.Outcome;
import dev.virtualcluster.operator.status.Report;
import dev.virtualcluster.operator.versions.ClusterVersionCatalog;
import dev.virtualcluster.operator.versions.ClusterVersionCatalog.Lookup;
import dev.virtualcluster.runtime.addresses.Cidr;
import dev.virtualcluster.runtime.cluster.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The steps that make a tenant, in order. Each is repeated on every look, does what is missing, and reports; the first
 * that cannot go on ends the look. What does not depend on one another is sent at once.
 */
final class Provisioning {
    /** More than one look at a control plane has tasks, for one of them waits for another. */
    private static final int CONCURRENT_WRITES = 8;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration WHILE_TAKEN = Duration.ofSeconds(30);
    private static final Duration DEFAULT_VALIDITY = Duration.ofDays(365);

    private final SuperCaches caches;
    private final ClusterVersionCatalog versions;
    private final RootNamespace rootNamespace;
    private final SliceClaims slices;
    private final CredentialStore credentials;
    private final AgentAuthorityStore agents;
    private final ControlPlane controlPlane;
    private final AddOnInstaller addOns;
    private final Parallel parallel;
    private final String superDomain;

    Provisioning(
            SuperCaches caches,
            ClusterVersionCatalog versions,
            RootNamespace rootNamespace,
            SliceClaims slices,
            CredentialStore credentials,
            AgentAuthorityStore agents,
            ControlPlane controlPlane,
            AddOnInstaller addOns,
            Parallel parallel,
            String superDomain) {
        this.caches = caches;
        this.versions = versions;
        this.rootNamespace = rootNamespace;
        this.slices = slices;
        this.credentials = credentials;
        this.agents = agents;
        this.controlPlane = controlPlane;
        this.addOns = addOns;
        this.parallel = parallel;
        this.superDomain = superDomain;
    }

    /** Looks at the tenant, does what can be done, and fills the report. */
    void look(Tenant tenant, Report report) throws InterruptedException {
        var templates = templates(tenant, report);
        boolean known = caches.namespaces().get(ObjectKey.clusterScoped(tenant.rootNamespace())) != null;
        if (templates.isEmpty() && !known) {
            return;
        }
        if (!report.put(ConditionTypes.NAMESPACE_READY, rootNamespace.ensure(tenant))) {
            return;
        }
        Cidr slice;
        switch (slices.claim(tenant)) {
            case SliceClaims.Claim.Held(Cidr held) -> slice = held;
            case SliceClaims.Claim.Denied(Outcome outcome) -> {
                report.put(ConditionTypes.ADDRESS_SLICE_READY, outcome);
                return;
            }
        }
        report.slice(slice.toString(), slice.address(1));
        var state = keepCredentials(tenant, slice, templates, report);
        if (state == null) {
            controlPlane.observe(tenant, templates, report);
            return;
        }
        var facts = facts(tenant, slice, state);
        var objects = templates.isPresent()
                ? accepted(tenant, templates.get(), facts, report)
                : Optional.<List<HasMetadata>>empty();
        boolean applied = objects.isPresent() && apply(tenant, templates.get(), objects.get(), facts, report);
        if (objects.isEmpty()) {
            report.put(ConditionTypes.ADDRESS_SLICE_READY, slices.establish(tenant, slice));
        }
        controlPlane.observe(tenant, templates, report);
        report.externalAccess(ExternalAccess.outcome(
                controlPlane.apiServerService(tenant).orElse(null),
                caches.nodes().list()));
        installAddOns(tenant, slice, templates.filter(found -> applied), state.authority(), report);
    }

    /** What can be said of the tenant's parts without doing anything, where a look broke off. */
    void observe(Tenant tenant, Report report) {
        if (caches.namespaces().get(ObjectKey.clusterScoped(tenant.rootNamespace())) != null) {
            controlPlane.observe(tenant, templates(tenant, report), report);
        }
    }

    private Optional<ControlPlaneTemplates> templates(Tenant tenant, Report report) {
        String name = Objects.requireNonNullElse(
                tenant.vc().getSpec().getClusterVersionName(), VirtualClusterSpec.DEFAULT_CLUSTER_VERSION);
        return switch (versions.find(name)) {
            case Lookup.Found(ControlPlaneTemplates found) -> Optional.of(found);
            case Lookup.Missing missing -> {
                report.refuseSpecification(Outcome.blocked(
                        "ClusterVersionNotFound",
                        "spec.clusterVersionName: ClusterVersion " + name + " does not exist; create it, or name one"
                                + " that kubectl get clusterversions lists"));
                yield Optional.empty();
            }
            case Lookup.Invalid(String problem) -> {
                report.refuseSpecification(
                        Outcome.blocked("InvalidClusterVersion", "ClusterVersion " + name + ": " + problem));
                yield Optional.empty();
            }
        };
    }

    private CredentialStore.@Nullable State keepCredentials(
            Tenant tenant, Cidr slice, Optional<ControlPlaneTemplates> templates, Report report)
            throws InterruptedException {
        try {
            // Those that run must find their names in the certificates, whatever is asked for by now.
            int etcdReplicas = controlPlane
                    .etcdMembers(tenant)
                    .orElseGet(() -> Math.max(
                            1, templates.map(found -> found.replicas(Part.ETCD)).orElse(1)));
            var state = credentials.keep(tenant, inputs(tenant, slice, etcdReplicas));
            report.lookAgainAfter(state.nextLook());
            report.put(ConditionTypes.CERTIFICATES_READY, issued(state));
            return state;
        } catch (Authorities.StoredAuthorityException | PkiException e) {
            report.put(
                    ConditionTypes.CERTIFICATES_READY,
                    Outcome.blocked("InvalidAuthority", String.valueOf(e.getMessage()), Duration.ofSeconds(30)));
            return null;
        }
    }

    private static Outcome issued(CredentialStore.State state) {
        return state.ending()
                .map(ending -> Outcome.ready(
                        "AuthorityEnding",
                        "Secret " + ending.secret() + " holds an authority that ends at " + ending.at()
                                + ", and with it what is derived from it: delete it before, at a time of your choice, to have"
                                + " a new one made"))
                .orElseGet(() -> Outcome.ready("Issued", "All certificates and kubeconfigs are valid"));
    }

    private CredentialInputs inputs(Tenant tenant, Cidr slice, int etcdReplicas) {
        var spec = tenant.vc().getSpec();
        return new CredentialInputs(
                tenant.key(),
                tenant.name(),
                tenant.uid(),
                spec.getClusterDomain(),
                superDomain,
                slice,
                etcdReplicas,
                controlPlane
                        .apiServerService(tenant)
                        .flatMap(service ->
                                ExternalAccess.of(service, caches.nodes().list())),
                ExternalAccess.nodeAddresses(caches.nodes().list()),
                validity(spec),
                agents.forTenants());
    }

    /** One that was stored before the CRD had bounds may be beyond them. */
    static Duration validity(VirtualClusterSpec spec) {
        Long days = spec.getPkiExpireDays();
        return days == null
                ? DEFAULT_VALIDITY
                : Duration.ofDays(Math.clamp(days, 1, VirtualClusterSpec.MAX_PKI_EXPIRE_DAYS));
    }

    private static TenantFacts facts(Tenant tenant, Cidr slice, CredentialStore.State state) {
        return new TenantFacts(
                tenant.key(),
                tenant.vc().getSpec().getClusterDomain(),
                slice,
                tenant.labels("control-plane"),
                tenant.annotations(),
                state.restartKeys());
    }

    /**
     * The objects to apply. Every change of one that is there is rehearsed first: when one is refused none is applied,
     * because a control plane that is half of one version and half of another is neither.
     */
    private Optional<List<HasMetadata>> accepted(
            Tenant tenant, ControlPlaneTemplates templates, TenantFacts facts, Report report)
            throws InterruptedException {
        var root = Optional.ofNullable(caches.namespaces().get(ObjectKey.clusterScoped(tenant.rootNamespace())));
        var version = root.flatMap(AddOnInstaller::reportedVersion);
        // One that never answered has stored nothing that counts: what it was to be may still be corrected.
        boolean isUpgrade = version.isPresent() && controlPlane.isApiServerReplaced(tenant, templates);
        // Once the image that runs has said its version, that counts, and not what it was meant to be.
        boolean isSettled = root.flatMap(found ->
                        controlPlane.apiServerImage(tenant).filter(image -> AddOnInstaller.isReportedOf(found, image)))
                .isPresent();
        var applied = isUpgrade && !isSettled ? rootNamespace.appliedVersion(tenant) : Optional.<String>empty();
        var refusal = controlPlane.whyNot(tenant, templates, version, applied);
        if (refusal.isPresent()) {
            report.refuseSpecification(refusal.get());
            return Optional.empty();
        }
        try {
            var objects = controlPlane.objects(templates, facts);
            List<Runnable> rehearsals = objects.stream()
                    .filter(controlPlane::isChange)
                    .<Runnable>map(object -> () -> controlPlane.rehearse(object))
                    .toList();
            parallel.run(CONCURRENT_WRITES, rehearsals);
            if (isUpgrade) {
                rootNamespace.recordApplied(tenant, applied, templates.spec().getKubernetesVersion());
            }
            return Optional.of(objects);
        } catch (TemplateException e) {
            report.refuseSpecification(Outcome.blocked("InvalidClusterVersion", String.valueOf(e.getMessage())));
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (!Refusals.isForPeople(e)) {
                throw e;
            }
            report.refuseSpecification(Refusals.outcome(e));
            return Optional.empty();
        }
    }

    /**
     * Pods start while the addresses are still being reserved; only the API server's Service waits for the slice, and
     * new StatefulSets for {@link StartOrder}. Returns whether nothing was refused.
     */
    private boolean apply(
            Tenant tenant, ControlPlaneTemplates templates, List<HasMetadata> objects, TenantFacts facts, Report report)
            throws InterruptedException {
        var tasks = new ArrayList<Runnable>();
        var established = new AtomicReference<@Nullable Outcome>();
        var isSliceDone = new AtomicBoolean();
        var later = new ArrayList<HasMetadata>();
        for (HasMetadata object : objects) {
            if (ControlPlane.needsSlice(object)) {
                continue;
            }
            if (controlPlane.waitsFor(tenant, object, templates).isPresent()) {
                later.add(object);
            } else {
                tasks.add(() -> controlPlane.apply(tenant, object, facts));
            }
        }
        tasks.add(() -> {
            try {
                established.set(establish(tenant, facts, objects));
            } finally {
                isSliceDone.set(true);
            }
        });
        if (!later.isEmpty()) {
            tasks.add(() -> applyWhenDue(tenant, templates, later, facts, isSliceDone));
        }
        boolean accepted = false;
        try {
            parallel.run(CONCURRENT_WRITES, tasks);
            report.applied();
            later.forEach(
                    object -> report.rollingOut(ControlPlane.partOf(object).conditionType()));
            accepted = true;
        } catch (KubernetesClientException e) {
            if (!Refusals.isForPeople(e)) {
                throw e;
            }
            // What runs goes on running and is reported; only the change is refused.
            report.refuseSpecification(Refusals.outcome(e));
        }
        var outcome = established.get();
        if (outcome != null) {
            report.put(ConditionTypes.ADDRESS_SLICE_READY, outcome);
        }
        return accepted;
    }

    /**
     * Applies objects as their time comes, for as long as the slice's many addresses are being reserved: the next look
     * would be later. What is left in the list then is for that look.
     */
    private void applyWhenDue(
            Tenant tenant,
            ControlPlaneTemplates templates,
            List<HasMetadata> objects,
            TenantFacts facts,
            AtomicBoolean isSliceDone) {
        while (!objects.isEmpty() && !isSliceDone.get()) {
            for (HasMetadata object : List.copyOf(objects)) {
                if (controlPlane.waitsFor(tenant, object, templates).isEmpty()) {
                    controlPlane.apply(tenant, object, facts);
                    objects.remove(object);
                }
            }
            // Costs a look at the cache; a reservation takes a second or two.
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private Outcome establish(Tenant tenant, TenantFacts facts, List<HasMetadata> objects) {
        try {
            var outcome = slices.establish(tenant, facts.slice());
            if (outcome.isReady()) {
                for (HasMetadata object : objects) {
                    if (ControlPlane.needsSlice(object)) {
                        controlPlane.apply(tenant, object, facts);
                    }
                }
            }
            return outcome;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.waiting("Interrupted", "The operator is stopping");
        } catch (KubernetesClientException e) {
            if (Refusals.isAboutAnAddress(e)) {
                return controlPlane
                        .addressThief(tenant, facts)
                        .map(holder -> Outcome.blocked(
                                "AddressTaken",
                                "The API server's address " + facts.apiServerAddress() + " belongs to " + holder
                                        + ": delete that, and make it again with another address",
                                WHILE_TAKEN))
                        // Nobody has it: most often the API server has not noticed the new ServiceCIDR yet.
                        .orElseGet(() -> Outcome.waiting("AddressPending", Refusals.message(e), SOON));
            }
            throw e;
        }
    }

    private void installAddOns(
            Tenant tenant, Cidr slice, Optional<ControlPlaneTemplates> templates, String authority, Report report)
            throws InterruptedException {
        var root = caches.namespaces().get(ObjectKey.clusterScoped(tenant.rootNamespace()));
        if (root == null) {
            return;
        }
        if (templates.isEmpty()) {
            report.put(
                    ConditionTypes.ADD_ONS_READY,
                    AddOnInstaller.wasInstalled(root)
                            ? Outcome.ready("Unchanged", "Left as they are")
                            : Outcome.waiting("Waiting", "Waits for a usable specification"));
            return;
        }
        var spec = Objects.requireNonNullElseGet(templates.get().spec().getCoreDns(), CoreDnsSpec::new);
        var image = templates.get().image(Part.API_SERVER);
        report.put(ConditionTypes.ADD_ONS_READY, addOns.install(tenant, root, spec, image, slice, authority, report));
    }

    void forget(Tenant tenant) {
        credentials.forget(tenant);
        addOns.forget(tenant);
        slices.forget(tenant);
        controlPlane.forget(tenant);
        rootNamespace.forget(tenant);
    }
}

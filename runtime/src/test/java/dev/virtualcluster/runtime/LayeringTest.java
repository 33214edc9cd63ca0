// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;

/** Who may know whom, over every class of ours that this module can see. */
@AnalyzeClasses(packages = "dev.virtualcluster", importOptions = DoNotIncludeTests.class)
class LayeringTest {
    private static final String[] PROCESSES = {
        "dev.virtualcluster.operator..", "dev.virtualcluster.syncer..", "dev.virtualcluster.agent.."
    };

    @ArchTest
    static final ArchRule apisKnowNoClientAndNoRuntime = noClasses()
            .that()
            .resideInAPackage("dev.virtualcluster.apis..")
            .should()
            .dependOnClassesThat(
                    DescribedPredicate.describe("belong to a client runtime", LayeringTest::isClientRuntime))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule runtimeKnowsNoProcess = noClasses()
            .that()
            .resideInAPackage("dev.virtualcluster.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PROCESSES);

    @ArchTest
    static final ArchRule onlyTlsAndPkiKnowBouncyCastle = noClasses()
            .that()
            .resideOutsideOfPackages("..tls..", "..pki..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule nobodyUsesTheFormerJackson = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.databind..")
            .because("the client reads with Jackson 3 and silently ignores annotations of Jackson 2's databind");

    /** A queue must not know what is done with its keys, nor a cache who listens. */
    @ArchTest
    static final ArchRule packagesPointOneWay = noClasses()
            .that()
            .resideInAnyPackage("dev.virtualcluster.runtime.queue..", "dev.virtualcluster.runtime.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.virtualcluster.runtime.reconcile..", "dev.virtualcluster.runtime.process..");

    @ArchTest
    static final ArchRule nobodyReadsTheWallClock = noClasses()
            .that()
            .resideInAPackage("dev.virtualcluster.runtime..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .because("time is injected: an InstantSource, or a nano ticker for durations");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule onlyTheTransportTouchesTheClientsBackEnd = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.virtualcluster.runtime.cluster.TransportFactory")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8.kubernetes.client.vertx5..");

    private static boolean isClientRuntime(JavaClass type) {
        String name = type.getPackageName();
        // The base class of custom resources and the model are what the CRDs are made of; the rest talks to servers.
        boolean model = name.equals("io.fabric8.kubernetes.client")
                && type.getSimpleName().startsWith("CustomResource");
        return (name.startsWith("io.fabric8.kubernetes.client") && !model)
                || name.startsWith("io.vertx")
                || name.startsWith("dev.virtualcluster.runtime");
    }
}

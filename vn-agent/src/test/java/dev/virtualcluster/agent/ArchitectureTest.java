// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.virtualcluster.agent", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.virtualcluster.agent";

    @ArchTest
    static final ArchRule knowsNoOtherProcess = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.virtualcluster.operator..", "dev.virtualcluster.syncer..");

    @ArchTest
    static final ArchRule touchesNoInternalsOfVertxOrNetty = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..", "io.netty..");

    @ArchTest
    static final ArchRule judgesWithoutSockets = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".http", ROOT + ".route", ROOT + ".identity", ROOT + ".ownership")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", ROOT + ".tunnel", ROOT + ".kubelet");

    @ArchTest
    static final ArchRule asksTheApiInTwoPlacesOnly = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".ownership", ROOT + ".serving")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8.kubernetes.client..");

    @ArchTest
    static final ArchRule buildsCertificateRequestsInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".serving")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule takesTimeFromOutside = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + ".Main")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");
}

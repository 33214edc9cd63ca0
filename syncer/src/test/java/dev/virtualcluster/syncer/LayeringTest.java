// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.syncer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** Who may know whom inside the syncer. */
@AnalyzeClasses(packages = "dev.virtualcluster.syncer", importOptions = DoNotIncludeTests.class)
class LayeringTest {
    private static final String ROOT = "dev.virtualcluster.syncer.";

    @ArchTest
    static final ArchRule processesDoNotKnowEachOther = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.virtualcluster.operator..", "dev.virtualcluster.agent..");

    @ArchTest
    static final ArchRule engineKnowsNoKind = noClasses()
            .that()
            .resideInAPackage(ROOT + "engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "kinds..", ROOT + "pods..", ROOT + "nodes..", ROOT + "tokens..", ROOT + "patrol..");

    @ArchTest
    static final ArchRule tenantsAndProofsKnowNoEngine = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "tenant..", ROOT + "ownership..", ROOT + "metadata..", ROOT + "requests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "engine..", ROOT + "kinds..", ROOT + "patrol..");

    @ArchTest
    static final ArchRule conversionOfMetadataSendsNothing = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "metadata..", ROOT + "ownership..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "requests..", "io.fabric8.kubernetes.client..");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");
}

// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.virtualcluster.operator", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    @ArchTest
    static final ArchRule PROCESSES_DO_NOT_KNOW_EACH_OTHER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.virtualcluster.syncer..", "dev.virtualcluster.agent..");

    @ArchTest
    static final ArchRule PACKAGES_DEPEND_ONE_WAY =
            slices().matching("dev.virtualcluster.operator.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_PKI_KNOWS_THE_CRYPTOGRAPHY_LIBRARY = classes()
            .that()
            .resideOutsideOfPackage("..pki..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule PURE_PACKAGES_TALK_TO_NOBODY = noClasses()
            .that()
            .resideInAnyPackage("..pki..", "..controlplane..", "..identity..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(io.fabric8.kubernetes.client.KubernetesClient.class);

    @ArchTest
    static final ArchRule TIME_IS_INJECTED = noClasses()
            .that()
            .doNotHaveSimpleName("Main")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule EVERY_WRITE_GOES_THROUGH_ONE_CLASS = noClasses()
            .that()
            .resideOutsideOfPackages("..apply..", "..addons..")
            .should()
            .callMethod(io.fabric8.kubernetes.client.dsl.ServerSideApplicable.class, "serverSideApply");
}

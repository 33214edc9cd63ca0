// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.apis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** This module lies below all others: it does no I/O, starts no threads, and knows none of them. */
@AnalyzeClasses(packages = "dev.virtualcluster", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {
    @ArchTest
    static final ArchRule KNOWS_NOBODY = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.virtualcluster.runtime..",
                    "dev.virtualcluster.operator..",
                    "dev.virtualcluster.syncer..",
                    "dev.virtualcluster.agent..",
                    "io.vertx..",
                    "tools.jackson..",
                    "com.fasterxml.jackson.databind..",
                    "java.net..",
                    "java.io..",
                    "java.nio.file..",
                    "java.util.concurrent..");

    @ArchTest
    static final ArchRule READS_NO_CLOCK =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.time..");
}

// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import dev.virtualcluster.e2e.cluster.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs layers and a configuration into an image archive (OCI layout) that containerd imports under a name. */
final class ImageArchive {
    private ImageArchive() {}

    /** What runs when an image is started, and as whom. */
    record Start(List<String> entryPoint, List<String> arguments, String user) {
        static Start of(String... entryPoint) {
            return new Start(List.of(entryPoint), List.of(), "");
        }

        Start as(String newUser) {
            return new Start(entryPoint, arguments, newUser);
        }

        Start with(String... newArguments) {
            return new Start(entryPoint, List.of(newArguments), user);
        }
    }

    private record Blob(String digest, long size) {}

    static void write(Path target, String name, List<Path> layers, Start start) throws IOException {
        Path fresh = Files.createTempFile(target.resolveSibling("."), ".archive", ".tar");
        try (OutputStream out = Files.newOutputStream(fresh);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            List<Blob> contents = new ArrayList<>();
            for (Path layer : layers) {
                contents.add(new Blob(digest(layer), Files.size(layer)));
            }
            entry(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            Blob configuration = blob(tar, """
                    {"architecture":"%s","os":"linux",\
                    "config":{"User":"%s","Entrypoint":%s,"Cmd":%s,"WorkingDir":"/",\
                    "Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},\
                    "rootfs":{"type":"layers","diff_ids":%s}}""".formatted(
                            architecture(),
                            start.user(),
                            array(start.entryPoint()),
                            array(start.arguments()),
                            array(contents.stream()
                                    .map(blob -> "sha256:" + blob.digest())
                                    .toList())));
            Blob manifest = blob(tar, """
                    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                    "config":%s,"layers":[%s]}""".formatted(
                            descriptor("application/vnd.oci.image.config.v1+json", configuration),
                            String.join(
                                    ",",
                                    contents.stream()
                                            .map(b -> descriptor("application/vnd.oci.image.layer.v1.tar", b))
                                            .toList())));
            // First of the large entries: who only wants to know the archive's names need not read the rest.
            entry(tar, "index.json", """
                    {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                    "digest":"sha256:%s","size":%d,"annotations":{"io.containerd.image.name":"%s",\
                    "org.opencontainers.image.ref.name":"%s"}}]}""".formatted(
                            manifest.digest(), manifest.size(), name, name.substring(name.lastIndexOf(':') + 1))
                    .getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < layers.size(); i++) {
                tar.putArchiveEntry(header(
                        "blobs/sha256/" + contents.get(i).digest(),
                        contents.get(i).size()));
                Files.copy(layers.get(i), tar);
                tar.closeArchiveEntry();
            }
            tar.finish();
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static String descriptor(String mediaType, Blob blob) {
        return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
                .formatted(mediaType, blob.digest(), blob.size());
    }

    private static Blob blob(TarArchiveOutputStream tar, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        String digest = HexFormat.of().formatHex(Digests.sha256().digest(bytes));
        entry(tar, "blobs/sha256/" + digest, bytes);
        return new Blob(digest, bytes.length);
    }

    private static void entry(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        tar.putArchiveEntry(header(name, bytes.length));
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry header(String name, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(0L);
        return entry;
    }

    private static String array(List<String> values) {
        return values.isEmpty() ? "[]" : "[\"" + String.join("\",\"", values) + "\"]";
    }

    private static String digest(Path file) {
        MessageDigest digest = Digests.sha256();
        Digests.update(digest, file);
        return HexFormat.of().formatHex(digest.digest());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs one layer tar and a configuration into an image archive (OCI layout) that containerd imports under a name. */
final class ImageArchive {
    private ImageArchive() {}

    /** The entry point and user an image starts with. */
    record Start(java.util.List<String> entryPoint, String user, java.util.List<String> environment) {
        static Start of(String... entryPoint) {
            return new Start(
                    java.util.List.of(entryPoint),
                    "",
                    java.util.List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        }

        Start as(String newUser) {
            return new Start(entryPoint, newUser, environment);
        }
    }

    private record Blob(String digest, long size) {}

    static void write(Path target, String name, Path layer, Start start) throws IOException {
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(fresh);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            Blob content = new Blob(digest(layer), Files.size(layer));
            entry(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            tar.putArchiveEntry(header("blobs/sha256/" + content.digest(), content.size()));
            Files.copy(layer, tar);
            tar.closeArchiveEntry();
            Blob config = blob(tar, """
                    {"architecture":"%s","os":"linux","config":{"User":"%s","Entrypoint":%s,"Env":%s,"WorkingDir":"/"},\
                    "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}""".formatted(
                            architecture(),
                            start.user(),
                            array(start.entryPoint()),
                            array(start.environment()),
                            content.digest()));
            Blob manifest = blob(tar, """
                    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},\
                    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%d}]}""".formatted(config.digest(), config.size(), content.digest(), content.size()));
            entry(tar, "index.json", """
                    {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                    "digest":"sha256:%s","size":%d,"annotations":{"io.containerd.image.name":"%s",\
                    "org.opencontainers.image.ref.name":"%s"}}]}""".formatted(
                            manifest.digest(), manifest.size(), name, name.substring(name.lastIndexOf(':') + 1))
                    .getBytes(StandardCharsets.UTF_8));
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static Blob blob(TarArchiveOutputStream tar, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        String digest = HexFormat.of().formatHex(sha256().digest(bytes));
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

    private static String array(java.util.List<String> values) {
        return values.isEmpty() ? "[]" : "[\"" + String.join("\",\"", values) + "\"]";
    }

    private static String digest(Path file) {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

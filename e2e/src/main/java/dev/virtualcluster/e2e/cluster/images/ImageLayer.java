// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.e2e.cluster.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes one layer of an image: files, folders and links, all owned by root, all of the same date. */
final class ImageLayer implements AutoCloseable {
    private final TarArchiveOutputStream tar;
    private final Set<String> folders = new HashSet<>();

    ImageLayer(OutputStream out) {
        tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    ImageLayer folder(String path, int mode) throws IOException {
        parents(path);
        if (folders.add(path)) {
            TarArchiveEntry entry = new TarArchiveEntry(path + "/", TarConstants.LF_DIR);
            entry.setMode(mode);
            put(entry, null);
        }
        return this;
    }

    ImageLayer program(String path, Path source) throws IOException {
        return file(path, source, 0755);
    }

    ImageLayer file(String path, Path source, int mode) throws IOException {
        parents(path);
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(Files.size(source));
        entry.setMode(mode);
        put(entry, source);
        return this;
    }

    ImageLayer text(String path, String content) throws IOException {
        parents(path);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(bytes.length);
        entry.setMode(0644);
        entry.setModTime(0L);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
        return this;
    }

    ImageLayer link(String path, String target) throws IOException {
        parents(path);
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        put(entry, null);
        return this;
    }

    private void put(TarArchiveEntry entry, @org.jspecify.annotations.Nullable Path source) throws IOException {
        entry.setModTime(0L);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
        if (source != null) {
            Files.copy(source, tar);
        }
        tar.closeArchiveEntry();
    }

    private void parents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            folder(path.substring(0, slash), 0755);
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}

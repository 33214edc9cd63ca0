// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.agent.identity;

import dev.virtualcluster.agent.http.RefusalReason;
import dev.virtualcluster.agent.http.RefusedException;
import dev.virtualcluster.apis.Keys;
import dev.virtualcluster.apis.names.TenantKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Reads the tenant out of a client certificate. Whatever is ambiguous is refused: two names would be a choice for an attacker. */
public final class ClientCertificate {
    private static final int URI_NAME = 6;

    private ClientCertificate() {}

    /**
     * The tenant that {@code certificate} names. Its chain has been verified in the handshake; its validity is looked at again because
     * a resumed TLS session does not repeat that.
     *
     * @throws RefusedException when it names none, or is not valid at {@code now}
     */
    public static TenantIdentity identity(X509Certificate certificate, Instant now) {
        try {
            certificate.checkValidity(Date.from(now));
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName());
            if (!single(subject, "O").equals(Keys.AGENT_CLIENT_ORGANIZATION)) {
                throw refused("it is not one of a virtual cluster's API server");
            }
            return new TenantIdentity(new TenantKey(single(subject, "CN")), vcUid(certificate));
        } catch (CertificateException e) {
            throw refused("it has expired or is not valid yet");
        } catch (InvalidNameException | IllegalArgumentException e) {
            throw refused("its subject is no tenant key");
        }
    }

    private static String vcUid(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        List<String> uids = new ArrayList<>();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0) instanceof Integer type && type == URI_NAME && name.get(1) instanceof String uri) {
                if (!uri.startsWith(Keys.AGENT_CLIENT_URI_PREFIX)) {
                    throw refused("it holds a URI that is no virtual cluster's");
                }
                uids.add(uri.substring(Keys.AGENT_CLIENT_URI_PREFIX.length()));
            }
        }
        if (uids.size() != 1 || uids.getFirst().isEmpty()) {
            throw refused("it does not name one virtual cluster");
        }
        return uids.getFirst();
    }

    private static String single(LdapName subject, String type) {
        List<String> values = new ArrayList<>();
        for (Rdn rdn : subject.getRdns()) {
            if (rdn.size() != 1) {
                throw refused("its subject has parts of several values");
            }
            if (rdn.getType().equalsIgnoreCase(type)) {
                values.add(rdn.getValue() instanceof String text ? text : "");
            }
        }
        if (values.size() != 1) {
            throw refused("its subject must have one " + type);
        }
        return values.getFirst();
    }

    private static RefusedException refused(String why) {
        return new RefusedException(RefusalReason.IDENTITY, "the client certificate is refused: " + why);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.virtualcluster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedFieldsTest {
    private static final String FIELDS =
            "[{\"manager\":\"a ] b\",\"fieldsV1\":{\"f:status\":{\"k:{\\\"type\\\":\\\"Ready\\\"}\":{\".\":{}},\"\\\\\":[]}}}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'metadata':{'name':'a','managedFields':F},'spec':{}}     | {'metadata':{'name':'a'},'spec':{}}",
                "{'metadata':{'managedFields':F,'name':'a'}}               | {'metadata':{'name':'a'}}",
                "{'metadata':{'a':1,'managedFields':F,'name':'a'}}         | {'metadata':{'a':1,'name':'a'}}",
                "{'metadata':{'managedFields':F}}                          | {'metadata':{}}",
                "{'kind':'x','metadata':{'managedFields':null}}            | {'kind':'x','metadata':{}}",
                "{'a':[{'metadata':1}],'b':-1.5e3,'c':true,'metadata':{'managedFields':F}} | {'a':[{'metadata':1}],'b':-1.5e3,'c':true,'metadata':{}}",
                "' { \"metadata\" : { \"name\" : 1 , \"managedFields\" : F , \"x\" : { } } }' | ' { \"metadata\" : { \"name\" : 1 , \"x\" : { } } }'",
            })
    void cutsThemFromObjects(String with, String without) {
        assertThat(fromObject(json(with))).isEqualToIgnoringWhitespace(json(without));
    }

    @Test
    void cutsThemFromEvents() {
        assertThat(fromEvent(
                        json("{'type':'ADDED','object':{'kind':'Pod','metadata':{'name':'é','managedFields':F}}}")))
                .isEqualTo(json("{'type':'ADDED','object':{'kind':'Pod','metadata':{'name':'é'}}}"));
    }

    /** Somebody's own data may have that name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'managedFields':F}",
                "{'spec':{'metadata':{'managedFields':F}}}",
                "{'metadata':{'annotations':{'managedFields':'x'}}}",
                "{'metadata':{'managedFieldsToo':F,'xmanagedFields':F}}",
                "{'data':{'x':'\\\"metadata\\\":{\\\"managedFields\\\":[]}'}}",
                "{'metadata':['managedFields',F]}",
                "{'metadata':'managedFields'}",
                "{'items':[{'metadata':{'managedFields':F}}]}",
            })
    void leavesWhatOnlyLooksLikeThem(String object) {
        assertThat(fromObject(json(object))).isEqualTo(json(object));
        String event = "{\"object\":" + json(object) + "}";
        assertThat(fromEvent(event)).isEqualTo(event);
    }

    @Test
    void leavesWhatIsCutOffOrNoJson() {
        String whole = json("{'kind':'x','metadata':{'name':'a\\\\','managedFields':F");
        for (int end = 0; end < whole.length(); end++) {
            String begun = whole.substring(0, end);
            assertThat(fromObject(begun)).isEqualTo(begun);
            assertThat(fromEvent(begun)).isEqualTo(begun);
        }
        for (String odd :
                new String[] {"", " ", "[]", "\"", "null", "{metadata:{}}", "{\"metadata\"", "{\"metadata\" 1}"}) {
            assertThat(fromObject(odd)).isEqualTo(odd);
        }
    }

    /** Whatever comes, nothing is thrown, and nothing grows. */
    @Test
    void survivesAnyBytes() {
        Random random = new Random(7);
        byte[] whole =
                bytes(json("{'kind':'x','metadata':{'name':'a','managedFields':F,'labels':{}},'spec':{'a':[1,{}]}}"));
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) "{}[]\":,\\ x".charAt(random.nextInt(10));
            }
            assertThat(ManagedFields.cutFromObject(damaged).length).isLessThanOrEqualTo(damaged.length);
        }
    }

    private static String fromObject(String json) {
        return new String(ManagedFields.cutFromObject(bytes(json)), StandardCharsets.UTF_8);
    }

    private static String fromEvent(String json) {
        return new String(ManagedFields.cutFromEvent(bytes(json)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String json(String quotedOnce) {
        return quotedOnce
                .replace("F", "\0")
                .replace('\'', '"')
                .replace("managed\0ields", "managedFields")
                .replace("\0", FIELDS);
    }
}

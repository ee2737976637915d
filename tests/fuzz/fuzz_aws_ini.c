// Any bytes as both of AWS's files: no crash; every value stands in the text, or is joined of lines
// of it; a file that is refused has a place and a remedy. What profiles say of it is asked, too.

#include "adapters/aws/creds/profiles.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const AwsIni *ini, Str text) {
    for (uint32_t i = 0; i < ini->parts.n; i++) {
        const IniPart *part = &ini->parts.at[i];
        if (!part->name.n || str_find(text, part->name, 0) < 0)
            BUG("a section that does not stand in the text");
        for (uint32_t k = 0; k < part->entries.n; k++) {
            const IniEntry *e = &part->entries.at[k];
            if (!e->key.n || str_find(text, e->key, 0) < 0 || str_contains(e->key, "\n"))
                BUG("a setting that does not stand in the text");
            if (!str_contains(e->value, "\n") && str_find(text, e->value, 0) < 0)
                BUG("a value that does not stand in the text");
            if (e->line <= part->line)
                BUG("a setting above its section");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > AWS_INI_MAX)
        return 0;
    Arena a;
    arena_init(&a);
    Str text = {(const char *)data, (uint32_t)size};
    AwsIni ini;
    Err err = {0};
    if (aws_ini_read(&a, STR("/f"), text, &ini, &err))
        check(&ini, text);
    else if (!str_starts(str_of(err.message), "/f:") || !err.hint[0])
        BUG("a refusal without a place or a remedy");
    // The host in memory has no environment, so no file is found: the texts come in by hand.
    Profiles p = {.a = &a};
    AwsIni other = {0};
    if (!err.kind)
        aws_ini_read(&a, STR("/g"), text, &other, &err);
    else
        ini = other;
    profiles_take(&p, &ini, &other);
    static const char *const keys[] = {"region", "role_arn", "name", "aws_access_key_id"};
    for (uint32_t i = 0; i < ini.parts.n && i < 100; i++) {
        Str name = ini.parts.at[i].label, place = STR_EMPTY;
        if (name.n && str_is(ini.parts.at[i].kind, "profile") && !profiles_has(&p, name))
            BUG("a profile that is not there");
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (profiles_get(&p, name, keys[k], &place).n && !place.n)
                BUG("a value without a place");
        profiles_nested(&p, name, STR("s3"), STR("name"));
        profiles_section_get(&p, "services", name, STR("s3"), STR("endpoint_url"));
        profiles_advice(&p, name);
    }
    arena_release(&a);
    return 0;
}

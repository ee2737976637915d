// Files of sections and settings: what is read of well-formed and of broken ones.

#include "cli/doctor/ini.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void settings_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text, *section, *key, *value; // NULL: not there
    } cases[] = {
        {"[default]\nregion = eu-west-1\n", "default", "region", "eu-west-1"},
        {"[default]\nregion=eu-west-1", "default", "region", "eu-west-1"},
        {"[default]\r\nREGION = x\r\n", "default", "region", "x"},
        {"  [ profile   dev ]\nregion = x", "profile dev", "region", "x"},
        {"[profile \"my own\"]\nregion = x", "profile my own", "region", "x"},
        {"[default] # why\nregion = x # why\n", "default", "region", "x"},
        {"[default]\nregion = x#y\n", "default", "region", "x#y"},
        {"[default]\n;region = x\n#region = y\n", "default", "region", NULL},
        {"[default]\nregion = a\nregion = b\n", "default", "region", "b"},
        {"[default]\nregion =\n", "default", "region", NULL},
        {"[default]\ns3 =\n  region = inner\n", "default", "region", NULL},
        {"[default]\ns3 =\n  region = inner\nregion = outer\n", "default", "region", "outer"},
        {"[a]\nregion = x\n[b]\n", "b", "region", NULL},
        {"[a]\nx = 1\n[b]\ny = 2\n[a]\nregion = z\n", "a", "region", "z"},
        {"region = early\n[default]\n", "default", "region", NULL},
        {"[default\nregion = x\n", "default", "region", "x"},
        {"[default]\n= x\nregion\n", "default", "region", NULL},
        {"\xef\xbb\xbf[default]\nregion = x", "default", "region", "x"},
        {"[user]\n\tname = \"Ada Lovelace\"\n\temail = ada@example.org\n", "user", "name",
         "Ada Lovelace"},
        {"", "default", "region", NULL},
        {"[]\nregion = x", "", "region", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena a;
        arena_init(&a);
        IniSettings all = ini_read(&a, str_of(cases[i].text));
        Str value = STR_EMPTY;
        bool found = ini_find(&all, str_of(cases[i].section), cases[i].key, &value);
        if (found != (cases[i].value != NULL) || (found && !str_is(value, cases[i].value)))
            fail_msg("%s: `%.*s`", cases[i].text, STR_ARG(value));
        arena_release(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(settings_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

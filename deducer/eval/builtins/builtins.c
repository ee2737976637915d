// Installs the built-in objects into the realm: prototypes first, as everything hangs on them, then
// one family after the other, then the global object that shows all of it.
//
// Invariant: a global that Node has is in the realm, with a model here or as code that is not
// looked into.

#include "deducer/eval/builtins/builtins.h"

static void make_prototypes(Interp *I) {
    Realm *r = &I->realm;
    r->globals = map_new(I->a);
    r->object = proto_new(I, NULL);
    Obj **const own[] = {
        &r->function, &r->array, &r->string, &r->number, &r->boolean, &r->bigint, &r->symbol,
        &r->promise,  &r->map,   &r->set,    &r->regexp, &r->date,    &r->error,  &r->iterator,
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        *own[i] = proto_new(I, r->object);
    r->generator = proto_new(I, r->iterator);
    obj_define_lit(I, r->generator, "@@toStringTag", lit("Generator"));
}

static void make_global_object(Interp *I) {
    Obj *global = obj_plain(I, SPAN_NONE);
    I->realm.global_this = global;
    for (uint32_t i = 0; i < I->realm.globals.n; i++)
        obj_define(I, global, sym_of(I->interner, I->realm.globals.at[i].key),
                   *(Value *)I->realm.globals.at[i].value, PROP_HIDDEN);
    static const char *const names[] = {"globalThis", "global"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        global_set(I, names[i], value_object(global));
        obj_define_lit(I, global, names[i], value_object(global));
    }
}

void builtins_install(Interp *I) {
    static void (*const families[])(Interp *) = {
        install_object,  install_object_define, install_reflect, install_function,
        install_array,   install_iterator,      install_string,  install_string_match,
        install_regexp,  install_number,        install_math,    install_map_set,
        install_promise, install_json,          install_error,   install_symbol,
        install_date,    install_encoding,      install_buffer,  install_url,
        install_process, install_platform,
    };
    make_prototypes(I);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        families[i](I);
    make_global_object(I);
}

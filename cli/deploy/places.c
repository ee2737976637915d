// From CloudFormation's words for a resource to the program's.
//
// Input: templates. Output: for each logical id the resource of the graph and where it is written.
// Invariant: what the template does not say is not guessed.

#include "cli/deploy/deploy.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

static Str text_of(Arena *a, const cJSON *object, const char *name) {
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(m) ? str_dup(a, str_of(m->valuestring)) : STR_EMPTY;
}

// "src/index.ts:28:1", from the end: a file's name may hold a colon.
static ArchPlace place_parse(Arena *a, Str text) {
    int64_t column = str_rfind_char(text, ':');
    int64_t line = column > 0 ? str_rfind_char(str_slice(text, 0, (uint32_t)column), ':') : -1;
    if (line <= 0)
        return (ArchPlace){0};
    const char *numbers = str_cstr(a, str_slice(text, (uint32_t)line + 1, text.n));
    char *end;
    unsigned long l = strtoul(numbers, &end, 10), c = strtoul(*end ? end + 1 : end, NULL, 10);
    return (ArchPlace){str_slice(text, 0, (uint32_t)line), (uint32_t)l, (uint32_t)c};
}

void places_add(Arena *a, Str json, Map *out) {
    cJSON *root = cJSON_ParseWithLength(json.p, json.n);
    const cJSON *resource;
    cJSON_ArrayForEach(resource, cJSON_GetObjectItemCaseSensitive(root, "Resources")) {
        const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(resource, "Metadata");
        const cJSON *pluto = cJSON_GetObjectItemCaseSensitive(metadata, "pluto");
        Place *place = arena_new(a, Place);
        place->owner = text_of(a, pluto, "id");
        place->at = place_parse(a, text_of(a, pluto, "source"));
        if (place->owner.n)
            map_set(out, str_dup(a, str_of(resource->string)), place);
    }
    cJSON_Delete(root);
}

Map places_read(Arena *a, const Output *output) {
    Map places = map_new(a);
    places_add(a, output->main.json, &places);
    for (uint32_t i = 0; i < output->nested.n; i++)
        places_add(a, output->nested.at[i].json, &places);
    return places;
}

const Place *places_find(const Map *places, Str id) {
    return places ? map_find(places, id) : NULL;
}

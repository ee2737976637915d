// The only place that turns an Err or Diags into text.
//
// Input: what went wrong. Output: lines on the standard error and the exit code. Invariant: with
// --message-format json every line is one JSON object, and nothing that a user's file or argument
// says reaches the terminal as a control character.

#include "cli/report.h"
#include "cli/here.h"
#include "cli/terminal.h"

#include <cjson/cJSON.h>

enum { DIAGS_SHOWN = 20 };

static DiagFormat message_format(const Session *s) {
    return (DiagFormat)s->args.message_format; // the option's choices stand in DiagFormat's order
}

static void add_text(cJSON *object, const char *key, const char *text) {
    if (text && *text)
        cJSON_AddStringToObject(object, key, text);
    else
        cJSON_AddNullToObject(object, key);
}

// The members of a diagnostic, so that one reader does for both.
static void print_json(const char *severity, Str message, Str hint, Arena *a) {
    cJSON *object = cJSON_CreateObject();
    add_text(object, "code", NULL);
    add_text(object, "severity", severity);
    add_text(object, "message", str_cstr(a, message));
    add_text(object, "file", NULL);
    add_text(object, "line", NULL);
    add_text(object, "column", NULL);
    add_text(object, "help", str_cstr(a, hint));
    char *text = cJSON_PrintUnformatted(object);
    if (text)
        fprintf(stderr, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(object);
}

// As the diagnostics of a program look, without a code.
static void print_plain(const Session *s, const char *severity, const char *color, Str text,
                        Str hint) {
    Str message = str_visible(s->arena, commands_here(s, text));
    Str help = str_visible(s->arena, commands_here(s, hint));
    const char *on = s->color_err ? color : "", *bold = s->color_err ? "\033[1m" : "";
    const char *off = s->color_err ? "\033[0m" : "";
    switch (message_format(s)) {
    case DIAG_JSON:
        print_json(severity, message, help, s->arena);
        break;
    case DIAG_SHORT:
        fprintf(stderr, "%s: %.*s\n", severity, STR_ARG(message));
        break;
    case DIAG_HUMAN:
        fprintf(stderr, "%s%s%s%s: %.*s%s\n", on, severity, off, bold, STR_ARG(message), off);
        if (help.n)
            fprintf(stderr, "  = help: %.*s\n", STR_ARG(help));
        break;
    }
}

int report_err(const Session *s, const Err *err) {
    if (err->message[0])
        print_plain(s, "error", "\033[1;31m", str_of(err->message), str_of(err->hint));
    return err->kind == ERR_USAGE ? EXIT_USAGE : EXIT_WORLD;
}

void report_warning(const Session *s, Str message, Str help) {
    print_plain(s, "warning", "\033[1;33m", message, help);
}

void report_note(const Session *s, Str text) {
    if (s->args.quiet)
        return;
    Str message = str_visible(s->arena, commands_here(s, text));
    if (message_format(s) == DIAG_JSON)
        print_json("note", message, STR_EMPTY, s->arena);
    else
        fprintf(stderr, "note: %.*s\n", STR_ARG(message));
}

static const char *plural(unsigned n) {
    return n == 1 ? "" : "s";
}

int report_diags(const Session *s) {
    DiagFormat format = message_format(s);
    diags_print(s->diags, stderr, format, s->color_err, format == DIAG_JSON ? 0 : DIAGS_SHOWN);
    unsigned errors = diags_error_count(s->diags), warnings = diags_warning_count(s->diags);
    if (format == DIAG_HUMAN && errors + warnings > 0 && !s->args.quiet) {
        if (errors)
            fprintf(stderr, "%u error%s", errors, plural(errors));
        if (errors && warnings)
            fputs(", ", stderr);
        if (warnings)
            fprintf(stderr, "%u warning%s", warnings, plural(warnings));
        fputc('\n', stderr);
    }
    return errors ? EXIT_REJECTED : EXIT_DONE;
}

int report_output(const Session *s, Str text, int code) {
    Err err = {0};
    return terminal_write(text, &err) ? code : report_err(s, &err);
}

int report_file(const Session *s, Str path, Str text, int code) {
    Err err = {0};
    return s->host->write_file(s->host, path, text, &err) ? code : report_err(s, &err);
}

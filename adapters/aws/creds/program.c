// `credential_process`: a program of the user's choice that writes credentials as JSON.
//
// In: the profile's setting. Out: what the program wrote. Invariant: what it says to standard error
// is shown only where it fails, without secrets, and what it writes to standard output never.

#include "adapters/aws/creds/keys.h"
#include "adapters/aws/creds/process.h"
#include "adapters/aws/creds/provide.h"
#include "adapters/aws/redact.h"

#include <sys/stat.h>
#include <time.h>

enum { TIMEOUT_MS = 60000 };

// Whoever writes the file says what we run.
static void warn_of_writers(Search *s) {
    struct stat st;
    Str path = s->files->config.path;
    if (s->host == host_posix() && stat(str_cstr(s->a, path), &st) == 0 &&
        (st.st_mode & (S_IWGRP | S_IWOTH)))
        step_warn(s, shown(s, path),
                  str_fmt(s->a,
                          "others may write it, and it names a program to run: `chmod go-w %.*s`",
                          STR_ARG(shown(s, path))));
}

// The end of what it said: what went wrong comes last.
static Str last_words(Search *s, Str said) {
    enum { LONGEST = 200 };
    said = redacted(s->a, said);
    return shown(s, str_slice(said, said.n > LONGEST ? said.n - LONGEST : 0, said.n));
}

static Found failed(Search *s, Str place, const ProcessEnd *end, Err *err) {
    Str where = shown(s, place), said = last_words(s, end->said);
    if (end->stopped)
        broken(err, "%.*s: `credential_process` was interrupted", STR_ARG(where));
    else if (end->timed_out)
        broken(err, "%.*s: `credential_process` was not done after 60 seconds", STR_ARG(where));
    else if (end->too_much)
        broken(err, "%.*s: `credential_process` wrote more than 1 MB", STR_ARG(where));
    else if (end->code < 0)
        broken(err, "%.*s: `credential_process` was ended by a signal", STR_ARG(where));
    else
        broken(err, "%.*s: `credential_process` ended with code %d%s%.*s", STR_ARG(where),
               end->code, said.n ? ": " : "", STR_ARG(said));
    return FOUND_BROKEN;
}

static Found read_reply(Search *s, Str profile, Str place, Str json, AwsCredentials *out,
                        Err *err) {
    static const KeysForm form = {.token = "SessionToken", .version = true};
    Err why = {0};
    Str where = shown(s, place);
    if (!keys_read(s->a, json, &form, out, &why)) {
        broken(err, "%.*s: what `credential_process` wrote is no credentials: %s", STR_ARG(where),
               why.message);
        err_hint(err, "it has to be {\"Version\":1,\"AccessKeyId\":…,\"SecretAccessKey\":…}");
        return FOUND_BROKEN;
    }
    if (!out->account.n)
        out->account = profiles_get(s->files, profile, "aws_account_id", NULL);
    if (!out->expires || out->expires > (int64_t)time(NULL))
        return FOUND;
    broken(err, "%.*s: `credential_process` gave credentials that have ended", STR_ARG(where));
    return FOUND_BROKEN;
}

Found provide_process(Search *s, Str profile, Grant *out, Err *err) {
    Str place = STR_EMPTY;
    Str line = profiles_get(s->files, profile, "credential_process", &place);
    if (!line.n)
        return FOUND_NOTHING;
    WordVec words;
    if (!shlex_split(s->a, line, &words) || !words.n) {
        broken(err, "%.*s: a quote of `credential_process` is not closed",
               STR_ARG(shown(s, place)));
        return FOUND_BROKEN;
    }
    *out = (Grant){.pending = s->offline,
                   .source =
                       str_fmt(s->a, "%.*s, the program `%.*s`", STR_ARG(profile_shown(s, profile)),
                               STR_ARG(shown(s, words.at[0])))};
    warn_of_writers(s);
    step_add(s, STR("credential_process"), out->source);
    if (s->offline)
        return FOUND;
    words.at[0] = expanded_path(s->a, s->host, words.at[0]);
    ProcessEnd end;
    Err why = {0};
    if (!process_run(s->a, &words, TIMEOUT_MS, s->http, &end, &why))
        return broken(err, "%.*s: %s", STR_ARG(shown(s, place)), why.message);
    if (end.code != 0 || end.timed_out || end.too_much || end.stopped)
        return failed(s, place, &end, err);
    return read_reply(s, profile, place, end.out, &out->keys, err);
}

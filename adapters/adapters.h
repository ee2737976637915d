#pragma once
// What the compiler asks of the outside world beyond files: git, a page server, packages, and the
// application on this machine. The one public header of adapters/.
//
// Each adapter is a shared object of its own, `pluto-git.so` and `pluto-live.so`, which alone is
// linked with the libraries it needs. It is loaded when a command asks for it, from `lib/pluto/`
// beside the program or `../lib/pluto/` where it is installed; whoever only compiles never pays.

#include "adapters/aws.h"

typedef struct GitFile {
    Str path; // relative, '/', never with "." or ".." as a part
    Str content;
    bool executable;
} GitFile;
typedef Vec(GitFile) GitFileVec;

typedef struct GitApi {
    // Makes `folder` a repository whose first commit holds everything in it that .gitignore does
    // not exclude. The author is the user's identity as git finds it, else `pluto
    // <pluto@localhost>`. Where the folder lies in a work tree already, *made is false and nothing
    // happens.
    bool (*start)(Arena *a, Str folder, Str message, bool *made, Err *err);
    // The files of `<url>[#ref][:folder]`, in path order: read from the repository's objects, never
    // checked out, so no hook, filter or submodule has a say. Links, paths that lead out or into
    // `.git`, and more than TEMPLATE_FILES_MAX files or TEMPLATE_BYTES_MAX bytes are refused.
    bool (*template_files)(Arena *a, Str source, GitFileVec *out, Err *err);
    // A host that reads `folder` as it was at the revision, and everything outside of the
    // repository through `base`. Writing through it is an error. *name: the revision, shortened.
    Host *(*host_at)(Arena *a, Host *base, Str folder, Str revision, Str *name, Err *err);
    void (*host_close)(Host *host);
} GitApi;

enum { TEMPLATE_FILES_MAX = 2000, TEMPLATE_BYTES_MAX = 16 << 20 };

typedef struct Live Live;
typedef struct LiveApi {
    // Serves on 127.0.0.1 alone; port 0: a free one. *url is what a browser opens. Where `url` is
    // NULL nothing is served: it only waits.
    Live *(*open)(Arena *a, uint16_t port, Str *url, Err *err);
    // The page from now on; pages that are open take it over at once, in place.
    void (*publish)(Live *l, Str html);
    // What is wrong with the program, as text; the last good page stays, with this over it. Empty:
    // nothing any more.
    void (*complain)(Live *l, Str text);
    // Waits until one of these files or folders changes (and then a moment, until it stops
    // changing). False on SIGINT or SIGTERM.
    bool (*wait)(Live *l, const Str *paths, uint32_t count);
    void (*close)(Live *l);
} LiveApi;

// ---- Packages -----------------------------------------------------------------------------------

typedef struct PackImport {
    Str specifier, module; // what a module writes, and the module of the program that it means
} PackImport;

typedef struct PackModule {
    Str path; // relative to the root
    Str text; // TypeScript, TSX, JavaScript or JSON, by the extension
    const PackImport *imports;
    uint32_t import_count;
} PackModule;

typedef struct PackFunction {
    Str id;                    // "Function/chatbot"
    Str name;                  // "chatbot": names the package
    Str key;                   // by which the replayed program knows the handler again (Slice.key)
    bool raw;                  // the handler gets events as they come
    Str architecture;          // "x86_64" or "arm64"
    Str runtime;               // "nodejs24.x"
    const PackModule *modules; // the entry first
    uint32_t module_count;
    const Str *checked; // variables that must be there while it loads (Slice.environment)
    uint32_t checked_count;
} PackFunction;

typedef struct PackInput {
    Str root; // absolute: where node_modules are looked for, as Node.js does from each module
    Str out;  // the folder that gets `functions/<name>/` and, with zip, `functions/<name>.zip`
    const PackFunction *functions;
    uint32_t function_count;
    bool zip; // also write archives and source maps (pluto build); else folders alone (pluto run)
    bool minify;
} PackInput;

typedef struct PackWeight {
    Str package;    // "langchain", or "" for the program's own modules
    uint64_t bytes; // in the bundle
} PackWeight;

typedef struct Package {
    Str id;
    Str folder;               // absolute: what Lambda would find at /var/task
    Str zip;                  // absolute; empty without zip
    Str hash;                 // SHA-256 of the archive (of the folder without zip), 64 hex digits
    uint64_t bytes, unpacked; // of the archive (0 without zip) and of the folder
    bool reused;              // nothing has changed since it was last made
    Vec(PackWeight) weights;  // heaviest first
} Package;

typedef enum PackTopic {
    PACK_IMPORT, // an import that leads nowhere
    PACK_CODE,   // what cannot be bundled
    PACK_SIZE,   // more than Lambda takes
    PACK_MOVED,  // an import is somewhere else in the package that is installed
    PACK_NATIVE, // native code for another machine, or looked for when it runs
} PackTopic;

typedef struct PackMessage {
    PackTopic topic;
    bool error;
    Str text, help;
    Str file;              // relative to the root; empty: no place
    uint32_t line, column; // from 1; columns in bytes, which slices keep in their places
} PackMessage;

typedef struct PackOutput {
    Vec(Package) packages;     // in the order of functions; complete where there is no error
    Vec(PackMessage) messages; // what the program's author is told
} PackOutput;

typedef struct Pack Pack;
typedef struct PackApi {
    // Starts nothing yet. `lib` is lib/pluto (adapters_folder).
    Pack *(*open)(Arena *a, Str lib, Err *err);
    // Makes the packages. False where the outside world failed (err); what is wrong with the
    // program is among the messages. Bundles stay in memory between calls, so that the next one
    // only does what has changed.
    bool (*pack)(Pack *p, Arena *a, const PackInput *in, PackOutput *out, Err *err);
    void (*close)(Pack *p);
} PackApi;

// ---- The application on this machine ------------------------------------------------------------

typedef struct RunFunction {
    Str id;     // "Function/chatbot"
    Str folder; // absolute: the package
    Str hash;   // of what is in it: the same hash, the same code
} RunFunction;

typedef struct RunModel {
    Str name; // of a SageMaker resource, "" for all
    Str url;  // http://… of a TGI, vLLM, llama.cpp, Ollama or OpenAI-compatible server
} RunModel;

typedef struct RunOptions {
    uint16_t port; // of the AWS endpoint, 0: a free one; URLs of functions and routers follow it
    Str state;     // absolute: the project's .pluto/local
    Str lib;       // lib/pluto (adapters_folder)
    Str region;
    uint32_t workers; // most instances per function; 0: four for each processor
    const RunModel *models;
    uint32_t model_count;
} RunOptions;

// Where a program is too large for one template: a nested one.
typedef struct RunTemplate {
    Str stack; // the logical id of its AWS::CloudFormation::Stack
    Str json;
} RunTemplate;

// What is deployed: the very templates that AWS would get, evaluated here.
typedef struct RunApp {
    Str template_json; // the main one
    const RunTemplate *nested;
    uint32_t nested_count;
    Str arch_json;
    const RunFunction *functions;
    uint32_t function_count;
    Host *host; // for the deployer's environment variables
} RunApp;

typedef struct Run Run;
// Gets each event as one line of JSON, without a line feed: {"event":"request",…}. From any thread,
// one at a time.
typedef void (*RunSink)(void *context, Str line);

typedef struct RunApi {
    // Serves on 127.0.0.1 alone. Nothing answers before the first deploy.
    Run *(*open)(Arena *a, const RunOptions *options, RunSink sink, void *context, Err *err);
    // Puts `app` in the place of what ran: requests that are being served end with the old code,
    // new ones get the new. False where it cannot be served (err); what ran goes on.
    bool (*deploy)(Run *r, const RunApp *app, Err *err);
    // The line of JSON that says all of it serves (docs/arch-json.md, `pluto run`).
    Str (*ready)(Run *r, Arena *a);
    // Waits until one of these files or folders changes. False on SIGINT or SIGTERM.
    bool (*wait)(Run *r, const Str *paths, uint32_t count);
    // Ends all processes and threads; nothing stays but the data in `state`.
    void (*close)(Run *r);
    // For other processes, of a `pluto run` that serves the project whose .pluto/local `state` is.
    // *body: what the function gave; *failed: it threw. False where none runs, or there is no such
    // function.
    bool (*invoke)(Arena *a, Str state, Str function, Str event, Str *body, bool *failed, Err *err);
} RunApi;

// lib/pluto, absolute: adapters, the runtime and the tools that packages are made with.
bool adapters_folder(Arena *a, Str *out, Err *err);

// What the log of a resource (its id, or a function's bare name) is called in .pluto/local/logs,
// without ".log": "chatbot" of "Function/chatbot", "SageMaker-llama" of "SageMaker/llama".
Str adapters_log_name(Arena *a, Str id);

// NULL where the adapter cannot be loaded, with err saying what to install.
const GitApi *adapters_git(Arena *a, Err *err);
const LiveApi *adapters_live(Arena *a, Err *err);
const PackApi *adapters_pack(Arena *a, Err *err);
const RunApi *adapters_run(Arena *a, Err *err);
const AwsApi *adapters_aws(Arena *a, Err *err);

// What a golden case is: finding the cases on disk, reading what they expect, and laying out a copy to
// compile. Shared by the golden run, the judges and the second opinion.
//
// In: tests/golden/<area>/<case>/. Out: plain objects. Nothing here runs the compiler but `runPluto`.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const GOLDEN = path.dirname(fileURLToPath(import.meta.url));
export const REPO = path.resolve(GOLDEN, "..", "..");

// Files of a case that say what is expected; everything else belongs to the program.
const NOT_PROGRAM = /^(expect\..*|args|command|project|make\.json|second-opinion\.json|README\.md)$/;
const MARK = /(?:\/\/|#)~(\^*)[ \t]*(warn[ \t]+)?(P\d{4}(?:[ \t]+P\d{4})*)/g;
const TIMEOUT_MS = 20_000;
// Bounded memory is promised. The address sanitizer reserves terabytes of addresses: no limit for it.
const MEMORY_KIB = 2_000_000;

// ---- Finding ---------------------------------------------------------------------------------------

function isCase(dir) {
    return ["index.ts", "index.tsx", "src", "project", "make.json", "args", "command"].some((name) =>
        fs.existsSync(path.join(dir, name)),
    );
}

function subdirectories(dir) {
    return fs
        .readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
}

function readText(file) {
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
}

function words(text) {
    return (text ?? "").split(/\s+/).filter(Boolean);
}

// All cases whose "<area>/<name>" contains `filter`, in the order of their names.
export function findCases(filter = "") {
    const cases = [];
    for (const area of subdirectories(GOLDEN)) {
        for (const name of subdirectories(path.join(GOLDEN, area))) {
            const dir = path.join(GOLDEN, area, name);
            if (isCase(dir) && `${area}/${name}`.includes(filter))
                cases.push(readCase(area, name, dir));
        }
    }
    return cases;
}

function readCase(area, name, dir) {
    const project = readText(path.join(dir, "project"));
    const sources = project === null ? dir : path.resolve(REPO, project.trim());
    const expected = (kind) => readText(path.join(dir, `expect.${kind}`));
    const { errors, warnings } = readMarks(sources, expected("errors"));
    const stderr = expected("stderr");
    const make = readText(path.join(dir, "make.json"));
    return {
        id: `${area}/${name}`,
        area,
        name,
        dir,
        sources,
        args: words(readText(path.join(dir, "args"))),
        command: words(readText(path.join(dir, "command"))),
        make: make === null ? null : JSON.parse(make),
        errors,
        warnings,
        stderr,
        rejected: errors.length > 0 || (stderr !== null && stderr.includes("error[")),
        exit: expected("exit") === null ? null : Number(expected("exit")),
        expectedFile: (kind) => path.join(dir, `expect.${kind}`),
        expected,
    };
}

// ---- Marks -----------------------------------------------------------------------------------------

function* walk(dir, below = "") {
    for (const entry of fs.readdirSync(path.join(dir, below), { withFileTypes: true })) {
        const file = path.posix.join(below, entry.name);
        if (entry.name === "node_modules" || entry.name === ".pluto") continue;
        if (entry.isDirectory()) yield* walk(dir, file);
        else if (entry.isFile() && !(below === "" && NOT_PROGRAM.test(entry.name))) yield file;
    }
}

// `//~ P0203` at a line's end, `//~^ P0203` for the line above; `warn` before the code for warnings.
// expect.errors has one "CODE file[:line]" a line, for files that cannot hold a mark.
function readMarks(sources, listed) {
    const errors = [];
    const warnings = [];
    for (const file of walk(sources)) {
        if (!/\.([cm]?[jt]sx?|ya?ml)$/.test(file)) continue;
        const lines = fs.readFileSync(path.join(sources, file), "latin1").split("\n");
        lines.forEach((text, index) => {
            for (const [, up, warn, codes] of text.matchAll(MARK)) {
                for (const code of words(codes)) {
                    (warn ? warnings : errors).push(`${code} ${file}:${index + 1 - up.length}`);
                }
            }
        });
    }
    for (const line of (listed ?? "").split("\n")) if (line.trim()) errors.push(line.trim());
    return { errors: errors.sort(), warnings: warnings.sort() };
}

// ---- Laying out ------------------------------------------------------------------------------------

// make.json: what git does not hold well, made in the copy: FIFOs, symlinks, huge and binary files.
// With a `count` it is that many files, and `#` in the path is the number of each.
function makeEntry(file, how) {
    if (how.count !== undefined) {
        for (let i = 0; i < how.count; i++)
            makeEntry(file.replace("#", i), { parts: how.parts });
        return undefined;
    }
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (how.symlink !== undefined) return fs.symlinkSync(how.symlink, file);
    if (how.directory) return fs.mkdirSync(file, { recursive: true });
    if (how.fifo) return makeFifo(file);
    if (how.base64 !== undefined) return fs.writeFileSync(file, Buffer.from(how.base64, "base64"));
    const parts = how.parts ?? [];
    const fd = fs.openSync(file, "w");
    if (how.unreadable) fs.fchmodSync(fd, 0);
    for (const part of parts) {
        if (typeof part === "string") fs.writeSync(fd, part);
        else if (part.repeat.includes("#")) fs.writeSync(fd, numbered(part.repeat, part.times));
        else writeRepeated(fd, part.repeat, part.times);
    }
    fs.closeSync(fd);
}

function numbered(text, times) {
    return Array.from({ length: times }, (_, i) => text.replace("#", i)).join("");
}

function writeRepeated(fd, text, times) {
    const perChunk = Math.max(1, Math.floor(1_000_000 / text.length));
    for (let left = times; left > 0; left -= perChunk) {
        fs.writeSync(fd, text.repeat(Math.min(left, perChunk)));
    }
}

function makeFifo(file) {
    return new Promise((resolve, reject) => {
        const child = spawn("mkfifo", [file]);
        child.on("error", reject);
        child.on("close", (status) =>
            status === 0 ? resolve() : reject(new Error("mkfifo failed")),
        );
    });
}

// A copy of the program under `parent`, in a folder of the same name: a project without a name of its
// own is called after its folder.
export async function layOut(testCase, parent) {
    const target = path.join(parent, path.basename(testCase.sources));
    fs.mkdirSync(target, { recursive: true });
    for (const file of walk(testCase.sources)) {
        const copy = path.join(target, file);
        fs.mkdirSync(path.dirname(copy), { recursive: true });
        fs.copyFileSync(path.join(testCase.sources, file), copy);
    }
    for (const [file, how] of Object.entries(testCase.make ?? {})) {
        await makeEntry(path.join(target, file), how);
    }
    return target;
}

export function temporaryFolder(prefix) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
    process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
    return folder;
}

// ---- Running ---------------------------------------------------------------------------------------

// AddressSanitizer reserves more address space than any limit leaves.
const isSanitized = (program) => /asan|fuzz/.test(program);

function limit(program) {
    return isSanitized(program) ? "" : `ulimit -v ${MEMORY_KIB}; `;
}

// Root reads what nobody may read: a copy of the program that nobody can run, and how to run it.
export function asNobody(program, folder) {
    if (process.getuid() !== 0) return { program };
    const copy = path.join(folder, isSanitized(program) ? "pluto-asan" : "pluto");
    if (!fs.existsSync(copy)) fs.copyFileSync(program, copy);
    fs.chmodSync(folder, 0o755);
    return { program: copy, cwd: folder, user: { uid: 65534, gid: 65534 } };
}

// Runs the compiler; never throws. `umask` is an octal string. The answer's `status` is the exit code,
// or a text where the process did not end by itself.
export function runPluto(program, args, { cwd = REPO, env = {}, umask = "022", user = {} } = {}) {
    return new Promise((resolve) => {
        const child = spawn(
            "/bin/sh",
            ["-c", `${limit(program)}umask ${umask}; exec "$0" "$@"`, program, ...args],
            {
                cwd,
                env: {
                    PATH: process.env.PATH,
                    HOME: os.tmpdir(),
                    LC_ALL: "C.UTF-8",
                    TZ: "UTC",
                    ...env,
                },
                stdio: ["ignore", "pipe", "pipe"],
                ...user,
            },
        );
        const out = [];
        const err = [];
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
        }, TIMEOUT_MS);
        child.stdout.on("data", (chunk) => out.push(chunk));
        child.stderr.on("data", (chunk) => err.push(chunk));
        child.on("error", (error) => {
            clearTimeout(timer);
            resolve({ status: `not started: ${error.message}`, stdout: "", stderr: "" });
        });
        child.on("close", (status, signal) => {
            clearTimeout(timer);
            resolve({
                status: late
                    ? `no end within ${TIMEOUT_MS / 1000} s`
                    : (status ?? `killed by ${signal}`),
                stdout: Buffer.concat(out).toString("utf8"),
                stderr: Buffer.concat(err).toString("utf8"),
            });
        });
    });
}

// Calls `work` for every item, `width` at a time; the answers are in the order of the items.
export async function inParallel(items, width, work) {
    const answers = new Array(items.length);
    let next = 0;
    const lane = async () => {
        while (next < items.length) {
            const index = next++;
            answers[index] = await work(items[index], index);
        }
    };
    await Promise.all(Array.from({ length: width }, lane));
    return answers;
}

// --name value and --name=value; the options every runner here shares.
export function readOptions(argv) {
    const options = { pluto: path.join(REPO, "build", "pluto"), filter: "" };
    for (let i = 0; i < argv.length; i++) {
        if (argv[i] === "--unmet") {
            options.unmet = true; // of the second opinion: list the calls that it did not meet
            continue;
        }
        const [, name, value] = /^--(pluto|filter)(?:=(.*))?$/.exec(argv[i]) ?? [];
        if (name === undefined) {
            console.error(`unknown option ${argv[i]}; known are --pluto PATH, --filter TEXT`);
            process.exit(2);
        }
        options[name] = value ?? argv[++i];
    }
    options.pluto = path.resolve(options.pluto);
    if (!fs.existsSync(options.pluto)) {
        console.error(`${options.pluto} does not exist: run \`make build\` first`);
        process.exit(3);
    }
    return options;
}

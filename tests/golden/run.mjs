// The golden run: compiles every case below tests/golden and compares with what stands beside it.
//
//   node tests/golden/run.mjs [--pluto PATH] [--filter TEXT]      PLUTO_BLESS=1 rewrites expected files
//
// A file that is there is asserted: expect.edges (by hand), expect.arch.json, expect.template.json,
// expect.iam.json, expect.text, expect.stderr. Every accepted case is also compiled again from another
// folder under another time zone, locale and umask, and its template is made again from arch.json alone:
// all must be the same bytes. Rejections must point at the lines that carry `//~ CODE`.

import fs from "node:fs";
import path from "node:path";
import { asNobody, findCases, inParallel, layOut, readOptions, runPluto, temporaryFolder } from "./cases.mjs";
import { checkEdges, compareSets, difference, permissionsOf } from "./compare.mjs";

const WIDTH = 2;
const BLESS = process.env.PLUTO_BLESS === "1";
// Folder names must not matter, and neither may anything of these.
const ELSEWHERE = {
    umask: "077",
    env: { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "de_DE.UTF-8", HOME: "/" },
};

const options = readOptions(process.argv.slice(2));
const scratch = temporaryFolder("pluto-golden-");

// ---- One case --------------------------------------------------------------------------------------

// Collects what is wrong with one case.
class Report {
    problems = [];
    blessed = [];

    fail(title, lines = []) {
        this.problems.push([title, ...lines.map((line) => `    ${line}`)]);
    }

    same(title, expected, found) {
        if (expected !== found) this.fail(title, difference(expected, found));
    }

    // Asserts an expected file, or rewrites it.
    file(testCase, kind, found) {
        const expected = testCase.expected(kind);
        if (expected === null || expected === found) return;
        if (BLESS) {
            fs.writeFileSync(testCase.expectedFile(kind), found);
            this.blessed.push(kind);
        } else {
            this.fail(`expect.${kind} differs`, difference(expected, found));
        }
    }
}

function json(value) {
    return `${JSON.stringify(value, null, 2)}\n`;
}

function read(folder, name) {
    const file = path.join(folder, name);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

function firstLines(text, count = 12) {
    return text.trimEnd().split("\n").slice(0, count);
}

// What the project's own folder is called in messages must not reach expected files.
function withoutFolder(text, folder) {
    return text.replaceAll(folder, "<project>");
}

async function runCase(testCase, index) {
    const report = new Report();
    const home = path.join(scratch, String(index));
    // Programs are read where they stand, but for those that have to be made first.
    const project = testCase.make ? await layOut(testCase, home) : testCase.sources;
    const context = { testCase, report, home, project };
    try {
        await (testCase.rejected ? checkRejected(context) : checkAccepted(context));
    } catch (error) {
        report.fail(`the harness failed: ${error.stack}`);
    }
    fs.rmSync(home, { recursive: true, force: true });
    return { testCase, report };
}

// ---- Accepted --------------------------------------------------------------------------------------

async function checkAccepted(context) {
    const { testCase, report, project } = context;
    const graph = await runPluto(options.pluto, [
        "graph",
        project,
        "--format",
        "json",
        ...testCase.args,
    ]);
    if (graph.status !== 0) {
        return report.fail(
            `pluto graph: exit ${graph.status}, expected 0`,
            firstLines(graph.stderr),
        );
    }
    report.file(testCase, "stderr", withoutFolder(graph.stderr, project));
    if (testCase.stderr === null && testCase.warnings.length === 0 && graph.stderr !== "") {
        report.fail("pluto graph: stderr is not empty", firstLines(graph.stderr));
    }
    let arch;
    try {
        arch = JSON.parse(graph.stdout);
    } catch (error) {
        return report.fail(`pluto graph: stdout is not JSON: ${error.message}`);
    }
    const edges = testCase.expected("edges");
    if (edges !== null) {
        const problems = checkEdges(edges, arch);
        if (problems.length > 0) report.fail("expect.edges differs", problems);
    }
    report.file(testCase, "arch.json", graph.stdout);
    await checkWarnings(context);
    await checkText(context);
    await checkElsewhere(context, graph.stdout);
    await checkBuild(context, graph.stdout);
}

async function checkWarnings({ testCase, report, project }) {
    if (testCase.warnings.length === 0) return;
    const args = [
        "graph",
        project,
        "--format",
        "json",
        "--message-format",
        "json",
        ...testCase.args,
    ];
    const { stderr } = await runPluto(options.pluto, args);
    const problems = [];
    compareSets(testCase.warnings, diagnostics(stderr, project, "warning", report), problems);
    if (problems.length > 0) report.fail("warnings differ from the marks", problems);
}

async function checkText({ testCase, report, project }) {
    if (testCase.expected("text") === null) return;
    const args = ["graph", project, "--format", "text", "--color", "never", ...testCase.args];
    const view = await runPluto(options.pluto, args);
    if (view.status !== 0) report.fail(`pluto graph --format text: exit ${view.status}`);
    report.file(testCase, "text", view.stdout);
}

// The same program in another folder, from another working directory, under other settings.
async function checkElsewhere(context, arch) {
    const { testCase, report, home } = context;
    context.copy = await layOut(testCase, path.join(home, "ein anderer ort"));
    const args = ["graph", "--format", "json", ...testCase.args];
    const again = await runPluto(options.pluto, args, { ...ELSEWHERE, cwd: context.copy });
    report.same("the graph of a copy elsewhere differs", arch, again.stdout);
}

// The template and, of large programs, the nested ones beside it: name → text.
function templates(folder) {
    if (!fs.existsSync(folder)) return {};
    const names = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
    const files = names.filter((name) => name !== "arch.json").sort();
    return Object.fromEntries(files.map((name) => [name, read(folder, name)]));
}

function sameTemplates(report, title, expected, found) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
        report.same(`${title}: ${name}`, expected[name] ?? "", found[name] ?? "");
    }
}

async function checkBuild({ testCase, report, project, copy, home }, arch) {
    const out = [path.join(home, "out"), path.join(home, "out-again"), path.join(home, "out-from")];
    const build = await runPluto(options.pluto, [
        "build",
        project,
        "--no-packages",
        "--out",
        out[0],
        ...testCase.args,
    ]);
    if (build.status === 1 && /error\[P0501\]/.test(build.stderr))
        return checkNoTemplate(testCase, report);
    if (build.status !== 0) {
        return report.fail(
            `pluto build: exit ${build.status}, expected 0`,
            firstLines(build.stderr),
        );
    }
    await runPluto(options.pluto, ["build", ".", "--no-packages", "--out", out[1], ...testCase.args], {
        ...ELSEWHERE,
        cwd: copy,
    });
    const made = templates(out[0]);
    report.same("build and graph write different graphs", arch, read(out[0], "arch.json"));
    sameTemplates(report, "the template of a copy elsewhere differs", made, templates(out[1]));
    const from = ["generate", project, "--from", path.join(out[0], "arch.json"), "--out", out[2]];
    await runPluto(options.pluto, from);
    sameTemplates(
        report,
        "the template made from arch.json alone differs",
        made,
        templates(out[2]),
    );
    report.file(testCase, "template.json", made["template.json"]);
    if (testCase.expected("iam.json") === null) return;
    report.file(testCase, "iam.json", json(permissionsOf(JSON.parse(made["template.json"]))));
}

function checkNoTemplate(testCase, report) {
    for (const kind of ["template.json", "iam.json"]) {
        if (testCase.expected(kind) !== null) report.fail(`expect.${kind}: pluto build says P0501`);
    }
}

// ---- Rejected --------------------------------------------------------------------------------------

// "CODE file:line" of every diagnostic of a severity; "CODE file" or "CODE" where it has no place.
function diagnostics(stderr, project, severity, report) {
    const found = [];
    for (const line of stderr.split("\n").filter(Boolean)) {
        let message;
        try {
            message = JSON.parse(line);
        } catch {
            report.fail("--message-format json: not a line of JSON", [line]);
            continue;
        }
        if (message.severity !== severity) continue;
        const file = (message.file ?? "").replace(`${project}/`, "");
        found.push(
            [message.code ?? "-", file && `${file}${message.line ? `:${message.line}` : ""}`]
                .join(" ")
                .trim(),
        );
    }
    return found.sort();
}

// A mark without a line matches any line of that file.
function marksAgree(marks, found) {
    const problems = [];
    const left = [...found];
    for (const mark of marks) {
        const at = left.findIndex(
            (line) => line === mark || (!/:\d+$/.test(mark) && line.replace(/:\d+$/, "") === mark),
        );
        if (at < 0) problems.push(`- ${mark}`);
        else left.splice(at, 1);
    }
    return [...problems, ...left.map((line) => `+ ${line}`)];
}

async function checkRejected({ testCase, report, project, home }) {
    const wanted = testCase.exit ?? 1;
    const words = testCase.command.map((word) => word.replace("<project>", project));
    const command = [
        ...(words.length > 0 ? words : ["build", project, "--no-packages"]),
        ...["--out", path.join(home, "out"), ...testCase.args],
    ];
    const unreadable = Object.values(testCase.make ?? {}).some((how) => how.unreadable);
    const { program, ...how } = unreadable
        ? asNobody(options.pluto, scratch)
        : { program: options.pluto };
    const human = await runPluto(program, [...command, "--color", "never"], how);
    if (human.status !== wanted) {
        return report.fail(`exit ${human.status}, expected ${wanted}`, firstLines(human.stderr));
    }
    if (human.stdout !== "") report.fail("stdout is not empty", firstLines(human.stdout));
    if (fs.existsSync(path.join(home, "out", "template.json"))) {
        report.fail("a template was written for a rejected program");
    }
    const machine = await runPluto(program, [...command, "--message-format", "json"], how);
    const found = diagnostics(machine.stderr, project, "error", report);
    const problems = marksAgree(testCase.errors, found);
    if (problems.length > 0) {
        report.fail("the marks and the diagnostics do not agree", [
            ...problems,
            ...firstLines(human.stderr, 24),
        ]);
        return; // and bless nothing
    }
    const stderr = withoutFolder(human.stderr, project);
    if (BLESS && testCase.stderr === null) fs.writeFileSync(testCase.expectedFile("stderr"), "");
    report.file(testCase, "stderr", stderr);
}

// ---- All of them -----------------------------------------------------------------------------------

const cases = findCases(options.filter);
const results = await inParallel(cases, WIDTH, runCase);
let failed = 0;
for (const { testCase, report } of results) {
    for (const kind of report.blessed) console.log(`blessed ${testCase.id}: expect.${kind}`);
    if (report.problems.length === 0) continue;
    failed++;
    console.log(`FAIL ${testCase.id}`);
    for (const [title, ...lines] of report.problems)
        console.log([`  ${title}`, ...lines].join("\n"));
}
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;

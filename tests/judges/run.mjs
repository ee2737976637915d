// The judges: independent programs look at every template that the golden programs give.
//
//   node tests/judges/run.mjs [--pluto PATH] [--filter TEXT]
//
// Each template: AWS's CloudFormation validator (strict: no errors, no warnings), AWS's service
// specification, the simulated permissions, the graph of references. One process, each judge set up once.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import {
    findCases,
    inParallel,
    layOut,
    readOptions,
    runPluto,
    temporaryFolder,
} from "../golden/cases.mjs";
import { flatten } from "./flatten.mjs";
import { judgePermissions } from "./permissions.mjs";
import { judgeReferences } from "./references.mjs";
import { Specification } from "./spec.mjs";

// The validator is CommonJS with WebAssembly beside it.
const { CelEngine, TemplateFile, TemplateModel } = createRequire(import.meta.url)(
    "@aws/cloudformation-validate",
);

const options = readOptions(process.argv.slice(2));
const scratch = temporaryFolder("pluto-judges-");

// ---- Templates -------------------------------------------------------------------------------------

async function buildTemplate(testCase, index) {
    const home = path.join(scratch, String(index));
    const project = testCase.make ? await layOut(testCase, home) : testCase.sources;
    const out = path.join(home, "out");
    const build = await runPluto(options.pluto, ["build", project, "--no-packages", "--out", out, ...testCase.args]);
    if (build.status === 1 && /error\[P0501\]/.test(build.stderr)) return { testCase, none: true };
    if (build.status !== 0)
        return {
            testCase,
            problems: [`pluto build: exit ${build.status}: ${build.stderr.split("\n")[0]}`],
        };
    return { testCase, out };
}

// template.json, and those of nested stacks beside it.
function templatesIn(out) {
    const found = [];
    for (const name of fs.readdirSync(out).sort()) {
        if (!name.endsWith(".json") || name === "arch.json") continue;
        const file = path.join(out, name);
        const template = JSON.parse(fs.readFileSync(file, "utf8"));
        if (template.Resources) found.push({ file, name, template });
    }
    return found;
}

// ---- Judging ---------------------------------------------------------------------------------------

function judgeByValidator(engine, file) {
    const report = engine.validateStandard(new TemplateFile(file), {
        strict: true,
        severityLevel: "WARN",
    });
    const problems = report.status === "OK" ? [] : [`validator: ${report.status}`];
    for (const { ruleId, message, entity, propertyPath } of report.diagnostics) {
        problems.push(
            `validator: ${ruleId} ${entity?.logicalId ?? ""} ${propertyPath ?? ""}: ${message}`,
        );
    }
    return problems;
}

// A file, for the validator reads files.
function judgeByReferences(arch, template, file) {
    fs.writeFileSync(file, JSON.stringify(template));
    const model = new TemplateModel(new TemplateFile(file));
    const { edges, cycles } = model.toDiagnosticModel();
    model.free();
    return [
        ...cycles.map((cycle) => `a circle: ${JSON.stringify(cycle)}`),
        ...judgeReferences(arch, template, edges),
    ];
}

async function judge(engine, specification, out) {
    const problems = [];
    const arch = JSON.parse(fs.readFileSync(path.join(out, "arch.json"), "utf8"));
    // A program that makes nothing has nothing to deploy: CloudFormation knows no empty template.
    if (arch.resources.length === 0) return [];
    const templates = templatesIn(out);
    for (const { file, name, template } of templates) {
        const found = [
            ...judgeByValidator(engine, file),
            ...specification.check(template).map((text) => `specification: ${text}`),
        ];
        problems.push(...found.map((text) => `${name}: ${text}`));
    }
    const nested = (id) =>
        templates.find(({ name }) => name === `template-${id.toLowerCase()}.json`).template;
    const whole = flatten(templates.find(({ name }) => name === "template.json").template, nested);
    const references = judgeByReferences(arch, whole, path.join(out, "whole.json"));
    problems.push(...references.map((text) => `references: ${text}`));
    problems.push(...(await judgePermissions(arch, whole)).map((text) => `permissions: ${text}`));
    return problems;
}

// ---- All of them -----------------------------------------------------------------------------------

const SHOWN = 20;
const cases = findCases(options.filter).filter((testCase) => !testCase.rejected);
const builds = await inParallel(cases, 2, buildTemplate);
const engine = new CelEngine({});
const specification = new Specification();
let judged = 0;
let failed = 0;
for (const { testCase, out, none, problems: broken } of builds) {
    if (none) continue;
    judged++;
    let problems = broken;
    try {
        problems ??= await judge(engine, specification, out);
    } catch (error) {
        problems = [`the judge failed: ${error.stack}`];
    }
    if (problems.length === 0) continue;
    failed++;
    console.log(
        [`FAIL ${testCase.id}`, ...problems.slice(0, SHOWN).map((text) => `    ${text}`)].join(
            "\n",
        ),
    );
    if (problems.length > SHOWN) console.log(`    and ${problems.length - SHOWN} more`);
}
engine.free();
console.log(`${judged - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || judged === 0 ? 1 : 0;

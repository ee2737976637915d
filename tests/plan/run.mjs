// pluto's plans beside the CDK's comparison of templates.
//
//   node tests/plan/run.mjs [--pluto PATH] [--filter TEXT]
//
// Of each golden program's template many older ones are made, each with one difference. Both must say the same of
// every resource, and pluto must say that permissions widen wherever the CDK does. One thing pluto says and the CDK does
// not: that a resource changes in place because another one, which it refers to, is replaced.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { findCases, inParallel, layOut, readOptions, runPluto, temporaryFolder } from "../golden/cases.mjs";
import { mutations } from "./mutations.mjs";

const { fullDiff, ResourceImpact } = createRequire(import.meta.url)("@aws-cdk/cloudformation-diff");
const options = readOptions(process.argv.slice(2));
const scratch = temporaryFolder("pluto-plan-");

const ACTIONS = {
    [ResourceImpact.WILL_CREATE]: "add",
    [ResourceImpact.WILL_UPDATE]: "change",
    [ResourceImpact.MAY_REPLACE]: "may-replace",
    [ResourceImpact.WILL_REPLACE]: "replace",
    [ResourceImpact.WILL_DESTROY]: "remove",
    [ResourceImpact.WILL_ORPHAN]: "remove",
};

// So many programs, and each template with so many older ones, spread over all there are.
const PAIRS_EACH = 16;
const PROGRAMS = 24;

function spread(all, most) {
    const step = Math.max(1, all.length / most);
    return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]);
}

async function programs() {
    const found = [];
    const accepted = findCases(options.filter).filter((one) => !one.rejected && !one.args?.length);
    const chosen = spread(accepted, PROGRAMS);
    for (const [index, testCase] of chosen.entries()) {
        const home = path.join(scratch, String(index));
        const project = testCase.make ? await layOut(testCase, home) : testCase.sources;
        const out = path.join(home, "out");
        const build = await runPluto(options.pluto, ["build", project, "--no-packages", "--out", out]);
        if (build.status !== 0 || fs.readdirSync(out).length > 2) continue; // rejected, or nested
        const template = JSON.parse(fs.readFileSync(path.join(out, "template.json"), "utf8"));
        if (Object.keys(template.Resources).length) found.push({ testCase, home, project, template });
    }
    return found;
}

function theirs(before, after) {
    const diff = fullDiff(structuredClone(before), structuredClone(after));
    const actions = {};
    diff.resources.forEachDifference((id, change) => {
        const action = ACTIONS[change.changeImpact];
        if (action) actions[id] = action;
    });
    return { actions, widens: diff.permissionsBroadened };
}

async function ours(project, file) {
    const args = ["diff", project, "--against", file, "--json", "--exit-zero"];
    const answer = await runPluto(options.pluto, args);
    if (answer.status !== 0) throw new Error(`pluto diff: exit ${answer.status}: ${answer.stderr}`);
    const plan = JSON.parse(answer.stdout);
    const actions = {};
    const followers = new Set();
    for (const { logicalId, action, properties } of plan.resources) {
        actions[logicalId] = action;
        if (action === "change" && properties.every((property) => property.cause !== null))
            followers.add(logicalId);
    }
    return { actions, followers, widens: plan.widens || plan.publishes };
}

async function compare(program, what, before, file) {
    fs.writeFileSync(file, JSON.stringify(before));
    const [cdk, pluto] = [theirs(before, program.template), await ours(program.project, file)];
    // What only people read is no change to pluto: each edit of a source moves such places.
    if (what.endsWith("other words for people")) cdk.actions = {};
    const problems = [];
    for (const id of new Set([...Object.keys(cdk.actions), ...Object.keys(pluto.actions)]))
        if (cdk.actions[id] !== pluto.actions[id] && !(pluto.followers.has(id) && !cdk.actions[id]))
            problems.push(`${id}: pluto says ${pluto.actions[id]}, the CDK ${cdk.actions[id]}`);
    if (cdk.widens && !pluto.widens) problems.push("pluto does not say that permissions widen");
    return problems.map((problem) => `${program.testCase.id}, ${what}: ${problem}`);
}

const all = await programs();
let passed = 0;
let failed = 0;
await inParallel(all, 2, async (program, index) => {
    const pairs = spread([...mutations(program.template)], PAIRS_EACH);
    for (const [number, [what, before]] of pairs.entries()) {
        const problems = await compare(program, what, before, path.join(program.home, `${number}.json`));
        for (const problem of problems) console.log(`FAILED ${problem}`);
        if (problems.length) failed++;
        else passed++;
    }
});
fs.rmSync(scratch, { recursive: true, force: true });
if (passed + failed < 300 && !options.filter) {
    console.log(`FAILED only ${passed + failed} pairs were compared`);
    failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

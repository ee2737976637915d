// How long an edit takes while `pluto run` serves: from the save to the event that says so, and to the last answer by the
// new code of all functions, which are asked at once when it is said.
//
//   measureEdits({ pluto, repo, build, rounds }) → rows; editTable(rows, round) → Markdown. Alone: node tests/bench/edits.mjs
//   [--pluto PATH] [--rounds N]
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const REPO = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const HELLO = 'import { Function } from "@plutolang/pluto";\nnew Function(async (name: string) => `hello, ${name}`, "hello");\n';
const PAUSE_MS = 600; // what an edit leaves to be done (code that is kept, processes that end) is no part of the next

// Programs, and what an edit makes of their text.
function programs(repo, build) {
    const chat = path.join(build, "edits-chat");
    const hello = path.join(build, "edits-hello");
    for (const folder of [chat, hello]) fs.rmSync(folder, { recursive: true, force: true });
    fs.cpSync(path.join(repo, "examples/llama2-chat/src"), path.join(chat, "src"), { recursive: true });
    fs.symlinkSync(path.join(repo, "tests/start/llama2-chat/node_modules"), path.join(chat, "node_modules"));
    fs.mkdirSync(path.join(hello, "src"), { recursive: true });
    fs.writeFileSync(path.join(hello, "src/index.ts"), HELLO);
    for (const folder of [chat, hello]) fs.writeFileSync(path.join(folder, "package.json"), '{ "name": "edits" }\n');
    const answers = (text, mark) => text.replace("return reply.slice(", `return "${mark}" + reply.slice(`).replace("return text;", `return "${mark}" + text;`);
    return [
        { name: "one function, without packages", root: hello, edit: (text, mark) => text.replace("hello, ", `${mark}, `) },
        { name: "two functions, LangChain", root: chat, edit: answers },
    ];
}

// `pluto run` of a project; `next` waits for an event from now on.
async function serve(pluto, root) {
    const child = spawn(pluto, ["run", root, "--json", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const waiting = new Set();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    readline.createInterface({ input: child.stdout }).on("line", (line) => {
        const event = JSON.parse(line);
        for (const one of waiting) if (one.name === event.event) one.resolve(event);
    });
    const next = (name) => new Promise((resolve, reject) => {
        const one = { name, resolve: (event) => { waiting.delete(one); resolve(event); } };
        waiting.add(one);
        ended.then(() => reject(new Error(`pluto run ended before ${name}`)));
    });
    const { resources } = await next("ready");
    const urls = Object.values(resources).flatMap(({ url }) => url ?? []);
    const ask = async (url) => (await fetch(url, { method: "POST", body: '["why?"]' })).text();
    const end = () => { child.kill(); return ended; };
    return { next, urls, ask, end };
}

async function measureOne({ name, root, edit }, pluto, rounds) {
    const file = path.join(root, "src/index.ts");
    const text = fs.readFileSync(file, "utf8");
    const row = { name, said: [], answered: [] };
    const { next, urls, ask, end } = await serve(pluto, root);
    await Promise.all(urls.map(ask));
    for (let i = 0; i <= rounds; i++) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        const mark = `edit ${i} `;
        const began = performance.now();
        const reloaded = next("reload");
        fs.writeFileSync(file, edit(text, mark, i));
        await reloaded;
        const said = performance.now() - began;
        const answers = await Promise.all(urls.map(ask));
        const answered = performance.now() - began;
        if (!answers.every((answer) => answer.includes(mark.trim()))) throw new Error(`${name}: an answer by the old code`);
        if (i === 0) continue; // the first one prepares for the others
        row.said.push(said);
        row.answered.push(answered);
    }
    fs.writeFileSync(file, text);
    await end();
    return row;
}

export async function measureEdits({ pluto, repo, build, rounds }) {
    const rows = [];
    for (const program of programs(repo, build)) {
        rows.push(await measureOne(program, pluto, rounds));
        console.log(`edits: ${program.name}`);
    }
    return rows;
}

export function editTable(rows, round) {
    const middle = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
    const shown = (numbers) => `${round(middle(numbers), 0)} | ${round(Math.min(...numbers), 0)} – ${round(Math.max(...numbers), 0)}`;
    return [
        "| program | reloaded, ms | least – most | answered, ms | least – most |",
        "| --- | ---: | ---: | ---: | ---: |",
        ...rows.map(({ name, said, answered }) => `| ${name} | ${shown(said)} | ${shown(answered)} |`),
    ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const option = (name, fallback) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : fallback);
    const pluto = path.resolve(option("--pluto", path.join(REPO, "build/pluto")));
    const build = fs.mkdtempSync(path.join(os.tmpdir(), "pluto-edits-"));
    const rows = await measureEdits({ pluto, repo: REPO, build, rounds: Number(option("--rounds", "9")) });
    fs.rmSync(build, { recursive: true, force: true });
    console.log(editTable(rows, (number, digits) => number.toFixed(digits)).join("\n"));
}

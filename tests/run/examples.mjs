// Whole applications with the real LangChain, asked by curl: examples/llama2-chat with the versions that it names and with
// the newest ones, where its imports have moved, whole and as a stream; bots that remember what was said.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, project, until } from './world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const REPO = path.resolve(HERE, '../..');
const NAMED = path.join(REPO, 'tests/start/llama2-chat/node_modules');
const NEWEST = path.join(HERE, 'langchain/node_modules');

// A copy of a program beside installed packages.
function copy(folder, modules) {
    const root = project({});
    for (const name of ['src', 'package.json', 'pluto.yml', 'tsconfig.json'])
        if (fs.existsSync(path.join(folder, name))) fs.cpSync(path.join(folder, name), path.join(root, name), { recursive: true });
    if (modules) fs.symlinkSync(modules, path.join(root, 'node_modules'));
    return root;
}

const curl = (...args) => execFileSync('curl', ['-sS', '--max-time', '30', ...args], { encoding: 'utf8' });
const question = (world, id, text) =>
    JSON.parse(curl(world.url(`Function/${id}`), '-H', 'content-type: application/json', '-d', JSON.stringify([text])));

function answers(world) {
    const chat = question(world, 'chatbot', 'Why is the sky blue?');
    assert.equal(chat.code, 200);
    assert.match(chat.body, /^This is pluto's stand-in for TinyLlama\/TinyLlama-1\.1B-Chat-v1\.0\. It read your question “Why is the sky blue\?”/);
    const qa = question(world, 'qa', 'When did the last keepers climb down its steps?');
    assert.equal(qa.code, 200);
    assert.match(qa.body, /the text says: “The last keepers climbed down its 115 steps for good in 1996/);
}

// The chatbot, changed to give each token as it comes. A part of the stream ends anywhere; what is whole is taken.
const CHANGES = [
    [/(JSON\.stringify\(\{ inputs: prompt, parameters: modelKwargs)/, '$1, stream: true'],
    [/const \[answer\] = [^]*?\?\? "";/, `const events = (this.rest + this.decoder.decode(output, { stream: true })).split("\\n\\n");
    this.rest = events.pop()!;
    return events.map((e) => JSON.parse(e.replace(/^data: ?/, "")).token).map((t) => (t.special ? "" : t.text)).join("");`],
    [/(accepts = .*;)/, '$1\n  decoder = new TextDecoder();\n  rest = "";'],
    [/(new SageMakerEndpoint\(\{)/, '$1\n    streaming: true,'],
    [/const reply: string = await chatPrompt[^]*?\.trim\(\);/, 'return chatPrompt.pipe(connect()).stream({ question });'],
];

async function streams(world) {
    const file = path.join(world.root, 'src/index.ts');
    let text = fs.readFileSync(file, 'utf8');
    for (const [from, to] of CHANGES) {
        assert.match(text, from);
        text = text.replace(from, to);
    }
    world.save(text);
    await until('the edit', () => world.events.find((e) => e.event === 'reload' || e.event === 'error'));
    const whole = curl('-N', '-i', '--raw', world.url('Function/chatbot'), '-d', '["Why is the sky blue?"]');
    assert.match(whole, /^transfer-encoding: chunked/im);
    assert.match(whole, /^content-type: text\/plain/im);
    const chunks = whole.slice(whole.indexOf('\r\n\r\n') + 4).split('\r\n').filter((_, i) => i % 2);
    assert.ok(chunks.length > 10, `${chunks.length} chunks`);
    assert.match(chunks.join('').trim(), /^This is pluto's stand-in for TinyLlama.*“Why is the sky blue\?”/);
}

const MOVED = ['langchain/chains', 'langchain/document', 'langchain/prompts'];

async function llama2Chat(start, modules, moved) {
    const world = await start({}, [], { root: copy(path.join(REPO, 'examples/llama2-chat'), modules) });
    try {
        answers(world);
        assert.deepEqual([...world.stderr().matchAll(/warning\[P0704\]: `(.*?)`/g)].map((m) => m[1]).sort(), moved);
        await streams(world);
        assert.deepEqual(world.events.filter((e) => e.event === 'error'), []);
    } finally {
        await world.close();
    }
}

// What two people say to a bot, by turns; and what it then knows of each.
async function converse(world, say, remembered) {
    const ada = await say('ada', 'My name is Ada.');
    assert.match(ada, /It read your message “My name is Ada\.”/);
    assert.match(await say('bob', 'My name is Bob.'), /It read your message “My name is Bob\.”/);
    const again = await say('ada', 'What did I say first?');
    assert.match(again, /“What did I say first\?”\. You have said 2 things by now, the first was “My name is Ada\.”/);
    assert.deepEqual(await remembered('ada'), ['My name is Ada.', ada, 'What did I say first?', again]);
    assert.equal((await remembered('bob')).length, 2);
}

const within = async (start, root, body) => {
    const world = await start({}, [], { root });
    try {
        await body(world);
    } finally {
        await world.close();
    }
};

async function langchainBot(start) {
    const root = copy(path.join(HERE, 'langchain'), NEWEST);
    const at = (world, who) => `${world.url('Router/bot').replace(/\/$/, '')}/${who}`;
    const say = (world) => async (who, text) => curl(at(world, who), '-H', 'content-type: text/plain', '-d', text);
    const remembered = (world) => async (who) => JSON.parse(curl(at(world, who))).map(([, text]) => text);
    await within(start, root, async (world) => {
        await converse(world, say(world), remembered(world));
        assert.equal((await ask(at(world, 'bob'), { method: 'DELETE' })).status, 204);
        fs.cpSync(root, `${root}-again`, { recursive: true });
    });
    // Another run finds what this one kept.
    await within(start, `${root}-again`, async (world) => {
        assert.equal((await remembered(world)('bob')).length, 0);
        assert.match(await say(world)('ada', 'And now?'), /You have said 3 things by now, the first was “My name is Ada\.”/);
    });
}

// After Ctrl-C: no port answers, and there is no file but in the project's .pluto/local.
async function leavesNothing(world, scratch, before) {
    const addresses = [world.endpoint, ...Object.values(world.resources).map((r) => r.url).filter(Boolean)];
    assert.ok(addresses.length >= 2);
    const { close, root, child, end } = world;
    child.kill('SIGINT');
    assert.deepEqual(await end, { code: 0, signal: null });
    for (const url of addresses) await assert.rejects(ask(url), { code: 'ECONNREFUSED' });
    assert.deepEqual(fs.readdirSync(scratch), []);
    assert.deepEqual([fs.readdirSync(root).sort(), fs.readdirSync(path.join(root, '.pluto'))], [['.pluto', ...before].sort(), ['local']]);
    await close();
}

async function chatMemory(start) {
    const root = copy(path.join(REPO, 'examples/chat-memory'));
    const before = fs.readdirSync(root);
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-scratch-'));
    const world = await start({}, [], { root, env: { TMPDIR: scratch } });
    const at = (path, who) => `${world.url('Router/chat').replace(/\/$/, '')}/${path}?session=${who}`;
    const say = async (who, text) => JSON.parse(curl(at('say', who), '-H', 'content-type: text/plain', '-d', text)).answer;
    await converse(world, say, async (who) => JSON.parse(curl(at('history', who))).map(({ text }) => text));
    await leavesNothing(world, scratch, before);
    fs.rmdirSync(scratch);
}

export const cases = (start) => [
    ['examples/llama2-chat, with the packages that it names', () => llama2Chat(start, NAMED, [])],
    ['examples/llama2-chat, with the newest packages', () => llama2Chat(start, NEWEST, MOVED)],
    ['examples/chat-memory holds conversations, and leaves nothing behind', () => chatMemory(start)],
    ["a bot with LangChain's history in a table holds conversations, also after a restart", () => langchainBot(start)],
];

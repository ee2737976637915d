// Events that nobody waits for: what fails is tried again as on Lambda, with what is deployed by then, and is seen.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { until, wait } from './world.mjs';

const program = (word) => `import { Function } from "@plutolang/pluto";
import { appendFileSync } from "node:fs";
const note = (name: string, text: string) => appendFileSync(process.env.NOTES + "/" + name, text + "\\n");
const later = { raw: true, timeout: 5 } as const;
new Function(async (event: any, context: any) => {
  note("broken", "${word} " + context.awsRequestId + " " + JSON.stringify(event));
  throw new TypeError("it breaks");
}, "broken", later);
new Function(async (event: any) => { note("fine", event.a); return { code: 200, body: 1 }; }, "fine", later);
new Function(async (event: any) => {
  note("busy", "begin"); await new Promise((done) => setTimeout(done, 500)); note("busy", "end");
}, "busy", { ...later, concurrency: 1 });
new Function(async (text: string) => { note("direct", text); throw { code: "E", text }; }, "direct");
`;

export async function cases(start) {
    const notes = fs.mkdtempSync('/tmp/pluto-run-notes-');
    const world = await start({ 'src/index.ts': program('old') }, [], { env: { NOTES: notes } });
    const sendLater = (id, event) => world.invoke(id, JSON.stringify(event), { 'x-amz-invocation-type': 'Event' });
    const lines = (name) => {
        const file = path.join(notes, name);
        return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
    };
    const attempts = (id) => world.events.filter((e) => e.event === 'request' && e.operation === 'Event' && e.requestId === id);
    const platform = (id) => world.events.filter((e) => e.event === 'log' && e.stream === 'platform' && e.requestId === id).map((e) => e.line);
    return [
        ['what succeeds is run once, under the id that the caller got', async () => {
            const r = await sendLater('fine', { a: 'one' });
            assert.equal(r.status, 202);
            const id = r.headers['x-amzn-requestid'];
            await until('the attempt', () => attempts(id).length === 1);
            assert.deepEqual(attempts(id).map((e) => [e.resource, e.attempt, e.status]), [['Function/fine', 1, 200]]);
            assert.deepEqual(lines('fine'), ['one']);
            assert.deepEqual(platform(id), []);
        }],
        ['what fails is tried three times, after one second and after two, with the code of then', async () => {
            const begin = Date.now();
            const id = (await sendLater('broken', { a: 1 })).headers['x-amzn-requestid'];
            await until('the first attempt', () => attempts(id).length === 1);
            world.save(program('new'));
            await until('the third attempt', () => attempts(id).length === 3);
            const took = Date.now() - begin;
            assert.ok(took >= 2900, `${took} ms`);
            assert.deepEqual(attempts(id).map((e) => [e.attempt, e.status]), [[1, 500], [2, 500], [3, 500]]);
            await until('the last word', () => platform(id).length === 3);
            assert.deepEqual(platform(id), [
                'the event failed, attempt 1 of 3, again in 1 s: TypeError: it breaks',
                'the event failed, attempt 2 of 3, again in 2 s: TypeError: it breaks',
                'the event failed, attempt 3 of 3, it is given up: TypeError: it breaks',
            ]);
            // On a busy machine the new code may come after the second attempt.
            assert.match(lines('broken').join('\n'), new RegExp(`^old ${id} {"a":1}\n(old|new) ${id} {"a":1}\nnew ${id} {"a":1}$`));
            await wait(200);
            assert.equal(attempts(id).length, 3);
        }],
        ['a function that answers by {code, body} has failed, too, but Lambda does not know', async () => {
            const id = (await sendLater('direct', ['x'])).headers['x-amzn-requestid'];
            await until('the last word', () => platform(id).length === 1);
            assert.deepEqual(attempts(id).map((e) => [e.attempt, e.status]), [[1, 500]]);
            assert.equal(platform(id)[0], 'the event failed, attempt 1 of 3, it answered so, and Lambda does not try that again: '
                + "Function execution failed: { code: 'E', text: 'x' }");
            await wait(1300);
            assert.deepEqual(lines('direct'), ['x']);
        }],
        ['who has no time is asked again, and that is no attempt', async () => {
            const ids = [];
            for (let i = 0; i < 2; i++) ids.push((await sendLater('busy', {})).headers['x-amzn-requestid']);
            await until('both', () => ids.every((id) => attempts(id).length === 1));
            assert.deepEqual(ids.map((id) => attempts(id)[0].status), [200, 200]);
            assert.deepEqual(lines('busy'), ['begin', 'end', 'begin', 'end']);
        }],
        ['what waits for its next attempt does not keep the end waiting', async () => {
            const id = (await sendLater('broken', {})).headers['x-amzn-requestid'];
            await until('the first attempt', () => attempts(id).length === 1);
            assert.deepEqual(await world.close(), { code: 0, signal: null });
            assert.equal(attempts(id).length, 1);
            fs.rmSync(notes, { recursive: true });
        }],
    ];
}

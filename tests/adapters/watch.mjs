// graph --watch: from saving a file to a page in Chromium, what open pages show of a broken program, and
// how the end goes.

import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { equal, expect, pluto, program, test, until, write } from './harness.mjs';

const BROWSER = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--no-proxy-server'];
const ROUNDS = 15;

async function watch(t, words = []) {
    const child = t.start(pluto, ['graph', '--watch', ...words, 'app']);
    const url = await until('the address', () => child.text.match(/^http:\/\/127\.0\.0\.1:\d+\/$/m)?.[0]);
    return { child, url };
}

// The events of the server, as they come: {event, data, at}.
function listen(url) {
    const events = [];
    let rest = '';
    const request = get(`${url}events`, (response) => {
        response.setEncoding('utf8').on('data', (text) => {
            const parts = (rest + text).split('\n\n');
            rest = parts.pop();
            for (const part of parts) {
                const event = Object.fromEntries(part.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]));
                events.push({ ...event, at: performance.now() });
            }
        });
    });
    request.on('error', () => {});
    return { events, close: () => request.destroy() };
}

const body = (url) => new Promise((done, failed) => get(url, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => done(text));
}).on('error', failed));

// As editors save: a new file in the place of the old one.
function save(t, text, name = 'app/src/index.ts') {
    writeFileSync(join(t.root, `${name}.new`), text);
    renameSync(join(t.root, `${name}.new`), join(t.root, name));
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

async function processTests() {
    await test('a save becomes an event with the page that follows from it', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const { url } = await watch(t);
        equal('first', (await body(url)).includes('KVStore/notes'), true);
        const { events, close } = listen(url);
        await until('the stream', () => events.length > 0);
        const took = [];
        for (let i = 0; i < ROUNDS; i++) {
            const before = events.length, begin = performance.now();
            save(t, program.replace('notes', `round${i}`));
            const event = await until('the event', () => events.slice(before).find((one) => one.event === 'page'));
            took.push(event.at - begin);
            equal('the page', (await body(url)).includes(`KVStore/round${i}`), true);
        }
        console.log(`save to event: median ${median(took).toFixed(0)} ms, most ${Math.max(...took).toFixed(0)} ms (aim: 200)`);
        close();
    });

    await test('a broken program is shown, the mended one again; files that come to be are seen', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const { url } = await watch(t);
        const { events, close } = listen(url);
        save(t, `import "./lib/more";\n${program}`);
        await until('the problem', () => events.some((one) => one.event === 'problem' && /lib\/more/.test(JSON.parse(one.data))));
        mkdirSync(join(t.root, 'app/src/lib'));
        writeFileSync(join(t.root, 'app/src/lib/more.ts'), 'import { Queue } from "@plutolang/pluto";\nnew Queue("jobs");\n');
        await until('its end', () => events.some((one) => one.event === 'problem' && one.data === '""'));
        await until('the queue', async () => (await body(url)).includes('Queue/jobs'));
        save(t, 'current: other\nstacks:\n  - name: other\n', 'app/pluto.yml');
        await until('the settings', async () => /other/.test(await body(url)) || events.filter((one) => one.event === 'problem').length > 2);
        close();
    });

    await test('a program that is broken from the start is waited for', async (t) => {
        write(t.root, { 'app/src/index.ts': 'new KVStore(' });
        const { child, url } = await watch(t);
        equal('the text', (await body(url)).includes('src/index.ts:1:'), true);
        equal('on the terminal', child.text.includes('error[P'), true);
        save(t, program);
        await until('the page', async () => (await body(url)).includes('KVStore/notes'));
    });

    await test('Ctrl-C ends it with 0, and the port is free', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        for (const signal of ['SIGINT', 'SIGTERM']) {
            const { child, url } = await watch(t);
            const { events } = listen(url);
            await until('the stream', () => events.length > 0);
            child.kill(signal);
            equal(signal, await child.ended, { code: 0, signal: null });
            const server = createServer();
            await new Promise((done, failed) => server.on('error', failed).listen(Number(new URL(url).port), '127.0.0.1', done));
            await new Promise((done) => server.close(done));
        }
    });

    await test('a port that is taken, a folder that is none', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        const { url } = await watch(t);
        expect(t.run(['graph', '--watch', '--port', new URL(url).port, 'app']), 3, 'another program does', 'a free one is taken');
        expect(t.run(['graph', '--watch', 'none']), 3, 'none');
    });

    await test('--open hands the address to the browser, which gets its Ctrl-C', async (t) => {
        write(t.root, { 'app/src/index.ts': program });
        t.sh(`printf '#!/bin/sh\\ncd %s; { echo "$@"; grep SigBlk /proc/self/status; } >opening; mv opening opened\\n' "$PWD" >browser && chmod +x browser`);
        const child = t.start(pluto, ['graph', '--watch', '--open', 'app'], { env: { BROWSER: join(t.root, 'browser') } });
        const url = await until('the address', () => child.text.match(/^http:\S+$/m)?.[0]);
        const opened = await until('the browser', () => { try { return t.sh('grep -A1 http opened'); } catch { return null; } });
        equal('opened', opened.split('\n'), [url, 'SigBlk:\t0000000000000000']);
    });
}

async function browserTests(browser) {
    const files = { 'app/src/index.ts': program };
    const open = async (t) => {
        const { child, url } = await watch(t);
        const page = await browser.newPage();
        await page.goto(url);
        await page.locator('#stage svg g.node[data-id="KVStore/notes"]').waitFor();
        return { child, url, page };
    };

    await test('Chromium shows each save, and keeps what the reader looks at', async (t) => {
        write(t.root, files);
        const { page } = await open(t);
        const errors = [];
        page.on('pageerror', (error) => errors.push(error.message));
        await page.evaluate(() => { location.hash = '#node=Function%2Freader'; globalThis.same = true; });
        await page.locator('#panel h2').waitFor();
        await page.click('#in');
        const camera = () => page.evaluate(() => globalThis.pluto.view.camera.k.toFixed(3));
        await page.waitForTimeout(400); // the camera glides
        const before = await camera();
        const took = [];
        for (let i = 0; i < ROUNDS; i++) {
            const begin = performance.now();
            save(t, program.replace('notes', `round${i}`));
            await page.locator(`#stage svg g.node[data-id="KVStore/round${i}"]`).waitFor({ state: 'attached' });
            took.push(performance.now() - begin);
        }
        console.log(`save to picture in Chromium: median ${median(took).toFixed(0)} ms, most ${Math.max(...took).toFixed(0)} ms (aim: 200)`);
        equal('the same document', await page.evaluate(() => globalThis.same), true);
        equal('the camera', await camera(), before);
        equal('what is open', await page.evaluate(() => [location.hash, document.getElementById('panel').hidden]), ['#node=Function%2Freader', false]);
        equal('errors', errors, []);
        await page.close();
    });

    await test('Chromium shows a problem over the last picture, and drops it', async (t) => {
        write(t.root, files);
        const { page } = await open(t);
        save(t, program.replace('"notes");', '"notes"'));
        await page.locator('#problem:not([hidden])').waitFor();
        equal('the text', (await page.locator('#problem').innerText()).includes('src/index.ts:2:'), true);
        equal('the picture', await page.locator('#stage svg g.node').count(), 2);
        save(t, program);
        await page.locator('#problem').waitFor({ state: 'hidden' });
        await page.close();
    });

    await test('Chromium waits for a program that is broken from the start', async (t) => {
        write(t.root, { 'app/src/index.ts': program.replace('"notes");', '"<b>notes"') });
        const { url } = await watch(t);
        const page = await browser.newPage();
        await page.goto(url);
        equal('the text', (await page.locator('pre').innerText()).includes('src/index.ts:2:'), true);
        save(t, program);
        await page.locator('#stage svg g.node[data-id="KVStore/notes"]').waitFor();
        save(t, program.replace('notes', 'books'));
        await page.locator('#stage svg g.node[data-id="KVStore/books"]').waitFor();
        await page.close();
    });

    await test('Chromium finds a server that was started anew', async (t) => {
        write(t.root, files);
        const { child, url, page } = await open(t);
        child.kill('SIGINT');
        await child.ended;
        save(t, program.replace('notes', 'later'));
        await watch(t, ['--port', new URL(url).port]);
        await page.locator('#stage svg g.node[data-id="KVStore/later"]').waitFor({ state: 'attached', timeout: 20000 });
        await page.close();
    });

    await test('a foreign page learns nothing', async (t) => {
        write(t.root, files);
        const { url } = await open(t);
        const page = await browser.newPage();
        await page.goto('data:text/html,<h1>foreign</h1>');
        const got = await page.evaluate(async (address) => {
            const tried = async (what) => { try { return await what(); } catch { return 'nothing'; } };
            const read = await tried(async () => (await fetch(address)).text());
            const events = await new Promise((done) => {
                const source = new EventSource(`${address}events`);
                source.onopen = () => done('open');
                source.onerror = () => done('nothing');
            });
            const frame = document.createElement('iframe');
            frame.src = address;
            document.body.append(frame);
            await new Promise((done) => { frame.onload = done; });
            return { read, events, frame: await tried(async () => frame.contentDocument.title) };
        }, url);
        equal('foreign', got, { read: 'nothing', events: 'nothing', frame: 'nothing' });
        await page.close();
    });
}

export async function watchTests() {
    await processTests();
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: BROWSER });
    try {
        await browserTests(browser);
    } finally {
        await browser.close();
    }
}

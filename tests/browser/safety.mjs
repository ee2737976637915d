// Safety and speed: hostile names, the policy, redrawing a live page, a thousand nodes in motion.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { camera, equal, has, node, ok, settled, text, until } from './harness.mjs';
import { graph, hostile, hostileNames, program } from './graphs.mjs';

async function hostileTests(t) {
    const file = t.page('hostile', { graph: hostile() });
    await t.test('hostile names are text: in the picture, the panel, the list, links, paths and the title', async () => {
        const page = await t.open(file);
        equal('nothing was made of them', await page.evaluate(() => [document.images.length, document.scripts.length,
            document.querySelectorAll('svg svg, iframe, b').length, document.querySelectorAll('[onload], [onerror]').length]), [0, 2, 0, 0]);
        equal('project', await text(page, '#project'), `${hostileNames[0]} ${hostileNames[2]}`);
        await page.keyboard.press('l');
        for (const name of hostileNames) {
            for (const kind of ['Function', 'KVStore']) {
                await page.evaluate((id) => pluto.go({ node: id }), `${kind}/${name}`);
                equal('title', await page.locator('#panel h2').textContent(), name);
            }
            await page.evaluate((id) => pluto.go({ edge: id }), `call,${encodeURIComponent(`Function/${name}`)},${encodeURIComponent(`KVStore/${name}`)}`);
            has('note', await page.locator('#panel .note').first().textContent(), `calls ${name}`);
            const again = await t.open(file, { hash: await page.evaluate(() => location.hash) });
            equal('the link opens it', await again.locator('#panel h2').textContent(), `${name} → ${name}`);
            await again.evaluate((ends) => pluto.go({ path: ends }), [`Function/${name}`, `KVStore/${name}`]);
            const path = await t.open(file, { hash: await again.evaluate(() => location.hash) });
            equal('so does the path', await path.locator('#panel .steps.path > li').count(), 1);
        }
    });
    await t.test('the file: markup of the data is escaped, the policy lets nothing through', async () => {
        const html = readFileSync(file, 'utf8');
        const data = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(html)[1];
        ok('no markup, no line separators', !/[<>&\u2028\u2029]/.test(data));
        equal('the data are whole', JSON.parse(data).nodes.map((n) => n.name).filter((n, i) => i % 2).length, hostileNames.length);
        const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)[1];
        for (const part of ["default-src 'none'", "script-src 'sha256-", "connect-src 'none'"]) has('policy', policy, part);
        ok('no script but by hash', !/script-src[^;]*unsafe/.test(policy));
        const page = await t.open(file);
        const ran = await page.evaluate(() => {
            document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' }));
            return Boolean(globalThis.ran);
        });
        equal('a script that is slipped in does not run', ran, false);
        await until('and it is noticed', async () => t.findings.length, (n) => n > 0);
        t.findings.length = 0;
    });
}

const nasty = `import { Function, KVStore } from "@plutolang/pluto";
const kv = new KVStore("kv"); // </script><img src=x onerror=alert(1)> <!-- <script>
new Function(async () => kv.get("</textarea><svg onload=alert(1)>\u2028"), "reader");
`;

async function sourceTests(t) {
    const file = t.page('nasty', { files: { 'index.ts': nasty } });
    await t.test('hostile sources are text', async () => {
        const page = await t.open(file, { hash: '#edge=call,Function%2Freader,KVStore%2Fkv' });
        const shown = (selector) => page.locator(selector).allTextContents();
        equal('the panel', (await shown('#panel .steps code')).join('').trimEnd(), nasty.trimEnd());
        await page.locator('#panel .steps .place').click();
        equal('the file', (await shown('#dialog code')).join('').trimEnd(), nasty.trimEnd());
        equal('nothing was made of it', await page.evaluate(() => [document.images.length, document.scripts.length]), [0, 2]);
    });
}

// ---- A watched program ----------------------------------------------------------------------------

// `pluto graph --watch` on a copy of the program, until `body` is done.
async function watched(t, name, body) {
    const folder = join(t.folder, name);
    mkdirSync(folder, { recursive: true });
    const write = (file, text) => writeFileSync(join(folder, file), text);
    for (const [file, text] of Object.entries(program)) write(file, text);
    const child = spawn(t.pluto, ['graph', '--watch', '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    try {
        const [line] = await once(createInterface({ input: child.stdout }), 'line');
        await body(line.trim(), write);
    } finally {
        for (const context of t.contexts.splice(0)) await context.close();
        child.kill('SIGTERM');
        await once(child, 'exit');
    }
}

async function watchTests(t) {
    const more = `${program['index.ts']}api.delete("/notes/:id", async () => ({ statusCode: 204, body: "" }));\n`;
    await t.test('a watched page redraws itself when a file is saved, and keeps the view', () => watched(t, 'watched', async (url, write) => {
        const page = await t.open(null, { url, hash: '#node=Function%2Fsummary' });
        await page.fill('#query', 'notes');
        await page.mouse.move(300, 600);
        await page.mouse.wheel(0, 33);
        await settled(page);
        const at = await camera(page), count = await page.locator('g.node').count();
        await page.evaluate((n) => new Promise((ready) => {
            globalThis.mine = true;
            globalThis.redrawn = new Promise((done) => {
                const watch = () => (document.querySelectorAll('g.node').length > n ? done(Date.now()) : setTimeout(watch, 2));
                watch();
            });
            ready();
        }), count);
        const saved = Date.now();
        write('index.ts', more);
        console.log(`saved to redrawn: ${await page.evaluate(() => globalThis.redrawn) - saved} ms`);
        equal('not loaded anew', await page.evaluate(() => globalThis.mine), true);
        equal('nodes', await page.locator('g.node').count(), count + 1);
        equal('camera', await camera(page), at);
        equal('selection', [await text(page, '#panel h2'), await page.locator(`${node('Function/summary')}.selected`).count()], ['summary', 1]);
        equal('search', await page.inputValue('#query'), 'notes');
        ok('matches are bright', (await page.locator('g.node.bright').count()) > 1);
    }));
    await t.test('a program that does not compile: its problem over the last good page, until it is mended', () => watched(t, 'broken', async (url, write) => {
        const page = await t.open(null, { url }), count = await page.locator('g.node').count();
        write('notes.ts', 'import { KVStore } from "@plutolang/pluto";\nexport const notes = new KVStore("<b>");\nexport const read = (;\n');
        await until('problem', () => page.locator('#problem').isVisible(), Boolean);
        has('says where', await text(page, '#problem'), 'notes.ts:');
        await t.shot(page, 'problem');
        await t.axe(page, 'problem');
        equal('over the last good page', await page.locator('g.node').count(), count);
        write('notes.ts', program['notes.ts']);
        await until('gone', () => page.locator('#problem').isHidden(), Boolean);
    }));
    await t.test('a redraw of a thousand nodes', async () => {
        const page = await t.open(t.page('thousand', { graph: graph(1000) }));
        const times = await page.evaluate(() => [1, 2, 3, 4, 5].map(() => {
            const svg = pluto.scene.svg.cloneNode(true), json = document.getElementById('data').textContent;
            for (const own of svg.querySelectorAll('.hit, .halo, .boxes, .toggle')) own.remove();
            const began = performance.now();
            pluto.swap(svg, json, document.title);
            const swapped = performance.now();
            svg.getBoundingClientRect(); // waits for the layout, which would come with the next frame
            return `${Math.round(swapped - began)} + ${Math.round(performance.now() - swapped)}`;
        }));
        console.log(`redraw, 1000 nodes, script + layout: ${times.join(', ')} ms`);
        equal('all there', await page.locator('g.node').count(), 1000);
    });
}

// ---- Motion ---------------------------------------------------------------------------------------

async function frames(page, move) {
    await page.evaluate(() => {
        globalThis.times = [];
        let last = performance.now();
        const tick = (now) => { globalThis.times.push(now - last); last = now; globalThis.ticking = requestAnimationFrame(tick); };
        globalThis.ticking = requestAnimationFrame(tick);
    });
    await move();
    const times = await page.evaluate(() => { cancelAnimationFrame(globalThis.ticking); return globalThis.times.slice(1).sort((a, b) => a - b); });
    const at = (q) => times[Math.floor(q * (times.length - 1))].toFixed(1);
    return `median ${at(0.5)} ms, p95 ${at(0.95)} ms of ${times.length} frames`;
}

async function motionTests(t) {
    await t.test('a thousand nodes move', async () => {
        const page = await t.open(t.page('thousand', { graph: graph(1000) }));
        await page.mouse.move(640, 400);
        const start = await camera(page);
        const pan = async () => { for (let i = 0; i < 60; i++) await page.mouse.wheel(i % 2 ? 9 : 7, i < 30 ? 12 : -10); };
        console.log(`pan, fitted:  ${await frames(page, pan)}`);
        ok('it moved', (await camera(page)).x !== start.x);
        await page.click('#scale');
        await page.mouse.move(640, 400);
        console.log(`pan, 100 %:   ${await frames(page, pan)}`);
        await page.keyboard.down('Control');
        console.log(`zoom:         ${await frames(page, async () => { for (let i = 0; i < 40; i++) await page.mouse.wheel(0, i < 20 ? 20 : -20); })}`);
        await page.keyboard.up('Control');
        equal('labels are hidden far away', await page.evaluate(() => {
            pluto.view.scale(0.1);
            return new Promise((done) => { setTimeout(() => done(document.getElementById('stage').dataset.distance), 50); });
        }), 'far');
    });
}

export async function safety(t) {
    await hostileTests(t);
    await sourceTests(t);
    await watchTests(t);
    await motionTests(t);
}

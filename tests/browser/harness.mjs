// What the page's tests share: a browser, pages made by pluto, and a runner that lets nothing pass by.
//
// Every page is watched: a request other than for the page itself, a message of the console, an error
// or a violation of the policy fails the test that had it open.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export class Harness {
    constructor(pluto, shots) {
        this.pluto = pluto;
        this.shots = shots;
        this.folder = mkdtempSync(join(tmpdir(), 'pluto-browser-'));
        this.made = new Map();
        this.passed = 0;
        this.failed = 0;
    }

    async start() {
        this.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
    }

    async stop() {
        await this.browser.close();
        rmSync(this.folder, { recursive: true, force: true });
    }

    // ---- Pages ------------------------------------------------------------------------------------

    run(args, cwd = this.folder) {
        const r = spawnSync(this.pluto, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
        if (r.status !== 0) throw new Error(`pluto ${args.join(' ')}: ${r.status}\n${r.stderr}`);
        return r.stdout;
    }

    // The page of a graph (an object as in arch.json), compared with another or not, or of a program
    // ({ file: text }).
    page(name, { graph, before, files }) {
        if (this.made.has(name)) return this.made.get(name);
        const folder = join(this.folder, name), html = join(folder, 'page.html');
        mkdirSync(folder, { recursive: true });
        if (graph) writeFileSync(join(folder, 'arch.json'), JSON.stringify(graph));
        for (const [file, text] of Object.entries(files || {})) writeFileSync(join(folder, file), text);
        if (before) writeFileSync(join(folder, 'before.json'), JSON.stringify(before));
        this.run(['graph', ...(graph ? ['--from', 'arch.json'] : []), ...(before ? ['--diff', 'before.json', '--exit-zero'] : []), '--format', 'html', '--output', html], folder);
        this.made.set(name, html);
        return html;
    }

    async open(file, { hash = '', width = 1280, height = 800, scheme = 'light', url, ...more } = {}) {
        const context = await this.browser.newContext({ viewport: { width, height }, colorScheme: scheme, ...more });
        const page = await context.newPage();
        const address = url || pathToFileURL(file).href;
        this.contexts.push(context);
        page.on('request', (r) => {
            const allowed = r.url().split('#')[0] === address.split('#')[0] || r.url().startsWith('data:')
                || (url && new URL(r.url()).origin === new URL(url).origin);
            if (!allowed) this.findings.push(`requested ${r.url()}`);
        });
        page.on('console', (m) => this.findings.push(`console ${m.type()}: ${m.text()}`));
        page.on('pageerror', (e) => this.findings.push(`error: ${e.stack}`));
        page.on('dialog', (d) => { this.findings.push(`dialog: ${d.message()}`); d.dismiss(); });
        await page.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));
        });
        await page.goto(address + hash);
        await page.waitForFunction(() => document.documentElement.dataset.ready === 'yes');
        return page;
    }

    async shot(page, name) {
        if (!this.shots) return;
        mkdirSync(this.shots, { recursive: true });
        await page.waitForTimeout(350);
        await page.screenshot({ path: join(this.shots, `${name}.png`) });
    }

    // ---- Tests ------------------------------------------------------------------------------------

    async test(name, body) {
        this.findings = [];
        this.contexts = [];
        try {
            await body();
            if (this.findings.length) throw new Error(this.findings.slice(0, 5).join('\n'));
            this.passed++;
        } catch (error) {
            this.failed++;
            console.log(`FAIL ${name}\n  ${String(error.stack || error).split('\n').slice(0, 12).join('\n  ')}`);
        }
        for (const context of this.contexts) await context.close();
    }

    // Everything that axe-core knows, best practices included. It is evaluated in the page by the
    // driver, which no policy of the page is in the way of.
    async axe(page, where) {
        await page.evaluate(`${axeSource};0`);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document));
        if (!violations.length) return;
        throw new Error(`axe ${where}: ${violations.map((v) => `${v.id} (${v.help}) at ${v.nodes.slice(0, 3)
            .map((n) => `${n.target.join(' ')} [${(n.any[0] || n.all[0] || n.none[0] || {}).message}]`).join(', ')}`).join('; ')}`);
    }
}

// ---- Assertions -----------------------------------------------------------------------------------

export function equal(what, got, wanted) {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (a !== b) throw new Error(`${what}: ${a}, wanted ${b}`);
}

export function ok(what, truth) {
    if (!truth) throw new Error(what);
}

export function has(what, text, part) {
    if (!String(text).includes(part)) throw new Error(`${what}: ${JSON.stringify(text)} lacks ${JSON.stringify(part)}`);
}

// Waits until `read` gives something for which `good` holds.
export async function until(what, read, good) {
    let last;
    for (let i = 0; i < 60; i++) {
        last = await read();
        if (good(last)) return last;
        await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${what}: still ${JSON.stringify(last)}`);
}

export const camera = (page) => page.evaluate(() => ({ ...globalThis.pluto.view.camera }));
export const text = (page, selector) => page.locator(selector).first().innerText();
export const settled = (page) => page.waitForTimeout(320);
export const node = (id) => `g.node[data-id="${id.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"]`;

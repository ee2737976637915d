// SVG pictures, judged by a real browser: well-formed, true to the graph, nothing in them that runs or asks for
// anything, words within their boxes and apart from each other, contrast in both themes, the same bytes
// everywhere; and the pictures in docs/ are those that pluto draws now (PLUTO_BLESS=1 draws them anew).
//
// PLUTO_SHOTS=DIR leaves screenshots there.

import fs from 'node:fs';
import path from 'node:path';

import { REPO, runPluto } from '../golden/cases.mjs';
import { withBrowser } from './chromium.mjs';
import { drawn, goldenGraphs, hostile, kinds, loops, shop, stored } from './programs.mjs';

const CONTRAST_MIN = 4.5;

// ---- In the browser: the picture as XML -----------------------------------------------------------------

function readXml(texts) {
    return texts.map((text) => {
        const xml = new DOMParser().parseFromString(text, 'image/svg+xml');
        const error = xml.querySelector('parsererror');
        const list = (selector, read) => [...xml.querySelectorAll(selector)].map(read);
        const elements = list('*', (e) => e);
        return {
            error: error && error.textContent,
            nodes: list('g.node', (g) => [g.id, g.dataset.id, g.dataset.kind, g.dataset.group]),
            edges: list('g.edge', (g) => [g.id, g.dataset.from, g.dataset.to, g.dataset.type, g.dataset.edges]),
            groups: list('g.group', (g) => [g.id, g.dataset.label, g.dataset.by, g.dataset.group]),
            lines: list('g.edge', (g) => g.querySelectorAll('path').length),
            names: [...new Set(elements.map((e) => e.localName))],
            attributes: [...new Set(elements.flatMap((e) => [...e.attributes].map((a) => a.name)))],
            links: elements.map((e) => e.getAttribute('href')).filter((href) => href && !href.startsWith('#')),
            ids: elements.map((e) => e.id).filter(Boolean),
            root: [xml.documentElement.getAttribute('class'), xml.documentElement.getAttribute('role')],
            numbers: (text.replace(/<(desc|title|text|tspan|style)\b[^]*?<\/\1>/g, '').match(/ (x|y|cx|cy|width|height|points|d|viewBox)="[^"]*"/g) || [])
                .filter((a) => /\d\.\d\d/.test(a) || /e[-+]?\d|nan|inf/i.test(a)),
        };
    });
}

const ELEMENTS = ['svg', 'title', 'desc', 'style', 'defs', 'g', 'rect', 'path', 'use', 'text', 'tspan', 'circle', 'polygon', 'polyline'];
// What XML cannot hold arrives as U+FFFD.
const inXml = (s) => s.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, '\ufffd');

function truthful(graph, seen) {
    const { resources, edges } = graph.arch;
    const number = new Map(resources.map((r, i) => [r.id, `n${i}`]));
    const wrong = [];
    const same = (what, is, should) => {
        if (JSON.stringify(is) !== JSON.stringify(should)) wrong.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
    };
    if (seen.error) return [seen.error];
    same('root', seen.root, ['pluto', 'img']);
    same('nodes', seen.nodes.map((n) => n.slice(0, 3)), resources.map((r, i) => [`n${i}`, inXml(r.id), r.kind]));
    const covered = new Map();
    for (const [id, from, to, type, list] of seen.edges) {
        for (const k of list.split(' ')) {
            if (covered.has(k)) wrong.push(`edge ${k} is drawn twice`);
            covered.set(k, id);
            const e = edges[Number(k)];
            const stands = type === 'call' && e.type === 'read' ? 'call' : e.type; // calls stand for reads beside them
            same(`edge ${k}`, [from, to, type], [number.get(e.from), number.get(e.to), stands]);
        }
        if (!list.split(' ').some((k) => edges[Number(k)].type === type)) {
            wrong.push(`no edge of ${id} is a ${type}`);
        }
    }
    same('edges drawn', covered.size, edges.length);
    same('lines', new Set(seen.edges.map((e) => e.slice(1, 4).join())).size, seen.edges.length);
    same('elements', seen.names.filter((n) => !ELEMENTS.includes(n)), []);
    same('attributes', seen.attributes.filter((n) => /^on|src|xlink|^style$/.test(n)), []);
    same('links', seen.links, []);
    same('ids', seen.ids.length, new Set(seen.ids).size);
    same('one path a line', seen.lines.filter((n) => n !== 1), []);
    same('numbers', seen.numbers, []);
    for (const [id] of seen.groups) {
        const inside = seen.nodes.filter((n) => n[3] === id).length;
        const parts = seen.groups.filter((g) => g[3] === id).length;
        if (inside + parts < 2) wrong.push(`group ${id} holds ${inside}`);
    }
    return wrong;
}

// ---- In the browser: the picture as it stands -------------------------------------------------------------

// Everything that lies where it should not, as sentences.
function misplaced() {
    const svg = document.querySelector('svg');
    const wrong = [];
    const box = (e) => {
        const b = e.getBBox();
        return { x: b.x, y: b.y, r: b.x + b.width, b: b.y + b.height, e };
    };
    const name = (e) => `${e.closest('g').id || e.closest('g').getAttribute('class')} “${e.textContent.slice(0, 30)}”`;
    const inside = (a, b, gap) => a.x >= b.x + gap && a.y >= b.y + gap && a.r <= b.r - gap && a.b <= b.b - gap;
    const apart = (a, b) => a.r <= b.x + 0.5 || b.r <= a.x + 0.5 || a.b <= b.y + 0.5 || b.b <= a.y + 0.5;
    const view = svg.viewBox.baseVal;
    const whole = { x: 0, y: 0, r: view.width, b: view.height };
    const bodies = [...svg.querySelectorAll('.node > rect')].map(box);
    for (const body of bodies) {
        const texts = [...body.e.parentNode.querySelectorAll(':scope > text:not(.sign)')].map(box);
        const globe = [...body.e.parentNode.querySelectorAll('.globe')].map((e) => {
            const b = e.getBBox(), m = e.transform.baseVal[0].matrix;
            return { x: b.x + m.e, y: b.y + m.f, r: b.x + b.width + m.e, b: b.y + b.height + m.f, e };
        });
        for (const part of [...texts, ...globe]) if (!inside(part, body, 3)) wrong.push(`${name(part.e)} leaves its box`);
        for (const g of globe) for (const t of texts) if (!apart(g, t)) wrong.push(`${name(t.e)} lies under the globe`);
    }
    for (const title of [...svg.querySelectorAll('.group > text')].map(box)) {
        if (!inside(title, box(title.e.parentNode.querySelector('rect')), 2)) wrong.push(`${name(title.e)} leaves its frame`);
        for (const body of bodies) if (!apart(title, body)) wrong.push(`${name(title.e)} lies under ${body.e.parentNode.id}`);
    }
    const labels = [...svg.querySelectorAll('.edge > text')].map(box);
    const sorted = [...labels].sort((a, b) => a.x - b.x);
    sorted.forEach((label, i) => {
        for (const body of bodies) if (!apart(label, body)) wrong.push(`label ${name(label.e)} lies on ${body.e.parentNode.id}`);
        for (let k = i + 1; k < sorted.length && sorted[k].x < label.r; k++) {
            if (!apart(label, sorted[k])) wrong.push(`labels ${name(label.e)} and ${name(sorted[k].e)} collide`);
        }
    });
    const caption = [...svg.querySelectorAll('.caption > text')].map(box);
    caption.forEach((a, i) => caption.slice(i + 1).forEach((b) => { if (!apart(a, b)) wrong.push(`caption ${name(a.e)} and ${name(b.e)} collide`); }));
    for (const e of [...bodies, ...labels, ...caption]) if (!inside(e, whole, 4)) wrong.push(`${name(e.e)} leaves the picture`);
    if (!labels.length && svg.querySelector('.edge')) wrong.push('no label at all');
    return wrong;
}

// The contrast of every text with what it stands on.
function contrasts() {
    const svg = document.querySelector('svg');
    const rgb = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);
    const light = (color) => {
        const [r, g, b] = rgb(color).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
        const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
        return (x + 0.05) / (y + 0.05);
    };
    const fill = (e) => getComputedStyle(e).fill;
    const card = fill(svg.querySelector(':scope > .card'));
    const frames = [...new Set([...svg.querySelectorAll('.frame')].map(fill)), card];
    const found = {};
    for (const text of svg.querySelectorAll('text, tspan')) {
        const g = text.closest('g');
        const grounds = !g ? [card] : g.matches('.node') ? [text.matches('.sign') ? fill(g.querySelector('.badge')) : fill(g.querySelector('rect'))]
            : g.matches('.edge') ? frames : g.matches('.group') ? [fill(g.querySelector('rect'))] : [card];
        const name = `${g ? g.getAttribute('class') : 'root'} ${text.getAttribute('class')}`;
        found[name] = Math.min(found[name] ?? 99, ...grounds.map((ground) => ratio(fill(text), ground)));
    }
    return Object.entries(found);
}

// ---- The checks --------------------------------------------------------------------------------------

async function checkXml(browser, pluto, count) {
    const graphs = [...await goldenGraphs(pluto), ...[hostile(), kinds(), loops(), shop(5), shop(300)].map(stored)];
    count('there are golden programs', graphs.length > 200, `${graphs.length}`);
    const pictures = await drawn(pluto, graphs, 'svg');
    const page = await browser.newPage();
    const seen = await page.evaluate(readXml, pictures.map((p) => p.text));
    pictures.forEach((p, i) => {
        const wrong = truthful(p, seen[i]);
        count(`${p.name} is drawn as it is`, wrong.length === 0, wrong.slice(0, 5).join('\n'));
    });
    await page.close();
}

async function checkPlaces(browser, pluto, count) {
    const graphs = [shop(5), kinds(), loops(), hostile(), shop(60), shop(300)].map(stored);
    for (const p of await drawn(pluto, graphs, 'svg')) {
        for (const scheme of ['light', 'dark']) {
            const page = await browser.newPage({ colorScheme: scheme });
            const asked = [];
            page.on('request', (r) => { if (!r.url().startsWith('about:') && !r.url().startsWith('data:')) asked.push(r.url()); });
            await page.setContent(`<body style="margin:0">${p.text}`);
            if (scheme === 'light') {
                const wrong = await page.evaluate(misplaced);
                count(`everything in ${p.name} has its place`, wrong.length === 0, `${wrong.length}: ${wrong.slice(0, 5).join('; ')}`);
            }
            const ratios = await page.evaluate(contrasts);
            const low = ratios.filter(([, ratio]) => ratio < CONTRAST_MIN);
            count(`${p.name} can be read, ${scheme}`, low.length === 0 && ratios.length > 1, JSON.stringify(low));
            const hacked = await page.evaluate(() => window.hacked);
            count(`${p.name} runs nothing and asks for nothing`, !hacked && asked.length === 0, asked.join());
            if (process.env.PLUTO_SHOTS) await page.locator('svg').screenshot({ path: path.join(process.env.PLUTO_SHOTS, `${p.name.replace(/\W/g, '')}-${scheme}.png`) });
            await page.close();
        }
    }
}

// The script must see what it is for: a picture in which nothing fits.
async function checkTheCheck(browser, pluto, count) {
    const [p] = await drawn(pluto, [stored(shop(60))], 'svg');
    const page = await browser.newPage();
    await page.setContent(`<body>${p.text.replace('font-size:12px', 'font-size:30px')}`);
    count('large letters are seen to collide', (await page.evaluate(misplaced)).length > 20);
    await page.setContent(`<body>${p.text.replace(/fill:#57606a/g, 'fill:#aaa')}`);
    count('pale letters are seen', (await page.evaluate(contrasts)).some(([, ratio]) => ratio < CONTRAST_MIN));
    await page.close();
}

async function checkBytes(pluto, count) {
    const { file } = stored(shop(60));
    const args = ['graph', '--from', file, '--format'];
    for (const format of ['svg', 'dot', 'mermaid']) {
        const first = await runPluto(pluto, [...args, format]);
        for (const env of [{}, { LC_ALL: 'C' }, { LC_ALL: 'de_DE.UTF-8', LC_NUMERIC: 'de_DE.UTF-8' }, { TZ: 'Asia/Tokyo', TERM: 'dumb', NO_COLOR: '1' }]) {
            const again = await runPluto(pluto, [...args, format], { env, cwd: '/' });
            count(`${format} is the same under ${JSON.stringify(env)}`, again.status === 0 && again.stdout === first.stdout);
        }
    }
}

async function checkDocs(pluto, count) {
    for (const name of ['llama2-chat', 'chat-memory']) {
        const file = path.join(REPO, 'docs/pictures', `${name}.svg`);
        const r = await runPluto(pluto, ['graph', path.join(REPO, 'examples', name), '--format', 'svg']);
        if (process.env.PLUTO_BLESS === '1') fs.writeFileSync(file, r.stdout);
        count(`docs/pictures/${name}.svg is what pluto draws`, fs.existsSync(file) && fs.readFileSync(file, 'utf8') === r.stdout, r.stderr);
    }
}

export async function check({ pluto, count }) {
    await checkBytes(pluto, count);
    await checkDocs(pluto, count);
    await withBrowser(async (browser) => {
        await checkXml(browser, pluto, count);
        await checkPlaces(browser, pluto, count);
        await checkTheCheck(browser, pluto, count);
    });
}

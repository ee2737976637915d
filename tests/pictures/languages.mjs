// The graph in the languages of Graphviz and Mermaid, judged by Graphviz and Mermaid: both take the graphs of
// all golden programs and of hostile ones, and show every name as it is.

import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { REPO } from '../golden/cases.mjs';
import { withBrowser } from './chromium.mjs';
import { drawn, goldenGraphs, hostile, kinds, loops, shop, stored } from './programs.mjs';

// What a reader sees of a name: what a terminal would obey stands as an escape, white space does not matter.
function shown(name) {
    return name.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, '');
}
const bare = (text) => text.replace(/\\u\{[0-9a-f]+\}|\\[tnr]|\s+/g, '').replace(/[\u200b\u200e\u200f]/g, '');
const readable = (graph) => graph.arch.resources.map((r) => bare(shown(r.name))).filter(Boolean);

// ---- Graphviz ---------------------------------------------------------------------------------------------

function dot(text, format) {
    const r = spawnSync('dot', [`-T${format}`], { input: text, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 120000 });
    if (r.error) throw r.error;
    return r;
}

function checkDot(pictures, count) {
    // One process for many graphs: what it does not take it says, and then draws fewer.
    const size = 40;
    for (let i = 0; i < pictures.length; i += size) {
        const part = pictures.slice(i, i + size);
        const r = dot(part.map((p) => p.text).join('\n'), 'svg');
        const good = r.status === 0 && !r.stderr && r.stdout.split('<svg ').length - 1 === part.length;
        count(`dot takes ${part[0].name} … ${part[part.length - 1].name}`, good, `${r.status} ${r.stderr.slice(0, 500)}`);
    }
    for (const p of pictures) {
        const lines = p.text.split('\n').filter((l) => /^ *n\d+ \[/.test(l));
        count(`${p.name}: a node for each resource in dot`, lines.length === p.arch.resources.length, `${lines.length}`);
    }
    const odd = pictures.find((p) => p.odd);
    const svg = dot(odd.text, 'svg').stdout;
    const entities = { lt: '<', gt: '>', amp: '&', quot: '"', '#45': '-', '#39': "'", '#160': ' ' };
    const words = bare([...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]).join('')
        .replace(/&(#?\w+);/g, (all, name) => entities[name] ?? (name[0] === '#' ? String.fromCodePoint(Number(name.slice(1))) : all)));
    const lost = readable(odd).filter((name) => !words.includes(name));
    count('dot shows every name as it is', lost.length === 0, lost.map((n) => n.slice(0, 60)).join('\n'));
}

// ---- Mermaid ----------------------------------------------------------------------------------------------

async function parse(texts) {
    const wrong = [];
    for (const [i, text] of texts.entries()) {
        try {
            const result = await globalThis.mermaid.parse(text);
            if (!/^flowchart/.test(result.diagramType)) wrong.push([i, result.diagramType]);
        } catch (e) {
            wrong.push([i, e.message]);
        }
    }
    return wrong;
}

async function render(text) {
    const { svg } = await globalThis.mermaid.render('picture', text);
    document.body.innerHTML = svg;
    const read = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent);
    return { nodes: read('.node'), edges: read('.edgeLabel'), groups: read('.cluster'), hacked: window.hacked,
        scripts: document.querySelectorAll('script[data-id], #picture script, #picture a').length };
}

async function checkMermaid(pictures, count) {
    await withBrowser(async (browser) => {
        const page = await browser.newPage();
        await page.setContent('<body></body>');
        await page.addScriptTag({ path: path.join(REPO, 'tests/node_modules/mermaid/dist/mermaid.min.js') });
        await page.evaluate(() => globalThis.mermaid.initialize({ startOnLoad: false, maxTextSize: 1e6, maxEdges: 5000 }));
        const wrong = new Map(await page.evaluate(parse, pictures.map((p) => p.text)));
        pictures.forEach((p, i) => count(`Mermaid takes ${p.name}`, !wrong.has(i), wrong.get(i)));
        for (const p of pictures.filter((q) => q.render)) {
            const seen = await page.evaluate(render, p.text);
            count(`Mermaid draws all of ${p.name}`, seen.nodes.length === p.arch.resources.length && !seen.hacked && !seen.scripts,
                `${seen.nodes.length} nodes, ${seen.scripts} scripts`);
            const words = bare(seen.nodes.join(''));
            const lost = readable(p).filter((name) => !words.includes(name));
            count(`Mermaid shows every name of ${p.name}`, lost.length === 0, lost.map((n) => n.slice(0, 60)).join('\n'));
        }
        const [i, message] = (await page.evaluate(parse, ['flowchart LR\n n0["a"b"]\n']))[0] ?? [];
        count('Mermaid refuses what is wrong', i === 0 && message);
        await page.close();
    });
}

export async function check({ pluto, count }) {
    const graphs = [...await goldenGraphs(pluto), ...[
        { ...hostile(), odd: true, render: true }, { ...kinds(), render: true }, { ...loops(), render: true },
        shop(5), { ...shop(60), render: true }, shop(300)].map(stored)];
    checkDot(await drawn(pluto, graphs, 'dot'), count);
    await checkMermaid(await drawn(pluto, graphs, 'mermaid'), count);
}

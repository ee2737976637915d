// The graphs that the pictures are checked with: those of all golden programs, and some that no program
// should have. Made once for a run; a graph is { name, file, arch }, `file` its arch.json.

import fs from 'node:fs';
import path from 'node:path';

import { findCases, inParallel, runPluto, temporaryFolder } from '../golden/cases.mjs';

const WIDTH = 2;

function made(name, resources, edges) {
    const key = (e) => [e.from, e.to, e.type, e.operation, JSON.stringify(e.arguments ?? null)].join('\0');
    const source = (file) => ({ file, line: 1, column: 1 });
    return {
        name,
        arch: {
            version: 1,
            project: name,
            stack: 'dev',
            resources: resources.map(({ kind, name: own, file, args }) => ({
                id: `${kind}/${own}`,
                kind,
                name: own,
                arguments: args ?? {},
                ...(kind === 'Function' && { handler: { ...source(file), export: 'f' } }),
                source: source(file),
            })),
            edges: edges.map((e) => ({ ...e, evidence: [{ ...source('src/index.ts'), note: 'so' }] }))
                .sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b)))),
        },
    };
}

// A shop of so many resources: modules with a router, four functions, a store and a queue each, and a model and
// a secret that some of them use.
export function shop(count) {
    const words = ['orders', 'users', 'billing', 'search', 'mail', 'audit', 'catalog', 'carts', 'shipping', 'reviews'];
    const resources = [
        { kind: 'SageMaker', name: 'llama', file: 'src/models.ts', args: { imageUri: 'a/b:1', options: { instanceType: 'ml.g5.2xlarge' } } },
        { kind: 'Secret', name: 'api-key', file: 'src/models.ts' },
    ];
    const edges = [];
    const call = (from, to, operation) => edges.push({ from: `Function/${from}`, to, type: 'call', operation });
    for (let m = 0; resources.length < count; m++) {
        const word = words[m % words.length] + (m < words.length ? '' : Math.floor(m / words.length));
        const file = `src/${word}.ts`;
        const add = (kind, name) => resources.push({ kind, name, file });
        add('KVStore', word);
        add('Router', word);
        add('Queue', `${word}-events`);
        [['get', ''], ['get', '/:id'], ['post', ''], ['delete', '/:id']].forEach(([method, rest], k) => {
            const name = `${word}-${method}${rest.replace('/:', '-')}`;
            add('Function', name);
            edges.push({ from: `Router/${word}`, to: `Function/${name}`, type: 'trigger', operation: method, arguments: { path: `/${word}${rest}` } });
            call(name, `KVStore/${word}`, method === 'post' ? 'set' : method);
            if (method === 'post') call(name, `KVStore/${word}`, 'get');
            if (method === 'post') call(name, `Queue/${word}-events`, 'push');
            if ((m + k) % 7 === 0) {
                call(name, 'SageMaker/llama', 'invoke');
                edges.push({ from: `Function/${name}`, to: 'SageMaker/llama', type: 'read', operation: 'endpointName' });
            }
            if (m > 1 && (m + k) % 5 === 0) call(name, `KVStore/${words[(m * 3) % Math.min(m, words.length)]}`, 'get');
        });
        const sent = `${word}-events-subscribe-1`;
        add('Function', sent);
        edges.push({ from: `Queue/${word}-events`, to: `Function/${sent}`, type: 'trigger', operation: 'subscribe' });
        call(sent, 'Secret/api-key', 'get');
    }
    return made(`shop${count}`, resources, edges);
}

export const HOSTILE = [
    '</title><script>window.hacked = 1</script>',
    ']]><![CDATA[',
    '" onload="window.hacked = 1',
    "' onload='window.hacked = 1",
    '--><!--',
    '&lt;&amp;&#35;#35;#quot;',
    '"];}\\N\\G\\\\"',
    '\\',
    '`*_end_*`|"]subgraph',
    'end',
    '%%{init: {"theme":"forest"}}%% click n0 href "javascript:alert(1)"',
    'A-->B;B-->C;style A fill:#f00;',
    'a\tb\nc\rd',
    '\u001b[31mred\u0007\u0001',
    '\u202Eevil\u202C \u200F\u2066x\u2069',
    'א ב ג',
    '模型模型模型模型模型模型模型模型模型模型模型模型',
    '👩‍🚀 🇪🇺 e\u0301\u0301\u0301',
    'W'.repeat(80),
    'long-'.repeat(2000),
    '{{x}}<br/>$$x^2$$ fa:fa-ban',
];

export function hostile() {
    const resources = [{ kind: 'Function', name: 'f', file: 'src/<a>&"b.ts' }, { kind: 'Router', name: 'r"<>', file: 'src/<a>&"b.ts' }];
    const edges = [];
    HOSTILE.forEach((name, i) => {
        resources.push({ kind: i % 2 ? 'KVStore' : 'Queue', name, file: `${HOSTILE[i % 5]}.ts` });
        edges.push({ from: 'Function/f', to: `${i % 2 ? 'KVStore' : 'Queue'}/${name}`, type: 'call', operation: i % 2 ? 'get' : 'push' });
        edges.push({ from: 'Router/r"<>', to: 'Function/f', type: 'trigger', operation: 'get', arguments: { path: `/${name}` } });
    });
    return made('</desc><script>window.hacked = 1</script>', resources, edges);
}

export function kinds() {
    const all = ['Bucket', 'Function', 'KVStore', 'Queue', 'ReactApp', 'Router', 'SageMaker', 'Schedule', 'Secret', 'Tester', 'Website'];
    return made('kinds', all.map((kind) => ({ kind, name: kind.toLowerCase(), file: 'src/index.ts' })), []);
}

// A function that calls itself, two that call each other, and a store that is used in every way.
export function loops() {
    const f = (name) => ({ kind: 'Function', name, file: 'src/index.ts' });
    const call = (from, to, operation = 'invoke') => ({ from, to, type: 'call', operation });
    return made('loops', [f('a'), f('b'), f('c'), { kind: 'KVStore', name: 's', file: 'src/index.ts' }], [
        call('Function/a', 'Function/a'), call('Function/b', 'Function/c'), call('Function/c', 'Function/b'),
        ...['get', 'set', 'delete', 'update', 'query', 'scan', 'batchGet', 'batchWrite'].map((op) => call('Function/a', 'KVStore/s', op)),
    ]);
}

let folder = null;

// Where the checks put what they make; gone when the process ends.
export function scratch(...names) {
    folder ??= temporaryFolder('pluto-pictures-');
    return path.join(folder, ...names);
}

export function stored(graph) {
    const file = scratch(`${graph.name.replace(/[^\w-]/g, '')}.json`);
    fs.writeFileSync(file, JSON.stringify(graph.arch));
    return { ...graph, file };
}

let goldens = null;

// Of every golden program that compiles, but those that are copied to be compiled.
export function goldenGraphs(pluto) {
    goldens ??= (async () => {
        const cases = findCases().filter((c) => !c.make);
        const graphs = await inParallel(cases, WIDTH, async (c) => {
            const r = await runPluto(pluto, ['graph', c.sources, '--format', 'json']);
            if (r.status !== 0) return null;
            const arch = JSON.parse(r.stdout);
            return stored({ name: `${c.area}-${c.name}`, arch });
        });
        return graphs.filter(Boolean);
    })();
    return goldens;
}

// The graphs in a format: [{ ...graph, text }].
export async function drawn(pluto, graphs, format) {
    return inParallel(graphs, WIDTH, async (graph) => {
        const r = await runPluto(pluto, ['graph', '--from', graph.file, '--format', format]);
        if (r.status !== 0) throw new Error(`${graph.name} as ${format}: exit ${r.status}\n${r.stderr}`);
        return { ...graph, text: r.stdout };
    });
}

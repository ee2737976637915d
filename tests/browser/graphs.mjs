// Programs and graphs that the page is tested with. Deterministic: the same graph at each run.

export const program = {
    'index.ts': `import { Function, KVStore, Router, SageMaker } from "@plutolang/pluto";
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";
import { read } from "./notes";

const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/llama:2";
const llama = new SageMaker("llama", image, { instanceType: "ml.g5.2xlarge" });

new Function(async (id: string) => {
  const model = new SageMakerEndpoint({ endpointName: llama.endpointName } as any);
  return model.invoke(\`Summarise: \${await read(id)}\`);
}, "summary");

const api = new Router("api");
api.get("/notes/:id", async ({ params }) => ({ statusCode: 200, body: await read(params.id) }));
`,
    'notes.ts': `import { KVStore } from "@plutolang/pluto";

/* Where notes are kept. */
export const notes = new KVStore("notes");
export const read = (id: string) => notes.get(id);
`,
};

const place = (file, line, column) => ({ file, line, column });

// `n` resources in modules of about twenty: routers whose routes start functions, which use stores of
// their own module and one of another, and now and then invoke each other.
export function graph(n) {
    const resources = [], edges = [];
    const add = (kind, name, file, line, more = {}) => {
        const id = `${kind}/${name}`;
        resources.push({ id, kind, name, arguments: {}, ...more, source: place(file, line, 7) });
        return id;
    };
    const link = (from, to, type, operation, file, line, more = {}) => edges.push({
        from, to, type, operation, ...more, evidence: [{ ...place(file, line, 3), note: `uses ${operation}` }],
    });
    const stores = [];
    for (let m = 0; resources.length < n; m++) {
        const file = `src/part${m}.ts`, room = Math.min(20, n - resources.length);
        const router = add('Router', `api${m}`, file, 1);
        const mine = [];
        for (let s = 0; s < Math.max(1, Math.floor(room / 5)); s++) mine.push(add('KVStore', `store${m}-${s}`, file, 3 + s));
        stores.push(mine[0]);
        for (let f = 0; mine.length + 1 + f < room; f++) {
            const fn = add('Function', `api${m}-get-item${f}`, file, 20 + 3 * f, {
                handler: { ...place(file, 20 + 3 * f, 20), export: `item${f}` }, environment: [],
            });
            link(router, fn, 'trigger', 'get', file, 20 + 3 * f, { arguments: { path: `/item${f}` } });
            link(fn, mine[f % mine.length], 'call', f % 3 ? 'get' : 'set', file, 21 + 3 * f);
            if (f % 4 === 0) link(fn, stores[(m * 7 + f) % stores.length], 'call', 'delete', file, 22 + 3 * f);
        }
    }
    const key = (e) => [e.from, e.to, e.type, e.operation].join('\u0000');
    const unique = [...new Map(edges.map((e) => [key(e), e])).values()];
    unique.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return { version: 1, project: 'shop', stack: 'dev', resources, edges: unique };
}

// Names that would like to be something else.
export const hostileNames = [
    '</script><img src=x onerror=alert(1)>', '${alert(1)}', `"'><svg onload=alert(1)>`, '<!--<script>', 'javascript:alert(1)',
    '&lt;b&gt;', 'a~b&c=d#e%2F', '\u2028\u2029\u202e', ']]><script>alert(1)</script>', '<img src=http://example.com/x.png>',
];

export function hostile() {
    const resources = hostileNames.flatMap((name) => [
        { id: `KVStore/${name}`, kind: 'KVStore', name, arguments: { options: { note: name } }, source: place(`src/${name}.ts`, 1, 1) },
        { id: `Function/${name}`, kind: 'Function', name, arguments: {}, handler: { ...place('src/index.ts', 2, 1), export: name },
            environment: [name], source: place('src/index.ts', 2, 1) },
    ]);
    const edges = hostileNames.map((name) => ({
        from: `Function/${name}`, to: `KVStore/${name}`, type: 'call', operation: 'get',
        evidence: [{ ...place(`src/${name}.ts`, 1, 1), note: `calls ${name}` }],
    }));
    edges.sort((a, b) => (a.from < b.from ? -1 : 1));
    return { version: 1, project: hostileNames[0], stack: hostileNames[2], resources, edges };
}

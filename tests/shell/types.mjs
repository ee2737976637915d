// The types of @plutolang/pluto, before TypeScript's own compiler: they hold what the table of kinds holds and
// nothing else, with a comment on all of it; programs that pluto compiles pass, wrong ones are refused at the
// place; and whatever passes under the npm package's own types passes under these.

import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { REPO, check, equal, exec, run, test, write } from './harness.mjs';

const OURS = path.join(REPO, 'runtime/client/index.d.ts');
const THEIRS = path.join(REPO, 'tests/start/npm-sdk/node_modules/@plutolang/pluto/dist/index.d.ts');
const NO_MODULE = 2307; // libraries are not installed here; what is imported from them is any value

const documents = new Map(); // the library of TypeScript is read once
function compile(files, { types = OURS, strict = true } = {}) {
    const options = {
        target: ts.ScriptTarget.ES2022, lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], module: ts.ModuleKind.Preserve,
        moduleResolution: ts.ModuleResolutionKind.Bundler, noEmit: true, skipLibCheck: types !== OURS, strict,
        allowJs: true, resolveJsonModule: true, experimentalDecorators: true, jsx: ts.JsxEmit.Preserve,
        types: ['node'], typeRoots: [path.join(REPO, 'tests/node_modules/@types')], paths: { '@plutolang/pluto': [types] },
    };
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile;
    host.getSourceFile = (name, ...rest) => {
        if (!name.includes('/node_modules/')) return read(name, ...rest);
        if (!documents.has(name)) documents.set(name, read(name, ...rest));
        return documents.get(name);
    };
    return ts.createProgram(files, options, host);
}

// "file:line:column TS2307 message" of each error that is not of a missing library.
function errors(files, options) {
    return ts.getPreEmitDiagnostics(compile(files, options)).filter((d) => d.code !== NO_MODULE || /'\./.test(d.messageText)).map((d) => {
        const at = d.file?.getLineAndCharacterOfPosition(d.start);
        return { file: d.file?.fileName, line: at?.line + 1, column: at?.character + 1, text: ts.flattenDiagnosticMessageText(d.messageText, ' ') };
    });
}

const shown = (list) => list.map((e) => `${e.file}:${e.line}:${e.column} ${e.text}`).join('\n');

// ---- The table of kinds -----------------------------------------------------------------------------

const kinds = JSON.parse(run(REPO, ['kinds', '--json']).out).kinds;
const program = compile([OURS]);
const checker = program.getTypeChecker();
const exported = new Map(
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(OURS))).map((s) => [s.name, s]));
const doc = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)) || symbol.getJsDocTags(checker).map((t) => t.name).join();

function documented(what, symbol) {
    check(`${what} is missing`, symbol);
    check(`${what} has no comment`, doc(symbol).length > 0);
    return symbol;
}

const members = (name) => checker.getDeclaredTypeOfSymbol(exported.get(name)).getProperties();
const constructors = (name) => {
    const value = checker.getTypeOfSymbol(exported.get(name));
    return value.getConstructSignatures();
};

test('every kind has its parameters, options, operations and properties, with a comment, and no others', {}, () => {
    for (const kind of kinds) {
        documented(kind.name, exported.get(kind.name));
        const [made, ...more] = constructors(kind.name);
        equal(`${kind.name}: constructors`, more.length, 0);
        equal(`${kind.name}: parameters`, made.parameters.map((p) => p.name), kind.parameters.map((p) => p.name));
        for (const [i, p] of kind.parameters.entries()) {
            const node = made.parameters[i].valueDeclaration;
            // Options of which there are none yet are said to be none by their type.
            const type = checker.getTypeOfSymbol(made.parameters[i]).getNonNullableType();
            documented(`${kind.name}: ${p.name}`, p.fields?.length === 0 ? type.symbol : made.parameters[i]);
            equal(`${kind.name}: ${p.name} is required`, !node.questionToken, p.required === true);
        }
        const wanted = [...kind.operations.filter((op) => op.role !== 'library'), ...kind.properties];
        const own = members(kind.name);
        equal(`${kind.name}: members`, own.map((m) => m.name).sort(), wanted.map((m) => m.name).sort());
        for (const member of own) documented(`${kind.name}.${member.name}`, member);
    }
});

// The table's fields beside the members of an interface.
function fieldsAgree(what, fields, name) {
    const own = members(name);
    equal(what, own.map((m) => m.name).sort(), fields.map((f) => f.name).sort());
    for (const field of fields) {
        const member = documented(`${what}.${field.name}`, own.find((m) => m.name === field.name));
        const type = checker.typeToString(checker.getNonNullableType(checker.getTypeOfSymbol(member)));
        equal(`${what}.${field.name} may be left out`, (member.flags & ts.SymbolFlags.Optional) !== 0, !field.required);
        for (const choice of field.choices ?? []) check(`${what}.${field.name}: ${choice}`, type.includes(`"${choice}"`), type);
        if (field.type !== 'any') equal(`${what}.${field.name}: false`, /\bfalse\b/.test(type), field.orFalse === true);
        const simple = { number: 'number', boolean: 'boolean', environment: 'Readonly<' }[field.type];
        if (simple === 'boolean') equal(`${what}.${field.name}`, type, 'boolean');
        else if (simple) check(`${what}.${field.name}`, type.startsWith(simple) || type === 'EnvironmentVariables', type);
        // Bounds are said where there are any.
        if (field.maximum) check(`${what}.${field.name}: ${field.maximum}`, doc(member).includes(String(field.maximum)), doc(member));
    }
}

test('options are those of the table: names, types, choices, bounds', {}, () => {
    for (const kind of kinds) {
        const options = kind.parameters.find((p) => p.fields);
        if (options) fieldsAgree(`${kind.name} options`, options.fields, `${kind.name}Options`);
    }
    const variants = kinds.find((k) => k.name === 'SageMaker').parameters.at(-1).fields.find((f) => f.name === 'variants');
    fieldsAgree('a variant', variants.fields, 'SageMakerVariant');
});

test('comments say the permission that follows, and the default', {}, () => {
    for (const kind of kinds)
        for (const op of kind.operations.filter((o) => o.role === 'client')) {
            const said = doc(members(kind.name).find((m) => m.name === op.name));
            for (const action of op.actions) check(`${kind.name}.${op.name}: ${action}`, said.includes(action), said);
        }
    for (const kind of kinds)
        for (const field of kind.parameters.find((p) => p.fields)?.fields ?? []) {
            const value = field.doc.match(/(?:^|[ `])([\w.]+)`? unless given/)?.[1];
            if (!value || value === 'size') continue;
            const member = members(`${kind.name}Options`).find((m) => m.name === field.name);
            const tag = member.getJsDocTags(checker).find((t) => t.name === 'default');
            check(`${kind.name} ${field.name}: ${value}`, ts.displayPartsToString(tag?.text).includes(value) || field.type === 'any', ts.displayPartsToString(tag?.text));
        }
});

test('exported are the kinds and the vocabulary that pluto knows, and nothing more', {}, () => {
    const source = fs.readFileSync(path.join(REPO, 'arch/kind.c'), 'utf8');
    const vocabulary = [...source.match(/SDK_TYPES\[\] = \{([^}]*)\}/)[1].matchAll(/"(\w+)"/g)].map((m) => m[1]);
    equal('exports', [...exported.keys()].sort(), [...kinds.map((k) => k.name), ...vocabulary].sort());
    const version = run(REPO, ['version']).out.trim().split(' ')[1];
    equal('version', fs.readFileSync(OURS, 'utf8').split('\n')[0], `// @plutolang/pluto ${version}`);
});

// ---- Programs that are right ------------------------------------------------------------------------

function* walk(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const inner = path.join(folder, entry.name);
        if (entry.isDirectory() && entry.name !== 'node_modules') yield* walk(inner);
        else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield inner;
    }
}

const golden = path.join(REPO, 'tests/golden');
const isAccepted = (file) => {
    for (let folder = path.dirname(file); folder !== golden; folder = path.dirname(folder))
        if (['edges', 'arch.json', 'text'].some((what) => fs.existsSync(path.join(folder, `expect.${what}`)))) return true;
    return false;
};
const cases = [...walk(golden)].filter(isAccepted);

// What these programs do on purpose, TypeScript refuses whatever the types of the SDK say.
const ON_PURPOSE = {
    'classes/decorated-method': 'a decorator that TypeScript wants typed otherwise',
    'classes/legacy-decorators-inherited': 'decorators from before the language, which its own settings ask for',
    'classes/service': 'a handler that takes a text, and calls itself with one',
    'functions/arguments-object': 'a function of no parameters gets three arguments',
    'modules/type-only': 'a type of a module that does not exist',
    'identity/parts-of-an-application': 'members that a class gets at run time',
    'identity/shared-prompt': 'a class on top of one whose library is not here',
};

test('every program that pluto accepts passes', {}, () => {
    check('cases', cases.length > 200, cases.length);
    const wrong = errors(cases, { strict: false });
    const name = (e) => path.relative(golden, e.file).split('/').slice(0, 2).join('/');
    const unexpected = wrong.filter((e) => !ON_PURPOSE[name(e)]);
    check('not on purpose:', !unexpected.length, shown(unexpected));
    equal('on purpose', [...new Set(wrong.map(name))].sort(), Object.keys(ON_PURPOSE).sort());
});

test('every program that passes with the types of the npm package passes with these', {}, () => {
    check('the npm package is there', fs.existsSync(THEIRS), THEIRS);
    const theirs = new Set(errors(cases, { types: THEIRS, strict: false }).map((e) => `${e.file}:${e.line}`));
    const only = errors(cases, { strict: false }).filter((e) => !theirs.has(`${e.file}:${e.line}`));
    check('refused by these alone:', !only.length, shown(only));
});

const examples = [...walk(path.join(REPO, 'examples'))];

test('the examples pass, strictly', {}, () => {
    const wrong = errors(examples);
    check('ours', !wrong.length, shown(wrong));
    // The npm package no longer knows the older place of the options, which its own examples use.
    const theirs = errors(examples, { types: THEIRS }).filter((e) => !/'\{ name: string; \}' is not assignable to parameter of type 'string'/.test(e.text));
    check('theirs', !theirs.length, shown(theirs));
});

// ```ts right blocks of a page: those with only blank lines between them are one program.
function programsOf(page) {
    const programs = [];
    let end = -1;
    for (const block of page.matchAll(/^```(tsx?|json|yaml|sh) right\n([^]*?)^```$/gm)) {
        const [all, language, text] = block;
        const adjoins = end >= 0 && page.slice(end, block.index).trim() === '';
        const name = text.match(/^(?:\/\/|#) (\S+\.\w+)\n/)?.[1] ?? `index.${language}`;
        if (adjoins && !programs.at(-1)[name]) programs.at(-1)[name] = text;
        else programs.push({ [name]: text });
        end = block.index + all.length;
    }
    return programs;
}

test('the programs of the documentation pass', {}, (root) => {
    const pages = ['README.md', ...fs.readdirSync(path.join(REPO, 'docs'), { recursive: true }).filter((f) => f.endsWith('.md')).map((f) => `docs/${f}`)];
    let count = 0;
    for (const page of pages)
        for (const files of programsOf(fs.readFileSync(path.join(REPO, page), 'utf8')))
            write(path.join(root, page, String(count++)), files);
    for (const folder of fs.readdirSync(root, { recursive: true }).filter((f) => f.endsWith('/index.sh')))
        exec('sh', ['-eu', path.join(root, folder)], { cwd: path.join(root, path.dirname(folder)) });
    check('programs', count > 40, count);
    const wrong = errors([...walk(root)], { strict: false });
    check('docs', !wrong.length, shown(wrong));
    const strict = errors([...walk(path.join(root, 'README.md'))]);
    check('the first page, strictly', !strict.length, shown(strict));
});

test('a route may answer a Response, bytes, JSON, cookies, or what comes in parts', {}, (root) => {
    const file = path.join(root, 'index.ts');
    fs.writeFileSync(file, `import { Router, SageMaker, type RouteAnswer } from "@plutolang/pluto";
const api = new Router("a"), model = new SageMaker("m", "i");
api.get("/1", async () => new Response("text", { status: 201 }));
api.get("/2", () => ({ statusCode: 200, headers: { "x-a": ["1", "2"], "content-length": 3 }, cookies: ["a=b"], body: new Uint8Array(3) }));
api.get("/3", async ({ query }) => (query.json ? { statusCode: 200, body: { list: [1] } } : { statusCode: 204 }));
api.get("/4", async (): Promise<RouteAnswer> => ({ statusCode: 200, body: model.invokeStream({ inputs: "" }) }));
`);
    const wrong = errors([file]);
    check('none is refused', !wrong.length, shown(wrong));
});

// ---- Programs that are wrong ------------------------------------------------------------------------

// The place where each must be refused is marked «».
const WRONG = `
new KVStore("a", { «pointInTimeRecover»: true });
new KVStore("a", { «pointInTimeRecovery»: "yes" });
new KVStore(«1»);
new KVStore(«»);
store.«put»("a", "b");
store.set("a", «1»);
new Function(async () => 1, { «memory»: "512" });
new Function(async () => 1, { «architecture»: "arm" });
new Function(async () => 1, { «url»: true });
new Function(async () => 1, "f", { envs: { «A»: new Date() } });
new Function(«"handler"»);
greet.invoke(«1»);
greet.«invoke»();
greet.invoke("a").then((text) => text.«nothing»);
new Router("r", { «cors»: "all" });
new Router("r", { cors: { «origin»: "*" } });
api.get(«7», async () => ({ statusCode: 200, body: "" }));
api.get("/", «async () => ({ status: 200 })»);
api.get("/", «async () => ({ statusCode: "200", body: "" })»);
api.get("/", async (request) => ({ statusCode: 200, body: request.«queries» }));
api.«options»("/", async () => ({ statusCode: 200, body: "" }));
new SageMaker("m"«»);
new SageMaker("m", "image", { «instanceCount»: "2" });
new SageMaker("m", "image", { variants: [«{}»] });
model.endpointName(«»);
new Website("public", "site", { «platform»: "Netlify" });
new Queue("q").push(«{}»);
new Schedule("s").«cron»("* * * * *");
new Secret("s"«»);
store.«awsTableName» = "mine";
`.trim().split('\n');

test('a wrong option, type, argument or operation is refused at its place', {}, (root) => {
    const start = `import { Function, KVStore, Queue, Router, SageMaker, Schedule, Secret, Website } from "@plutolang/pluto";
const store = new KVStore("s"), api = new Router("a"), model = new SageMaker("m", "i");
const greet = new Function(async (name: string) => \`Hello, \${name}\`);
void [Function, KVStore, Queue, Router, SageMaker, Schedule, Secret, Website, store, api, model, greet];
`;
    const files = WRONG.map((line, i) => [path.join(root, `${i}.ts`), line]);
    for (const [file, line] of files) fs.writeFileSync(file, start + line.replace(/[«»]/g, ''));
    const found = errors(files.map(([file]) => file));
    for (const [file, line] of files) {
        const own = found.filter((e) => e.file === file);
        equal(`${line}: ${shown(own)}`, own.length, 1);
        const from = line.indexOf('«') + 1, to = line.indexOf('»');
        // A call without arguments is refused as a whole.
        const place = line.includes('«»') ? [1, line.length] : [from, to];
        check(`${line}: ${shown(own)}`, own[0].line === 5 && own[0].column >= place[0] && own[0].column <= place[1]);
    }
});

// Pairs of programs, and what must be said of the way from one to the other.
//
// Each row: [name, before, after, exit code, what the text holds, what it does not hold]. Texts are parts of
// lines; the exit code says whether anything widens, and is written by hand.

export const rows = [];

const sdk = 'import { Bucket, Function, KVStore, Queue, Router, Schedule, SageMaker, Secret, Website } from "@plutolang/pluto";\n';
const add = (name, before, after, exit, says, silent = []) =>
    rows.push({ name, before: sdk + before, after: sdk + after, exit, says: [says].flat(), silent: [silent].flat() });

const store = 'const s = new KVStore("s"); const t = new KVStore("t");\n';
const IMAGE = '"763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04"';
const f = (body, name = 'f') => `new Function(async (k: string) => { ${body} }, "${name}", { url: false });\n`;

// ---- No change --------------------------------------------------------------------------------------

add('nothing', '', '', 0, 'no change: the architecture and its permissions are the same');
add('form', `${store}${f('return s.get(k);')}`,
    `// a comment\n\n${store.replaceAll(' = ', '\n  = ')}\nconst read = (k: string) => s.get(k);\n${f('return await read(k);')}`,
    0, 'no change', ['+', '~']);
add('order of options', 'new Function(async () => 1, "f", { memory: 256, url: false });',
    'new Function(async () => 1, "f", { url: false, memory: 256 });', 0, 'no change');
add('another reason', `${store}${f('return s.get(k);')}`, `${store}${f('if (k) await s.get(k); return s.get("x");')}`, 0, 'no change');

// ---- Permissions ------------------------------------------------------------------------------------

const widens = /^permissions widen: /m;
add('an operation more', store + f('await s.get(k);'), store + f('await s.get(k); await s.set(k, "");'), 4,
    ['permissions that widen', '+ Function f  dynamodb:PutItem on KVStore s (KVStoreS.Arn)', 'calls s.set', widens], 'GetItem');
add('an operation less', store + f('await s.get(k); await s.set(k, "");'), store + f('await s.get(k);'), 0,
    ['permissions that narrow', '- Function f  dynamodb:PutItem on KVStore s (KVStoreS.Arn)', /^nothing widens: 1 permission less/m], 'widen:');
add('another resource', store + f('await s.get(k);'), store + f('await t.get(k);'), 4,
    ['+ Function f  dynamodb:GetItem on KVStore t', '- Function f  dynamodb:GetItem on KVStore s']);
add('another function', store + f('await s.get(k);', 'a') + f('', 'b'), store + f('', 'a') + f('await s.get(k);', 'b'), 4,
    ['+ Function b  dynamodb:GetItem on KVStore s', '- Function a  dynamodb:GetItem on KVStore s']);
add('a function that uses something', store, store + f('await s.get(k);'), 4,
    ['+ Function f  dynamodb:GetItem', '+ Function f  index.ts:3:1  writes its own logs'], 'logs:');
add('a function that uses nothing', store, store + f(''), 0, ['+ Function f', 'writes its own logs', 'nothing widens'], 'permissions that');
add('a function less', store + f('await s.get(k);'), store, 0, ['- Function f', '- Function f  dynamodb:GetItem'], 'logs:');
add('an identity handed on', `import { x } from "unseen";\n${store}${f('await s.get(k);')}`,
    `import { x } from "unseen";\n${store}${f('x(s.awsTableName);')}`, 4, ['dynamodb:Query', 'awsTableName'], '+ Function f  dynamodb:GetItem');
add('a call', f('', 'a') + f('', 'b'), 'const a = ' + f('', 'a') + 'new Function(async () => a.invoke(), "b", { url: false });', 4,
    ['+ Function b  lambda:InvokeFunction on Function a', '+ Function b → Function a  invoke']);
add('a model', `const m = new SageMaker("m", ${IMAGE}, { instanceType: "ml.g5.2xlarge" });\n${f('')}`,
    `const m = new SageMaker("m", ${IMAGE}, { instanceType: "ml.g5.2xlarge" });\n${f('await m.invoke({ inputs: k });')}`, 4,
    'sagemaker:InvokeEndpoint on SageMaker m (SageMakerM)');
add("a model's own role", '', `new SageMaker("m", ${IMAGE}, { instanceType: "ml.g5.2xlarge" });`, 4,
    ['+ SageMaker m  cloudwatch:PutMetricData on * only where', '+ SageMaker m  ecr:GetAuthorizationToken'], 'logs:CreateLogGroup on');
add('a kind without a template', `const b = new Bucket("b");\n${f('')}`, `const b = new Bucket("b");\n${f('await b.get(k, "/tmp/x");')}`, 4,
    '+ Function f  s3:GetObject on Bucket b');

const signed = 'const a = new Function(async () => 1, "a", { url: "iam" });\n';
const g = (body) => `new Function(async () => { ${body} }, "g", { url: false });`;
add('a condition falls', signed + g('await fetch(a.url());'), signed + g('await fetch(a.url()); await a.invoke();'), 4,
    ['permissions that widen', '+ Function g  lambda:InvokeFunction on Function a'], 'only where');
add('a condition comes', signed + g('await fetch(a.url()); await a.invoke();'), signed + g('await fetch(a.url());'), 0,
    ['permissions that narrow', '- Function g  lambda:InvokeFunction on Function a'], ['only where', 'that widen']);
add('a signed call', signed + g(''), signed + g('await fetch(a.url());'), 4,
    ['lambda:InvokeFunctionUrl', '+ Function g  lambda:InvokeFunction on Function a', 'only where {"Bool":{"lambda:InvokedViaFunctionUrl"']);

// ---- Ways in ----------------------------------------------------------------------------------------

const urls = {
    none: 'new Function(async () => 1, "f", { url: false });',
    iam: 'new Function(async () => 1, "f", { url: "iam" });',
    anyone: 'new Function(async () => 1, "f");',
};
const way = (from, to) => {
    if (to === 'anyone') return ['becomes public', from === 'iam' ? '~ Function f  function URL, from IAM to anyone' : '+ Function f  function URL, for anyone'];
    if (from === 'anyone') return ['no longer public', to === 'iam' ? '~ Function f  function URL, from anyone to IAM' : '- Function f  function URL, was for anyone'];
    return ['ways in behind IAM', to === 'iam' ? '+ Function f  function URL, for IAM' : '- Function f  function URL, was for IAM'];
};
for (const from of Object.keys(urls))
    for (const to of Object.keys(urls))
        if (from !== to) add(`URL: ${from} to ${to}`, urls[from], urls[to], to === 'anyone' ? 4 : 0, [...way(from, to), '~ Function f', 'options.url']);

const route = (...paths) => `const api = new Router("api");\n${paths.map((p) => `api.get("${p}", async () => ({ statusCode: 200, body: "" }));\n`).join('')}`;
add('a route', route('/a'), route('/a', '/b'), 4,
    ['becomes public', '+ Router api  route GET /b, for anyone  index.ts:4:1', /^something becomes public: 1 way in opens/m], '/a');
add('a route less', route('/a', '/b'), route('/a'), 0, ['no longer public', '- Router api  route GET /b, was for anyone  was index.ts:4:1']);
add('a route elsewhere', route('/a'), route('/b'), 4, ['route GET /b', 'was for anyone']);
add('a website', '', 'new Website("./site", "home");', 4, 'Website home  website, for anyone');
add('a schedule is no way in', `const every = new Schedule("every");\n`, `const every = new Schedule("every");\nevery.cron("0 9 * * *", async () => {});`, 0,
    ['+ Schedule every → Function', 'nothing widens'], 'public');

// ---- Names ------------------------------------------------------------------------------------------

add('a new name', store + f('await s.get(k);', 'a'), store + f('await s.get(k);', 'b'), 0,
    ['~ Function b  renamed from a', 'nothing widens: 1 resource differs'], ['permissions that', 'connections']);
add('a new name for both ends', `const s = new KVStore("old");\n${f('await s.get(k);', 'a')}`, `const s = new KVStore("new");\n${f('await s.get(k);', 'b')}`, 0,
    ['~ KVStore new  renamed from old', '~ Function b  renamed from a'], 'permissions that');
add('a new name for a router', route('/a', '/b'), route('/a', '/b').replace('"api"', '"web"'), 0, '~ Router web  renamed from api', 'public');
add('a new name and more', store + f('await s.get(k);', 'a'), store + f('await s.get(k); await s.set(k, "");', 'b'), 4,
    ['+ Function b', '- Function a', 'dynamodb:PutItem'], 'renamed');
add('a new name and a URL', 'new Function(async () => 1, "a", { url: false });', 'new Function(async () => 1, "b");', 4,
    'becomes public', 'renamed');
add('one of two', store + f('await s.get(k);', 'a') + f('await s.get(k);', 'b'), store + f('await s.get(k);', 'c'), 4, '+ Function c', 'renamed');
add('a secret is not the same under another name', `const a = new Secret("a", "$" + process.env.A);\n${f('await a.get();')}`,
    `const b = new Secret("b", "$" + process.env.A);\n${f('await b.get();')}`, 4, '+ Secret b', 'renamed');

// ---- Arguments --------------------------------------------------------------------------------------

add('options', 'new Function(async () => 1, "f", { url: false, memory: 256, envs: { A: "x", B: process.env.B! } });',
    'new Function(async () => process.env.HOME, "f", { url: false, envs: { A: process.env.A!, C: "z" } });', 0,
    ['options.memory 256 → unset', 'options.envs.A "x" → {"$env":"A"}', 'options.envs.B {"$env":"B"} → unset', 'options.envs.C unset → "z"', 'reads the variable "HOME"']);
add('long values show where they differ', `new Function(async () => 1, "f", { url: false, envs: { A: "${'x'.repeat(200)}1" } });`,
    `new Function(async () => 1, "f", { url: false, envs: { A: "${'x'.repeat(200)}2" } });`, 0, ['xxx1" → …', 'xxx2"'], 'x'.repeat(60));
add('a subscription', 'const q = new Queue("q");\n', 'const q = new Queue("q");\nq.subscribe(async () => {});', 0, ['+ Queue q → Function q-subscribe-1  subscribe']);

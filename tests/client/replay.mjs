// The program runs again: handlers get the keys that the compiler gives them, values the variables that templates
// set, and importing costs next to nothing.

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { Bucket, DEFAULT_FUNCTION_NAME, Function, KVStore, Queue, ReactApp, Router, SageMaker, Schedule, Secret, Tester, Website } from '../../runtime/client/index.mjs';
import { lookup, registered, replaying } from '../../runtime/client/registry.mjs';
import { CLIENT, REPO, check, equal, test } from './harness.mjs';

const flag = process.argv.indexOf('--pluto');
const pluto = path.resolve(flag > 0 ? process.argv[flag + 1] : path.join(REPO, 'build/pluto'));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pluto-client-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

const fn = () => () => 'ran'; // a new one each time

await test('handlers are registered by the keys that the compiler gives', () => {
  check('the program is replayed', replaying());
  const api = new Router('api', { cors: true });
  const jobs = new Queue('jobs');
  const clock = new Schedule('clock');
  const tests = new Tester('all', {});
  equal('the default name', DEFAULT_FUNCTION_NAME, 'default');
  new Function(fn());
  new Function(fn(), 'named');
  new Function(fn(), 'with-options', { memory: 512 });
  new Function(fn(), { name: 'in-options' });
  new Function(fn(), undefined, { name: 'behind' });
  new Function(null, 'not-here');
  api.get('/a', fn());
  api.get('/a', fn()); // the name is taken: by its number
  api.get('/b', null); // not in this package, but it counts
  api.get('/b', fn());
  for (const method of ['post', 'put', 'delete', 'patch', 'head']) api[method]('/a/:id', fn());
  api.all('/*', fn(), true);
  jobs.subscribe(fn());
  jobs.subscribe(null);
  jobs.subscribe(fn());
  new Queue('others').subscribe(fn());
  clock.cron('0 9 * * *', fn());
  tests.it('does what it says', fn());
  equal('keys', registered(), [
    'Function/default', 'Function/named', 'Function/with-options', 'Function/in-options', 'Function/behind',
    'Router/api get /a', 'Router/api get #2', 'Router/api get #4',
    'Router/api post /a/:id', 'Router/api put /a/:id', 'Router/api delete /a/:id', 'Router/api patch /a/:id', 'Router/api head /a/:id',
    'Router/api all /*', 'Queue/jobs subscribe #1', 'Queue/jobs subscribe #3', 'Queue/others subscribe #1',
    'Schedule/clock cron 0 9 * * *', 'Tester/all it does what it says',
  ]);
  for (const wrong of [() => api.get('/c'), () => jobs.subscribe('text'), () => new KVStore(), () => new Router(7)]) {
    let refused = null;
    try {
      wrong();
    } catch (error) {
      refused = error.name;
    }
    equal(String(wrong), refused, 'TypeError');
  }
});

await test('while the program is replayed a value that is not here says what it stands for', () => {
  const api = new Router('site');
  check('an address', new URL(`${api.url()}/path`).hostname.includes('pluto-router-site-url') && api.url().endsWith('.invalid'), api.url());
  check('a name', new KVStore('n').awsTableName.includes('pluto-kvstore-n-aws-table-name'));
  new Website('public', 'site').addEnv('API', api.url());
  new ReactApp('web').addEnv('API', api.url());
  process.env.PLUTO_ROUTER_SITE_URL = 'https://there';
  equal('what is here', api.url(), 'https://there');
  equal('what is known', new KVStore('n').awsPartitionKey, 'Id');
});

await test('when it has been replayed, it is an error', () => {
  equal('the handler', lookup('Router/api get /a')(), 'ran');
  check('replayed', !replaying());
  for (const [what, read] of [
    ['Router/r.url', () => new Router('r').url()],
    ['Function/f.url', () => new Function(null, 'f').url()],
    ['Function/f.awsFunctionName', () => new Function(null, 'f').awsFunctionName],
    ['KVStore/k.awsTableName', () => new KVStore('k').awsTableName],
    ['SageMaker/s.endpointName', () => new SageMaker('s', 'i').endpointName],
    ['SageMaker/s.endpointUrl', () => new SageMaker('s', 'i').endpointUrl()],
    ['Bucket/b.awsBucketName', () => new Bucket('b').awsBucketName],
    ['Queue/q.awsQueueUrl', () => new Queue('q').awsQueueUrl],
    ['Secret/s.awsSecretArn', () => new Secret('s', 'v').awsSecretArn],
    ['Website/w.url', () => new Website('p', 'w').url()],
    ['ReactApp/default.url', () => new ReactApp('p').url()],
  ]) {
    let refused = null;
    try {
      read();
    } catch (error) {
      refused = error;
    }
    check(what, refused?.name === 'MissingResourceError' && refused.message.startsWith(`${what} is not available`), refused);
  }
});

const NAMES = ['notes', 'Notes', 'NOTES', 'my-notes', 'my_notes', 'my.notes', 'a--b', 'a-', 'a_', '7', 'x-1.Y_z'];

await test('values are in the variables that templates set', () => {
  const program = `import { Function, KVStore, Router, SageMaker } from "@plutolang/pluto";
${NAMES.map((name, i) => `const s${i} = new KVStore("${name}"), g${i} = new Function(async () => 1, "f-${name}");`).join('\n')}
const api = new Router("Api"), model = new SageMaker("llama-2.7B", "763104351884.dkr.ecr.us-east-1.amazonaws.com/x:y");
new Function(async () => {
${NAMES.map((name, i) => `  await s${i}.get("k"); await g${i}.invoke();`).join('\n')}
  await model.invoke(1);
  return api.url() + model.endpointUrl() + g0.url();
}, "all");
`;
  fs.mkdirSync(path.join(scratch, 'src'));
  fs.writeFileSync(path.join(scratch, 'src/index.ts'), program);
  fs.writeFileSync(path.join(scratch, 'package.json'), '{"name":"app"}');
  const built = spawnSync(pluto, ['build', scratch, '--no-packages', '--out', path.join(scratch, 'out')], { encoding: 'utf8' });
  check('the program compiles', built.status === 0, built.stderr);
  const { Resources } = JSON.parse(fs.readFileSync(path.join(scratch, 'out/template.json'), 'utf8'));
  const { Variables } = Resources.FunctionAll.Properties.Environment;
  for (const name of Object.keys(Variables)) process.env[name] = `value of ${name}`;
  const used = new Set();
  const value = (text) => {
    check('is set', text?.startsWith('value of '), text);
    used.add(text.slice(9));
  };
  for (const name of NAMES) {
    value(new KVStore(name).awsTableName);
    value(new Function(null, `f-${name}`).awsFunctionName);
  }
  value(new Router('Api').url());
  value(new SageMaker('llama-2.7B', 'i').endpointName);
  value(new SageMaker('llama-2.7B', 'i').endpointUrl());
  value(new Function(null, `f-${NAMES[0]}`).url());
  equal('all of them', [...used].sort(), Object.keys(Variables).filter((name) => name.startsWith('PLUTO_')).sort());
});

await test('importing it, bundled as in packages, takes less than 3 ms and loads nothing of Node.js', () => {
  const esbuild = createRequire(path.join(REPO, 'tests/package.json'))('esbuild');
  const bundle = path.join(scratch, 'bundle.mjs');
  esbuild.buildSync({ entryPoints: [path.join(CLIENT, 'index.mjs')], bundle: true, format: 'esm', platform: 'node', target: 'node22', outfile: bundle });
  const probe = `
    const before = new Set(process.moduleLoadList);
    const started = performance.now(), cpu = process.threadCpuUsage();
    await import(${JSON.stringify(bundle)});
    const used = process.threadCpuUsage(cpu);
    // On a machine that does other things, too, the time of this thread is the time it takes.
    const took = Math.min(performance.now() - started, (used.user + used.system) / 1000);
    const heavy = process.moduleLoadList.filter((name) => !before.has(name) && /^NativeModule (crypto|https?|net|tls|zlib|_http.*|stream.*)$/.test(name));
    console.log(JSON.stringify({ took, heavy }));`;
  const runs = Array.from({ length: 9 }, () => JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', probe], { encoding: 'utf8' })));
  equal('loaded', runs[0].heavy, []);
  const best = Math.min(...runs.map((run) => run.took));
  check('ms', best < 3, best);
});

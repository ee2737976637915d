// `pluto doctor` on machines in every state: what is found, what is said to do, and what is never said or done.

import fs from 'node:fs';
import path from 'node:path';
import { check, equal, exec, expect, pluto, run, test, write } from './harness.mjs';

const program = 'import { KVStore } from "@plutolang/pluto";\nnew KVStore("a");\n';
const ID = 'AKIAIOSFODNN7EXAMPLE', SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';

// A PATH with these programs, each a shell script, and what a script needs.
function machine(root, programs = {}) {
    const bin = path.join(path.dirname(root), `${path.basename(root)}.bin`);
    fs.rmSync(bin, { recursive: true, force: true });
    fs.mkdirSync(bin);
    for (const [name, text] of Object.entries(programs))
        fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return bin;
}

// The findings by what they are about, and everything that was written.
function doctor(root, { env = {}, programs = {}, code = 0, args = [], binary = pluto } = {}) {
    const PATH = machine(root, programs);
    try {
        const own = { PATH, HOME: path.join(root, 'home'), ...env };
        const json = expect(exec(binary, ['doctor', '--json', ...args], { cwd: root, env: own }), code, { err: /^$/ });
        const text = expect(exec(binary, ['doctor', ...args], { cwd: root, env: own }), code, { err: /^$/ });
        const all = Object.fromEntries(JSON.parse(json.out).findings.map((f) => [f.about, f]));
        for (const { says, mend } of Object.values(all)) check(says, text.out.includes(says) && text.out.includes(mend ?? ''), text.out);
        const said = json.out + text.out;
        check('a secret is shown', !said.includes(SECRET) && !said.includes(ID) && !said.includes(ID.slice(-5)), said);
        return { ...all, text: text.out };
    } finally {
        fs.rmSync(PATH, { recursive: true, force: true });
    }
}

function is(found, about, health, says, mend = '') {
    const f = found[about];
    check(about, f?.health === health && f.says.includes(says) && (f.mend ?? '').includes(mend), JSON.stringify(f));
}

test('a new project is well', {}, (root) => {
    expect(run(root, ['new', 'app', '--yes'], { env: { HOME: root } }), 0);
    const found = doctor(root, { args: ['-C', 'app'], env: { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET } });
    for (const about of ['project', 'program', 'types', 'pluto', 'adapters', 'node', 'region', 'credentials']) is(found, about, 'good', '');
    check('signs', found.text.includes('✓ program') && found.text.includes('All that compiling needs is there.'), found.text);
    equal('what deploys', [found.region.onlyToDeploy, found.node.onlyToDeploy], [true, false]);
});

test('no project, and projects that are not well', {}, (root) => {
    is(doctor(root), 'project', 'note', 'there is none', 'pluto new');
    write(root, { 'bad/index.ts': 'new (', 'yml/index.ts': program, 'yml/pluto.yml': 'stakcs: 1\nregion: [\n' });
    is(doctor(root, { args: ['-C', 'bad'], code: 3 }), 'program', 'bad', 'index.ts is rejected: 1 error', '`pluto graph`');
    is(doctor(root, { args: ['-C', 'yml'], code: 3 }), 'project', 'bad', 'its settings', '`pluto graph`');
    is(doctor(root, { args: ['-C', 'nowhere'], code: 3 }), 'project', 'bad', '`nowhere`');
    is(doctor(root, { args: ['-C', 'bad', '-s', 'a b'], code: 3 }), 'project', 'bad', 'not a valid name');
});

test('types that are missing, old, changed, or not found by TypeScript', { 'index.ts': program, 'package.json': '{}' }, (root) => {
    is(doctor(root), 'types', 'note', 'there are none', '`pluto init --types`');
    expect(run(root, ['init', '--types']), 0);
    is(doctor(root), 'types', 'note', 'tsconfig.json does not lead', '"paths"');
    write(root, { 'tsconfig.json': '{ // here\n "compilerOptions": {"paths": {"@plutolang/pluto": ["./types/pluto/index.d.ts"]}}}' });
    is(doctor(root), 'types', 'good', 'of this version');
    const file = path.join(root, 'types/pluto/index.d.ts'), text = fs.readFileSync(file, 'utf8');
    const version = run(root, ['version']).out.trim().split(' ')[1];
    write(root, { 'types/pluto/index.d.ts': `${text}// mine\n` });
    is(doctor(root), 'types', 'note', 'was changed', '`pluto init --types`');
    write(root, { 'types/pluto/index.d.ts': text.replace(version, '0.0.9') });
    is(doctor(root), 'types', 'note', `is of pluto 0.0.9, this is ${version}`, '`pluto init --types`');
    fs.rmSync(path.join(root, 'types'), { recursive: true });
    write(root, { 'node_modules/@plutolang/pluto/package.json': '{}' });
    is(doctor(root), 'types', 'good', 'npm package');
});

// A pluto that has only these parts of what it brings along.
function bare(root, parts = []) {
    const folder = path.join(path.dirname(root), `${path.basename(root)}.pluto`);
    const lib = path.join(path.dirname(fs.realpathSync(pluto)), 'lib/pluto');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(path.join(folder, 'lib/pluto'), { recursive: true });
    fs.copyFileSync(pluto, path.join(folder, 'pluto'));
    for (const part of parts) fs.symlinkSync(path.join(lib, part), path.join(folder, 'lib/pluto', part));
    return path.join(folder, 'pluto');
}

test('what pluto brings along: all of it, without a Node.js on the machine', { 'index.ts': program, 'package.json': '{}' }, (root) => {
    const found = doctor(root);
    is(found, 'adapters', 'good', 'git, live pages, packages, running');
    is(found, 'node', 'good', 'v24.');
    is(found, 'node', 'good', 'comes with pluto; none else is needed');
    is(found, 'bundler', 'good', 'esbuild 0.');
    is(found, 'runtime', 'good', 'x86_64 and arm64');
    is(found, 'tables', 'good', 'DynamoDB');
    write(root, { 'pluto.yml': 'functions:\n  runtime: nodejs22.x\n' });
    is(doctor(root), 'node', 'note', 'on Lambda functions run on Node.js 22', '`runtime: nodejs24.x` in pluto.yml');
});

test('what pluto brings along: parts that are missing', { 'index.ts': program }, (root) => {
    const found = doctor(root, { binary: bare(root) });
    is(found, 'adapters', 'note', '');
    is(found, 'node', 'note', 'packages and `pluto run` do', 'Node.js 24');
    is(found, 'bundler', 'note', 'packages need it', 'install pluto anew');
    is(found, 'runtime', 'note', '`runtime/bootstrap-x86_64` is missing', 'install pluto anew');
    is(found, 'tables', 'note', '`pluto run` needs it for tables', 'install pluto anew');
    equal('each adapter', found.text.match(/adapters/g).length, 4);
    const some = doctor(root, { binary: bare(root, ['esbuild', 'pack', 'runtime', 'pluto-git.so', 'pluto-live.so', 'pluto-pack.so']) });
    is(some, 'adapters', 'note', '`pluto run` need it');
    is(some, 'bundler', 'good', 'esbuild');
    is(some, 'runtime', 'good', '');
    is(some, 'tables', 'note', '');
    fs.rmSync(path.dirname(bare(root)), { recursive: true });
});

test('the port of pluto run', { 'index.ts': program }, (root) => {
    const { port } = doctor(root);
    check('port', /^4600 is (free|in use)/.test(port.says), JSON.stringify(port));
    check('its health', port.health === (port.says.includes('free') ? 'good' : 'note'), JSON.stringify(port));
});

test('Node.js of the machine, where none came along: none, another, one that hangs, one that says nothing', { 'index.ts': program }, (root) => {
    const binary = bare(root);
    const node = (text) => doctor(root, { binary, programs: text ? { node: text } : {} });
    is(node(), 'node', 'note', 'not found', 'Node.js 24');
    is(node('echo v20.1.0'), 'node', 'note', 'functions run on Node.js 24', 'install Node.js 24');
    is(node('echo v22.1.0'), 'node', 'note', 'functions run on Node.js 24', 'nodejs22.x');
    is(node('exit 1'), 'node', 'note', 'does not say its version');
    const start = Date.now();
    is(node('exec /bin/sleep 60'), 'node', 'note', 'does not say its version');
    check('patience', Date.now() - start < 20000);
    write(root, { 'pluto.yml': 'functions:\n  runtime: nodejs22.x\n' });
    is(node('echo v22.1.0'), 'node', 'good', 'v22.1.0');
    const esc = node("printf 'v24\\033[31m'");
    check('control characters', !esc.text.includes('\x1b'), esc.text);
    fs.rmSync(path.dirname(binary), { recursive: true });
});

test('nothing of the project is run, nor in it, nor with its environment', { 'index.ts': program, 'package.json': '{}' }, (root) => {
    const trap = (name) => ({ [`${name}/node`]: `#!/bin/sh\ntouch ${root}/pwned\necho v24.0.0\n`, [`${name}/npm`]: `#!/bin/sh\ntouch ${root}/pwned\n` });
    write(root, { ...trap('.'), ...trap('node_modules/.bin'), ...trap('bin') });
    for (const name of ['node', 'npm']) for (const folder of ['', 'node_modules/.bin', 'bin']) fs.chmodSync(path.join(root, folder, name), 0o755);
    const aside = machine(root, { npm: `pwd; env > ${root}/env` });
    fs.symlinkSync(path.join(root, 'bin'), path.join(aside, 'link'));
    fs.symlinkSync(path.join(root, 'bin/node'), path.join(aside, 'node'));
    const PATH = ['.', '', 'bin', `${root}/node_modules/.bin`, `${aside}/link`, aside, '/usr/bin'].join(':');
    const env = { PATH, HOME: root, AWS_SECRET_ACCESS_KEY: SECRET, NODE_OPTIONS: '--require ./evil.js' };
    const r = expect(run(root, ['doctor', '--json'], { env }), 0);
    const npm = JSON.parse(r.out).findings.find((f) => f.about === 'npm');
    check('the other npm, in /', npm.says.startsWith(`/, ${aside}/npm`), npm.says);
    const given = fs.readFileSync(path.join(root, 'env'), 'utf8');
    check('its environment', !given.includes(SECRET) && !given.includes('NODE_OPTIONS') && !given.includes(`${root}/node_modules`), given);
    equal('run', fs.existsSync(path.join(root, 'pwned')), false);
    fs.rmSync(aside, { recursive: true });
});

test('the package manager of the lock file, and what it installed', { 'index.ts': program, 'package.json': '{}' }, (root) => {
    const all = { node: 'echo v24.0.0', npm: 'echo 11.0.0', pnpm: 'echo 10.1.0', yarn: 'echo 1.22.22' };
    is(doctor(root, { programs: all }), 'npm', 'good', '11.0.0');
    check('nothing to install', !doctor(root, { programs: all }).packages);
    is(doctor(root), 'npm', 'note', 'not found', 'install npm');
    for (const [lock, name, version, state] of [
        ['package-lock.json', 'npm', '11.0.0', '.package-lock.json'], ['yarn.lock', 'yarn', '1.22.22', '.yarn-integrity'],
        ['pnpm-lock.yaml', 'pnpm', '10.1.0', '.modules.yaml'],
    ]) {
        write(root, { [lock]: '' });
        is(doctor(root, { programs: all }), name, 'good', version);
        is(doctor(root, { programs: all }), 'packages', 'note', 'not installed', `${name} install`);
        write(root, { [`node_modules/${state}`]: '' });
        is(doctor(root, { programs: all }), 'packages', 'good', 'installed');
        fs.utimesSync(path.join(root, lock), Date.now() / 1000 + 60, Date.now() / 1000 + 60);
        is(doctor(root, { programs: all }), 'packages', 'note', `older than ${lock}`, `${name} install`);
        fs.rmSync(path.join(root, 'node_modules'), { recursive: true });
    }
    write(root, { 'bun.lock': '' });
    for (const lock of ['pnpm-lock.yaml', 'yarn.lock', 'package-lock.json']) fs.rmSync(path.join(root, lock));
    is(doctor(root, { programs: all }), 'bun', 'note', 'bun.lock is its lock file', 'install bun');
});

test('git\'s identity, from its files and the environment', { 'index.ts': program }, (root) => {
    is(doctor(root), 'git', 'note', 'commits as pluto', 'git config --global user.name');
    write(root, { 'home/.gitconfig': '[user]\n\tname = Ada\n' });
    is(doctor(root), 'git', 'note', '');
    write(root, { 'home/.config/git/config': '[user]\n\temail = ada@example.org\n' });
    is(doctor(root), 'git', 'good', 'Ada <ada@example.org>');
    is(doctor(root, { env: { GIT_AUTHOR_NAME: 'Bob' } }), 'git', 'good', 'Bob <ada@example.org>');
    write(root, { '.git/config': '[core]\n\tbare = false\n[user]\n\tname = Here\n' });
    is(doctor(root), 'git', 'good', 'Here <ada@example.org>');
});

test('the region: pluto.yml, the environment, the profile', { 'index.ts': program }, (root) => {
    is(doctor(root), 'region', 'note', 'none is chosen', 'pluto.yml');
    write(root, { 'home/.aws/config': '[default]\nregion = eu-west-1\n[profile far]\nregion = ap-south-1\n' });
    is(doctor(root), 'region', 'good', `eu-west-1, of ${root}/home/.aws/config:2`);
    is(doctor(root, { env: { AWS_PROFILE: 'far' } }), 'region', 'good', `ap-south-1, of ${root}/home/.aws/config:4`);
    is(doctor(root, { env: { AWS_DEFAULT_REGION: 'us-west-2' } }), 'region', 'good', 'us-west-2, of AWS_DEFAULT_REGION');
    is(doctor(root, { env: { AWS_DEFAULT_REGION: 'us-west-2', AWS_REGION: 'us-east-2' } }), 'region', 'good', 'us-east-2, of AWS_REGION');
    write(root, { 'pluto.yml': 'region: us-east-1\n', 'else/config': '[default]\nregion = sa-east-1\n' });
    is(doctor(root, { env: { AWS_REGION: 'us-east-2' } }), 'region', 'good', 'us-east-1, of pluto.yml');
    fs.rmSync(path.join(root, 'pluto.yml'));
    is(doctor(root, { env: { AWS_CONFIG_FILE: path.join(root, 'else/config') } }), 'region', 'good', 'sa-east-1');
    write(root, { '.aws/config': '[default]\nregion = not-here-1\n' });
    is(doctor(root, { env: { HOME: '' } }), 'region', 'note', 'none');
});

test('where credentials would come from, and no more of a key than four characters', { 'index.ts': program }, (root) => {
    const keys = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET };
    is(doctor(root), 'credentials', 'note', 'none in the environment, and no profile `default`', 'aws configure');
    is(doctor(root, { env: keys }), 'credentials', 'good', `of the environment, key …${ID.slice(-4)}`);
    is(doctor(root, { env: { ...keys, AWS_SESSION_TOKEN: SECRET } }), 'credentials', 'good', ', temporary');
    is(doctor(root, { env: { ...keys, AWS_ACCOUNT_ID: '123456789012' } }), 'credentials', 'good', ', account 123456789012');
    is(doctor(root, { env: { AWS_ACCESS_KEY_ID: ID } }), 'credentials', 'note', '`AWS_SECRET_ACCESS_KEY` is not');
    is(doctor(root, { env: { ...keys, AWS_ACCESS_KEY_ID: 'short' } }), 'credentials', 'good', 'a key');
    is(doctor(root, { env: { AWS_PROFILE: 'nobody' } }), 'credentials', 'note', 'there is no profile `nobody`');
    is(doctor(root, { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' } }), 'credentials', 'note', 'neither encrypted nor on this machine');
    is(doctor(root, { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9' } }), 'credentials', 'good', 'when they are needed');
    is(doctor(root, { env: { AWS_WEB_IDENTITY_TOKEN_FILE: path.join(root, 'index.ts'), AWS_ROLE_ARN: 'arn' } }), 'credentials', 'good', 'role `arn` by the token');
    write(root, {
        'home/.aws/credentials': `[default]\naws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET}\n[half]\naws_access_key_id = ${ID}\n`,
        'home/.aws/config': '[profile role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n'
            + '[profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://x\n'
            + `[profile process]\ncredential_process = touch ${root}/ran\n[profile none]\nregion = x\n`,
    });
    const profile = (name, health, says, mend) => {
        is(doctor(root, { env: { AWS_PROFILE: name } }), 'credentials', health, says, mend);
        is(doctor(root, { args: ['--profile', name], env: keys }), 'credentials', health, says, mend);
    };
    is(doctor(root), 'credentials', 'good', `of profile \`default\` in \`${root}/home/.aws/credentials\`, key …${ID.slice(-4)}`);
    profile('role', 'good', 'of profile `role`, role `arn:aws:iam::1:role/x` by profile `default`');
    profile('sso', 'note', 'was never made on this machine', '`aws sso login --profile sso`');
    profile('process', 'good', 'the program `touch`, which gives them when they are needed');
    profile('none', 'note', 'profile `none` has none');
    profile('half', 'note', `${root}/home/.aws/credentials:5: \`aws_access_key_id\` is set`);
    check('a program was run', !fs.existsSync(path.join(root, 'ran')));
    is(doctor(root, { args: ['--role-arn', 'arn:aws:iam::2:role/y'], env: keys }), 'credentials', 'good', 'of role `arn:aws:iam::2:role/y` by the environment');
    const { credentials, text } = doctor(root, { args: ['--verbose'], env: { AWS_PROFILE: 'role' } });
    check('the way there', credentials.details.includes(`→ role: ${credentials.says.slice(3).split(', which')[0]}`) && credentials.details.every((line) => text.includes(line)), JSON.stringify(credentials));
});

test('files that are no files, and lines without end', { 'index.ts': program }, (root) => {
    fs.mkdirSync(path.join(root, 'home/.aws/config'), { recursive: true });
    write(root, { 'home/.aws/credentials': '\0[\xff'.repeat(1000), 'home/.gitconfig': `[user]\nname = \x1b]0;x\x07\nemail = ${'x'.repeat(5000)}` });
    const found = doctor(root);
    check('no control characters', !/[\x00-\x09\x0b-\x1f\x7f]/.test(found.text));
    is(found, 'credentials', 'note', '');
    check('the program is there', fs.existsSync(pluto));
});

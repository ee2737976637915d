// Programs, containers, machines; and what many threads and a long deployment ask for.

import path from 'node:path';
import { check, equal, test } from './harness.mjs';

const ROLE = 'arn:aws:iam::123456789012:role/r';
const KEYS = { Version: 1, AccessKeyId: 'AKIAPROGRAM000000001', SecretAccessKey: 'of-program' };

// A program that writes this.
function program(w, text, more = '') {
    const file = w.write('bin/my tool', `#!/bin/sh\n${more}\ncat <<'END'\n${typeof text === 'string' ? text : JSON.stringify(text)}\nEND\n`, 0o755);
    w.config(`[profile p]\ncredential_process = "${file}" --for 'a b' $HOME\n`);
}

test('a program', async (w) => {
    program(w, { ...KEYS, SessionToken: 'a/token', Expiration: '2099-01-01T00:00:00Z', AccountId: '123456789012' }, 'printf "%s|" "$@" > "$(dirname "$0")/words"');
    const got = await w.same('--profile', 'p');
    equal('what it is', [got.expires, got.account], [4070908800, '123456789012']);
    equal('its words', w.read('bin/words'), '--for|a b|$HOME|');
});

test('a program that goes wrong tells why, and no secret', async (w) => {
    const secret = 'THE-SECRET-ITSELF';
    for (const [text, more, error] of [
        [KEYS, `echo ${secret}; echo "not logged in" >&2; exit 4`, ':2: `credential_process` ended with code 4: not logged in'],
        [KEYS, `echo 'AWS_SESSION_TOKEN=${secret}' >&2; exit 4`, 'ended with code 4: AWS_SESSION_TOKEN=…'],
        [KEYS, `yes 'one line after the other' | head -50 >&2; echo 'this is why' >&2; exit 4`, 'this is why'],
        [KEYS, 'kill -9 $$', 'was ended by a signal'],
        ['hello', '', 'what `credential_process` wrote is no credentials: it is not a JSON object'],
        [{ ...KEYS, Version: 2, SecretAccessKey: secret }, '', '`Version` is not 1'],
        [{ Version: 1, SecretAccessKey: secret }, '', '`AccessKeyId` is missing'],
        [{ ...KEYS, Expiration: '2020-01-01T00:00:00Z' }, '', 'gave credentials that have ended'],
    ]) {
        program(w, text, more);
        const got = await w.fails(['--profile', 'p'], error);
        check('a secret shows', !JSON.stringify(got).includes(secret), got);
    }
    w.config('[profile p]\ncredential_process = /no/such/program\n');
    await w.bothFail(['--profile', 'p'], ':2: cannot start `/no/such/program`');
});

test('in quotes a command may hold what begins a comment elsewhere', async (w) => {
    const file = w.write('bin/keys', JSON.stringify(KEYS));
    w.config(`[profile p]\ncredential_process = sh -c "true ; cat ${file} # nothing"\nregion = eu-west-1\n`);
    equal('the key', (await w.same('--profile', 'p')).access_key, KEYS.AccessKeyId);
    w.config(`[profile p]\ncredential_process = sh -c 'true ; cat '"${file}" # it's a comment\n`);
    equal('the key', (await w.probe('--profile', 'p')).access_key, KEYS.AccessKeyId);
});

test('a program that reads finds an end, and what it says while it works is not shown', async (w) => {
    program(w, KEYS, 'cat > /dev/null; echo working >&2');
    await w.probe('--profile', 'p');
    equal('the key', (await w.probe('--profile', 'p')).access_key, KEYS.AccessKeyId);
});

test('a configuration that others may write, with a program in it', async (w) => {
    program(w, KEYS);
    check('no warning', !(await w.probe('--profile', 'p')).steps.some((s) => s.warns));
    w.write('.aws/config', w.read('.aws/config'), 0o620);
    check('a warning', (await w.probe('--profile', 'p')).steps.some((s) => s.warns && s.finding.includes('chmod go-w')));
});

// ---- Containers -----------------------------------------------------------------------------------------------------

test('a container', async (w, i) => {
    w.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${i.url}/agent`;
    const got = await w.same();
    equal('what it is', [got.account, got.source], ['210987654321', `the container, whose agent is \`127.0.0.1:${i.port}\``]);
});

test('a container with a token, and with one in a file, which is read each time', async (w, i) => {
    w.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${i.url}/agent`;
    w.env.AWS_CONTAINER_AUTHORIZATION_TOKEN = i.container.token = 'Basic abc';
    await w.same();
    i.container.token = 'Bearer def';
    w.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = w.write('token', 'Bearer def');
    await w.same();
    w.write('token', 'a\r\nHost: example.com');
    await w.bothFail([], 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE holds a token with a line end');
    w.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = '/nowhere';
    await w.bothFail([], 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: cannot read `/nowhere`');
});

test('a container whose agent is somebody else, refuses, or says something else', async (w, i) => {
    for (const url of ['http://example.com/x', `http://localhost@example.com:${i.port}/agent`, 'http://169.254.169.254/']) {
        w.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = url;
        await w.bothFail([], 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
    }
    w.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${i.url}/agent`;
    i.container.token = 'wanted';
    await w.bothFail([], 'gave no credentials: status 401');
    i.container.token = '';
    i.container.body = [200, { code: 'Oops', message: 'no role' }];
    await w.bothFail([], 'Oops: no role');
    i.container.body = [200, '[]'];
    await w.fails([], 'it is not a JSON object');
    equal('nobody asked with what is not theirs', i.asked('agent').every((t) => t === ''), true);
});

// ---- Machines -------------------------------------------------------------------------------------------------------

const onMachine = (w, i) => Object.assign(w.env, { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: `${i.url}/` });

test('a machine, by the second version of its service', async (w, i) => {
    onMachine(w, i);
    const got = await w.same();
    equal('what it is', [got.source, got.region], ['the EC2 instance, role `worker`', 'eu-west-1']);
    equal('its region is not asked for', i.asked('machine').includes('GET /meta-data/placement/region'), false);
});

test('a machine tells its region where nobody else does', async (w, i) => {
    onMachine(w, i);
    delete w.env.AWS_DEFAULT_REGION;
    equal('region', (await w.probe()).region, 'eu-central-1');
    i.machine.region = 'evil.example.com/';
    equal('no region', (await w.probe()).region, '');
});

test('a machine is asked last', async (w, i) => {
    onMachine(w, i);
    w.credentials(`[default]\n${i.user('AKIADEFAULT000000001', 'abc')}`);
    await w.same();
    equal('asked', i.log, []);
});

test('a machine without the second version, without a role, or that is not to be asked', async (w, i) => {
    onMachine(w, i);
    i.machine.v2 = false;
    let got = await w.fails([], 'no credentials: none in the environment');
    check('why', got.steps.some((s) => s.finding === 'no metadata service of version 2: status 403'), got.steps);
    equal('never by version 1', i.asked('machine'), ['PUT /api/token']);
    i.machine = { ...i.machine, v2: true, role: '' };
    got = await w.bothFail([], 'no credentials');
    check('why', got.steps.some((s) => s.finding === 'the instance has no role'), got.steps);
    i.log = [];
    w.env.AWS_EC2_METADATA_DISABLED = 'TRUE';
    await w.bothFail([], 'no credentials');
    equal('not asked', i.log, []);
});

test('a machine whose service does not answer is not waited for', async (w, i) => {
    onMachine(w, i);
    i.faults = [() => true];
    const start = Date.now();
    const got = await w.fails([], 'no credentials');
    check('soon', Date.now() - start < 20_000, `${Date.now() - start} ms`);
    check('why', got.steps.some((s) => s.finding.startsWith('nobody answers at')), got.steps);
});

// ---- Time and threads -----------------------------------------------------------------------------------------------

function byRole(w, i, seconds) {
    w.config(`[profile a]\nrole_arn = ${ROLE}\nsource_profile = a\n${i.user('AKIASELF000000000001', 'abc')}`);
    i.roles.set(ROLE, { seconds });
}

test('many threads ask once', async (w, i) => {
    byRole(w, i, 3600);
    check('keys', (await w.probe('--profile', 'a', '--times', '32')).access_key);
    equal('asked', i.asked('sts').length, 1);
    i.roles.clear();
    i.log = [];
    await w.fails(['--profile', 'a', '--times', '32'], 'AccessDenied');
    equal('asked', i.asked('sts').length, 1);
});

test('what has ended is found anew', async (w, i) => {
    byRole(w, i, 2);
    const got = await w.probe('--profile', 'a', '--wait', '2500', '--times', '8');
    check('keys', got.second?.access_key, got);
    equal('asked', i.asked('sts').length, 2);
    check('it ends later', got.second.expires > got.expires, got);
});

test('what lives is not asked for again, but where AWS refused it', async (w, i) => {
    byRole(w, i, 3600);
    await w.probe('--profile', 'a', '--wait', '50');
    equal('asked', i.asked('sts').length, 1);
    i.log = [];
    const got = await w.probe('--profile', 'a', '--wait', '50', '--force');
    check('keys', got.second?.access_key, got);
    equal('asked', i.asked('sts').length, 2);
    i.log = [];
    await w.probe('--profile', 'a', '--wait', '50', '--force', '--times', '32');
    equal('asked by many', i.asked('sts').length, 2);
});

test('files that somebody renews are read again where AWS refused what they had', async (w) => {
    const file = (id) => w.credentials(`[default]\naws_access_key_id = ${id}\naws_secret_access_key = abc\n`);
    file('AKIAOLD0000000000001');
    const waiting = w.probe('--wait', '800', '--force');
    setTimeout(() => file('AKIANEW0000000000001'), 400);
    const got = await waiting;
    equal('the keys', [got.access_key, got.second.access_key], ['AKIAOLD0000000000001', 'AKIANEW0000000000001']);
});

test('steps say where it was looked, and no secret', async (w, i) => {
    byRole(w, i, 3600);
    const got = await w.probe('--profile', 'a');
    equal('the first', got.steps[0], { place: 'environment', finding: 'left out: --profile was given', won: false, warns: false });
    equal('who won', got.steps.filter((s) => s.won).map((s) => s.place), ['role']);
    const said = JSON.stringify(got.steps);
    for (const secret of [got.secret_key, got.token, 'abc"', got.access_key]) check('a secret', !said.includes(secret), said);
    check('the file', said.includes(path.join(w.home, '.aws/config')), said);
});

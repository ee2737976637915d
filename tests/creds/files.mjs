// Keys in the environment and in the files: pluto finds what botocore finds, and in bad files more than it tells.

import fs from 'node:fs';
import path from 'node:path';
import { check, equal, test } from './harness.mjs';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00001', AWS_SECRET_ACCESS_KEY: 'of the environment'.replaceAll(' ', '/') };

test('the environment, with everything it may hold', async (w) => {
    w.env = { ...w.env, ...KEYS, AWS_SESSION_TOKEN: 'a/token==', AWS_ACCOUNT_ID: '123456789012', AWS_CREDENTIAL_EXPIRATION: '2099-01-01T00:00:00Z' };
    const got = await w.same();
    equal('what it is', [got.source, got.account, got.expires], ['the environment', '123456789012', 4070908800]);
});

test('half a pair in the environment', async (w, i) => {
    w.credentials(`[default]\n${i.user('AKIADEFAULT000000001', 'abc')}`);
    w.env.AWS_ACCESS_KEY_ID = 'AKIA';
    await w.bothFail([], 'environment: `AWS_ACCESS_KEY_ID` is set and `AWS_SECRET_ACCESS_KEY` is not', 'set both');
});

test('empty variables are not set', async (w, i) => {
    w.credentials(`[default]\n${i.user('AKIADEFAULT000000001', 'abc')}`);
    Object.assign(w.env, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: '' });
    delete w.env.AWS_PROFILE; // botocore takes an empty one for a name
    await w.same();
});

for (const [what, env, args, from] of [
    ['keys of the environment above AWS_PROFILE', { ...KEYS, AWS_PROFILE: 'dev' }, [], 'the environment'],
    ['--profile above the environment', KEYS, ['--profile', 'dev'], 'profile `dev`'],
    ['AWS_PROFILE', { AWS_PROFILE: 'dev' }, [], 'profile `dev`'],
    ['AWS_DEFAULT_PROFILE', { AWS_DEFAULT_PROFILE: 'dev' }, [], 'profile `dev`'],
    ['no profile is the default', {}, [], 'profile `default`'],
]) {
    test(`the order: ${what}`, async (w, i) => {
        w.credentials(`[default]\n${i.user('AKIADEFAULT000000001', 'abc')}[dev]\n${i.user('AKIADEV0000000000001', 'def')}`);
        Object.assign(w.env, env);
        check('where from', (await w.same(...args)).source.startsWith(from));
    });
}

test('the two variables for the profile: AWS_PROFILE counts, and a warning is given', async (w, i) => {
    w.credentials(`[one]\n${i.user('AKIAONE0000000000001', 'abc')}[two]\n${i.user('AKIATWO0000000000001', 'def')}`);
    Object.assign(w.env, { AWS_PROFILE: 'one', AWS_DEFAULT_PROFILE: 'two' });
    const got = await w.probe();
    equal('the key', got.access_key, 'AKIAONE0000000000001');
    check('a warning', got.steps.some((s) => s.warns && s.place === 'AWS_DEFAULT_PROFILE'), got.steps);
    w.env.AWS_DEFAULT_PROFILE = 'one';
    check('no warning', !(await w.probe()).steps.some((s) => s.warns));
});

test('the credentials file above the configuration, setting by setting', async (w) => {
    w.config('[profile a]\naws_access_key_id = AKIACONFIG0000000001\naws_secret_access_key = of-config\nregion = eu-west-3\n');
    w.credentials('[a]\naws_access_key_id = AKIACREDENTIALS00001\naws_secret_access_key = of-credentials\n');
    delete w.env.AWS_DEFAULT_REGION;
    const got = await w.same('--profile', 'a');
    equal('key and region', [got.access_key, got.region], ['AKIACREDENTIALS00001', 'eu-west-3']);
    w.credentials(`${w.read('.aws/credentials')}region = eu-south-2\n`);
    const theirs = await w.peer.ask({ env: w.env, profile: 'a', setting: 'region' });
    equal('the region in both', [(await w.probe('--profile', 'a')).region, theirs.setting], ['eu-south-2', 'eu-south-2']);
});

test('names in quotes, other files, `~` and variables in their paths', async (w) => {
    w.write('x/conf', '[profile "a b"]\naws_access_key_id = AKIACONFIG0000000001\naws_secret_access_key = abc\n');
    w.env.AWS_CONFIG_FILE = '~/x/conf';
    await w.same('--profile', 'a b');
    w.env.AWS_CONFIG_FILE = '$HOME/x/conf';
    await w.same('--profile', 'a b');
    w.env.AWS_CONFIG_FILE = '${HOME}/x/conf';
    await w.same('--profile', 'a b');
});

test('files that are not there, folders and devices are empty', async (w) => {
    Object.assign(w.env, KEYS, { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: w.home });
    await w.same();
    await w.fails(['--profile', 'a'], 'there is no profile `a`, which --profile names');
});

test('a byte order mark and line ends of other systems', async (w) => {
    w.credentials('\ufeff[default]\r\naws_access_key_id = AKIADEFAULT000000001\r\naws_secret_access_key = abc\r\n');
    equal('the secret', (await w.probe()).secret_key, 'abc');
});

test('`[DEFAULT]` in capitals is a part of every section of its file', async (w, i) => {
    const keys = i.user('AKIADEFAULT000000001', 'abc');
    w.config(`[DEFAULT]\n${keys}region = eu-north-1\n[profile a]\noutput = json\n[profile b]\nregion = eu-west-3\n`);
    equal('the region', (await w.same('--profile', 'a')).region, 'eu-west-1'); // AWS_DEFAULT_REGION
    delete w.env.AWS_DEFAULT_REGION;
    equal('the region', (await w.probe('--profile', 'a')).region, 'eu-north-1');
    equal('its own', (await w.same('--profile', 'b')).region, 'eu-west-3');
    await w.bothFail(['--profile', 'DEFAULT'], 'there is no profile `DEFAULT`', '');
    w.config(`[DEFAULT]\n${keys}`);
    w.credentials(`[DEFAULT]\n${keys}[c]\n`);
    await w.same('--profile', 'c');
    await w.bothFail([], 'no credentials', '');
});

// What the suites of AWS's C library are made of: where botocore takes a file, pluto reads the same from it.
const corpus = new URL('../fuzz/corpus/aws_ini/', import.meta.url).pathname;
const DIFFER = new Map([
    // botocore takes what stands behind a blank and `#` or `;` for a part of the value.
    ...['continued_property_pound_comment', 'mixed_comment', 'pound_comment', 'semicolon_comment', 'empty_comment'].map((name) => [name, 'comments']),
    // botocore takes a setting without a name where it is nested.
    ['illegal_continuation3', 'nameless'],
    // botocore takes nothing of a file that says something twice.
    ...['duplicate_profiles', 'duplicate_properties', 'continuation_reseton_new_profile'].map((name) => [name, 'twice']),
]);

test('the files of the C library: the same profiles, or the same refusal', async (w) => {
    let compared = 0;
    for (const file of fs.readdirSync(corpus).filter((name) => name.startsWith('config-'))) {
        const name = file.slice('config-'.length), text = fs.readFileSync(path.join(corpus, file));
        fs.rmSync(path.join(w.home, '.aws'), { recursive: true, force: true });
        w.config(text);
        const profile = name === 'default_profile' ? 'default' : /\[profile\s+(\w+)/.exec(text)?.[1] ?? 'default';
        const ours = await w.probe('--look', '--profile', profile, '--setting', '-', 'name');
        const theirs = await w.peer.ask({ env: w.env, profile, setting: 'name' });
        const refused = /:\d+: /.test(ours.error ?? '');
        if (!['twice', 'nameless'].includes(DIFFER.get(name))) equal(`${name} is refused`, refused, /ParseError/.test(theirs.error ?? ''));
        if (DIFFER.has(name) || refused) continue;
        equal(name, ours.setting ?? '', theirs.setting ?? '');
        compared++;
    }
    check('files that were compared', compared > 12, String(compared));
});

test('settings of services are found, and of no other section', async (w) => {
    w.config('[profile p]\nservices = mine\nregion = eu-north-1\n[services mine]\ns3 =\n  endpoint_url = https://s3\n');
    equal('of s3', (await w.probe('--look', '--profile', 'p', '--setting', 's3', 'endpoint_url')).setting, 'https://s3');
    equal('of sts', (await w.probe('--look', '--profile', 'p', '--setting', 'sts', 'endpoint_url')).setting, '');
});

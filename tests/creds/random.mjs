// Files and environments at random, the same ones each time: pluto finds what botocore finds, or neither finds anything.
// SEED=n: others; CASES=n: more.

import { check, equal, test } from './harness.mjs';

const SEED = Number(process.env.SEED ?? 7), CASES = Number(process.env.CASES ?? 100);
const NAMES = ['default', 'a', 'b', 'c', 'd'];

// xorshift: small, and good enough to shuffle settings.
function dice(seed) {
    let state = (seed * 2654435761 + 1) >>> 0 || 1;
    const next = () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 0) / 2 ** 32;
    };
    return { chance: (p) => next() < p, pick: (list) => list[Math.floor(next() * list.length)] };
}

function keysOf(d, i, name) {
    const id = `AKIA${name.toUpperCase()}${'0'.repeat(16 - name.length)}`;
    const both = i.user(id, `secret/of/${name}`);
    return d.chance(0.9) ? both : both.split('\n')[d.chance(0.5) ? 0 : 1] + '\n';
}

function profileOf(d, w, i, name) {
    const lines = [];
    if (d.chance(0.35)) lines.push(keysOf(d, i, name));
    if (d.chance(0.5)) {
        const arn = `arn:aws:iam::123456789012:role/${name}`;
        i.roles.set(arn, { webToken: 'a-token' });
        lines.push(`role_arn = ${arn}\n`);
        if (d.chance(0.85)) lines.push(`source_profile = ${d.pick(NAMES)}\n`);
        if (d.chance(0.15)) lines.push(`credential_source = ${d.pick(['Environment', 'EcsContainer', 'environment', 'Moon'])}\n`);
        if (d.chance(0.15)) lines.push('duration_seconds = 1200\n');
    }
    if (d.chance(0.15)) lines.push(`web_identity_token_file = ${d.pick(['token', 'none']).replace(/^/, `${w.home}/`)}\n`);
    if (d.chance(0.2)) lines.push(`credential_process = ${w.home}/give ${name}\n`);
    if (d.chance(0.3)) lines.push('region = eu-west-1\n');
    if (d.chance(0.1)) lines.push('s3 =\n  addressing_style = path\n');
    return lines.sort(() => (d.chance(0.5) ? 1 : -1)).join('');
}

// Writes a home and an environment; gives what pluto is called with.
function world(d, w, i) {
    w.write('token', 'a-token');
    w.write('give', '#!/bin/sh\necho "{\\"Version\\":1,\\"AccessKeyId\\":\\"AKIAPROCESS0000$1\\",\\"SecretAccessKey\\":\\"s\\"}"\n', 0o755);
    let config = '', credentials = '';
    for (const name of NAMES) {
        if (d.chance(0.75)) config += `[${name === 'default' && d.chance(0.7) ? '' : 'profile '}${name}]\n${profileOf(d, w, i, name)}`;
        if (d.chance(0.25)) credentials += `[${name}]\n${keysOf(d, i, `${name}x`)}`;
    }
    w.config(config);
    w.credentials(credentials);
    i.user('AKIAENVIRONMENT00001', 'of-env');
    if (d.chance(0.3)) Object.assign(w.env, { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00001', AWS_SECRET_ACCESS_KEY: 'of-env' });
    if (d.chance(0.2)) Object.assign(w.env, { AWS_WEB_IDENTITY_TOKEN_FILE: `${w.home}/token`, AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/env' });
    i.roles.set('arn:aws:iam::123456789012:role/env', { webToken: 'a-token' });
    if (d.chance(0.2)) w.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${i.url}/agent`;
    if (d.chance(0.3)) w.env.AWS_PROFILE = d.pick(NAMES);
    return d.chance(0.5) ? ['--profile', d.pick(NAMES)] : [];
}

test(`${CASES} homes at random`, async (w, i) => {
    const found = { keys: 0, none: 0 };
    for (let n = 0; n < CASES; n++) {
        w.reset();
        const args = world(dice(SEED * 1000 + n), w, i);
        const ours = await w.probe(...args);
        const theirs = await w.peer.ask({ env: w.env, profile: args[1] ?? null });
        const told = () => `case ${n}: ${args.join(' ')} ${JSON.stringify(w.env)}\n${w.read('.aws/config')}--\n${w.read('.aws/credentials')}\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`;
        check('who has keys', Boolean(ours.access_key) === Boolean(theirs.access_key), told());
        if (ours.access_key) check('the same keys', ours.access_key === theirs.access_key && ours.token === theirs.token, told());
        found[ours.access_key ? 'keys' : 'none']++;
    }
    check('both ends are met', found.keys > CASES / 4 && found.none > CASES / 10, JSON.stringify(found));
    equal('servers', i.faults, []);
});

// Lines as people and programs write them, and as nobody does; nothing twice, and no comments behind values, which
// botocore reads in another way (files.mjs).
function grammar(d) {
    const lines = [], sections = new Set();
    const names = ['name', 'region', 'Output', 'other', 'role', 'more'];
    for (let n = 0; n < 12; n++) {
        const indent = d.pick(['', '', '', '  ', '    ', '\t']);
        const kind = d.pick(['header', 'setting', 'setting', 'setting', 'block', 'comment', 'more', 'odd']);
        if (kind === 'header' || (n === 0 && d.chance(0.9))) {
            const name = ['profile x', 'profile "y z"', 'default', 'profile w', 'services s', 'preview'].find((one) => !sections.has(one) && d.chance(0.6));
            if (!name) continue;
            sections.add(name);
            lines.push(`${d.chance(0.9) ? '' : indent}[${name}]${d.pick(['', '', ' ', ' # why', ';why'])}`);
        } else if (kind === 'setting' && names.length) {
            lines.push(`${indent}${names.pop()}${d.pick([' = ', '=', ' : ', ':', '\t=\t'])}${d.pick(['value', 'a=b', 'a:b', 'x#y', 'two words', '"quoted"', ''])}${d.pick(['', ' ', '\t'])}`);
        } else if (kind === 'block' && names.length) {
            lines.push(`${indent}${names.pop()} =`, `${indent}  inner = value`);
        } else if (kind === 'comment') {
            lines.push(`${indent}${d.pick(['#', ';', '# [profile x]', '; name = no'])}`);
        } else if (kind === 'more' && d.chance(0.5)) {
            lines.push(`${indent}  extra${n} = of it`);
        } else if (kind === 'odd' && d.chance(0.15)) {
            lines.push(d.pick(['odd', '= odd', '[', '[profile x', ']']));
        }
    }
    return `${lines.join(d.pick(['\n', '\n', '\r\n']))}\n`;
}

test(`${CASES * 2} configurations at random`, async (w) => {
    const found = { read: 0, refused: 0 };
    w.credentials('');
    for (let n = 0; n < CASES * 2; n++) {
        const d = dice(SEED * 7000 + n), text = grammar(d);
        w.config(text);
        const profile = d.pick(['x', 'y z', 'default', 'w']), setting = d.pick(['name', 'region', 'output', 'other', 'role', 'more']);
        const ours = await w.probe('--look', '--profile', profile, '--setting', '-', setting);
        const theirs = await w.peer.ask({ env: w.env, profile, setting });
        const told = () => `case ${n}: ${profile} ${setting}\n${text}\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`;
        const refused = /:\d+: /.test(ours.error ?? '');
        check('who refuses it', refused === /ParseError/.test(theirs.error ?? ''), told());
        check('who has the profile', /no profile/.test(ours.error ?? '') === /ProfileNotFound/.test(theirs.error ?? '') || !/^there is/.test(ours.error ?? ''), told());
        if (ours.setting !== undefined && theirs.setting !== undefined && ours.region !== '?') equal(told(), ours.setting, theirs.setting);
        found[refused ? 'refused' : 'read']++;
    }
    check('both are met', found.read > CASES && found.refused > CASES / 10, JSON.stringify(found));
});

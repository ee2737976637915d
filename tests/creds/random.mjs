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

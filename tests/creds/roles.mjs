// Roles: by other profiles, by places, by tokens, with everything that may stand in their way.

import fs from 'node:fs';
import path from 'node:path';
import { check, equal, test } from './harness.mjs';

const role = (name) => `arn:aws:iam::123456789012:role/${name}`;

// A profile `a` that assumes role/r with the keys of `base`.
function byBase(w, i, more = '') {
    w.config(`[profile a]\nrole_arn = ${role('r')}\nsource_profile = base\n${more}`);
    w.credentials(`[base]\n${i.user('AKIABASE000000000001', 'a secret'.replace(' ', '+'))}`);
    i.roles.set(role('r'), { by: 'AKIABASE000000000001' });
}

test('a role by another profile', async (w, i) => {
    byBase(w, i);
    const got = await w.same('--profile', 'a');
    equal('account', got.account, '123456789012');
    equal('where from', got.source, `profile \`a\`, role \`${role('r')}\` by profile \`base\` in \`${w.home}/.aws/credentials\``);
    const [ours] = i.asked('sts');
    equal('what was signed', [ours.by, ours.region, ours.service], ['AKIABASE000000000001', 'eu-west-1', 'sts']);
    check('a session name of our own', /^pluto-\d+$/.test(ours.RoleSessionName), ours.RoleSessionName);
    check('it ends', Math.abs(got.expires - Date.now() / 1000 - 3600) < 10, String(got.expires));
});

test('everything that a profile may say of its role', async (w, i) => {
    byBase(w, i, 'external_id = id / of & somebody+else\nrole_session_name = ada@example.com\nduration_seconds = 1800\n');
    i.roles.get(role('r')).externalId = 'id / of & somebody+else';
    await w.same('--profile', 'a');
    const [ours, theirs] = i.asked('sts');
    equal('what was asked', ours, theirs);
});

test('a chain of roles, each asked for by the one before', async (w, i) => {
    byBase(w, i);
    w.config(`[profile c]\nrole_arn = ${role('top')}\nsource_profile = b\n[profile b]\nrole_arn = ${role('middle')}\nsource_profile = a\n`
        + `[profile a]\nrole_arn = ${role('r')}\nsource_profile = base\n`);
    for (const name of ['middle', 'top']) i.roles.set(role(name), {});
    await w.same('--profile', 'c');
    const asked = i.asked('sts').slice(0, 3);
    equal('the order', asked.map((q) => q.RoleArn), [role('r'), role('middle'), role('top')]);
    check('by temporary keys', asked[1].by.startsWith('ASIA') && asked[2].by.startsWith('ASIA') && asked[1].by !== asked[2].by, asked);
});

test('a profile that is its own source', async (w, i) => {
    w.config(`[profile a]\nrole_arn = ${role('r')}\nsource_profile = a\n${i.user('AKIASELF000000000001', 'abc')}`);
    i.roles.set(role('r'), { by: 'AKIASELF000000000001' });
    await w.same('--profile', 'a');
});

test('a source with keys and a role gives its keys', async (w, i) => {
    w.config(`[profile a]\nrole_arn = ${role('r')}\nsource_profile = b\n[profile b]\nrole_arn = ${role('q')}\nsource_profile = a\n${i.user('AKIASOURCE0000000001', 'abc')}`);
    i.roles.set(role('r'), { by: 'AKIASOURCE0000000001' });
    await w.same('--profile', 'a');
});

test('circles, sources that are missing, two sources, none', async (w) => {
    const cases = [
        [`[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n`, 'go round in a circle: `a`, `b`, `a`'],
        [`[profile a]\nrole_arn = r\nsource_profile = a\n`, 'go round in a circle: `a`, `a`'],
        [`[profile a]\nrole_arn = r\nsource_profile = gone\n`, ':2: there is no profile `gone`, the `source_profile` of `a`'],
        [`[profile a]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n`, 'has both `source_profile` and `credential_source`'],
        [`[profile a]\nrole_arn = r\n`, '`role_arn` without `source_profile` or `credential_source`'],
        [`[profile a]\nrole_arn = r\ncredential_source = Nowhere\n`, '`Nowhere` is no `credential_source`'],
        [`[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nregion = x\n`, 'profile `b` has no credentials, and profile `a` takes them from there'],
    ];
    for (const [text, error] of cases) {
        w.config(text);
        await w.bothFail(['--profile', 'a'], error);
    }
});

test('by the environment, as the source of a profile', async (w, i) => {
    i.user('AKIAENVIRONMENT00001', 'abc');
    i.roles.set(role('r'), { by: 'AKIAENVIRONMENT00001' });
    w.config(`[profile a]\nrole_arn = ${role('r')}\ncredential_source = Environment\n`);
    Object.assign(w.env, { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00001', AWS_SECRET_ACCESS_KEY: 'abc' });
    await w.same('--profile', 'a');
});

test('by container and machine, as the sources of profiles', async (w, i) => {
    i.roles.set(role('r'), {});
    w.config(`[profile c]\nrole_arn = ${role('r')}\ncredential_source = EcsContainer\n[profile m]\nrole_arn = ${role('r')}\ncredential_source = Ec2InstanceMetadata\n`);
    Object.assign(w.env, { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${i.url}/agent`, AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: i.url });
    await w.same('--profile', 'c');
    await w.same('--profile', 'm');
});

test('--role-arn on top of what is found, with its external id', async (w, i) => {
    byBase(w, i);
    i.roles.set(role('top'), { externalId: 'theirs' });
    const got = await w.probe('--profile', 'a', '--role-arn', role('top'), '--external-id', 'theirs');
    equal('asked', i.asked('sts').map((q) => [q.RoleArn, q.ExternalId]), [[role('r'), undefined], [role('top'), 'theirs']]);
    check('where from', got.source.startsWith(`role \`${role('top')}\` by profile \`a\`, role`), got.source);
    const error = `AWS did not let \`${role('top')}\` be assumed: AccessDenied: User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole`;
    await w.fails(['--profile', 'a', '--role-arn', role('top')], error, 'trust policy');
});

// ---- MFA ------------------------------------------------------------------------------------------------------------

const SERIAL = 'arn:aws:iam::123456789012:mfa/ada';
function withDevice(w, i) {
    byBase(w, i, `mfa_serial = ${SERIAL}\n`);
    i.roles.get(role('r')).mfa = { serial: SERIAL, code: '012345' };
}

test('an MFA code, which does not show', async (w, i) => {
    withDevice(w, i);
    const got = await w.typed(['012345'], '--profile', 'a');
    check('keys', got.access_key?.startsWith('ASIA'), got);
    check('the prompt', got.tty.includes(`MFA code of ${SERIAL}: `), got.tty);
    check('nothing shows', !got.tty.includes('012345') && got.echo, got.tty);
});

test('an MFA code that is none is asked for again', async (w, i) => {
    withDevice(w, i);
    const got = await w.typed(['12', '', '9\x7f01\x7f12345'], '--profile', 'a');
    check('keys', got.access_key?.startsWith('ASIA'), got);
    check('told', got.tty.split('It has six digits.').length === 3, got.tty);
});

test('an MFA code that AWS refuses', async (w, i) => {
    withDevice(w, i);
    const got = await w.typed(['999999'], '--profile', 'a');
    check('told', got.error.includes('MultiFactorAuthentication failed'), got);
    equal('asked once', i.asked('sts').length, 1);
});

test('an MFA code is asked for once, for the AWS CLI as well', async (w, i) => {
    byBase(w, i, `mfa_serial = ${SERIAL}\nexternal_id = "quoted" \\ id\nduration_seconds = 3600\n`);
    Object.assign(i.roles.get(role('r')), { mfa: { serial: SERIAL, code: '012345' }, externalId: '"quoted" \\ id' });
    const got = await w.typed(['012345'], '--profile', 'a');
    check('keys', got.access_key?.startsWith('ASIA'), got);
    equal('without a terminal', (await w.probe('--profile', 'a')).access_key, got.access_key);
    equal('asked', i.asked('sts').length, 1);
    const [file] = fs.readdirSync(path.join(w.home, '.aws/cli/cache'));
    equal('its mode', fs.statSync(path.join(w.home, '.aws/cli/cache', file)).mode & 0o777, 0o600);
    const cli = await w.cli('sts', 'get-caller-identity', '--profile', 'a', '--output', 'json');
    check('the AWS CLI finds it', cli.code === 0, cli.err);
    equal('the AWS CLI', JSON.parse(cli.out).UserId, got.access_key);
    equal('still asked once', i.asked('sts').map((q) => q.Action), ['AssumeRole', 'GetCallerIdentity']);
    w.write(`.aws/cli/cache/${file}`, w.read(`.aws/cli/cache/${file}`).replace(/"Expiration":"[^"]*"/, `"Expiration":"${new Date(Date.now() + 60e3).toISOString()}"`));
    await w.fails(['--profile', 'a'], 'asks for a code');
});

test('roles without a code are kept nowhere', async (w, i) => {
    byBase(w, i);
    await w.probe('--profile', 'a');
    equal('files', fs.readdirSync(path.join(w.home, '.aws')), ['config', 'credentials']);
});

test('Ctrl-C where an MFA code is asked for leaves the terminal as it was', async (w, i) => {
    withDevice(w, i);
    const got = await w.typed(['\x03'], '--profile', 'a');
    equal('told', [got.error, got.echo], ['no MFA code was given', true]);
    equal('nobody asked', i.asked('sts').length, 0);
});

test('a signal that ends it where an MFA code is asked for leaves the terminal as it was', async (w, i) => {
    withDevice(w, i);
    const got = await w.atTerminal(['kill'], '--profile', 'a');
    equal('ended by the signal', [got.code, got.echo], [-15, true]);
    equal('nobody asked', i.asked('sts').length, 0);
});

test('an MFA code is never waited for where nobody is', async (w, i) => {
    withDevice(w, i);
    await w.fails(['--profile', 'a'], `asks for a code of the MFA device \`${SERIAL}\`, and there is no terminal`, 'run pluto on a terminal');
});

// ---- Tokens ---------------------------------------------------------------------------------------------------------

test('a web identity of the environment, not signed', async (w, i) => {
    i.roles.set(role('web'), { webToken: 'ey.J/+ =' });
    Object.assign(w.env, { AWS_WEB_IDENTITY_TOKEN_FILE: w.write('token', 'ey.J/+ ='), AWS_ROLE_ARN: role('web'), AWS_ROLE_SESSION_NAME: 'ci-7' });
    await w.same();
    const [ours, theirs] = i.asked('sts');
    equal('what was asked', ours, theirs);
    i.roles.get(role('web')).webToken = 'another';
    await w.bothFail([], 'InvalidIdentityToken: The web identity token that was passed could not be validated');
});

test('a web identity of the profile, beside one of the environment', async (w, i) => {
    i.roles.set(role('web'), { webToken: 'of-profile' });
    w.config(`[profile a]\nrole_arn = ${role('web')}\nweb_identity_token_file = ${w.write('token', 'of-profile')}\n`);
    Object.assign(w.env, { AWS_WEB_IDENTITY_TOKEN_FILE: w.write('other', 'x'), AWS_ROLE_ARN: role('other') });
    await w.same('--profile', 'a');
});

test('a web identity as the source of a role', async (w, i) => {
    i.roles.set(role('web'), { webToken: 'of-profile' }).set(role('r'), {});
    w.config(`[profile a]\nrole_arn = ${role('r')}\nsource_profile = b\n[profile b]\nrole_arn = ${role('web')}\nweb_identity_token_file = ${w.write('token', 'of-profile')}\n`);
    await w.same('--profile', 'a');
});

test('a token that is not there, is empty, or has no role', async (w) => {
    Object.assign(w.env, { AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token', AWS_ROLE_ARN: role('web') });
    await w.bothFail([], 'AWS_WEB_IDENTITY_TOKEN_FILE: cannot read `/nowhere/token`');
    w.env.AWS_WEB_IDENTITY_TOKEN_FILE = w.write('token', '\n');
    await w.fails([], 'token` is empty');
    delete w.env.AWS_ROLE_ARN;
    await w.bothFail([], 'AWS_WEB_IDENTITY_TOKEN_FILE names a token, and no role for it', 'AWS_ROLE_ARN');
});

// ---- Faults ---------------------------------------------------------------------------------------------------------

test('STS is asked again where that may help', async (w, i) => {
    byBase(w, i);
    const faults = [
        (what, response, send) => (send(500, 'x'), true),
        (what, response, send) => (send(503, 'x'), true),
        (what, response) => (response.socket.destroy(), true),
    ];
    i.faults = [...faults];
    check('keys', (await w.probe('--profile', 'a')).access_key);
    equal('asked', [i.asked('sts').length, i.faults.length], [1, 0]);
    i.faults = [(what, response, send) => (send(400, '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>'), true)];
    check('keys', (await w.probe('--profile', 'a')).access_key);
});

test('a clock that is wrong is set right by that of STS', async (w, i) => {
    byBase(w, i);
    for (const hours of [1, -1]) {
        i.skew = hours * 3600e3;
        const got = await w.probe('--profile', 'a');
        check('keys', got.access_key, got);
    }
});

test('STS that answers with something else', async (w, i) => {
    byBase(w, i);
    for (const [status, body, error] of [
        [200, 'hello', 'STS answered with something that is no credentials'],
        [200, '<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>', 'STS answered with something that is no credentials'],
        [200, '<!DOCTYPE x [<!ENTITY a "b">]><AssumeRoleResponse/>', 'STS answered with something that is no credentials'],
        [403, 'hello', 'status 403'],
        [403, '<ErrorResponse><Error><Code>\u009b2J</Code><Message>\u001b]0;x\u0007</Message></Error></ErrorResponse>', ''],
    ]) {
        i.faults = [(what, response, send) => (send(status, body), true)];
        const got = await w.fails(['--profile', 'a'], error);
        check('nothing that a terminal obeys', !/[\x00-\x1f\x7f-\x9f]/.test(got.error), got.error);
    }
});

test('keys that AWS does not know, or that have ended', async (w, i) => {
    byBase(w, i);
    w.credentials('[base]\naws_access_key_id = AKIAUNKNOWN000000001\naws_secret_access_key = abc\n');
    await w.bothFail(['--profile', 'a'], 'InvalidClientTokenId', 'AWS does not know the key');
    w.credentials('[base]\naws_access_key_id = AKIABASE000000000001\naws_secret_access_key = wrong\n');
    await w.bothFail(['--profile', 'a'], 'SignatureDoesNotMatch', 'the secret key does not fit');
    const old = i.issue('old', -5);
    w.credentials(`[base]\naws_access_key_id = ${old.id}\naws_secret_access_key = ${old.secret}\naws_session_token = ${old.token}\n`);
    await w.bothFail(['--profile', 'a'], 'ExpiredToken', 'renew them');
});

test('nobody at STS', async (w, i) => {
    byBase(w, i);
    w.env.AWS_ENDPOINT_URL_STS = 'http://127.0.0.1:1';
    await w.fails(['--profile', 'a'], '127.0.0.1');
    w.env.AWS_ENDPOINT_URL_STS = 'http://sts.example.com';
    await w.fails(['--profile', 'a'], 'is not encrypted, and not on this machine');
    equal('nobody asked', i.asked('sts').length, 0);
});

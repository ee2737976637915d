// Logins: IAM Identity Center with its sessions, and `aws login`.

import { createHash, generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { check, equal, test } from './harness.mjs';

const sha1 = (text) => createHash('sha1').update(text).digest('hex');
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const stamp = (seconds) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z/, 'Z');

const START = 'https://corp.awsapps.com/start/#';
const SESSION = `[profile s]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin Role\nregion = eu-west-1\n`
    + `[sso-session corp]\nsso_start_url = ${START}\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n`;
const LEGACY = `[profile s]\nsso_start_url = ${START}\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Admin Role\n`;

// A login that was made with `aws sso login`, with `left` seconds to live.
function logIn(w, i, { left = 3600, name = 'corp', more = {} } = {}) {
    i.sso.tokens.set('access-0', Date.now() + left * 1000);
    i.sso.roles.add('123456789012 Admin Role');
    i.sso.refresh = { clientId: 'client', clientSecret: 'a "secret"', token: 'refresh-0' };
    const file = `.aws/sso/cache/${sha1(name)}.json`;
    w.write(file, JSON.stringify({ startUrl: START, region: 'eu-west-1', accessToken: 'access-0', expiresAt: stamp(left), clientId: 'client',
        clientSecret: 'a "secret"', registrationExpiresAt: stamp(86400), refreshToken: 'refresh-0', ...more }));
    return file;
}

test('SSO with a session', async (w, i) => {
    w.config(SESSION);
    logIn(w, i);
    const got = await w.same('--profile', 's');
    equal('what it is', [got.source, got.account], ['profile `s`, SSO session `corp`, role `Admin Role`', '123456789012']);
    equal('asked', i.asked('sso')[0], { token: 'access-0', role_name: 'Admin Role', account_id: '123456789012' });
    equal('not renewed', i.asked('oidc').length, 0);
});

test('SSO as it was before there were sessions', async (w, i) => {
    w.config(LEGACY);
    logIn(w, i, { name: START });
    await w.same('--profile', 's');
});

test('a login that is to be renewed, and nobody is there to ask', async (w, i) => {
    w.config(SESSION);
    w.env.AWS_ENDPOINT_URL_SSO_OIDC = 'http://127.0.0.1:9';
    logIn(w, i, { left: -60 });
    await w.bothFail(['--profile', 's'], 'cannot connect to `127.0.0.1:9`', '');
    logIn(w, i, { left: 60 });
    check('the minute that is left', (await w.probe('--profile', 's')).access_key);
});

test('an account without a role, or a role without an account', async (w, i) => {
    w.credentials(`[s]\n${i.user('AKIAOTHER00000000001', 'abc')}`);
    for (const [without, key] of [[/sso_role_name.*\n/, 'sso_role_name'], [/sso_account_id.*\n/, 'sso_account_id']]) {
        w.config(SESSION.replace(without, ''));
        await w.bothFail(['--profile', 's'], `config:3: profile \`s\` signs in by SSO, and has no \`${key}\``, '`aws configure sso --profile s`');
    }
});

test('without a home folder nothing of a project is taken for a login', async (w, i) => {
    w.config(SESSION);
    const file = logIn(w, i), project = path.join(w.home, 'project');
    fs.mkdirSync(path.join(project, '.aws/sso/cache'), { recursive: true });
    fs.renameSync(path.join(w.home, file), path.join(project, file));
    Object.assign(w.env, { HOME: '', AWS_CONFIG_FILE: path.join(w.home, '.aws/config') });
    w.cwd = project;
    await w.fails(['--profile', 's'], 'was never made on this machine');
    equal('asked', i.asked('sso').length, 0);
});

test('SSO as the source of a role', async (w, i) => {
    w.config(`${SESSION}[profile a]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = s\n`);
    logIn(w, i);
    i.roles.set('arn:aws:iam::1:role/r', {});
    await w.same('--profile', 'a');
});

test('an SSO token that has not long to live is renewed, and written for all tools', async (w, i) => {
    w.config(SESSION);
    const file = logIn(w, i, { left: 60 });
    check('keys', (await w.probe('--profile', 's')).access_key);
    equal('renewed', i.asked('oidc'), [{ clientId: 'client', clientSecret: 'a "secret"', grantType: 'refresh_token', refreshToken: 'refresh-0' }]);
    equal('asked with the new one', i.asked('sso').map((q) => q.token), ['access-1']);
    const kept = JSON.parse(w.read(file));
    equal('the file', [kept.accessToken, kept.refreshToken, kept.clientSecret, kept.startUrl, kept.region], ['access-1', 'refresh-1', 'a "secret"', START, 'eu-west-1']);
    equal('its mode', fs.statSync(path.join(w.home, file)).mode & 0o777, 0o600);
    equal('nothing else', fs.readdirSync(path.join(w.home, '.aws/sso/cache')).length, 1);
    await w.same('--profile', 's');
    equal('once', i.asked('oidc').length, 1);
});

test('an SSO token that has ended is renewed as well', async (w, i) => {
    w.config(SESSION);
    logIn(w, i, { left: -7200 });
    await w.same('--profile', 's');
});

test('an SSO token that cannot be renewed and still lives is used', async (w, i) => {
    w.config(SESSION);
    logIn(w, i, { left: 60 });
    i.sso.refresh = null;
    const got = await w.probe('--profile', 's');
    check('keys', got.access_key, got);
    equal('asked', [i.asked('oidc').length, i.asked('sso')[0].token], [1, 'access-0']);
});

test('SSO logins that are of no use say how to log in', async (w, i) => {
    const again = '`aws sso login --profile s`';
    w.config(SESSION);
    await w.bothFail(['--profile', 's'], 'the SSO login of profile `s` was never made on this machine', again);
    logIn(w, i, { left: -60, more: { refreshToken: undefined } });
    await w.bothFail(['--profile', 's'], 'the SSO login of profile `s` has ended', again);
    logIn(w, i, { left: -60, more: { registrationExpiresAt: stamp(-60) } });
    await w.bothFail(['--profile', 's'], 'the SSO login of profile `s` has ended', again);
    logIn(w, i, { left: -60 });
    i.sso.refresh = null;
    await w.bothFail(['--profile', 's'], 'the SSO login of profile `s` has ended', again);
    logIn(w, i, { more: { expiresAt: 'soon' } });
    await w.bothFail(['--profile', 's'], '.json`: its `expiresAt` is not a time', again);
    w.write(`.aws/sso/cache/${sha1('corp')}.json`, 'not JSON');
    await w.bothFail(['--profile', 's'], '.json`: it is not a JSON object', again);
    logIn(w, i);
    i.sso.tokens.clear();
    await w.bothFail(['--profile', 's'], 'AWS does not take its token', again);
    logIn(w, i);
    i.sso.roles.clear();
    await w.bothFail(['--profile', 's'], 'SSO does not give profile `s` the role `Admin Role` in account 123456789012: No access');
});

test('SSO settings that do not fit', async (w) => {
    for (const [text, error] of [
        [SESSION.replace('[sso-session corp]', '[sso-session other]'), 'there is no `[sso-session corp]`'],
        [SESSION.replace('sso_session = corp', 'sso_session = corp\nsso_region = us-east-1'), '`sso_region` of profile `s` is another than that of'],
        [LEGACY.replace('sso_region = eu-west-1', ''), 'signs in by SSO, and has no `sso_region`'],
        [LEGACY.replace(`sso_start_url = ${START}`, ''), 'signs in by SSO, and has no `sso_start_url`'],
    ]) {
        w.config(text);
        await w.bothFail(['--profile', 's'], error);
    }
});

// ---- aws login ------------------------------------------------------------------------------------------------------

const USER = 'arn:aws:iam::123456789012:user/ada';

function signIn(w, i, { left = 900, more = {}, folder = '.aws/login/cache' } = {}) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const made = i.issue('first', left);
    i.login.refresh = { key: privateKey, clientId: 'arn:aws:signin:::devtools/same-device', token: 'refresh-0' };
    w.config(`[profile l]\nlogin_session = ${USER}\nregion = eu-west-1\n`);
    const file = `${folder}/${sha256(USER)}.json`;
    w.write(file, JSON.stringify({ accessToken: { accessKeyId: made.id, secretAccessKey: made.secret, sessionToken: made.token, accountId: '123456789012', expiresAt: stamp(left) },
        tokenType: 'aws_sigv4', clientId: i.login.refresh.clientId, refreshToken: 'refresh-0', idToken: 'of somebody',
        dpopKey: privateKey.export({ type: 'sec1', format: 'pem' }), ...more }));
    return { file, made };
}

test('a login that lives', async (w, i) => {
    const { made } = signIn(w, i);
    const got = await w.probe('--profile', 'l');
    equal('the keys', [got.access_key, got.secret_key, got.token, got.account], [made.id, made.secret, made.token, '123456789012']);
    equal('where from', got.source, `profile \`l\`, login \`${USER}\``);
    equal('nobody asked', i.log, []);
});

test('a login in a folder of its own', async (w, i) => {
    const { made } = signIn(w, i, { folder: 'elsewhere' });
    w.env.AWS_LOGIN_CACHE_DIRECTORY = path.join(w.home, 'elsewhere');
    equal('the key', (await w.probe('--profile', 'l')).access_key, made.id);
});

test('a login that has ended is renewed with a proof, and written for all tools', async (w, i) => {
    for (const left of [60, -3600]) {
        const { file, made } = signIn(w, i, { left });
        const got = await w.probe('--profile', 'l');
        check('new keys', got.access_key && got.access_key !== made.id, got);
        const kept = JSON.parse(w.read(file));
        equal('the file', [kept.accessToken.accessKeyId, kept.accessToken.accountId, kept.refreshToken, kept.idToken, kept.tokenType],
            [got.access_key, '123456789012', i.login.refresh.token, 'of somebody', 'aws_sigv4']);
        check('its end', Math.abs(Date.parse(kept.accessToken.expiresAt) - Date.now() - 900e3) < 10e3, kept.accessToken.expiresAt);
        equal('its mode', fs.statSync(path.join(w.home, file)).mode & 0o777, 0o600);
        equal('the second time', (await w.probe('--profile', 'l')).access_key, got.access_key);
    }
    equal('renewed', i.asked('signin').length, 2);
});

test('two that renew the same login at once both have keys', async (w, i) => {
    const { file, made } = signIn(w, i, { left: -60 });
    const other = i.issue('other', 900);
    for (const when of [0, 200]) {
        i.login.refresh.refuse = 'TOKEN_EXPIRED';
        i.login.refresh.meanwhile = () => setTimeout(() => {
            const kept = JSON.parse(w.read(file));
            Object.assign(kept.accessToken, { accessKeyId: other.id, secretAccessKey: other.secret, sessionToken: other.token, expiresAt: stamp(900) });
            w.write(file, JSON.stringify(kept));
        }, when);
        equal('the key', (await w.probe('--profile', 'l')).access_key, other.id);
        signIn(w, i, { left: -60 });
    }
    i.login.refresh.refuse = undefined;
    i.login.refresh.meanwhile = undefined;
    const all = await Promise.all([1, 2, 3, 4].map(() => w.probe('--profile', 'l')));
    check('all have keys', all.every((one) => one.access_key && one.access_key !== made.id), all);
});

test('a login that cannot be renewed and still lives is used', async (w, i) => {
    const { made } = signIn(w, i, { left: 60 });
    i.login.refresh.refuse = 'TOKEN_EXPIRED';
    equal('the key', (await w.probe('--profile', 'l')).access_key, made.id);
});

test('logins that are of no use say how to log in', async (w, i) => {
    const again = '`aws login --profile l`';
    for (const [refuse, error, hint] of [
        ['TOKEN_EXPIRED', 'the login of profile `l` has ended', again],
        ['USER_CREDENTIALS_CHANGED', 'the password was changed since', again],
        ['INSUFFICIENT_PERMISSIONS', 'may not be renewed', '`signin:CreateOAuth2Token`'],
    ]) {
        signIn(w, i, { left: -60 });
        i.login.refresh.refuse = refuse;
        await w.fails(['--profile', 'l'], error, hint);
    }
    signIn(w, i, { left: -60, more: { refreshToken: undefined } });
    await w.fails(['--profile', 'l'], 'has ended', again);
    signIn(w, i, { left: -60, more: { dpopKey: 'no key' } });
    await w.fails(['--profile', 'l'], 'has ended', again);
    const { file } = signIn(w, i);
    w.write(file, '{}');
    await w.fails(['--profile', 'l'], 'its cache file is of another form', again);
    w.write(file, 'x');
    await w.fails(['--profile', 'l'], 'its cache file is no JSON object', again);
    fs.rmSync(path.join(w.home, file));
    await w.fails(['--profile', 'l'], 'was never made on this machine', again);
});

// Whoever hands out credentials, on one port of this machine: STS, IAM Identity Center and its logins, `aws login`, a
// container's agent, EC2's metadata service. Strict: what a real one would refuse is refused here, in its words.
//
// Keys are made of what was asked for, so that whoever asks the same gets the same.

import { createHash, createPublicKey, verify as verifyWith } from 'node:crypto';
import http from 'node:http';
import { readRequest, queryMap } from '../fakecfn/wire/request.mjs';
import { verify } from '../fakecfn/wire/sigv4.mjs';

const hash = (text) => createHash('sha256').update(text).digest('hex');
const later = (seconds) => new Date(Date.now() + seconds * 1000);
const stamp = (date) => date.toISOString().replace(/\.\d+Z/, 'Z');

export class Issuers {
    constructor() {
        this.server = http.createServer((request, response) => this.#serve(request, response));
        // A client that goes away in the middle is a part of some tests.
        this.server.on('clientError', (error, socket) => socket.destroy());
    }

    async open() {
        await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
        this.port = this.server.address().port;
        this.url = `http://127.0.0.1:${this.port}`;
        this.reset();
        return this;
    }

    close() {
        this.server.closeAllConnections();
        this.server.close();
    }

    reset() {
        this.log = []; // [what, details]
        this.keys = new Map(); // key id → {secret, token, expires}
        this.roles = new Map(); // ARN → {by, externalId, mfa, webToken, seconds}
        this.seconds = 3600; // that what is given lives
        this.sso = { tokens: new Map(), refresh: null, roles: new Set() };
        this.login = { refresh: null };
        this.container = { token: '', body: null };
        this.machine = { role: 'worker', region: 'eu-central-1', v2: true };
        this.faults = []; // functions of (what, response): true where they answered
        this.skew = 0; // of our clock, milliseconds
        this.serial = 0; // part of keys: raised where the next ones are to be others
    }

    // Keys that a user has of their own.
    user(id, secret) {
        this.keys.set(id, { secret });
        return `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
    }

    issue(tag, seconds = this.seconds) {
        const h = hash(`${tag} ${this.serial}`);
        const expires = later(seconds);
        const made = { id: `ASIA${h.slice(0, 16).toUpperCase()}`, secret: `${h.slice(16, 54)}/+`, token: `${h}${h}==`, expires };
        this.keys.set(made.id, { secret: made.secret, token: made.token, expires: expires.getTime() });
        return made;
    }

    asked(what) {
        return this.log.filter(([name]) => name === what).map(([, details]) => details);
    }

    async #serve(message, response) {
        const request = await readRequest(message).catch(() => null);
        if (!request) return;
        const [, place] = request.path.split('/');
        const rest = request.path.slice(place.length + 1);
        const send = (status, body, headers = {}) => {
            const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
            response.writeHead(status, { 'content-length': bytes.length, date: new Date(Date.now() + this.skew).toUTCString(), ...headers });
            response.end(bytes);
        };
        try {
            if (this.faults.length && this.faults[0](place, response, send)) return void this.faults.shift();
            const answer = { sts: '_sts', sso: '_sso', oidc: '_oidc', signin: '_signin', agent: '_agent', latest: '_machine' }[place];
            if (!answer) return send(404, 'nothing here');
            this[answer](request, rest, send);
        } catch (error) {
            if (error.code) return send(error.status ?? 400, refusal(error.code, error.message));
            send(500, String(error.stack));
        }
    }

    // ---- STS ----------------------------------------------------------------------------------------------------

    _sts(request, rest, send) {
        const form = queryMap(request.body.toString().replace(/\+/g, '%20'));
        const known = ['Action', 'Version', 'RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId', 'SerialNumber', 'TokenCode', 'WebIdentityToken'];
        const odd = [...form.keys()].find((name) => !known.includes(name));
        if (odd) return send(400, refusal('MalformedInput', `${odd} is no parameter`));
        if (request.method !== 'POST' || !['', '/'].includes(rest) || form.get('Version') !== '2011-06-15') return send(404, 'no STS');
        const web = form.get('Action') === 'AssumeRoleWithWebIdentity';
        const who = verify(request, (id) => this.keys.get(id), Date.now() + this.skew);
        this.log.push(['sts', { ...Object.fromEntries(form), by: who?.keyId, region: who?.region, service: who?.service }]);
        if (web) return this.#webRole(form, request, send);
        if (form.get('Action') === 'GetCallerIdentity' && who) {
            return send(200, '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>'
                + `<UserId>${who.keyId}</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, { 'content-type': 'text/xml' });
        }
        if (form.get('Action') !== 'AssumeRole') return send(400, refusal('InvalidAction', 'no such action'));
        if (!who) return send(403, refusal('MissingAuthenticationToken', 'Request is missing Authentication Token'));
        if (who.service !== 'sts') return send(403, refusal('SignatureDoesNotMatch', `Credential should be scoped to correct service: 'sts'.`));
        const role = this.roles.get(form.get('RoleArn'));
        const mfa = role?.mfa && (form.get('SerialNumber') !== role.mfa.serial || form.get('TokenCode') !== role.mfa.code);
        if (!role || (role.by && role.by !== who.keyId) || role.externalId !== form.get('ExternalId') || mfa) {
            return send(403, refusal('AccessDenied', mfa ? 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
                : `User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on resource: ${form.get('RoleArn')}`));
        }
        this.#giveRole('AssumeRole', form, role, send);
    }

    #webRole(form, request, send) {
        const role = this.roles.get(form.get('RoleArn'));
        if (request.headers.authorization || request.headers['x-amz-security-token']) return send(400, refusal('MalformedInput', 'must not be signed'));
        if (!role?.webToken || role.webToken !== form.get('WebIdentityToken')) return send(400, refusal('InvalidIdentityToken', 'The web identity token that was passed could not be validated by AWS.'));
        this.#giveRole('AssumeRoleWithWebIdentity', form, role, send);
    }

    #giveRole(action, form, role, send) {
        const arn = form.get('RoleArn'), session = form.get('RoleSessionName');
        if (!/^[\w+=,.@-]{2,64}$/.test(session ?? '')) return send(400, refusal('ValidationError', 'roleSessionName is malformed'));
        const made = this.issue(`${arn} ${form.get('ExternalId')} ${form.get('DurationSeconds')}`, role.seconds ?? this.seconds);
        const assumed = arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
        send(200, `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><AssumedRoleUser>`
            + `<AssumedRoleId>AROA:${session}</AssumedRoleId><Arn>${assumed}/${session}</Arn></AssumedRoleUser><Credentials>`
            + `<AccessKeyId>${made.id}</AccessKeyId><SecretAccessKey>${made.secret}</SecretAccessKey>`
            + `<SessionToken>${made.token}</SessionToken><Expiration>${stamp(made.expires)}</Expiration></Credentials>`
            + `</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`, { 'content-type': 'text/xml' });
    }

    // ---- IAM Identity Center ------------------------------------------------------------------------------------

    _sso(request, rest, send) {
        const token = request.headers['x-amz-sso_bearer_token'], query = queryMap(request.query);
        this.log.push(['sso', { token, ...Object.fromEntries(query) }]);
        if (request.method !== 'GET' || rest !== '/federation/credentials') return send(404, {});
        if (request.headers.authorization) return send(400, { message: 'must not be signed' });
        if (!this.sso.tokens.has(token) || this.sso.tokens.get(token) < Date.now()) return send(401, { message: 'Session token not found or invalid', __type: 'com.amazonaws.switchboard.portal#UnauthorizedException' });
        const name = `${query.get('account_id')} ${query.get('role_name')}`;
        if (!this.sso.roles.has(name)) return send(403, { message: 'No access', __type: 'com.amazonaws.switchboard.portal#ForbiddenException' });
        const made = this.issue(`sso ${name}`);
        send(200, { roleCredentials: { accessKeyId: made.id, secretAccessKey: made.secret, sessionToken: made.token, expiration: made.expires.getTime() } });
    }

    _oidc(request, rest, send) {
        const said = JSON.parse(request.body.toString()), wanted = this.sso.refresh;
        this.log.push(['oidc', said]);
        if (request.method !== 'POST' || rest !== '/token' || request.headers.authorization) return send(404, {});
        if (!/^application\/json/.test(request.headers['content-type'] ?? '')) return send(400, { error: 'invalid_request' });
        const { clientId, clientSecret, grantType, refreshToken, ...odd } = said;
        if (Object.keys(odd).length || grantType !== 'refresh_token') return send(400, { error: 'invalid_request' });
        if (!wanted || clientId !== wanted.clientId || clientSecret !== wanted.clientSecret) return send(401, { error: 'invalid_client' });
        if (refreshToken !== wanted.token) return send(400, { error: 'invalid_grant', error_description: 'Invalid refresh token provided' });
        const accessToken = `access-${++this.serial}`;
        wanted.token = `refresh-${this.serial}`; // each is good once
        this.sso.tokens.set(accessToken, Date.now() + 3600e3);
        send(200, { accessToken, expiresIn: 3600, refreshToken: wanted.token, tokenType: 'Bearer' });
    }

    // ---- aws login ----------------------------------------------------------------------------------------------

    _signin(request, rest, send) {
        const said = JSON.parse(request.body.toString()), wanted = this.login.refresh;
        this.log.push(['signin', said]);
        if (request.method !== 'POST' || rest !== '/v1/token' || request.headers.authorization) return send(404, {});
        const bad = proofFault(request.headers.dpop, `${this.url}${request.path}`, wanted.key);
        if (bad) return send(400, { error: 'INVALID_REQUEST', message: bad });
        wanted.meanwhile?.();
        if (wanted.refuse) return send(403, { error: wanted.refuse, message: 'no' });
        if (said.grantType !== 'refresh_token' || said.clientId !== wanted.clientId || said.refreshToken !== wanted.token) return send(403, { error: 'TOKEN_EXPIRED', message: 'no' });
        const made = this.issue(`login ${++this.serial}`, 900);
        wanted.token = `refresh-${this.serial}`;
        send(200, { accessToken: { accessKeyId: made.id, secretAccessKey: made.secret, sessionToken: made.token }, tokenType: 'aws_sigv4', expiresIn: 900, refreshToken: wanted.token });
    }

    // ---- Containers and machines --------------------------------------------------------------------------------

    _agent(request, rest, send) {
        this.log.push(['agent', request.headers.authorization ?? '']);
        if (request.method !== 'GET' || (request.headers.authorization ?? '') !== this.container.token) return send(401, { code: 'AccessDenied', message: 'no' });
        if (this.container.body) return send(...this.container.body);
        const made = this.issue('container');
        send(200, { AccessKeyId: made.id, SecretAccessKey: made.secret, Token: made.token, Expiration: stamp(made.expires), RoleArn: 'r', AccountId: '210987654321' });
    }

    _machine(request, rest, send) {
        const { role, region, v2 } = this.machine;
        this.log.push(['machine', `${request.method} ${rest}`]);
        if (rest === '/api/token') {
            if (!v2) return send(403, '');
            const ttl = request.headers['x-aws-ec2-metadata-token-ttl-seconds'];
            return request.method === 'PUT' && ttl >= 1 && ttl <= 21600 ? send(200, 'MACHINE-TOKEN==') : send(400, '');
        }
        if (request.headers['x-aws-ec2-metadata-token'] !== 'MACHINE-TOKEN==') return send(401, '');
        if (rest === '/meta-data/placement/region') return send(200, region);
        if (rest === '/meta-data/iam/security-credentials/') return role ? send(200, role) : send(404, '');
        if (rest !== `/meta-data/iam/security-credentials/${role}`) return send(404, '');
        const made = this.issue('machine');
        send(200, { Code: 'Success', LastUpdated: stamp(new Date()), Type: 'AWS-HMAC', AccessKeyId: made.id, SecretAccessKey: made.secret, Token: made.token, Expiration: stamp(made.expires) });
    }
}

const refusal = (code, message) => `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>`
    + `<Message>${message.replace(/[<>&]/g, (c) => `&#${c.charCodeAt(0)};`)}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

// What is wrong with a DPoP proof (RFC 9449), or nothing.
function proofFault(proof, url, key) {
    const [head, body, signature, more] = (proof ?? '').split('.');
    if (!signature || more !== undefined) return 'no proof';
    const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const { typ, alg, jwk, ...odd } = read(head);
    const { jti, htm, htu, iat } = read(body);
    if (typ !== 'dpop+jwt' || alg !== 'ES256' || Object.keys(odd).length) return 'another type';
    const wanted = key.export({ format: 'jwk' });
    if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || jwk.x !== wanted.x || jwk.y !== wanted.y || jwk.d) return 'another key';
    if (!jti || htm !== 'POST' || htu !== url || Math.abs(iat - Date.now() / 1000) > 60) return `of another request: ${htu}`;
    const good = verifyWith('sha256', Buffer.from(`${head}.${body}`), { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    return good ? '' : 'the signature does not verify';
}

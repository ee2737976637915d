// STS: who am I, and credentials of roles. Assumed credentials are kept with the account's keys and expire.

import { AwsError, validation } from '../wire/errors.mjs';
import { form, list, must, read, struct, text, whole } from '../wire/query.mjs';
import { queryReply } from '../wire/reply.mjs';

export const UNSIGNED = new Set(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML']);

const role = must(
    text({
        min: 20,
        max: 2048,
        pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD]+',
    }),
);
const session = must(text({ min: 2, max: 64, pattern: '[\\w+=,.@-]*' }));
const duration = whole({ min: 900, max: 43200 });
export const SHAPES = {
    GetCallerIdentity: {},
    AssumeRole: {
        RoleArn: role,
        RoleSessionName: session,
        DurationSeconds: duration,
        ExternalId: text({ min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' }),
        SerialNumber: text({ min: 9, max: 256 }),
        TokenCode: text({ min: 6, max: 6, pattern: '[\\d]*' }),
        SourceIdentity: text({ min: 2, max: 64 }),
        Policy: text(),
        PolicyArns: list(struct({ arn: text() })),
        Tags: list(struct({ Key: must(text()), Value: must(text()) }), { max: 50 }),
        TransitiveTagKeys: list(text()),
    },
    AssumeRoleWithWebIdentity: {
        RoleArn: role,
        RoleSessionName: session,
        WebIdentityToken: must(text({ min: 4, max: 20000 })),
        ProviderId: text(),
        DurationSeconds: duration,
        Policy: text(),
        PolicyArns: list(struct({ arn: text() })),
    },
    GetSessionToken: { DurationSeconds: whole({ min: 900, max: 129600 }), SerialNumber: text(), TokenCode: text() },
};

function grant(fake, arn, sessionName, seconds = 3600) {
    const [, , , , account, name] = arn.match(/^arn:([^:]+):([^:]*):([^:]*):(\d{12}):role\/(?:.*\/)?([^/]+)$/) ?? [];
    if (!account) throw validation(`${arn} is invalid`);
    const keyId = `ASIA${fake.account.random(16)}`;
    const roleId = `AROA${fake.account.random(17)}`;
    const expires = fake.now() + seconds * 1000;
    const credential = {
        secret: fake.account.random(40, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/'),
        token: `FwoG${fake.account.random(60)}==`,
        expires,
        account,
        arn: `arn:${arn.split(':')[1]}:sts::${account}:assumed-role/${name}/${sessionName}`,
        userId: `${roleId}:${sessionName}`,
    };
    fake.credentials.set(keyId, credential);
    return {
        Credentials: {
            AccessKeyId: keyId,
            SecretAccessKey: credential.secret,
            SessionToken: credential.token,
            Expiration: new Date(expires),
        },
        AssumedRoleUser: { AssumedRoleId: credential.userId, Arn: credential.arn },
        PackedPolicySize: 1,
    };
}

// fake.assumable: role ARN → {externalId, mfa}; roles that aren't listed may be assumed by anyone.
function assumeRole(fake, request, { identity }) {
    const rule = fake.assumable.get(request.RoleArn);
    const denied = () =>
        new AwsError(
            'AccessDenied',
            `User: ${identity.arn} is not authorized to perform: sts:AssumeRole on resource: ${request.RoleArn}`,
            403,
        );
    if (rule?.denied || (rule?.externalId && rule.externalId !== request.ExternalId)) throw denied();
    if (rule?.mfa && (request.SerialNumber !== rule.mfa.serial || !request.TokenCode)) throw denied();
    if (rule?.mfa && request.TokenCode !== rule.mfa.code)
        throw new AwsError(
            'AccessDenied',
            'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
            403,
        );
    if (rule?.maxSeconds && request.DurationSeconds > rule.maxSeconds)
        throw validation('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
    return grant(fake, request.RoleArn, request.RoleSessionName, request.DurationSeconds);
}

function webIdentity(fake, request) {
    const known = fake.webTokens.get(request.WebIdentityToken);
    if (!known)
        throw new AwsError(
            'InvalidIdentityToken',
            'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
            400,
        );
    if (known.expired)
        throw new AwsError(
            'ExpiredTokenException',
            'Token expired: current date/time must be before the expiration date/time',
            400,
        );
    return {
        SubjectFromWebIdentityToken: known.subject ?? 'subject',
        Audience: 'sts.amazonaws.com',
        Provider: 'https://issuer.invalid',
        ...grant(fake, request.RoleArn, request.RoleSessionName, request.DurationSeconds),
    };
}

export function handle(fake, call) {
    const shape = SHAPES[call.operation];
    if (!shape)
        throw new AwsError('InvalidAction', `Could not find operation ${call.operation} for version 2011-06-15`, 400);
    const request = read(form(call.request.body), shape);
    const { identity } = call;
    const results = {
        GetCallerIdentity: () => ({ Arn: identity.arn, UserId: identity.userId, Account: identity.account }),
        AssumeRole: () => assumeRole(fake, request, call),
        AssumeRoleWithWebIdentity: () => webIdentity(fake, request),
        GetSessionToken: () => {
            const { Credentials } = grant(
                fake,
                `arn:aws:iam::${identity.account}:role/session`,
                'session',
                request.DurationSeconds,
            );
            Object.assign(fake.credentials.get(Credentials.AccessKeyId), {
                arn: identity.arn,
                userId: identity.userId,
            });
            return { Credentials };
        },
    };
    return queryReply('sts', call.operation, results[call.operation](), call.id);
}

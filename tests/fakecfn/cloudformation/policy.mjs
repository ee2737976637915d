// Stack policies: what an update may not do to which resource. Without a policy, everything is allowed; with one,
// what no statement allows is denied.

import { validation } from '../wire/errors.mjs';

const pattern = (text) =>
    new RegExp(
        `^${text
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.')}$`,
    );
const any = (list, value) => [list].flat().some((p) => pattern(p).test(value));

export function readPolicy(text) {
    let policy;
    try {
        policy = JSON.parse(text);
    } catch {
        throw validation('Error validating stack policy: Invalid stack policy');
    }
    const statements = policy.Statement === undefined ? [] : [policy.Statement].flat();
    for (const s of statements) {
        const fine =
            ['Allow', 'Deny'].includes(s.Effect) &&
            s.Principal === '*' &&
            (s.Action ?? s.NotAction) &&
            (s.Resource ?? s.NotResource) &&
            [s.Action ?? s.NotAction].flat().every((a) => /^Update:(\*|Modify|Replace|Delete)$/.test(a));
        if (!fine) throw validation('Error validating stack policy: Invalid stack policy');
    }
    return text;
}

// The number of the statement that denies, or 0.
export function deniedBy(text, logicalId, action) {
    if (!text) return 0;
    const statements = [JSON.parse(text).Statement ?? []].flat();
    if (!statements.length) return 0;
    const hit = (s) =>
        (s.Action ? any(s.Action, `Update:${action}`) : !any(s.NotAction, `Update:${action}`)) &&
        (s.Resource
            ? any(s.Resource, `LogicalResourceId/${logicalId}`)
            : !any(s.NotResource, `LogicalResourceId/${logicalId}`));
    const deny = statements.findIndex((s) => s.Effect === 'Deny' && hit(s));
    if (deny >= 0) return deny + 1;
    return statements.some((s) => s.Effect === 'Allow' && hit(s)) ? 0 : statements.length;
}

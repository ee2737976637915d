// Policies of IAM, evaluated as far as deployers' policies go: effects, actions, resources, and the usual conditions.
//
// In: policy documents, an action, a resource, what is known of the request. Out: true where it's allowed. A condition
// on what isn't known holds only if its operator says IfExists.

const wildcard = (text, flags) =>
    new RegExp(
        `^${text
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.')}$`,
        flags,
    );
const any = (list, value, flags) => [list].flat().some((p) => wildcard(String(p), flags).test(value));

const OPERATORS = {
    StringEquals: (wanted, value) => [wanted].flat().map(String).includes(String(value)),
    StringNotEquals: (wanted, value) => ![wanted].flat().map(String).includes(String(value)),
    StringLike: (wanted, value) => any(wanted, String(value)),
    StringNotLike: (wanted, value) => !any(wanted, String(value)),
    ArnLike: (wanted, value) => any(wanted, String(value)),
    ArnEquals: (wanted, value) => any(wanted, String(value)),
    Bool: (wanted, value) => [wanted].flat().map(String).includes(String(value)),
};

function holds(condition, context) {
    return Object.entries(condition ?? {}).every(([operator, keys]) => {
        const [, quantifier, name, exists] = operator.match(/^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/);
        const test = OPERATORS[name];
        return Object.entries(keys).every(([key, wanted]) => {
            const value = context[key.toLowerCase()];
            if (value === undefined) return Boolean(exists) || quantifier === 'ForAllValues:';
            if (!test) return false;
            return Array.isArray(value) ? value.some((v) => test(wanted, v)) : test(wanted, value);
        });
    });
}

function applies(statement, action, resources, context) {
    const { Action, NotAction, Resource, NotResource, Condition } = statement;
    if (Action !== undefined ? !any(Action, action, 'i') : any(NotAction, action, 'i')) return false;
    const hit = resources.some((r) => (Resource !== undefined ? any(Resource, r) : !any(NotResource, r)));
    return hit && holds(Condition, context);
}

// resources: the forms in which the same resource may be written; one is enough.
export function allowed(policies, action, resources, context = {}) {
    const statements = policies.flatMap((p) => [p.Statement].flat());
    const forms = [resources].flat();
    if (statements.some((s) => s.Effect === 'Deny' && applies(s, action, forms, context))) return false;
    return statements.some((s) => s.Effect === 'Allow' && applies(s, action, forms, context));
}

// Finds what a value of a template refers to: Ref, Fn::GetAtt, Fn::Sub, Fn::If, Fn::FindInMap.
//
// visit(kind, name, attribute) for each. Shared by the checks and the evaluation, so that both see the same.

export function walk(value, visit) {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return void value.forEach((v) => walk(v, visit));
    for (const [key, inner] of Object.entries(value)) {
        if (key === 'Ref' && typeof inner === 'string') visit('Ref', inner);
        else if (key === 'Fn::GetAtt') {
            const [name, attribute] = getAtt(inner);
            visit('GetAtt', name, attribute);
        } else if (key === 'Fn::Sub') walkSub(inner, visit);
        else {
            if (key === 'Fn::If' && Array.isArray(inner)) visit('If', inner[0]);
            if (key === 'Fn::FindInMap' && Array.isArray(inner) && typeof inner[0] === 'string')
                visit('FindInMap', inner[0]);
            walk(inner, visit);
        }
    }
}

export function getAtt(value) {
    if (Array.isArray(value)) return [value[0], value[1]];
    const at = String(value).indexOf('.');
    return [String(value).slice(0, at), String(value).slice(at + 1)];
}

export const SUB = /\$\{([^!][^}]*)\}/g;

function walkSub(inner, visit) {
    const [text, names] = Array.isArray(inner) ? inner : [inner, {}];
    for (const [, raw] of String(text).matchAll(SUB)) {
        const name = raw.trim();
        if (name in names) continue;
        if (name.includes('.')) visit('GetAtt', ...getAtt(name));
        else visit('Ref', name);
    }
    walk(names, visit);
}

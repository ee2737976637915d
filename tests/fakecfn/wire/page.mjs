// Pages of lists. A token is good for the list it came from; anything else is refused.

import { validation } from './errors.mjs';

export function page(fake, list, token, size = fake.options.pageSize ?? 100) {
    let from = 0;
    if (token !== undefined) {
        from = Number(
            Buffer.from(token, 'base64url')
                .toString()
                .match(/^at:(\d+)$/)?.[1],
        );
        if (Number.isNaN(from)) throw validation('Invalid next token');
    }
    const items = list.slice(from, from + size);
    const more = from + size < list.length;
    return { items, token: more ? Buffer.from(`at:${from + size}`).toString('base64url') : undefined };
}
